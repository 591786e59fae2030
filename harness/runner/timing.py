"""When the turns of a play began, gave their first event and ended, and its processes with them. CORE: the clock is handed in.

Time is told, and shown in bands; nothing is ever decided by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from harness.jsonvalue import JsonValue
from harness.observation import Invocation, Observation, Timing, TurnTiming

_MS: Final = 1_000_000


@dataclass(slots=True)
class TurnClock:
    """Takes the time of each message of a play.

    A turn begins where the play or the turn before it has ended; turns side by side begin together. ``now`` gives nanoseconds
    since the epoch, as the journal of the mock has them.
    """

    now: Callable[[], int]
    beside: frozenset[int]
    _began: int = field(init=False)
    _free: int = field(init=False)
    _turns: dict[int, TurnTiming] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self._free = self.now()

    def hear(self, turn: int, kind: str) -> None:
        """Note that a message of this kind has come."""
        at = self.now()
        seen = self._turns.get(turn) or TurnTiming(turn=turn, started_ns=self._free)
        if kind == "event" and seen.first_event_ns is None:
            seen = replace(seen, first_event_ns=at)
        self._turns[turn] = replace(seen, ended_ns=at)
        if turn not in self.beside:
            self._free = at

    def read(self) -> Timing:
        """What was noted so far; the play ends now."""
        turns = tuple(self._turns[turn] for turn in sorted(self._turns))
        return Timing(started_ns=self._began, ended_ns=self.now(), turns=turns)


def timing_json(seen: Observation) -> JsonValue:
    """The ``timing`` of an observation line: milliseconds since the play began. None when nobody took the time.

    The first event of a process is when the caller had the first event of its turn: None where nobody streams.
    """
    timing = seen.timing
    if timing is None:
        return None

    def since(at: int | None) -> float | None:
        return None if at is None else round((at - timing.started_ns) / _MS, 3)

    return {
        "started_ns": timing.started_ns,
        "ms": since(timing.ended_ns),
        "turns": [
            {
                "turn": one.turn,
                "at_ms": since(one.started_ns),
                "first_event_ms": since(one.first_event_ns),
                "end_ms": since(one.ended_ns),
            }
            for one in timing.turns
        ],
        "processes": [_process(one, timing, since) for one in seen.invocations],
    }


def _process(
    one: Invocation, timing: Timing, since: Callable[[int | None], float | None]
) -> dict[str, JsonValue]:
    turn = _turn_of(one, timing)
    return {
        "turn": None if turn is None else turn.turn,
        "spawn_ms": since(one.started_ns),
        "first_event_ms": None if turn is None else since(turn.first_event_ns),
        "exit_ms": since(one.ended_ns),
    }


def _turn_of(one: Invocation, timing: Timing) -> TurnTiming | None:
    """The turn in which a process was started: of several side by side the one whose script it played."""
    during = [turn for turn in timing.turns if turn.started_ns <= one.started_ns <= turn.ended_ns]
    own = [turn for turn in during if turn.turn == one.turn]
    return next(iter(own or during), None)
