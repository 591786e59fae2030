"""Mutants that leave something behind, start too early, stop codex wrongly, or take their host down."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.client import process
from harness.client.options import TurnOptions
from harness.client.process import Child
from harness.client.schema_file import OutputSchemaFile
from harness.client.thread import Input, StreamedTurn
from harness.client.transport import Process
from harness.errors import Cancelled, TurnFailed
from harness.subjects.reference import JsonObject
from harness.wire.events import Event
from mutants.wrong import Change, Mutant, Passing, Wrong, WrongThread

_PLAIN: Final = "exec.items.agent-message"
_STOPPED: Final = "exec.stream.stop-early"


class _Unstoppable(Passing):
    async def stop(self) -> int:
        """Leave it alone."""
        return 0


def _stopped_by(*ladder: tuple[str, float]) -> Callable[[Child], Process]:
    class Stopped(Passing):
        async def stop(self) -> int:
            return await self.child.stop(ladder)

    return Stopped


class _LateStop(Passing):
    """Stops codex in the background, two seconds after the caller went on."""

    async def stop(self) -> int:
        if self.child.returncode is None:
            loop = asyncio.get_running_loop()
            loop.call_later(2, lambda: asyncio.ensure_future(self.child.stop()))
            return 0
        return await self.child.stop()


async def _helper_beside(argv: list[str], env: dict[str, str]) -> Child:
    """A helper process that nobody ends: it waits for a pipe that stays open."""
    await process.start([sys.executable, "-IS", "-c", "import sys; sys.stdin.read()"], env=env)
    return await process.start(argv, env=env)


class _EagerThread(WrongThread):
    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        stream = super().run_streamed(prompt, options)
        return StreamedTurn(_resumed(asyncio.ensure_future(anext(aiter(stream))), stream))


async def _resumed(ahead: asyncio.Task[Event], stream: StreamedTurn) -> AsyncGenerator[Event, None]:
    async with stream as events:
        yield await ahead
        async for event in events:
            yield event


class _EagerDriver(Wrong):
    thread = _EagerThread

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__(send)
        self.started = asyncio.Event()

    async def launch(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        try:
            return await super().launch(argv, env=env)
        finally:
            self.started.set()

    async def _pass_gate(self, about: JsonObject, gate: str) -> None:
        if gate == "created":
            # The gate is announced once the eager start has happened, so that it is seen every time.
            await self.started.wait()
            self.started.clear()
        await super()._pass_gate(about, gate)


def _schema_file_kept(*, failed_only: bool) -> Callable[[], None]:
    def install() -> None:
        clean = OutputSchemaFile.cleanup

        def leave(file: OutputSchemaFile, kind: object, *_: object) -> None:
            if failed_only and kind is None:
                clean(file)

        OutputSchemaFile.__exit__ = leave  # type: ignore[method-assign]

    return install


def _log_kept(argv: list[str]) -> list[str]:
    number, _ = tempfile.mkstemp(prefix="codex-log-", suffix=".txt")
    os.close(number)
    return argv


def _writable(argv: list[str]) -> list[str]:
    if (program := Path(argv[0])).exists():
        program.chmod(0o777)
    return argv


def _readable_images(prompt: Input) -> Input:
    for part in () if isinstance(prompt, str) else prompt:
        if part["type"] == "local_image" and (path := Path(part["path"])).exists():
            path.chmod(0o600)
    return prompt


def _crashing(result: JsonObject) -> JsonObject:
    asyncio.get_running_loop().call_soon(os._exit, 7)
    return result


def _hanging(result: JsonObject) -> JsonObject:
    asyncio.get_running_loop().call_soon(threading.Event().wait)
    return result


def _exiting(error: Exception) -> Exception:
    if isinstance(error, TurnFailed):
        os._exit(1)
    return error


def _exiting_when_cancelled(error: Exception) -> Exception:
    if isinstance(error, Cancelled):
        os._exit(130)
    return error


def _without_token(options: TurnOptions) -> TurnOptions:
    return replace(options, cancel=None)


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant(
        name="starts_eagerly",
        sentence="Starts codex before anybody reads.",
        scenario=_PLAIN,
        check="lifecycle.lazy",
        scope="exec.items.*,exec.stream.*,exec.turn.*",
        driver=_EagerDriver,
    ),
    Mutant(
        name="leaves_child",
        sentence="Does not stop codex when its user leaves early.",
        scenario=_STOPPED,
        check="lifecycle.alive",
        change=Change(child=_Unstoppable),
    ),
    Mutant(
        name="stops_too_late",
        sentence="Stops codex two seconds after its user has left.",
        scenario=_STOPPED,
        check="lifecycle.alive",
        path="at_end",
        change=Change(child=_LateStop),
    ),
    Mutant(
        name="leaks_a_helper",
        sentence="Starts a helper process and leaves it behind.",
        scenario=_PLAIN,
        check="lifecycle.alive",
        scope="exec.items.agent-message*",
        change=Change(start=_helper_beside),
    ),
    Mutant(
        name="kills_at_once",
        sentence="Ends codex with SIGKILL, which leaves the commands that codex runs alive.",
        scenario=_STOPPED,
        check="lifecycle.ending",
        change=Change(child=_stopped_by(("SIGKILL", 2.0))),
    ),
    Mutant(
        name="terminates",
        sentence="Ends codex with SIGTERM, which leaves the commands that codex runs alive.",
        scenario="exec.cancel.while-running",
        check="lifecycle.signals",
        change=Change(child=_stopped_by(("SIGTERM", 2.0), ("SIGKILL", 2.0))),
    ),
    Mutant(
        name="terminates_before_interrupting",
        sentence="Sends SIGTERM first and SIGINT only when that was ignored.",
        scenario="exec.cancel.ignores-sigterm",
        check="lifecycle.signals",
        change=Change(child=_stopped_by(("SIGTERM", 0.5), ("SIGINT", 2.0))),
    ),
    Mutant(
        name="keeps_schema_file",
        sentence="Leaves the file of the output schema behind.",
        scenario="exec.options.output-schema",
        check="lifecycle.files",
        needs=("turn.output_schema",),
        change=Change(install=_schema_file_kept(failed_only=False)),
    ),
    Mutant(
        name="keeps_schema_of_failure",
        sentence="Leaves the file of the output schema behind when codex could not be started.",
        scenario="exec.process.missing-binary-with-schema",
        check="lifecycle.files",
        needs=("turn.output_schema",),
        change=Change(install=_schema_file_kept(failed_only=True)),
    ),
    Mutant(
        name="keeps_a_log",
        sentence="Leaves a log in the temp folder.",
        scenario=_PLAIN,
        check="lifecycle.files",
        change=Change(argv=_log_kept),
    ),
    Mutant(
        name="changes_file_mode",
        sentence="Makes the binary it was given writable for everybody.",
        scenario=_PLAIN,
        check="lifecycle.modes",
        change=Change(argv=_writable),
    ),
    Mutant(
        name="changes_mode_of_images",
        sentence="Changes the mode of the images it was given.",
        scenario="exec.input.image",
        check="lifecycle.modes",
        needs=("images",),
        change=Change(prompt=_readable_images),
    ),
    Mutant(
        name="crashes_host",
        sentence="Gives the right result and then kills the program it lives in.",
        scenario=_PLAIN,
        check="lifecycle.host",
        change=Change(result=_crashing),
    ),
    Mutant(
        name="exits_on_failure",
        sentence="Ends the program it lives in when a turn fails.",
        scenario="exec.turn.failed",
        check="lifecycle.host",
        change=Change(error=_exiting),
    ),
    Mutant(
        name="exits_when_cancelled",
        sentence="Ends the program it lives in when a turn is cancelled.",
        scenario="exec.cancel.while-running",
        check="lifecycle.host",
        needs=("cancel", "cancel_before_start"),
        change=Change(error=_exiting_when_cancelled),
    ),
    Mutant(
        name="never_returns",
        sentence="Waits for ever once the turn is over.",
        scenario=_PLAIN,
        check="lifecycle.host",
        scope=_PLAIN,
        change=Change(result=_hanging),
    ),
    Mutant(
        name="ignores_cancel",
        sentence="Does not listen to the caller who cancels.",
        scenario="exec.cancel.while-running",
        check="lifecycle.host",
        needs=("cancel",),
        change=Change(turn=_without_token),
    ),
)
