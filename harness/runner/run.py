"""IO: one whole parity run, from scenarios and subjects to a finished JSONL. See ``schemas/run.json`` for the lines."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from harness import golden
from harness.baseline.entries import Entry
from harness.baseline.scope import for_cell
from harness.errors import NothingSelected, RuntimeMissing
from harness.jsonvalue import JsonValue
from harness.normalize.chain import NORMALISER
from harness.observation import Mode
from harness.real.evidence import confirmed_by
from harness.real.kept_evidence import read_evidence
from harness.real.releases import Release
from harness.root import Root
from harness.runner import judge
from harness.runner.baselines import read_baseline
from harness.runner.closing import Expected, close
from harness.runner.lab import (
    Crew,
    Lab,
    RunFile,
    header,
    lab,
    muster,
    scripts_of,
    stopwatch,
)
from harness.runner.part import Part, baselines_sha256
from harness.runner.records import PlayKey, PlayResult, SubjectState
from harness.runner.reruns import RERUN_S, again, rerun_line
from harness.runner.undecided import TRIES, is_undecided
from harness.scenario import Scenario
from harness.storage import read_text
from harness.subjects.base import Subject
from harness.subjects.matrix import family_of, is_pinned, runtime_label
from harness.wire.schemas import SchemaSet

MissingRuntime: TypeAlias = Literal["report", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run.

    Args:
        subjects: the SDKs under test; ``reference`` is played beside them.
        selection: the filter the scenarios were chosen by, or None for all.
        catalogue: every scenario id there is, for unknown ids in a baseline.
        missing_runtime: whether a subject whose runtime is not on this machine fails the run.
        goldens: whether the golden files take part.
        baselines: whether expected differences are looked up; without them every difference counts.
        replay: the command that shows a cell again, with ``{scenario}`` and ``{subject}`` in it.
        real: the released codex to play in front of, in place of the mock; ``scenarios`` are then those of ``lane.choose``.
        others: ids of the selected scenarios that this lane cannot play.
        rerun: how often a cell that no baseline explains is played again, alone and after everything else.
        part: the shard of a plan that this is; None: the run stands for itself.
    """

    root: Root
    schemas: SchemaSet
    scenarios: Sequence[Scenario]
    subjects: Sequence[Subject]
    reference: Subject
    selection: str | None
    catalogue: frozenset[str]
    jobs: int
    command: Sequence[str]
    out: Path
    missing_runtime: MissingRuntime = "report"
    goldens: bool = True
    baselines: bool = True
    replay: str = judge.REPLAY
    rerun: int = 0
    real: Release | None = None
    others: Sequence[str] = ()
    part: Part | None = None
    on_result: Callable[[dict[str, JsonValue]], None] = field(default=lambda _: None)
    on_total: Callable[[int], None] = field(default=lambda _: None)
    on_rerun: Callable[[dict[str, JsonValue]], None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended: the exit code, why in one sentence, and every line but observations."""

    exit: int
    reason: str
    results: tuple[dict[str, JsonValue], ...]


@dataclass(slots=True)
class _Sheet:
    """What has been seen so far, and what is still awaited before a cell can be judged."""

    plan: Plan
    states: Mapping[str, SubjectState]
    goldens: Mapping[str, judge.GoldenRead]
    baselines: Mapping[str, tuple[Entry, ...]]
    file: RunFile
    plays: dict[PlayKey, PlayResult] = field(default_factory=dict)
    results: list[dict[str, JsonValue]] = field(default_factory=list)
    reruns: list[dict[str, JsonValue]] = field(default_factory=list)
    left_out: int = 0
    undecided: dict[PlayKey, PlayResult] = field(default_factory=dict)
    _judged: set[tuple[str, str]] = field(default_factory=set)

    def take(self, key: PlayKey, result: PlayResult) -> None:
        """Note one play; judge and write every cell that is complete with it. One that is undecided is kept back."""
        scenario = next(one for one in self.plan.scenarios if one.id == key.scenario)
        if is_undecided(scenario, result):
            self.undecided[key] = result
            return
        self.settle(scenario, key, result)

    def settle(self, scenario: Scenario, key: PlayKey, result: PlayResult) -> None:
        """Note a play as it is; judge and write every cell that is complete with it."""
        self.plays[key] = result
        for line in judge.observation_lines(key, result):
            self.file.write(line)
        for subject in self.plan.subjects:
            cell = (scenario.id, subject.name)
            wanted = [
                PlayKey(scenario=scenario.id, subject=name, mode=mode)
                for name in (self.plan.reference.name, subject.name)
                for mode in scenario.modes
            ]
            if cell not in self._judged and all(one in self.plays for one in wanted):
                self._judged.add(cell)
                self.write(self.judge(scenario, self.states[subject.name], self.plays))

    def write(self, line: dict[str, JsonValue]) -> None:
        """Write one result line and tell whoever shows progress."""
        self.results.append(line)
        self.file.write(line)
        self.plan.on_result(line)

    def judge(
        self, scenario: Scenario, state: SubjectState, plays: Mapping[PlayKey, PlayResult]
    ) -> dict[str, JsonValue]:
        """The result line of one cell, made of ``plays``."""
        name = state.name
        reference = self.plan.reference.name
        return judge.result_line(
            judge.Cell(
                scenario=scenario,
                state=state,
                reference_state=self.states[reference],
                reference=_of(plays, scenario, reference),
                sdk=_of(plays, scenario, name),
                golden=self.goldens[scenario.id],
                expected=_scoped(self.baselines, state),
                expected_of_golden=self.baselines.get(self.goldens[scenario.id].subject, ()),
                replay=_replay_of(self.plan, name),
            )
        )


def _replay_of(plan: Plan, name: str) -> str:
    """The command that shows a cell of a subject again; one that was given by its path is not found by its name."""
    given = next(one.given for one in plan.subjects if one.name == name)
    return plan.replay if given is None else plan.replay.replace("{subject}", shlex.quote(given))


def _of(
    plays: Mapping[PlayKey, PlayResult], scenario: Scenario, subject: str
) -> dict[Mode, PlayResult]:
    return {
        mode: plays[PlayKey(scenario=scenario.id, subject=subject, mode=mode)]
        for mode in scenario.modes
    }


async def run(plan: Plan) -> RunEnd:
    """Run a plan and write ``<out>/run.jsonl``. Cancelling it leaves the file without a footer and no process behind.

    Raises:
        NothingSelected: no scenario selected.
        HarnessFault: the mock could not be built, a golden or a baseline cannot be read.
    """
    if not plan.scenarios:
        hint = "`codex-parity list` shows them all."
        if plan.others:
            hint = f"{len(plan.others)} are selected, none of them has a `model` part."
        raise NothingSelected("no scenario selected", hint=hint)
    clock = stopwatch()
    goldens = _read_goldens(plan)
    families = {one.family for one in plan.subjects} if plan.baselines else set()
    baselines = {name: _expected(plan, name) for name in sorted(families)}
    with RunFile(plan.out / "run.jsonl") as file:
        async with lab(scripts_of(plan.scenarios), plan.schemas, plan.root.home, plan.real) as rig:
            states = await muster([plan.reference, *plan.subjects], rig)
            by_name = {state.name: state for state in states}
            _write_head(plan, states, goldens, baselines, file)
            sheet = _Sheet(
                plan=plan, states=by_name, goldens=goldens, baselines=baselines, file=file
            )
            await _play_all(plan, by_name, rig, sheet)
            await _play_again(plan, by_name, rig, sheet)
        end = _footer(plan, by_name, sheet, clock())
        file.write(end)
    code, reason = int(str(end["exit"])), str(end["exit_reason"])
    return RunEnd(exit=code, reason=reason, results=tuple(sheet.results))


def _write_head(
    plan: Plan,
    states: Sequence[SubjectState],
    goldens: Mapping[str, judge.GoldenRead],
    baselines: Mapping[str, tuple[Entry, ...]],
    file: RunFile,
) -> None:
    shard = (
        None
        if plan.part is None
        else plan.part.to_json(
            baselines=baselines_sha256(baselines),
            goldens=plan.goldens,
            missing_runtime=plan.missing_runtime,
            rerun=plan.rerun,
        )
    )
    file.write(
        header(
            real=plan.real,
            others=plan.others,
            reference=plan.reference.name,
            normaliser=NORMALISER,
            states=states,
            scenarios=plan.scenarios,
            selection=plan.selection,
            command=plan.command,
            shard=shard,
        )
    )
    evidence = read_evidence(plan.root)
    for scenario in plan.scenarios:
        by = confirmed_by(scenario, evidence)
        file.write(judge.scenario_line(scenario, goldens[scenario.id], by))
        for line in judge.golden_lines(goldens[scenario.id]):
            file.write(line)


async def _play_all(
    plan: Plan, states: Mapping[str, SubjectState], rig: Lab, sheet: _Sheet
) -> None:
    ready = [state for state in states.values() if state.ready]
    plan.on_total(len(plan.scenarios) * len(plan.subjects))
    reference = states[plan.reference.name]
    for subject in plan.subjects:
        state = states[subject.name]
        blocked = next((one for one in (state, reference) if not one.ready), None)
        again_by = _replay_of(plan, subject.name)
        if blocked is not None:
            for scenario in plan.scenarios:
                sheet.write(
                    judge.could_not_run_line(scenario, state, blocked.reason or "", again_by)
                )
    if not reference.ready or len(ready) == 1:
        # Nobody is left to compare the reference with, or nothing to compare them with.
        return
    subjects = {one.name: one for one in (plan.reference, *plan.subjects)}
    crew = Crew(rig=rig, subjects=subjects, jobs=plan.jobs, on_play=sheet.take)
    await crew.run(
        [
            (scenario, state, mode)
            for scenario in plan.scenarios
            for mode in scenario.modes
            for state in ready
        ]
    )
    await _decide(plan, states, rig, sheet)


async def _decide(plan: Plan, states: Mapping[str, SubjectState], rig: Lab, sheet: _Sheet) -> None:
    """Play what could not be decided again, one after the other; in the end take it as it is."""
    scenarios = {one.id: one for one in plan.scenarios}
    subjects = {one.name: one for one in (plan.reference, *plan.subjects)}
    for _ in range(TRIES):
        open_ones, sheet.undecided = sheet.undecided, {}
        crew = Crew(rig=rig, subjects=subjects, jobs=1, on_play=sheet.take)
        await crew.run(
            [(scenarios[one.scenario], states[one.subject], one.mode) for one in open_ones]
        )
    for key, result in sheet.undecided.items():
        sheet.settle(scenarios[key.scenario], key, result)


async def _play_again(
    plan: Plan, states: Mapping[str, SubjectState], rig: Lab, sheet: _Sheet
) -> None:
    """Play each cell that shows something new again, alone, and write what that says of it."""
    clock = stopwatch()
    cells = again(sheet.results) if plan.rerun else []
    scenarios = {one.id: one for one in plan.scenarios}
    subjects = {one.name: one for one in (plan.reference, *plan.subjects)}
    first = {(str(line["scenario"]), str(line["subject"])): line for line in sheet.results}
    for number, (name, subject) in enumerate(cells):
        if clock() > RERUN_S * 1000:
            sheet.left_out = len(cells) - number
            return
        later: list[dict[str, JsonValue]] = []
        for _ in range(plan.rerun):
            plays: dict[PlayKey, PlayResult] = {}
            crew = Crew(rig=rig, subjects=subjects, jobs=1, on_play=plays.__setitem__)
            await crew.run(
                [
                    (scenarios[name], states[one], mode)
                    for mode in scenarios[name].modes
                    for one in (plan.reference.name, subject)
                ]
            )
            later.append(sheet.judge(scenarios[name], states[subject], plays))
        line = rerun_line(first[name, subject], later)
        sheet.reruns.append(line)
        sheet.file.write(line)
        plan.on_rerun(line)


def _footer(
    plan: Plan, states: Mapping[str, SubjectState], sheet: _Sheet, duration_ms: float
) -> dict[str, JsonValue]:
    return close(
        Expected(
            scenarios=plan.scenarios,
            others=plan.others,
            catalogue=plan.catalogue,
            codex=None if plan.real is None else plan.real.version,
            whole=plan.selection is None and plan.part is None,
            baselines=sheet.baselines,
            goldens=list(sheet.goldens.values()) if plan.goldens and plan.real is None else [],
            evidence=read_evidence(plan.root),
            fail_on_missing_runtime=plan.missing_runtime == "fail",
        ),
        states=list(states.values()),
        results=sheet.results,
        reruns=sheet.reruns,
        not_rerun=sheet.left_out,
        finished_at=dt.datetime.now(tz=dt.UTC),
        duration_ms=duration_ms,
    )


def _scoped(baselines: Mapping[str, tuple[Entry, ...]], state: SubjectState) -> tuple[Entry, ...]:
    """The expected differences that speak of a cell."""
    return for_cell(
        baselines.get(family_of(state.name), ()),
        version=state.fact("version"),
        runtime=runtime_label(state.fact("runtime")),
        pinned=is_pinned(state.name),
    )


def _expected(plan: Plan, family: str) -> tuple[Entry, ...]:
    """The baseline, as far as it speaks of the lane."""
    return read_baseline(plan.root, family, "mock" if plan.real is None else "real")


def _read_goldens(plan: Plan) -> dict[str, judge.GoldenRead]:
    found: dict[str, judge.GoldenRead] = {}
    for scenario in plan.scenarios:
        if plan.real is not None:
            found[scenario.id] = judge.GoldenRead.of_other_lane(scenario)
            continue
        path = plan.root.golden / golden.file_name(scenario.id)
        text = read_text(path) if plan.goldens else None
        read = None if text is None else golden.parse(text, str(path))
        found[scenario.id] = judge.GoldenRead.of(scenario, read)
    return found


def require_runtime(states: Sequence[SubjectState]) -> None:
    """Refuse to go on when a subject's runtime is missing.

    Raises:
        RuntimeMissing: names the first one and how to get it.
    """
    for state in states:
        if state.fault == "runtime":
            raise RuntimeMissing(state.reason or "", where=state.name)
