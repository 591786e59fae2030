"""IO: asks a released codex what a command line does: its exit status, and the requests that reach the model.

The judge of ``normalize/argv.py``: two command lines of one meaning must have one effect.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.client import process
from harness.jsonvalue import JsonValue
from harness.real.effect import effects
from harness.real.model_server import ModelServer
from harness.real.place import place
from harness.real.recordings import complaint
from harness.real.script import parse
from harness.real.surroundings import config_toml, environment

DEADLINE_S: Final = 20.0
_REQUESTS: Final = 3

IMAGE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one pixel that codex takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a command line did. ``complaint``: the first line of stderr of one that failed; ``text``: stdout without events."""

    returncode: int
    requests: tuple[JsonValue, ...]
    complaint: str


async def judge(
    binary: Path,
    argv: Sequence[str],
    *,
    path: str,
    prompt: str = "hello",
    files: Mapping[str, bytes] | None = None,
) -> Judgement:
    """Run ``argv`` (without the program) with ``prompt`` on stdin, in a fresh home, and say what it did.

    Args:
        binary: a released codex.
        argv: the command line; ``<CWD>`` in it stands for the working folder.
        path: the PATH that codex gets.
        prompt: what is written to stdin.
        files: what lies in the working folder.

    Raises:
        TimeoutError: it did not end in time; nothing of it is left.
        SpawnFailed: the binary does not start.
    """
    script = parse({"turns": [{"answers": [{"items": [{"message": "ok"}]}] * _REQUESTS}]})
    with place(dict(files or {})) as here:
        async with ModelServer(script) as server:
            config = config_toml(url=server.url, model=script.model, mcp=None)
            (here.codex_home / "config.toml").write_text(config, "utf-8")
            ended = await process.run(
                [str(binary), *(word.replace("<CWD>", str(here.work)) for word in argv)],
                env=environment(
                    codex_home=str(here.codex_home),
                    home=str(here.home),
                    temp=str(here.temp),
                    given={"PATH": path},
                ),
                cwd=str(here.work),
                stdin=prompt.encode("utf-8"),
                timeout_s=DEADLINE_S,
            )
            places = here.places()
            requests = effects(server.responder.seen, places)
    return Judgement(
        returncode=ended.returncode,
        requests=tuple(requests),
        complaint=complaint(ended.stderr, places) if ended.returncode else "",
    )
