"""The public client: however a turn is left, its process is dead and its file is gone."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from harness.client.options import CancelToken, TurnOptions
from harness.client.thread import Codex, StreamedTurn
from harness.client.transport import Process, Script, ScriptedLauncher, ScriptedProcess
from harness.errors import (
    Cancelled,
)
from harness.jsonvalue import JsonValue
from tests.pair import (
    PLAIN,
    STARTED,
    TURN,
    Pair,
    bounded,
    left,
    read,
    until,
    wire,
)

HANGING = Script(stdout=(wire(STARTED, TURN),), hangs=True)


@pytest.mark.requirement("R2-10")
def test_leaving_the_block_ends_the_process_before_going_on(temp: Path) -> None:
    """PROTOCOLS.md 2.5 early return; that it is awaited is ours (R2-10)."""
    pair = Pair(HANGING)

    async def play() -> None:
        stream = pair.thread.run_streamed("x", TurnOptions(output_schema={}))
        async with stream as events:
            async for event in events:
                assert event.raw == STARTED
                break
        assert pair.process.returncode == -2
        assert left(temp) == []
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    bounded(play())

    assert pair.process.stops == 1


def test_an_exception_of_the_caller_ends_the_process() -> None:
    """Ours."""
    pair = Pair(HANGING)

    async def play() -> None:
        async with pair.thread.run_streamed("x") as events:
            async for _ in events:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bounded(play())

    assert pair.process.returncode == -2


def test_a_stream_that_is_dropped_is_closed_when_it_is_collected() -> None:
    """Ours, best effort: asyncio closes a collected generator."""
    pair = Pair(HANGING)

    async def play() -> None:
        async for _ in pair.thread.run_streamed("x"):
            break
        gc.collect()
        await pair.process.wait()

    bounded(play())

    assert pair.process.stops == 1


def test_a_stream_that_is_still_open_when_the_loop_ends_is_closed() -> None:
    """Ours: asyncio.run closes its generators."""
    pair = Pair(HANGING)
    held: list[StreamedTurn] = []

    async def play() -> None:
        held.append(pair.thread.run_streamed("x"))
        await anext(held[0])

    bounded(play())

    assert pair.process.returncode == -2


@pytest.mark.requirement("R1-8")
def test_a_cancelled_task_ends_the_process() -> None:
    """Ours."""
    pair = Pair(HANGING)

    async def play() -> None:
        started = asyncio.Event()

        async def turn() -> None:
            async with pair.thread.run_streamed("x") as events:
                async for _ in events:
                    started.set()

        task = asyncio.create_task(turn())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pair.process.returncode == -2

    bounded(play())


class SlowToDie(ScriptedProcess):
    """A process whose end takes until ``die`` is set."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.dying = asyncio.Event()
        self.die = asyncio.Event()

    async def stop(self) -> int:
        self.dying.set()
        await self.die.wait()
        return await super().stop()


def test_a_task_that_is_cancelled_twice_still_waits_for_the_death_of_its_process() -> None:
    """Ours: the ladder is bounded, so nothing may interrupt it."""

    async def play() -> None:
        process = SlowToDie(HANGING)

        async def launch(argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
            return process

        async def turn() -> None:
            async with Codex(launch=launch).start_thread().run_streamed("x") as events:
                async for _ in events:
                    pass

        task = asyncio.create_task(turn())
        await until(lambda: process.stdin_closed)  # the prompt is fed once the turn runs
        task.cancel()
        await process.dying.wait()
        task.cancel()
        await until(iter([False, False, True]).__next__)
        assert not task.done()
        process.die.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert process.returncode == -2

    bounded(play())


# -- the token


def test_a_token_cancelled_before_the_first_read_starts_nothing(temp: Path) -> None:
    """PROTOCOLS.md 2.5: throws before any event. That nothing is started is ours; the official SDK starts and kills."""
    pair = Pair(wire(*PLAIN))
    token = CancelToken()
    token.cancel("changed my mind")

    for turn in (TurnOptions(cancel=token), TurnOptions(cancel=token, output_schema={})):
        events, error = bounded(read(pair.thread.run_streamed("x", turn)))
        assert (events, str(error)) == ([], "changed my mind")
        assert isinstance(error, Cancelled)

    assert (pair.started, left(temp)) == (0, [])


def test_a_token_cancelled_while_codex_hangs_ends_it_after_what_it_had_written() -> None:
    """Measured on the TypeScript SDK 0.163.0: events written before the death are still seen."""
    pair = Pair(HANGING)
    token = CancelToken()

    seen: list[JsonValue] = []

    async def play() -> None:
        async with pair.thread.run_streamed("x", TurnOptions(cancel=token)) as events:
            async for event in events:
                seen.append(event.raw)
                token.cancel("enough")

    with pytest.raises(Cancelled, match="enough"):
        bounded(play())

    assert seen == [STARTED, TURN]
    assert (pair.process.returncode, pair.process.stops) == (-2, 1)


def test_a_blocking_turn_can_be_cancelled_from_another_thread() -> None:
    """Ours."""
    token = CancelToken()
    launcher = ScriptedLauncher(scripts=[HANGING])

    async def launch(argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        process = await launcher(argv, env=env)
        threading.Thread(target=token.cancel).start()
        return process

    thread = Codex(launch=launch).start_thread()

    with pytest.raises(Cancelled, match="the turn was cancelled"):
        bounded(thread.run("x", TurnOptions(cancel=token)))

    assert launcher.started[0][2].stops == 1


def test_a_token_cancelled_while_the_process_starts_is_heard() -> None:
    """Ours: between the look at the token and the first byte."""
    token = CancelToken()
    launcher = ScriptedLauncher(scripts=[HANGING])

    async def launch(argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        token.cancel()
        return await launcher(argv, env=env)

    thread = Codex(launch=launch).start_thread()

    with pytest.raises(Cancelled):
        bounded(thread.run("x", TurnOptions(cancel=token)))

    assert launcher.started[0][2].returncode == -2


def test_a_token_cancelled_after_codex_has_ended_changes_nothing() -> None:
    """Node source: kill() of a dead child returns false, and there is no AbortError then."""
    pair = Pair(wire(*PLAIN))
    token = CancelToken()

    async def play() -> list[JsonValue]:
        seen: list[JsonValue] = []
        async with pair.thread.run_streamed("x", TurnOptions(cancel=token)) as events:
            async for event in events:
                await pair.process.wait()
                token.cancel()
                await until(iter([False, True]).__next__)
                seen.append(event.raw)
        return seen

    assert bounded(play()) == list(PLAIN)
