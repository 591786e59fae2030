"""The last line of a run: of what is expected and what its lines show."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from harness.baseline.entries import Entry
from harness.jsonvalue import JsonValue
from harness.runner.closing import Expected, close
from harness.runner.judge import GoldenRead, Line
from harness.runner.records import SubjectState
from tests.runner.test_judge import SCENARIO

NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
DECLARED = {"sdk": "s", "version": "1", "language": "l", "runtime": "node 22.1.0"}
ENTRY = Entry(
    fingerprint="0" * 12, check="sent.argv", scenarios=("exec.*",), reason="sdk-bug", because="x"
)
NAMED = replace(ENTRY, scenarios=(SCENARIO.id,))
STALE = GoldenRead(scenario=SCENARIO.id, golden=None, state="stale", reason="was recorded before")
EXPECTED = Expected(
    scenarios=[SCENARIO],
    others=(),
    catalogue=frozenset({SCENARIO.id}),
    codex=None,
    whole=True,
    baselines={"left": (ENTRY,)},
    goldens=(),
    evidence=(),
    fail_on_missing_runtime=False,
)


def state(name: str, *, ready: bool = True) -> SubjectState:
    return SubjectState(
        name=name,
        declared=DECLARED,
        hello={**DECLARED} if ready else None,
        fault=None if ready else "runtime",
        reason=None if ready else "install it",
    )


def result(subject: str = "left", *, fingerprint: str | None = None) -> Line:
    row: JsonValue = {"fingerprint": fingerprint, "level": "contract"}
    return {
        "scenario": SCENARIO.id,
        "subject": subject,
        "verdict": "match" if fingerprint is None else "known",
        "differences": [] if fingerprint is None else [row],
        "checks": {"run/sent.argv": {}},
    }


def closed(
    expected: Expected = EXPECTED,
    *results: Line,
    states: tuple[SubjectState, ...] = (state("reference"), state("left")),
    not_rerun: int = 0,
) -> Line:
    return close(
        expected,
        states=states,
        results=results or (result(),),
        reruns=(),
        not_rerun=not_rerun,
        finished_at=NOON,
        duration_ms=5.0,
    )


def problems(line: Line) -> list[str]:
    rows = line["baseline"]
    assert isinstance(rows, list)
    return [str(one["problem"]) for one in rows if isinstance(one, dict)]


def test_an_entry_that_showed_nowhere_is_stale_only_where_nothing_narrowed_the_run() -> None:
    """Provenance: issue text; a shard is told no stale entry that another shard may show."""
    assert problems(closed()) == ["unused"]
    assert closed()["exit"] == 5
    assert problems(closed(replace(EXPECTED, whole=False))) == []
    assert problems(closed(replace(EXPECTED, codex="0.169.0"))) == []
    assert problems(closed(EXPECTED, result(fingerprint="0" * 12))) == []


def test_an_entry_that_names_a_scenario_is_stale_wherever_that_was_played() -> None:
    """Provenance: baseline/review.py."""
    narrowed = replace(EXPECTED, whole=False, baselines={"left": (NAMED,)})

    assert problems(closed(narrowed)) == ["fixed"]


def test_an_entry_with_an_end_is_looked_at_on_the_day_on_which_the_run_ended() -> None:
    """Provenance: joined again a week later, the same shards give the same run."""
    for end, told in ((NOON.date(), ["expired"]), (dt.date(2026, 12, 1), [])):
        expected = replace(EXPECTED, baselines={"left": (replace(ENTRY, until=end),)})
        assert problems(closed(expected, result(fingerprint="0" * 12))) == told


def test_the_reference_has_no_baseline_and_each_cell_of_a_subject_is_looked_at() -> None:
    """Provenance: decisions/0010, one baseline for all versions."""
    states = (state("reference"), state("left"), state("left+node22"))
    line = closed(EXPECTED, result(), result("left+node22"), states=states)
    rows = line["baseline"]

    assert isinstance(rows, list)
    assert [one["subject"] for one in rows if isinstance(one, dict)] == ["left", "left+node22"]


def test_a_subject_that_could_not_run_proves_no_entry_wrong() -> None:
    """Provenance: decisions/0006."""
    states = (state("reference"), state("left", ready=False))

    assert problems(closed(states=states)) == []


@pytest.mark.parametrize(("cells", "told"), [(0, False), (2, True)])
def test_cells_that_were_not_played_again_are_told(cells: int, told: bool) -> None:
    """Provenance: a run that says nothing of them would call them stable."""
    assert ("2 divergent cells were not" in str(closed(not_rerun=cells)["not_verified"])) is told


def test_time_and_goldens_are_handed_on() -> None:
    """Provenance: schemas/run.json."""
    line = closed(replace(EXPECTED, baselines={}, goldens=(STALE,)))

    assert line["finished_at"] == "2026-11-30T12:00:00.000+00:00"
    assert line["duration_ms"] == 5.0
    assert "golden files stale" in str(line["exit_reason"])
