"""CORE: the legal order of a driver's messages during one run, as one table.

    stream turn:  gate created - event* [- gate paused - event*] - end | stopped | error - thread_id - gate ended
    run turn:     result | error - thread_id - gate ended
    turns together:  the same without gates, the messages of the turns mixed
    after the turns: done.  Before a turn: not_applicable.  At any time: driver_error.

An SDK may refuse before there is a stream: then ``error`` is the first word of a stream turn. While a gate is closed the
driver must be silent. Knows nothing of processes, of JSON text, or of what an event means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, cast

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue


class State(Enum):
    """Where a turn, or the run, stands; the value is how an error sentence says it."""

    RUN = "at the start of a turn in mode run"
    STREAM = "at the start of a turn in mode stream"
    CREATED = "at the closed gate `created`"
    READING = "while events are read"
    PAUSED = "at the closed gate `paused`"
    TOLD = "after the turn's outcome"
    NAMED = "after the thread id"
    ENDED = "at the closed gate `ended`"
    BESIDE_RUN = "of a turn in mode run beside others"
    BESIDE_STREAM = "of a turn in mode stream beside others"
    BESIDE_TOLD = "after the outcome of a turn beside others"
    BESIDE_OVER = "after the thread id of a turn beside others"
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
        "gate paused": State.PAUSED,
        "end": State.TOLD,
        "stopped": State.TOLD,
        "error": State.TOLD,
    },
    State.PAUSED: {},
    State.TOLD: {"thread_id": State.NAMED},
    State.NAMED: {"gate ended": State.ENDED},
    State.ENDED: {},
    State.BESIDE_RUN: {"result": State.BESIDE_TOLD, "error": State.BESIDE_TOLD},
    State.BESIDE_STREAM: {
        "event": State.BESIDE_STREAM,
        "end": State.BESIDE_TOLD,
        "stopped": State.BESIDE_TOLD,
        "error": State.BESIDE_TOLD,
    },
    State.BESIDE_TOLD: {"thread_id": State.BESIDE_OVER},
    State.BESIDE_OVER: {},
    State.LAST: {"done": State.OVER},
    State.OVER: {},
}

_GATES: Final = frozenset({State.CREATED, State.PAUSED, State.ENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPlan:
    """One turn as the request asks for it; ``stop_after`` and ``pause_after`` count events, None: not asked for."""

    turn: int
    stream: bool
    stop_after: int | None = None
    pause_after: int | None = None


Group: TypeAlias = tuple[TurnPlan, ...]
"""Turns that run at the same time; most often one."""


def plan_of(steps: Sequence[Mapping[str, JsonValue]]) -> tuple[Group, ...]:
    """The turns among the steps of a run request that fits ``schemas/driver.json``, in groups."""
    groups: list[Group] = []
    for step in steps:
        if step["op"] == "together":
            groups.append(tuple(map(_plan, cast("list[dict[str, JsonValue]]", step["turns"]))))
        elif step["op"] == "turn":
            groups.append((_plan(step),))
    return tuple(groups)


def _plan(step: Mapping[str, JsonValue]) -> TurnPlan:
    consume = step["consume"] if isinstance(step["consume"], dict) else {}
    return TurnPlan(
        turn=cast("int", step["turn"]),
        stream=step["mode"] == "stream",
        stop_after=cast("int | None", consume.get("stop_after")),
        pause_after=cast("int | None", consume.get("pause_after")),
    )


@dataclass(slots=True)
class _Lane:
    """One turn that is being played: where it stands, how many events it has shown, whether it has paused."""

    plan: TurnPlan
    state: State
    seen: int = 0
    paused: bool = False

    def check(self, word: str) -> None:
        """Refuse what the table allows and the plan does not; count events."""
        stop, pause = self.plan.stop_after, self.plan.pause_after
        if pause == self.seen and not self.paused and word in {"event", "end", "stopped"}:
            raise DriverFault(f"`{word}` after {pause} events, where the gate `paused` is due")
        if word == "event":
            if self.seen == stop:
                raise DriverFault(f"an event after the {stop} that were asked for")
            self.seen += 1
        if word == "stopped" and self.seen != stop:
            raise DriverFault(f"`stopped` after {self.seen} events, asked for: {stop or 'all'}")
        if word == "gate paused":
            if self.seen != pause or self.paused:
                raise DriverFault(f"`gate paused` after {self.seen} events, asked for: {pause}")
            self.paused = True


class Conversation:
    """What may be said next in one run.

    Args:
        run_id: the id that every message must carry.
        groups: the turns that the request asks for, in order.
    """

    def __init__(self, run_id: str, groups: Sequence[Group]) -> None:
        self._run_id = run_id
        self._groups = list(groups)
        self._lanes: list[_Lane] = []
        self._rest = State.LAST
        self._next_group()

    def __repr__(self) -> str:
        return f"Conversation({self._run_id}, {self.state.name}, {len(self._groups)} steps to come)"

    @property
    def state(self) -> State:
        """Where the run stands: the state of its turn, of turns together that of the first that is not over."""
        going = [lane for lane in self._lanes if lane.state is not State.BESIDE_OVER]
        return going[0].state if going else self._rest

    @property
    def waits(self) -> bool:
        """Whether the driver waits at a gate for ``continue``."""
        return self.state in _GATES

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
        lane = self._lane(message)
        state = self.state if lane is None else lane.state
        if word not in _NEXT[state]:
            allowed = ", ".join(f"`{one}`" for one in _NEXT[state]) or "nothing"
            raise DriverFault(f"`{word}` {state.value}, where the protocol allows {allowed}")
        if lane is None:
            self._lanes, self._rest = [], _NEXT[state][word]
            return
        if message["turn"] != lane.plan.turn:
            raise DriverFault(f"`{word}` of turn {message['turn']} during turn {lane.plan.turn}")
        lane.check(word)
        lane.state = _NEXT[state][word]
        if self._lanes and all(one.state is State.BESIDE_OVER for one in self._lanes):
            self._next_group()

    def proceed(self) -> None:
        """The gate at which the driver waits is opened."""
        assert self.waits, f"no gate to open {self.state.value}"
        if self.state is State.ENDED:
            self._next_group()
        else:
            self._lanes[0].state = State.READING

    def _next_group(self) -> None:
        group = self._groups.pop(0) if self._groups else ()
        first = {True: State.STREAM, False: State.RUN}
        if len(group) > 1:
            first = {True: State.BESIDE_STREAM, False: State.BESIDE_RUN}
        self._lanes = [_Lane(plan, first[plan.stream]) for plan in group]

    def _lane(self, message: Mapping[str, JsonValue]) -> _Lane | None:
        """The turn that a message speaks of, else the first that is played; None: of no turn."""
        if "turn" not in message or not self._lanes:
            return None
        named = [lane for lane in self._lanes if lane.plan.turn == message["turn"]]
        return (named or self._lanes)[0]
