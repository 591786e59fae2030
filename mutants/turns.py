"""Mutants that show only over time: when the caller is slow, when turns run beside one another, when there is much to read."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Final, Self

from harness.client.exec_session import ExecSession
from harness.client.options import CancelToken, TurnOptions
from harness.client.process import Child
from harness.client.thread import Codex, Input, StreamedTurn
from harness.client.transport import Process
from harness.subjects import reference
from harness.subjects.reference import JsonObject
from harness.wire.events import Event
from harness.wire.jsontext import decode
from mutants.wrong import Change, Chunks, Events, Mutant, Passing, Wrong, WrongThread

_MANY: Final = "exec.cost.number-of-events"
_COST: Final = "exec.cost.*"


async def _rescanning(chunks: Chunks) -> AsyncGenerator[bytes, None]:
    """Puts each chunk to what it has and looks from the beginning whether that is a line."""
    held = b""
    async for data in chunks:
        held += data
        with suppress(ValueError):
            json.loads(held)
        while b"\n" in held:
            line, _, held = held.partition(b"\n")
            yield line + b"\n"
    yield held


async def _labouring(events: Events) -> AsyncGenerator[Event, None]:
    """Does for each event what the reference does, and does it 40 times."""
    async for event in events:
        text = json.dumps(event.raw)
        for _ in range(40):
            session = ExecSession()
            session.receive_data(text.encode() + b"\n")
            session.next_event()
            decode(text)
        yield event


async def _hoarding(events: Events) -> AsyncGenerator[Event, None]:
    """Keeps four hundred copies of each event until the turn is over."""
    hoard: list[bytes] = []
    async for event in events:
        hoard.append(json.dumps(event.raw).encode() * 400)
        yield event


class _OneAtATime(WrongThread):
    """Lets a turn wait until no other one runs."""

    lock: asyncio.Lock | None = None

    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        """Stream, under a lock that all threads share."""
        return StreamedTurn(self._alone(super().run_streamed(prompt, options)))

    async def _alone(self, stream: StreamedTurn) -> AsyncGenerator[Event, None]:
        lock = _OneAtATime.lock = _OneAtATime.lock or asyncio.Lock()
        async with lock, stream as events:
            async for event in events:
                yield event


class _TakesTurns(Wrong):
    thread = _OneAtATime


_running: set[Child] = set()


class _StopsAll(Passing):
    """Stops every codex that runs, when it is to stop its own."""

    def __init__(self, child: Child) -> None:
        super().__init__(child)
        _running.add(child)

    async def stop(self) -> int:
        """Stop all."""
        mine = self.child.returncode is None
        others = [one for one in _running if mine and one.returncode is None]
        _running.discard(self.child)
        await asyncio.gather(*(one.stop() for one in others))
        return await self.child.stop()


class _Confused(Wrong):
    """All threads have the id that came last."""

    def open_codex(self, path: str, client: JsonObject) -> Codex:
        """A client whose threads share their id."""
        codex = super().open_codex(path, client)
        ids: dict[str, str | None] = {"last": None}

        class Shared(codex.thread_type):  # type: ignore[name-defined, misc]
            @property
            def _id(self) -> str | None:
                return ids["last"]

            @_id.setter
            def _id(self, found: str | None) -> None:
                ids["last"] = found or ids["last"]

        codex.thread_type = Shared
        return codex


class _Sticky(WrongThread):
    """Takes every turn after a cancelled one for cancelled."""

    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        """Stream with the first token for ever."""
        given = options or TurnOptions()
        kept = self.__dict__.setdefault("kept", given.cancel or CancelToken())
        if given.cancel is not None:
            given.cancel.subscribe(kept.cancel)
        own = TurnOptions(
            output_schema=given.output_schema,
            cyber_access_program=given.cyber_access_program,
            cancel=kept,
        )
        return super().run_streamed(prompt, own)


class _StaysCancelled(Wrong):
    thread = _Sticky


class _Again:
    """A stream that begins a new turn when it is read after its end."""

    def __init__(self, begin: Callable[[], StreamedTurn]) -> None:
        self._begin = begin
        self._stream = begin()
        self._over = False

    def __aiter__(self) -> _Again:
        if self._over:
            self._stream, self._over = self._begin(), False
        return self

    async def __anext__(self) -> Event:
        try:
            return await anext(self._stream)
        except StopAsyncIteration:
            self._over = True
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stream.aclose()


class _Restarting(WrongThread):
    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        """Stream, again and again."""
        begin = super().run_streamed
        return _Again(lambda: begin(prompt, options))  # type: ignore[return-value]


class _ReadsAgain(Wrong):
    thread = _Restarting


def _logs(env: dict[str, str]) -> dict[str, str]:
    sys.stderr.write(f"starting codex with {env}\n")
    sys.stderr.flush()
    return env


class _ImpatientToken(CancelToken):
    def cancel(self, reason: str = "the turn was cancelled") -> None:
        """Take a second cancellation for the wish to leave."""
        if self.cancelled:
            os._exit(130)
        super().cancel(reason)


def _impatient() -> None:
    setattr(reference, "CancelToken", _ImpatientToken)  # noqa: B010 - the driver's own name for it


def _stopping_all(child: Child) -> Process:
    return _StopsAll(child)


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant(
        name="rescans_line",
        sentence="Looks from the beginning of a line at each chunk of it.",
        scenario="exec.cost.line-length",
        check="lifecycle.cost",
        scope=_COST,
        change=Change(stdout=_rescanning),
    ),
    Mutant(
        name="labours",
        sentence="Spends 40 times the work of the reference on each event.",
        scenario=_MANY,
        check="lifecycle.cost",
        path="readings",
        scope=_COST,
        change=Change(events=_labouring),
    ),
    Mutant(
        name="hoards",
        sentence="Holds four hundred times what codex wrote.",
        scenario=_MANY,
        check="lifecycle.cost",
        path="memory",
        scope=_COST,
        change=Change(events=_hoarding),
    ),
    Mutant(
        name="takes_turns",
        sentence="Plays turns one after the other that were asked for at the same time.",
        scenario="exec.concurrency.two-threads",
        check="surfaced.outcome",
        needs=("concurrent",),
        scope="exec.concurrency.*",
        driver=_TakesTurns,
    ),
    Mutant(
        name="stops_all",
        sentence="Stops every codex when one turn is over early.",
        scenario="exec.concurrency.one-cancelled",
        check="surfaced.outcome",
        needs=("concurrent",),
        change=Change(child=_stopping_all),
    ),
    Mutant(
        name="confuses_threads",
        sentence="Gives all threads the id that came last.",
        scenario="exec.concurrency.then-again",
        check="sent.argv",
        path="thread",
        driver=_Confused,
    ),
    Mutant(
        name="stays_cancelled",
        sentence="Takes every turn after a cancelled one for cancelled.",
        scenario="exec.cancel.second-turn",
        check="surfaced.outcome",
        needs=("cancel", "cancel_before_start"),
        driver=_StaysCancelled,
    ),
    Mutant(
        name="leaves_at_second_cancel",
        sentence="Ends its host when it is cancelled twice.",
        scenario="exec.cancel.twice",
        check="lifecycle.host",
        needs=("cancel",),
        change=Change(install=_impatient),
    ),
    Mutant(
        name="reads_again",
        sentence="Begins a new turn when a stream is read after its end.",
        scenario="exec.stream.read-twice",
        check="sent.invocations",
        needs=("times",),
        driver=_ReadsAgain,
    ),
    Mutant(
        name="logs_environment",
        sentence="Writes the environment of codex to stderr, the key among it.",
        scenario="exec.errors.secret-failed",
        check="surfaced.secrets",
        needs=("client.api_key",),
        change=Change(env=_logs),
    ),
)
