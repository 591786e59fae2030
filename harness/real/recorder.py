"""IO: plays a scenario to a real codex in front of the scripted model server, and keeps every byte that codex wrote.

The reference client asks, so options, images, schema files and cancelling are those of a play; what is kept is taken from
the pipe, before anybody parsed it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from harness.client import kernel, process
from harness.client.options import CancelToken, CodexOptions, ThreadOptions, TurnOptions
from harness.client.thread import Codex, Input, Thread
from harness.client.transport import Process
from harness.errors import CodexError, HarnessFault
from harness.jsonvalue import JsonValue
from harness.real.model_server import ModelServer
from harness.real.place import Place, place
from harness.real.recordings import Kept, complaint, labelled
from harness.real.responder import Seen
from harness.real.script import Answer, Held, ModelScript, Streamed, parse
from harness.real.surroundings import McpServer, config_toml, environment
from harness.scenario import Scenario
from harness.steps import Resume, Start, Together, Turn

DEADLINE_S: Final = 30.0
"""Seconds for one turn of a real codex; it waits for a network for ever when it is not answered (PROTOCOLS.md 4.1)."""

NOT_OFFERED: Final = "not offered: "
"""How a complaint begins that is a fact about the release: it has no tool for what the model is to do."""

_TRANSIENT: Final = frozenset({"PATH", "LANG"})
FIXTURE_MCP: Final = McpServer(
    command=sys.executable, args=("-B", "-m", "harness.real.mcp_fixture")
)
"""It writes no byte code: nothing may be left outside of the folders of a play."""
"""How the fixture MCP server is started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTurn:
    """One turn: the command line (without the program), all of stdout and stderr, the exit status (negative: signal).

    ``requests``: how many of its requests were answered from the script.
    """

    argv: tuple[str, ...]
    stdout: bytes
    stderr: bytes
    returncode: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a real codex did in one scenario. ``places`` maps a label to the path that the bytes hold for it.

    ``unspoken``: answers per turn that codex never asked for. ``late``: the turns that did not end in time.
    """

    turns: tuple[RecordedTurn, ...]
    seen: tuple[Seen, ...]
    unspoken: tuple[int, ...]
    places: Mapping[str, str]
    late: tuple[int, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether codex took nothing of it: each turn ended with an error, before any event and any request."""
        asked = any(one.fate not in {"models", "ignored"} for one in self.seen)
        return not asked and all(turn.returncode > 0 and not turn.stdout for turn in self.turns)

    def kept(self) -> tuple[Kept, ...]:
        """The turns as they are kept."""
        return tuple(
            Kept(
                stdout=labelled(turn.stdout, self.places),
                exit_code=turn.returncode,
                requests=turn.requests,
                refused=complaint(turn.stderr, self.places)
                if turn.returncode > 0 and not turn.stdout
                else "",
            )
            for turn in self.turns
        )

    def complaints(self) -> tuple[str, ...]:
        """Why this is no good recording: one sentence each, none when all went as scripted, or codex refused it all."""
        if self.refused:
            return ()
        odd = [
            f"{one.method} {one.path} was {one.fate}"
            for one in self.seen
            if one.fate in {"unscripted", "unknown"}
        ]
        missing = [
            f"{NOT_OFFERED}{' or '.join(missed.wanted)}"
            for one in self.seen
            for missed in one.not_offered
        ]
        # An answer that was not asked for is the consequence of a call that could not be made.
        unasked = [
            f"turn {turn}: {count} answers were never asked for"
            for turn, count in enumerate(self.unspoken)
            if count and not missing
        ]
        late = [f"turn {turn} did not end within {DEADLINE_S:g} s" for turn in self.late]
        return (*odd, *missing, *unasked, *late)


@dataclass(slots=True, kw_only=True)
class _Tap:
    """A started codex whose stdout is kept as it passes. ``patient``: it is given time to end by itself."""

    child: process.Child
    argv: tuple[str, ...]
    patient: bool
    seen: Sequence[Seen]
    taken: bytearray = field(default_factory=bytearray)
    begun: int = 0

    def __post_init__(self) -> None:
        self.begun = len(self.seen)

    @property
    def returncode(self) -> int | None:
        """Exit status, None while it lives."""
        return self.child.returncode

    @property
    def stderr(self) -> bytes:
        """All of its standard error so far."""
        return self.child.stderr

    async def write(self, data: bytes) -> None:
        """Write to its stdin."""
        await self.child.write(data)

    async def close_stdin(self) -> None:
        """Close its stdin."""
        await self.child.close_stdin()

    async def read(self) -> bytes:
        """The next chunk, which is kept."""
        chunk = await self.child.read()
        self.taken += chunk
        return chunk

    async def wait(self) -> int:
        """Wait for its death."""
        return await self.child.wait()

    async def stop(self) -> int:
        """End it, once it has said all it had to say, and what it started."""
        if self.patient:
            with suppress(TimeoutError):
                async with asyncio.timeout(DEADLINE_S):
                    while await self.read():
                        pass
        started = kernel.living_children(self.child.pid)
        returncode = await self.child.stop()
        await kernel.kill(started)
        return returncode


@dataclass(slots=True, kw_only=True)
class _Launcher:
    """Starts the real binary in its own surroundings."""

    binary: Path
    home: Place
    patient: bool
    seen: Sequence[Seen]
    taps: list[_Tap] = field(default_factory=list)

    async def __call__(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        """See ``harness.client.transport.Launcher``."""
        given = environment(
            codex_home=str(self.home.codex_home),
            home=str(self.home.home),
            temp=str(self.home.temp),
            given=env or {},
        )
        child = await process.start(
            [str(self.binary), *argv[1:]], env=given, cwd=str(self.home.work), own_group=True
        )
        tap = _Tap(child=child, argv=tuple(argv[1:]), patient=self.patient, seen=self.seen)
        self.taps.append(tap)
        return tap


async def record(scenario: Scenario, binary: Path, base_env: Mapping[str, str]) -> Recording:
    """Play ``scenario`` to the real codex at ``binary`` and keep what it wrote. Leaves no process and no file.

    Args:
        scenario: one with a ``model`` part.
        binary: the released executable.
        base_env: the caller's environment; only PATH and LANG of it reach codex.

    Raises:
        HarnessFault: the scenario has no ``model`` part.
        SpawnFailed: the binary does not start.
    """
    if scenario.model is None:
        raise HarnessFault("no `model` part", where=scenario.id)
    script = parse(scenario.model)
    with place({name: text.encode("utf-8") for name, text in scenario.files.items()}) as home:
        async with ModelServer(script) as server:
            configure(home, server.url, script)
            patient = not any(_is_held(answer) for turn in script.turns for answer in turn.answers)
            seen = server.responder.seen
            launcher = _Launcher(binary=binary, home=home, patient=patient, seen=seen)
            late = await _play(scenario, server, launcher, base_env)
            return Recording(
                turns=await _recorded(launcher),
                seen=tuple(seen),
                unspoken=server.responder.unspoken(),
                places=home.places(),
                late=tuple(late),
            )


async def _recorded(launcher: _Launcher) -> tuple[RecordedTurn, ...]:
    ends = [*(tap.begun for tap in launcher.taps[1:]), len(launcher.seen)]
    return tuple(
        [
            RecordedTurn(
                argv=tap.argv,
                stdout=bytes(tap.taken),
                stderr=tap.stderr,
                returncode=await tap.wait(),
                requests=sum(one.fate == "answered" for one in launcher.seen[tap.begun : end]),
            )
            for tap, end in zip(launcher.taps, ends, strict=True)
        ]
    )


def _is_held(answer: Answer) -> bool:
    return isinstance(answer, Streamed) and isinstance(answer.end, Held)


async def _play(
    scenario: Scenario, server: ModelServer, launcher: _Launcher, base_env: Mapping[str, str]
) -> list[int]:
    env = {name: value for name, value in base_env.items() if name in _TRANSIENT}
    client = {"env": env, **cast("dict[str, JsonValue]", launcher.home.fill(scenario.client))}
    codex = Codex(CodexOptions(codex_path_override="codex", **client), launch=launcher)  # type: ignore[arg-type]  # refused by type there
    thread: Thread | None = None
    late: list[int] = []
    number = 0
    for step in scenario.steps:
        match step:
            case Start(options=options):
                thread = codex.start_thread(_thread_options(launcher, options))
            case Resume(thread_id=thread_id, options=options):
                thread = codex.resume_thread(thread_id, _thread_options(launcher, options))
            case Turn():
                assert thread is not None, "a scenario begins with start or resume"
                if not await _turn(step, thread, server, launcher):
                    late.append(number)
                number += 1
            case Together():
                # Whose output is whose could not be told: the schema refuses a `model` part there.
                raise HarnessFault("turns at the same time cannot be recorded", where=scenario.id)
    return late


def _thread_options(launcher: _Launcher, options: JsonValue) -> ThreadOptions:
    return ThreadOptions(**cast("dict[str, JsonValue]", launcher.home.fill(options)))  # type: ignore[arg-type]  # refused by type there


async def _turn(turn: Turn, thread: Thread, server: ModelServer, launcher: _Launcher) -> bool:
    """Play one turn; returns whether it ended in time."""
    token = CancelToken()
    options = TurnOptions(**cast("dict[str, JsonValue]", launcher.home.fill(turn.options)), cancel=token)  # type: ignore[arg-type]  # fmt: skip
    canceller = asyncio.create_task(_cancel_when_held(server, token))
    try:
        async with asyncio.timeout(DEADLINE_S):
            prompt = cast("Input", launcher.home.fill(turn.input))
            async with thread.run_streamed(prompt, options) as events:
                async for _ in events:
                    pass
    except TimeoutError:
        return False
    except CodexError:
        # What the client makes of it is not asked here: the bytes and the exit status are kept.
        return True
    finally:
        canceller.cancel()
        await asyncio.wait({canceller})
    return True


async def _cancel_when_held(server: ModelServer, token: CancelToken) -> None:
    await server.holding.wait()
    token.cancel()


def configure(home: Place, url: str, script: ModelScript) -> None:
    """Write the ``config.toml`` that leads a codex in ``home`` to the model server at ``url``."""
    text = config_toml(url=url, model=script.model, mcp=FIXTURE_MCP if script.mcp else None)
    (home.codex_home / "config.toml").write_text(text, "utf-8")
