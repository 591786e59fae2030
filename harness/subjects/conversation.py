"""CORE: the legal order of a driver's messages during one run, as one table.

    stream turn:  gate created - event* - end | stopped | error - thread_id - gate ended
    run turn:     result | error - thread_id - gate ended
    after the turns: done.  Before a turn: not_applicable.  At any time: driver_error.

An SDK may refuse before there is a stream: then ``error`` is the first word of a stream turn. While a gate is closed the
driver must be silent. Knows nothing of processes, of JSON text, or of what an event means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, cast

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue


class State(Enum):
    """Where a run stands; the value is how an error sentence says it."""

    RUN = "at the start of a turn in mode run"
    STREAM = "at the start of a turn in mode stream"
    CREATED = "at the closed gate `created`"
    READING = "while events are read"
    TOLD = "after the turn's outcome"
    NAMED = "after the thread id"
    ENDED = "at the closed gate `ended`"
    LAST = "after the last turn"
    OVER = "after the end of the run"


_NEXT: Final[Mapping[State, Mapping[str, State]]] = {
    State.RUN: {"result": State.TOLD, "error": State.TOLD, "not_applicable": State.OVER},
    State.STREAM: {
        "gate created": State.CREATED,
        "error": State.TOLD,
        "not_applicable": State.OVER,
    },
    State.CREATED: {},
    State.READING: {
        "event": State.READING,
        "end": State.TOLD,
        "stopped": State.TOLD,
        "error": State.TOLD,
    },
    State.TOLD: {"thread_id": State.NAMED},
    State.NAMED: {"gate ended": State.ENDED},
    State.ENDED: {},
    State.LAST: {"done": State.OVER},
    State.OVER: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPlan:
    """One turn as the request asks for it; ``stop_after`` is the number of events to leave after, or None."""

    turn: int
    stream: bool
    stop_after: int | None


def plan_of(steps: Sequence[Mapping[str, JsonValue]]) -> tuple[TurnPlan, ...]:
    """The turns among the steps of a run request that fits ``schemas/driver.json``."""
    plans = []
    for step in steps:
        if step["op"] == "turn":
            consume = step["consume"]
            stop_after = consume.get("stop_after") if isinstance(consume, dict) else None
            plans.append(
                TurnPlan(
                    turn=cast("int", step["turn"]),
                    stream=step["mode"] == "stream",
                    stop_after=cast("int | None", stop_after),
                )
            )
    return tuple(plans)


class Conversation:
    """What may be said next in one run.

    Args:
        run_id: the id that every message must carry.
        turns: the turns that the request asks for, in order.
    """

    def __init__(self, run_id: str, turns: Sequence[TurnPlan]) -> None:
        self._run_id = run_id
        self._turns = list(turns)
        self._seen = 0
        self.state = State.OVER
        self._next_turn()

    def __repr__(self) -> str:
        return f"Conversation({self._run_id}, {self.state.name}, {len(self._turns)} turns to come)"

    @property
    def waits(self) -> bool:
        """Whether the driver waits at a gate for ``continue``."""
        return self.state in {State.CREATED, State.ENDED}

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.state is State.OVER

    def hear(self, message: Mapping[str, JsonValue]) -> None:
        """Take the driver's next message, which fits ``schemas/driver.json``.

        Raises:
            DriverFault: it may not be said now; or it is the driver's own ``driver_error``.
        """
        word = cast("str", message["kind"])
        if word == "driver_error":
            raise DriverFault(f"driver_error: {message['message']}")
        if word == "gate":
            word = f"gate {message['gate']}"
        if message.get("id") != self._run_id:
            raise DriverFault(f"`{word}` of run {message.get('id')!r} during run {self._run_id!r}")
        if word not in _NEXT[self.state]:
            allowed = ", ".join(f"`{one}`" for one in _NEXT[self.state]) or "nothing"
            raise DriverFault(f"`{word}` {self.state.value}, where the protocol allows {allowed}")
        if "turn" in message:
            self._check_turn(word, cast("int", message["turn"]))
        self.state = _NEXT[self.state][word]

    def proceed(self) -> None:
        """The gate at which the driver waits is opened."""
        assert self.waits, f"no gate to open {self.state.value}"
        if self.state is State.CREATED:
            self.state = State.READING
        else:
            self._turns.pop(0)
            self._next_turn()

    def _next_turn(self) -> None:
        self._seen = 0
        if not self._turns:
            self.state = State.LAST
        else:
            self.state = State.STREAM if self._turns[0].stream else State.RUN

    def _check_turn(self, word: str, turn: int) -> None:
        plan = self._turns[0]
        if turn != plan.turn:
            raise DriverFault(f"`{word}` of turn {turn} during turn {plan.turn}")
        if word == "event":
            if self._seen == plan.stop_after:
                raise DriverFault(f"an event after the {plan.stop_after} that were asked for")
            self._seen += 1
        if word == "stopped" and self._seen != plan.stop_after:
            raise DriverFault(
                f"`stopped` after {self._seen} events, asked for: {plan.stop_after or 'all'}"
            )
