"""Deliberately broken copies of the reference driver, each wrong in one known way. ``python broken.py NAME`` serves one.

They prove that the kit fails when it must. ``CATALOGUE`` says for each which scenario shows it and which check must catch
it; ``test_miniatures.py`` runs them through the public command line, and ``NAME.toml`` makes each a subject that anybody can
run: ``codex-parity run --subject tests/miniatures/zero_usage.toml``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from harness.client import process
from harness.client.exec_session import ExecSession
from harness.client.fold import Turn
from harness.client.options import CodexOptions, TurnOptions
from harness.client.schema_file import OutputSchemaFile
from harness.client.thread import Codex, Input, StreamedTurn, Thread
from harness.client.transport import Launcher, Process
from harness.errors import ExecExited, TurnFailed
from harness.jsonvalue import JsonValue
from harness.subjects.reference import JsonObject, ReferenceDriver, main
from harness.wire.events import Event


class Broken(ReferenceDriver):
    """A driver with hooks: a broken thread, a broken launcher."""

    sdk = "codex-parity-miniature"
    thread: ClassVar[type[Thread]] = Thread

    def open_codex(self, path: str, client: JsonObject) -> Codex:
        codex = Codex(CodexOptions(codex_path_override=path, **client), launch=self.launcher())  # type: ignore[arg-type]
        codex.thread_type = self.thread
        return codex

    def launcher(self) -> Launcher:
        return self.launch

    async def launch(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        return await process.start(self.argv(list(argv)), env=self.env(dict(env or {})))

    def argv(self, argv: list[str]) -> list[str]:
        return argv

    def env(self, env: dict[str, str]) -> dict[str, str]:
        return env


class ZeroUsage(Broken):
    """Tells its user that no input token was used."""

    def event_json(self, event: Event) -> JsonValue:
        raw = event.raw
        if isinstance(raw, dict) and isinstance(raw.get("usage"), dict):
            return {**raw, "usage": {**raw["usage"], "input_tokens": 0}}  # type: ignore[dict-item]
        return raw

    def result_json(self, turn: Turn) -> JsonObject:
        usage = turn.raw.get("usage")
        return {
            **turn.raw,
            "usage": {**usage, "input_tokens": 0} if isinstance(usage, dict) else usage,
        }


class FilteredThread(Thread):
    """A thread whose stream passes through ``keep``."""

    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        return StreamedTurn(self.altered(super().run_streamed(prompt, options)))

    async def altered(self, stream: StreamedTurn) -> AsyncGenerator[Event, None]:
        async with stream as events:
            async for event in self.change(events):
                yield event

    async def change(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        async for event in events:
            yield event


class SwallowingThread(FilteredThread):
    async def change(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        held: Event | None = None
        async for event in events:
            if held is not None:
                yield held
            held = event


class SwallowsLastEvent(Broken):
    """Forgets the event it holds when the stream ends."""

    thread = SwallowingThread


class DuplicatingThread(FilteredThread):
    async def change(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        async for event in events:
            yield event
            if isinstance(event.raw, dict) and event.raw.get("type") == "turn.started":
                yield event


class DuplicatesEvent(Broken):
    """Hands out one event twice."""

    thread = DuplicatingThread


class DroppingThread(FilteredThread):
    known: ClassVar[frozenset[str]] = frozenset({"agent_message", "command_execution", "error"})

    async def change(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        async for event in events:
            item = event.raw.get("item") if isinstance(event.raw, dict) else None
            if not isinstance(item, dict) or item.get("type") in self.known:
                yield event


class DropsUnknownItems(Broken):
    """Knows three item types and throws the others away."""

    thread = DroppingThread


class DropsNull(Broken):
    """Leaves out a key whose value is null."""

    def event_json(self, event: Event) -> JsonValue:
        return _without_null(event.raw)


def _without_null(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _without_null(child) for key, child in value.items() if child is not None}
    return [_without_null(child) for child in value] if isinstance(value, list) else value


class CountsInFloats(Broken):
    """Turns every integer into a float, as a client without integers would."""

    def event_json(self, event: Event) -> JsonValue:
        return _floats(event.raw)


def _floats(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _floats(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_floats(child) for child in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class SendsModelTwice(Broken):
    """Says `--model` twice, which codex refuses."""

    def argv(self, argv: list[str]) -> list[str]:
        at = argv.index("--model") if "--model" in argv else None
        return argv if at is None else [*argv[:at], *argv[at : at + 2], *argv[at:]]


class ForgetsThread(Broken):
    """Starts a new thread for every turn."""

    def argv(self, argv: list[str]) -> list[str]:
        at = argv.index("resume") if "resume" in argv else None
        return argv if at is None else [*argv[:at], *argv[at + 2 :]]


class ImagesBeforeResume(Broken):
    """Puts `--image` before `resume`, where it swallows the rest."""

    def argv(self, argv: list[str]) -> list[str]:
        if "resume" not in argv or "--image" not in argv:
            return argv
        resume, image = argv.index("resume"), argv.index("--image")
        return [*argv[:resume], *argv[image:], *argv[resume:image]]


class LeaksEnvironment(Broken):
    """Hands on its own environment although it was given one to use instead."""

    def env(self, env: dict[str, str]) -> dict[str, str]:
        return {**os.environ, **env}


class UnstoppableProcess:
    """A process that is never stopped."""

    def __init__(self, child: process.Child) -> None:
        self._child = child

    def __getattr__(self, name: str) -> object:
        return getattr(self._child, name)

    async def stop(self) -> int:
        return 0


class LeavesChild(Broken):
    """Does not stop codex when its user leaves early."""

    async def launch(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        return UnstoppableProcess(await process.start(argv, env=env))  # type: ignore[return-value]


class EagerThread(Thread):
    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        stream = super().run_streamed(prompt, options)
        self.ahead = asyncio.ensure_future(anext(aiter(stream)))
        return StreamedTurn(self.replay(stream))

    async def replay(self, stream: StreamedTurn) -> AsyncGenerator[Event, None]:
        async with stream as events:
            with contextlib.suppress(StopAsyncIteration):
                yield await self.ahead
            async for event in events:
                yield event


class StartsEagerly(Broken):
    """Starts codex before anybody reads."""

    thread = EagerThread

    def __init__(self, send: object) -> None:
        super().__init__(send)  # type: ignore[arg-type]
        self.started = asyncio.Event()

    async def launch(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        child = await super().launch(argv, env=env)
        self.started.set()
        return child

    async def _pass_gate(self, about: JsonObject, gate: str) -> None:
        if gate == "created":
            # The gate is announced once the eager start has happened, so that it is seen every time.
            await self.started.wait()
            self.started.clear()
        await super()._pass_gate(about, gate)


class KeepsSchemaFile(Broken):
    """Leaves the file of the output schema behind."""

    def __init__(self, send: object) -> None:
        super().__init__(send)  # type: ignore[arg-type]
        OutputSchemaFile.__exit__ = lambda *_: None  # type: ignore[method-assign]


class ForgivingThread(FilteredThread):
    async def change(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        with contextlib.suppress(ExecExited):
            async for event in events:
                yield event


class IgnoresExitStatus(Broken):
    """Takes a codex that failed for one that ended well."""

    thread = ForgivingThread


class VagueThread(Thread):
    async def run(self, prompt: Input, options: TurnOptions | None = None) -> Turn:
        try:
            return await super().run(prompt, options)
        except TurnFailed as error:
            raise RuntimeError("something went wrong") from error


class RaisesVaguely(Broken):
    """Raises RuntimeError whatever happened."""

    thread = VagueThread


class CutsAtLineSeparator(Broken):
    """Splits lines where `str.splitlines()` does, so at U+2028 too."""

    def __init__(self, send: object) -> None:
        super().__init__(send)  # type: ignore[arg-type]
        whole = ExecSession.receive_data
        ExecSession.receive_data = lambda session, data: whole(  # type: ignore[method-assign, assignment]
            session, data.replace("\u2028".encode(), b"\n")
        )


class CrashesHost(Broken):
    """Gives the right result and then kills the program it lives in."""

    def result_json(self, turn: Turn) -> JsonObject:
        asyncio.get_running_loop().call_soon(os._exit, 7)
        return super().result_json(turn)


class NeverReturns(Broken):
    """Waits for ever once the turn is over."""

    def result_json(self, turn: Turn) -> JsonObject:
        asyncio.get_running_loop().call_soon(threading.Event().wait)
        return super().result_json(turn)


class ChangesFileMode(Broken):
    """Makes the binary it was given writable for everybody."""

    def argv(self, argv: list[str]) -> list[str]:
        Path(argv[0]).chmod(0o777)
        return argv


class ReorderingThread(FilteredThread):
    async def change(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        held: list[Event] = []
        async for event in events:
            kind = event.raw.get("type") if isinstance(event.raw, dict) else None
            if kind == "item.started":
                held.append(event)
                continue
            yield event
            while held:
                yield held.pop()


class ReordersEvents(Broken):
    """Hands out the start of an item after its end."""

    thread = ReorderingThread


@dataclass(frozen=True, slots=True, kw_only=True)
class Miniature:
    """A broken copy, a scenario that shows it, the check that must catch it and a piece of the path it must name."""

    driver: type[Broken]
    scenario: str
    check: str
    path: str = ""


CATALOGUE: Final[dict[str, Miniature]] = {
    "zero_usage": Miniature(
        driver=ZeroUsage,
        scenario="exec.items.agent-message",
        check="surfaced.events",
        path="usage.input_tokens",
    ),
    "swallows_last_event": Miniature(
        driver=SwallowsLastEvent, scenario="exec.items.agent-message", check="surfaced.events"
    ),
    "duplicates_event": Miniature(
        driver=DuplicatesEvent, scenario="exec.items.agent-message", check="surfaced.events"
    ),
    "reorders_events": Miniature(
        driver=ReordersEvents, scenario="exec.items.command-ok", check="surfaced.events"
    ),
    "drops_unknown_items": Miniature(
        driver=DropsUnknownItems, scenario="exec.drift.unknown-item", check="surfaced.events"
    ),
    "drops_null": Miniature(
        driver=DropsNull,
        scenario="exec.items.command-ok",
        check="surfaced.events",
        path="exit_code",
    ),
    "counts_in_floats": Miniature(
        driver=CountsInFloats,
        scenario="exec.items.agent-message",
        check="surfaced.events",
        path="usage",
    ),
    "cuts_at_line_separator": Miniature(
        driver=CutsAtLineSeparator,
        scenario="exec.framing.line-separators-raw",
        check="surfaced.outcome",
    ),
    "sends_model_twice": Miniature(
        driver=SendsModelTwice, scenario="exec.options.common", check="sent.argv", path="rejected"
    ),
    "forgets_thread": Miniature(
        driver=ForgetsThread, scenario="exec.resume.two-turns", check="sent.argv"
    ),
    "images_before_resume": Miniature(
        driver=ImagesBeforeResume,
        scenario="exec.input.image-with-resume",
        check="sent.argv",
        path="images",
    ),
    "leaks_environment": Miniature(
        driver=LeaksEnvironment,
        scenario="exec.env.replaced",
        check="sent.env",
        path="PARITY_INHERITED",
    ),
    "leaves_child": Miniature(
        driver=LeavesChild, scenario="exec.stream.stop-early", check="lifecycle.alive"
    ),
    "starts_eagerly": Miniature(
        driver=StartsEagerly, scenario="exec.items.agent-message", check="lifecycle.lazy"
    ),
    "keeps_schema_file": Miniature(
        driver=KeepsSchemaFile, scenario="exec.options.output-schema", check="lifecycle.files"
    ),
    "changes_file_mode": Miniature(
        driver=ChangesFileMode, scenario="exec.items.agent-message", check="lifecycle.modes"
    ),
    "ignores_exit_status": Miniature(
        driver=IgnoresExitStatus,
        scenario="exec.process.exit-3-after-completed",
        check="surfaced.outcome",
    ),
    "raises_vaguely": Miniature(
        driver=RaisesVaguely, scenario="exec.turn.failed", check="surfaced.error", path="kind"
    ),
    "crashes_host": Miniature(
        driver=CrashesHost, scenario="exec.items.agent-message", check="lifecycle.host"
    ),
    "never_returns": Miniature(
        driver=NeverReturns, scenario="exec.items.agent-message", check="lifecycle.host"
    ),
}


def subject_toml(name: str) -> str:
    """The text of ``NAME.toml``, which makes a miniature a subject; the errors are those of the reference."""
    reference = (Path(__file__).parents[2] / "subjects/reference/subject.toml").read_text("utf-8")
    errors = reference[reference.index("[[errors]]") :]
    return (
        f"# {CATALOGUE[name].driver.__doc__}\n"
        f'name = "miniature-{name.replace("_", "-")}"\n'
        f'sdk = "{Broken.sdk}"\n'
        f'version = "{Broken.version}"\n'
        'language = "Python"\n'
        'runtime = "none"\n'
        f'command = ["{{python}}", "{{here}}/broken.py", "{name}"]\n\n'
        f"{errors}"
    )


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        for miniature in CATALOGUE:
            (Path(__file__).parent / f"{miniature}.toml").write_text(
                subject_toml(miniature), "utf-8"
            )
    else:
        sys.exit(main(CATALOGUE[sys.argv[1]].driver))
