"""The times of a play are those of its messages, told relative to its beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.observation import Invocation, Observation, Timing, TurnTiming
from harness.runner.timing import TurnClock, timing_json

MS = 1_000_000


def ticking(*milliseconds: int) -> Callable[[], int]:
    """A clock that shows these times one after the other."""
    times: Iterator[int] = iter(milliseconds)
    return lambda: next(times) * MS


def process(started: int, ended: int | None, turn: int | None = 0) -> Invocation:
    """A start of codex at this millisecond."""
    return Invocation(
        argv=(), env={}, cwd="/", stdin="", schema=None, images=(), signals=(), turn=turn, wrote=0, stage="ended",
        end="exit 0", pid=1, started_ns=started * MS, ended_ns=None if ended is None else ended * MS, alive_after=False,
    )  # fmt: skip


def test_turns_in_a_row_begin_where_the_one_before_has_ended() -> None:
    """Provenance: ours; the driver protocol says when a turn ends and not when the next begins."""
    clock = TurnClock(ticking(10, 12, 15, 17, 19, 20, 30), frozenset())
    for turn, kind in ((0, "gate"), (0, "event"), (0, "event"), (0, "thread_id"), (1, "result")):
        clock.hear(turn, kind)

    assert clock.read() == Timing(
        started_ns=10 * MS,
        ended_ns=30 * MS,
        turns=(
            TurnTiming(turn=0, started_ns=10 * MS, first_event_ns=15 * MS, ended_ns=19 * MS),
            TurnTiming(turn=1, started_ns=19 * MS, first_event_ns=None, ended_ns=20 * MS),
        ),
    )


def test_turns_side_by_side_begin_together() -> None:
    """Provenance: ours."""
    clock = TurnClock(ticking(0, 5, 8, 9), frozenset({0, 1}))
    clock.hear(0, "event")
    clock.hear(1, "event")

    assert [one.started_ns for one in clock.read().turns] == [0, 0]


def test_a_line_tells_milliseconds_since_the_play_began() -> None:
    """Provenance: schemas/run.json; a process belongs to the turn in which it started, and of two to the one it played."""
    turns = (
        TurnTiming(turn=0, started_ns=100 * MS, first_event_ns=120 * MS, ended_ns=150 * MS),
        TurnTiming(turn=1, started_ns=100 * MS, first_event_ns=None, ended_ns=180 * MS),
    )
    seen = Observation(
        scenario="s", subject="left", mode="stream",
        invocations=(process(110, 149), process(111, None, 1), process(112, 115, 7), process(190, 195)),
        timing=Timing(started_ns=100 * MS, ended_ns=200 * MS, turns=turns),
    )  # fmt: skip

    assert timing_json(seen) == {
        "started_ns": 100 * MS,
        "ms": 100.0,
        "turns": [
            {"turn": 0, "at_ms": 0.0, "first_event_ms": 20.0, "end_ms": 50.0},
            {"turn": 1, "at_ms": 0.0, "first_event_ms": None, "end_ms": 80.0},
        ],
        "processes": [
            {"turn": 0, "spawn_ms": 10.0, "first_event_ms": 20.0, "exit_ms": 49.0},
            {"turn": 1, "spawn_ms": 11.0, "first_event_ms": None, "exit_ms": None},
            {"turn": 0, "spawn_ms": 12.0, "first_event_ms": 20.0, "exit_ms": 15.0},
            {"turn": None, "spawn_ms": 90.0, "first_event_ms": None, "exit_ms": 95.0},
        ],
    }


def test_where_nobody_took_the_time_there_is_none() -> None:
    """Provenance: ours."""
    assert timing_json(Observation(scenario="s", subject="left", mode="run")) is None
