"""IO: collects what a driver reports during a play, and answers its gates with what the kernel and the mock say."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Final, cast

from harness.client.kernel import is_alive, living_children, settle
from harness.jsonvalue import JsonValue
from harness.observation import OutcomeKind, TurnCost, TurnRecord
from harness.runner import measures
from harness.runner.timing import TurnClock
from harness.runner.workspace import Cell, prompt_of
from harness.scenario import Scenario
from harness.subjects.base import Subject, classify

REST_WITHIN_S: Final = 15.0
"""How long a client may go on by itself after its caller has paused, before that counts as undecided."""


@dataclass(slots=True)
class Recorder:
    """Takes the messages of one play, one by one; a gate is opened when it returns."""

    scenario: Scenario
    subject: Subject
    driver_pid: int
    cell: Cell
    turns: dict[int, TurnRecord] = field(default_factory=dict)
    events: dict[int, list[JsonValue]] = field(default_factory=dict)
    earlier: frozenset[int] = frozenset()
    clock: TurnClock = field(init=False)
    _spent_ns: int | None = None
    _held: int | None = None

    def __post_init__(self) -> None:
        self.clock = TurnClock(time.time_ns, self.scenario.beside)
        if self._costs:
            self._mark()

    async def __call__(self, message: dict[str, JsonValue]) -> None:
        """Take one message that fits ``schemas/driver.json`` and the order of the conversation."""
        turn = cast("int", message["turn"])
        record = self.turns.setdefault(turn, TurnRecord())
        self.clock.hear(turn, cast("str", message["kind"]))
        match message["kind"]:
            case "event":
                self.events.setdefault(turn, []).append(message["event"])
            case "gate":
                await self._at_gate(turn, record, cast("str", message["gate"]))
            case "result":
                self.turns[turn] = replace(record, outcome="result", result=message["result"])
            case "error":
                error = cast("dict[str, JsonValue]", message["error"])
                kind = classify(self.subject, error)
                self.turns[turn] = replace(record, outcome="error", error={**error, "kind": kind})
            case "thread_id":
                self.turns[turn] = replace(record, thread_id=message["thread_id"])
                if turn in self.scenario.beside:
                    self.earlier |= self._journaled()
            case outcome:
                self.turns[turn] = replace(record, outcome=cast("OutcomeKind", outcome))

    async def _at_gate(self, turn: int, record: TurnRecord, gate: str) -> None:
        if gate == "created":
            # One that was started early and has ended by now has journaled before the journals are read.
            started = (living_children(self.driver_pid) | self._journaled()) - self.earlier
            self.turns[turn] = replace(
                record, started_before_read=len(started - self.cell.spawned())
            )
        elif gate == "paused":
            await self._at_pause(turn, record)
        else:
            cost = self._cost(turn) if self._costs else None
            left = await settle(self.codexes(), self.cell.settle_s)
            self.turns[turn] = replace(record, alive_at_end=len(left), cost=cost)
            self.earlier = self._journaled() | left
            if self._costs:
                self._mark()

    async def _at_pause(self, turn: int, record: TurnRecord) -> None:
        """Wait until codex has written all, or until neither it nor the client moves: then it waits to write."""
        going = frozenset({self.driver_pid}) | self.codexes()
        rests = await measures.at_rest(going, self._has_written_all, REST_WITHIN_S)
        if self._has_written_all():
            self.turns[turn] = replace(record, ahead="written")
        else:
            self.turns[turn] = replace(record, ahead="blocked" if rests else "undecided")

    def _has_written_all(self) -> bool:
        return all(entry["stage"] in {"hanging", "ended"} for entry in self.cell.journals())

    # -- cost

    @property
    def _costs(self) -> bool:
        return "lifecycle.cost" in self.scenario.checks

    def _mark(self) -> None:
        measures.reset_peak(self.driver_pid)
        self._held = measures.held_bytes(self.driver_pid)
        self._spent_ns = measures.cpu_ns(self.driver_pid)

    def _cost(self, turn: int) -> TurnCost | None:
        spent, peak = measures.cpu_ns(self.driver_pid), measures.peak_bytes(self.driver_pid)
        record = self.turns[turn]
        unit = measures.reading_ns(self.events.get(turn) or _as_events(record.result))
        if None in {spent, peak, self._spent_ns, self._held, unit}:
            return None
        prompt = self.scenario.turns[turn].input
        wrote = [
            cast("int", entry["wrote"])
            for entry in self.cell.journals()
            if prompt_of(entry) == prompt
        ]
        return TurnCost(
            cpu_ns=cast("int", spent) - cast("int", self._spent_ns),
            held=max(0, cast("int", peak) - cast("int", self._held)),
            wrote=sum(wrote),
            reading_ns=cast("float", unit),
        )

    # -- processes

    def codexes(self) -> frozenset[int]:
        """Every codex of this play that lives: descendants of the driver, and whoever journaled."""
        journaled = frozenset(pid for pid in self._journaled() if is_alive(pid))
        return (living_children(self.driver_pid) | journaled) - self.cell.spawned()

    def descendants(self) -> frozenset[int]:
        """Every process that a codex of this play has started and that lives."""
        return frozenset(pid for pid in self.cell.spawned() if is_alive(pid))

    def _journaled(self) -> frozenset[int]:
        return frozenset(cast("int", entry["pid"]) for entry in self.cell.journals())

    # -- what was seen

    def count(self) -> int:
        """How many events have come."""
        return sum(map(len, self.events.values()))

    def records(self) -> tuple[TurnRecord, ...]:
        """The turns so far, in order."""
        return tuple(
            replace(record, events=tuple(self.events.get(turn, ())))
            for turn, record in sorted(self.turns.items())
        )


def _as_events(result: JsonValue) -> list[JsonValue]:
    """The items of a result as the events that codex wrote of them."""
    items = result.get("items") if isinstance(result, dict) else None
    return [
        {"type": "item.completed", "item": item}
        for item in (items if isinstance(items, list) else [])
    ]
