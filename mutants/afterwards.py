"""Mutants that show only beside the events: what a turn costs, what runs on, what is read too early, what is given away."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Final

from harness.client import process
from harness.client.argv import API_KEY_ENV
from harness.client.process import Child
from harness.errors import ExecExited, SpawnFailed
from harness.wire.events import Event
from mutants.wrong import Change, Chunks, Events, Mutant, Passing

_SMALL: Final = 16


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


async def _tries_every_chunk(chunks: Chunks) -> AsyncGenerator[bytes, None]:
    """Looks after every few bytes whether what it has is JSON: work that grows with the square of a line."""
    held = b""
    async for data in chunks:
        for at in range(0, len(data), 16):
            held += data[at : at + 16]
            while b"\n" in held:
                line, _, held = held.partition(b"\n")
                yield line + b"\n"
            _is_json(held)
    if held:
        yield held


async def _counts_again(events: Events) -> AsyncGenerator[Event, None]:
    """Keeps the turn as text and reads all of it again for every event."""
    lines: list[str] = []
    async for event in events:
        lines.append(event.to_line())
        json.loads(f"[{','.join(lines)}]")
        yield event


def _read_ahead() -> None:
    """codex is never made to wait: whatever it writes is taken at once."""
    process.HIGH_WATER = 1 << 62  # type: ignore[misc]


class _Killed(Passing):
    """Ends codex with the signal that gives it no time for what it runs."""

    async def stop(self) -> int:
        return await self.child.stop(process.KILL_NOW)


class _Tells:
    """Keeps the environment of codex and shows it in every error: helpful, and a leak."""

    def __init__(self) -> None:
        self.key = ""

    def env(self, env: dict[str, str]) -> dict[str, str]:
        self.key = env.get(API_KEY_ENV, "")
        return env

    def error(self, error: Exception) -> Exception:
        if isinstance(error, ExecExited):
            words = f"{error.stderr}{API_KEY_ENV}={self.key}"
            return ExecExited(code=error.code, signal=error.signal, stderr=words)
        if isinstance(error, SpawnFailed) and self.key:
            return RuntimeError(f"{error} with {API_KEY_ENV}={self.key}")
        return error


_TELLS: Final = _Tells()


async def _key_as_argument(argv: list[str], env: dict[str, str]) -> Child:
    key = env.get(API_KEY_ENV)
    words = argv if key is None else [*argv[:2], "--config", f"api_key={key}", *argv[2:]]
    return await process.start(words, env=env)


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant(
        name="reads_quadratically",
        sentence="Looks again at the whole line for every few bytes of it.",
        scenario="exec.framing.line-1mib",
        check="lifecycle.host",
        scope="exec.framing.*,exec.cost.*",
        change=Change(stdout=_tries_every_chunk),
    ),
    Mutant(
        name="reads_turn_again",
        sentence="Reads the whole turn again for every event of it.",
        scenario="exec.cost.number-of-events",
        check="lifecycle.cost",
        scope="exec.cost.*",
        change=Change(events=_counts_again),
    ),
    Mutant(
        name="reads_ahead",
        sentence="Takes all that codex writes although its user has paused.",
        scenario="exec.stream.backpressure",
        check="lifecycle.backpressure",
        change=Change(install=_read_ahead),
    ),
    Mutant(
        name="orphans_commands",
        sentence="Kills codex at once, so that the commands it runs live on.",
        scenario="exec.teardown.command-after-stop",
        check="lifecycle.descendants",
        change=Change(child=_Killed),
    ),
    Mutant(
        name="shows_api_key",
        sentence="Shows the API key in the error of a codex that failed.",
        scenario="exec.errors.secret-exit",
        check="surfaced.secrets",
        needs=("client.api_key",),
        change=Change(env=_TELLS.env, error=_TELLS.error),
    ),
    Mutant(
        name="sends_key_as_setting",
        sentence="Gives codex the API key on its command line too, where every process can read it.",
        scenario="exec.env.api-key",
        check="sent.argv",
        path="config",
        needs=("client.api_key",),
        change=Change(start=_key_as_argument),
    ),
)
