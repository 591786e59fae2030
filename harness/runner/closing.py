"""CORE: the last line of a run, made of its lines and of what was expected: for a run that played, and for shards joined."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.baseline.entries import Entry
from harness.baseline.review import Played, review
from harness.jsonvalue import JsonValue
from harness.real.evidence import Evidence
from harness.runner.ending import footer_line, not_seen
from harness.runner.judge import GoldenRead, Line, fingerprints
from harness.runner.records import SubjectState
from harness.runner.reruns import RERUN_S, left_out
from harness.scenario import Scenario
from harness.subjects.matrix import family_of, is_pinned, runtime_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the lines of a run are held against in the end.

    Args:
        scenarios: those that were played, in the form of the lane.
        others: ids of the selected ones that the lane cannot play.
        catalogue: every scenario id there is.
        codex: the released codex, None: the mock.
        whole: whether nothing narrowed the run; only then a baseline entry that showed nowhere is a problem.
        baselines: per family of subjects what is expected, as far as it speaks of the lane.
        goldens: the golden files that take part.
        evidence: what earlier runs of released binaries confirmed.
        fail_on_missing_runtime: whether a missing runtime makes the run incomplete.
    """

    scenarios: Sequence[Scenario]
    others: Sequence[str]
    catalogue: frozenset[str]
    codex: str | None
    whole: bool
    baselines: Mapping[str, Sequence[Entry]]
    goldens: Sequence[GoldenRead]
    evidence: Sequence[Evidence]
    fail_on_missing_runtime: bool


def close(
    expected: Expected,
    *,
    states: Sequence[SubjectState],
    results: Sequence[Line],
    reruns: Sequence[Line],
    not_rerun: int,
    finished_at: dt.datetime,
    duration_ms: float,
) -> dict[str, JsonValue]:
    """The footer.

    Args:
        expected: what the lines are held against.
        states: every subject, the reference first.
        results, reruns: the lines.
        not_rerun: divergent cells for which no time was left to play them again.
        finished_at: also the day on which entries with an end are looked at.
        duration_ms: of the whole run.
    """
    tested = states[1:]
    problems = [
        problem
        for family, entries in expected.baselines.items()
        for problem in review(
            entries,
            played=[
                _played(expected, state, results)
                for state in tested
                if family_of(state.name) == family
            ],
            known_ids=expected.catalogue,
            today=finished_at.date(),
        )
    ]
    return footer_line(
        results,
        states=states,
        problems=problems,
        goldens=expected.goldens,
        unseen=not_seen(expected.scenarios, expected.others, expected.codex, expected.evidence),
        reruns=reruns,
        not_rerun=left_out(not_rerun, RERUN_S) if not_rerun else None,
        fail_on_missing_runtime=expected.fail_on_missing_runtime,
        finished_at=finished_at.isoformat(timespec="milliseconds"),
        duration_ms=duration_ms,
    )


def _played(expected: Expected, state: SubjectState, results: Sequence[Line]) -> Played:
    return Played(
        name=state.name,
        version=state.fact("version"),
        runtime=runtime_label(state.fact("runtime")),
        pinned=is_pinned(state.name),
        cells=fingerprints(results, state.name),
        complete=expected.whole and state.ready and expected.codex is None,
    )
