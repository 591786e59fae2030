"""IO: one play of one scenario to one driver process, recorded as an ``Observation``. Judges nothing."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, cast

from harness.jsonvalue import JsonValue
from harness.observation import HostState, Invocation, Mode, Observation, OutcomeKind, TurnRecord
from harness.runner.processes import is_alive, kill, living_children, settle
from harness.runner.records import NotPlayed, PlayResult
from harness.runner.workspace import Cell, Seat, invocation
from harness.scenario import Resume, Scenario, Start, Step
from harness.subjects.base import (
    Done,
    DriverBroke,
    HostCrashed,
    HostHung,
    NotApplicable,
    PlayEnd,
    Subject,
    classify,
)
from harness.subjects.driver import DriverSession

SETTLE_S: Final = 0.5
"""How long a codex process may take to end by itself before it counts as left alive."""

QUIET_S: Final = 0.1
"""How long nothing may come from an SDK before a hanging turn is cancelled."""

_POLL_S: Final = 0.005
_RACED: Final = frozenset({"lifecycle.ending", "lifecycle.signals"})
_OK: Final[tuple[HostState, str]] = ("ok", "")


@dataclass(slots=True)
class _Recorder:
    """Collects what a driver reports during a play and answers its gates with what the kernel says."""

    subject: Subject
    driver_pid: int
    cell: Cell
    turns: dict[int, TurnRecord] = field(default_factory=dict)
    events: dict[int, list[JsonValue]] = field(default_factory=dict)
    earlier: frozenset[int] = frozenset()

    async def __call__(self, message: dict[str, JsonValue]) -> None:
        turn = cast("int", message["turn"])
        record = self.turns.setdefault(turn, TurnRecord())
        match message["kind"]:
            case "event":
                self.events.setdefault(turn, []).append(message["event"])
            case "gate" if message["gate"] == "created":
                # One that was started early and has ended by now has journaled before the journals are read.
                started = (living_children(self.driver_pid) | self._journaled()) - self.earlier
                self.turns[turn] = replace(record, started_before_read=len(started))
            case "gate":
                left = await settle(self.pids(), SETTLE_S)
                self.turns[turn] = replace(record, alive_at_end=len(left))
                self.earlier = self._journaled() | left
            case "result":
                self.turns[turn] = replace(record, outcome="result", result=message["result"])
            case "error":
                error = cast("dict[str, JsonValue]", message["error"])
                kind = classify(self.subject, error)
                self.turns[turn] = replace(record, outcome="error", error={**error, "kind": kind})
            case "thread_id":
                self.turns[turn] = replace(record, thread_id=message["thread_id"])
            case outcome:
                self.turns[turn] = replace(record, outcome=cast("OutcomeKind", outcome))

    def pids(self) -> frozenset[int]:
        """Every process of this play that lives: descendants of the driver, and whoever journaled."""
        journaled = frozenset(pid for pid in self._journaled() if is_alive(pid))
        return living_children(self.driver_pid) | journaled

    def _journaled(self) -> frozenset[int]:
        return frozenset(cast("int", entry["pid"]) for entry in self.cell.journals())

    def count(self) -> int:
        """How many events have come."""
        return sum(map(len, self.events.values()))

    def records(self) -> tuple[TurnRecord, ...]:
        """The turns so far, in order."""
        return tuple(
            replace(record, events=tuple(self.events.get(turn, ())))
            for turn, record in sorted(self.turns.items())
        )


async def play(
    scenario: Scenario, mode: Mode, session: DriverSession, seat: Seat, cell: Cell
) -> PlayResult:
    """Play ``scenario`` once and say what was seen. Leaves no process and an empty temp folder.

    Returns:
        the observation (also when the host crashed or hung: that is an observation), or ``NotPlayed`` when the driver
        said that the scenario does not apply or violated the driver protocol.
    """
    before = cell.modes()
    recorder = _Recorder(session.subject, session.pid, cell)
    started = time.perf_counter()
    end = await _converse(scenario, mode, session, cell, recorder)
    duration_ms = (time.perf_counter() - started) * 1000
    left = await settle(recorder.pids(), SETTLE_S)
    leftovers = await _settled_files(seat)
    try:
        match end:
            case NotApplicable():
                return NotPlayed(why="not_applicable", reason=end.reason)
            case DriverBroke():
                return NotPlayed(why="driver", reason=end.message)
            case Done():
                host, detail = _OK
            case HostCrashed():
                host, detail = "crashed", f"exit {end.returncode}"
            case HostHung():
                host, detail = "hung", f"no end within {scenario.deadline_s:g} s"
        return Observation(
            scenario=scenario.id,
            subject=session.subject.name,
            mode=mode,
            invocations=_invocations(scenario, cell, left),
            turns=recorder.records(),
            host=host,
            host_detail=detail,
            leftovers=leftovers,
            modes_changed=_changes(before, cell.modes()),
            places=_places(cell, seat),
            base_env=_base_env(scenario, cell, seat),
            stderr=session.stderr_tail(),
            duration_ms=duration_ms,
        )
    finally:
        await kill(left)
        seat.sweep()


async def _settled_files(seat: Seat) -> tuple[str, ...]:
    """What lies in the temp folder for longer than ``SETTLE_S``: an SDK removes its files after the end of codex."""
    deadline = asyncio.get_running_loop().time() + SETTLE_S
    left = seat.leftovers()
    while left and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(_POLL_S)
        left = seat.leftovers()
    return left


async def _converse(
    scenario: Scenario, mode: Mode, session: DriverSession, cell: Cell, recorder: _Recorder
) -> PlayEnd:
    trigger = asyncio.create_task(_cancel_when_hanging(scenario, session, recorder))
    try:
        return await session.run(request_for(scenario, mode, cell), recorder, scenario.deadline_s)
    finally:
        trigger.cancel()
        await asyncio.wait({trigger})
        if not trigger.cancelled():
            trigger.result()


def _invocations(scenario: Scenario, cell: Cell, left: frozenset[int]) -> tuple[Invocation, ...]:
    return tuple(
        invocation(
            entry,
            alive=cast("int", entry["pid"]) in left,
            free_end=_ends_by_itself(scenario, entry["turn"]),
        )
        for entry in cell.journals()
    )


async def _cancel_when_hanging(
    scenario: Scenario, session: DriverSession, recorder: _Recorder
) -> None:
    """Send ``cancel`` once for each turn that asks for it, when one more invocation has journaled that it hangs."""
    wanted = sum(turn.consume == {"abort": "when_hanging"} for turn in scenario.turns)
    cancelled: set[JsonValue] = set()
    while len(cancelled) < wanted:
        for entry in recorder.cell.journals():
            if entry["stage"] == "hanging" and entry["pid"] not in cancelled:
                cancelled.add(entry["pid"])
                await _quiet(recorder)
                await session.cancel()
        await asyncio.sleep(_POLL_S)


async def _quiet(recorder: _Recorder) -> None:
    """Wait until no event has come for ``QUIET_S``: whether a cancelled SDK still shows what it had read is chance."""
    while True:
        before = recorder.count()
        await asyncio.sleep(QUIET_S)
        if recorder.count() == before:
            return


def request_for(scenario: Scenario, mode: Mode, cell: Cell) -> dict[str, JsonValue]:
    """The ``run`` request of a play (``schemas/driver.json``), with the cell's paths in place of labels."""
    turns = itertools.count()
    steps: list[JsonValue] = [cell.fill(_wire_step(step, mode, turns)) for step in scenario.steps]
    return {"codex": str(cell.codex), "client": cell.fill(scenario.client), "steps": steps}


def _wire_step(step: Step, mode: Mode, turns: Iterator[int]) -> JsonValue:
    match step:
        case Start(options=options):
            return {"op": "start", "options": options}
        case Resume(thread_id=thread_id, options=options):
            return {"op": "resume", "thread_id": thread_id, "options": options}
        case _:
            return {
                "op": "turn",
                "turn": next(turns),
                "mode": mode,
                "input": step.input,
                "options": step.options,
                "consume": step.consume,
            }


def _ends_by_itself(scenario: Scenario, turn: JsonValue) -> bool:
    if any(one.check in _RACED for one in scenario.outcomes):
        # The scenario says itself what chance may give, so what was seen is kept as it is.
        return False
    turns = cast("list[dict[str, JsonValue]]", scenario.script["turns"])
    played = [turns[turn]] if isinstance(turn, int) else turns
    return not any(
        "hang" in action
        for one in played
        for action in cast("list[dict[str, JsonValue]]", one["do"])
    )


def _places(cell: Cell, seat: Seat) -> dict[str, str]:
    return {
        "<CODEX>": str(cell.codex),
        "<CWD>": str(cell.work),
        "<CELL>": str(cell.root),
        "<TMP>": str(seat.root / "tmp"),
        "<HOME>": str(seat.root / "home"),
        "<HOST>": str(seat.root / "cwd"),
    }


def _base_env(scenario: Scenario, cell: Cell, seat: Seat) -> dict[str, str]:
    given = scenario.client.get("env")
    return seat.environment() if given is None else cast("dict[str, str]", cell.fill(given))


def _changes(before: dict[str, int], after: dict[str, int]) -> tuple[str, ...]:
    return tuple(
        f"{path}: {before[path]:o} -> {after[path]:o}"
        for path in sorted(before.keys() & after.keys())
        if before[path] != after[path]
    )
