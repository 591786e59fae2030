"""IO: one play of one scenario to one driver process, recorded as an ``Observation``. Judges nothing."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias, cast

from harness.client.kernel import kill, settle
from harness.jsonvalue import JsonValue
from harness.observation import HostState, Invocation, Mode, Observation
from harness.redaction.labels import Redactor
from harness.runner.recorder import Recorder
from harness.runner.records import NotPlayed, PlayResult
from harness.runner.secrecy import without_secrets
from harness.runner.workspace import Cell, Seat, invocation, prompt_of
from harness.scenario import Scenario
from harness.steps import Resume, Start, Step, Together, Turn
from harness.subjects.base import Done, DriverBroke, HostCrashed, HostHung, NotApplicable, PlayEnd
from harness.subjects.driver import DriverSession

QUIET_S: Final = 0.1
"""How long nothing may come from an SDK before a hanging turn is cancelled."""

_POLL_S: Final = 0.005
_CANCELS: Final[dict[JsonValue, int]] = {"when_hanging": 1, "twice_when_hanging": 2}
_RACED: Final = frozenset({"lifecycle.ending", "lifecycle.signals"})
Deed: TypeAlias = Callable[[Recorder], Coroutine[object, object, None]]
"""What is done beside a play: it is given the recorder of the play, and is cancelled at its end."""

_OK: Final[tuple[HostState, str]] = ("ok", "")


async def play(
    scenario: Scenario,
    mode: Mode,
    session: DriverSession,
    seat: Seat,
    cell: Cell,
    deed: Deed | None = None,
) -> PlayResult:
    """Play ``scenario`` once and say what was seen. Leaves no process of codex and an empty temp folder.

    Args:
        scenario, mode: what to play.
        session, seat: the driver and where it lives.
        cell: the folders of this play.
        deed: done beside the play, in place of cancelling turns that ask for it; it may kill the driver itself, and what
            that leaves behind is seen.

    Returns:
        the observation (also when the host crashed or hung: that is an observation), or ``NotPlayed`` when the driver
        said that the scenario does not apply or violated the driver protocol.
    """
    before = cell.modes()
    recorder = Recorder(scenario, session.subject, session.pid, cell)
    try:
        started = time.perf_counter()
        end = await _converse(scenario, mode, session, recorder, deed)
        duration_ms = (time.perf_counter() - started) * 1000
        timing = recorder.clock.read()
        left = await settle(recorder.codexes() | recorder.descendants(), cell.settle_s)
        leftovers = await _settled_files(seat, cell.settle_s)
        if isinstance(end, NotApplicable | DriverBroke):
            return _not_played(end, Redactor(scenario.secrets))
        host, detail = _host(end, scenario.deadline_s)
        seen = _observation(scenario, session, seat, cell, recorder, left)
        whole = replace(
            seen,
            mode=mode,
            host=host,
            host_detail=detail,
            leftovers=leftovers,
            modes_changed=_changes(before, cell.modes()),
            duration_ms=duration_ms,
            timing=timing,
        )
        return without_secrets(whole, scenario.secrets)
    finally:
        await kill(recorder.codexes() | recorder.descendants())
        seat.sweep()


def _host(end: Done | HostCrashed | HostHung, deadline_s: float) -> tuple[HostState, str]:
    match end:
        case Done():
            return _OK
        case HostCrashed():
            return "crashed", f"exit {end.returncode}"
        case HostHung():
            return "hung", f"no end within {deadline_s:g} s"


def _observation(
    scenario: Scenario,
    session: DriverSession,
    seat: Seat,
    cell: Cell,
    recorder: Recorder,
    left: frozenset[int],
) -> Observation:
    """What recorder, journals and kernel say of a play; how the host ended is for the caller to say."""
    invocations = _invocations(scenario, cell, left)
    turns = recorder.records()
    spawned = len(left & recorder.descendants())
    return Observation(
        scenario=scenario.id,
        subject=session.subject.name,
        mode="run",
        invocations=invocations,
        turns=turns,
        descendants=spawned if cell.observes_descendants(scenario) else None,
        places=_places(cell, seat, [repr(invocations), repr(turns)]),
        requests=cell.requests(),
        not_observed=scenario.not_observed,
        not_offered=cell.not_offered(),
        unforeseen=cell.unforeseen(),
        base_env=_base_env(scenario, cell, seat),
        stderr=session.stderr_tail(),
        cancels_unbegun=scenario.cancels_unbegun,
        secrets=tuple(scenario.secrets.values()) if "surfaced.secrets" in scenario.checks else (),
    )


async def _settled_files(seat: Seat, seconds: float) -> tuple[str, ...]:
    """What lies in the temp folder for longer than ``seconds``: an SDK removes its files after the end of codex."""
    deadline = asyncio.get_running_loop().time() + seconds
    left = seat.leftovers()
    while left and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(_POLL_S)
        left = seat.leftovers()
    return left


def _not_played(end: NotApplicable | DriverBroke, redactor: Redactor) -> NotPlayed:
    """What the driver gave as its reason may hold what it was given."""
    match end:
        case NotApplicable():
            return NotPlayed(why="not_applicable", reason=redactor.text(end.reason))
        case DriverBroke():
            return NotPlayed(why="driver", reason=redactor.text(end.message))


async def _converse(
    scenario: Scenario,
    mode: Mode,
    session: DriverSession,
    recorder: Recorder,
    deed: Deed | None,
) -> PlayEnd:
    beside = _cancel_when_hanging(scenario, session, recorder) if deed is None else deed(recorder)
    trigger = asyncio.ensure_future(beside)
    request = request_for(scenario, mode, recorder.cell)
    try:
        return await session.run(
            request, recorder, scenario.deadline_s, keep_orphans=deed is not None
        )
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
            told=_told(scenario, entry["turn"]),
        )
        for entry in _by_turn(scenario, cell.journals())
    )


def _told(scenario: Scenario, turn: JsonValue) -> str | None:
    asked = "surfaced.stderr" in scenario.checks and isinstance(turn, int)
    return scenario.stderr_of(cast("int", turn)) if asked else None


def _by_turn(
    scenario: Scenario, journals: list[dict[str, JsonValue]]
) -> list[dict[str, JsonValue]]:
    """In the order of the turns, where turns run at the same time: which codex started first is chance there.

    A codex belongs to the turn whose prompt it read; one that read none of them comes last.
    """
    if not scenario.beside:
        return journals
    prompts = [turn.input for turn in scenario.turns]
    return sorted(
        journals,
        key=lambda entry: (
            prompts.index(said) if (said := prompt_of(entry)) in prompts else len(prompts)
        ),
    )


async def _cancel_when_hanging(
    scenario: Scenario, session: DriverSession, recorder: Recorder
) -> None:
    """Send ``cancel``, once or twice, for each turn that asks for it, when its codex has journaled that it hangs."""
    wanted = [turn for turn in scenario.turns if turn.aborts in _CANCELS]
    cancelled: set[JsonValue] = set()
    while wanted:
        for entry in recorder.cell.journals():
            if entry["stage"] == "hanging" and entry["pid"] not in cancelled:
                cancelled.add(entry["pid"])
                turn = _asks(wanted, prompt_of(entry), scenario)
                if turn is not None:
                    wanted.remove(turn)
                    await _quiet(recorder)
                    for _ in range(_CANCELS[turn.aborts]):
                        await session.cancel()
        await asyncio.sleep(_POLL_S)


def _asks(wanted: Sequence[Turn], prompt: str | None, scenario: Scenario) -> Turn | None:
    """The turn that is to be cancelled when the codex with this prompt hangs; turns in a row hang in their order."""
    own = [turn for turn in wanted if turn.input == prompt]
    candidates = own if own or scenario.beside else wanted
    return candidates[0] if candidates else None


async def _quiet(recorder: Recorder) -> None:
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
        case Together():
            return {
                "op": "together",
                "turns": [_wire_step(turn, mode, turns) for turn in step.turns],
            }
        case Turn():
            which: dict[str, JsonValue] = {} if step.thread is None else {"thread": step.thread}
            return {
                "op": "turn",
                "turn": next(turns),
                "mode": mode,
                **which,
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


def _places(cell: Cell, seat: Seat, shown: Sequence[str]) -> dict[str, str]:
    return {
        **cell.places(),
        **cell.labels(shown),
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
