"""What the classes of a comparison mean for a release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.gate.classes import findings
from harness.report.regressions import regressions
from tests.gate.material import FAILS, ONE, PASSES, TWO, WHO, model, result
from tests.report import runs
from tests.report.gate import base, candidate

BASE, CANDIDATE = runs.model(base()), runs.model(candidate())


@pytest.mark.requirement("R4-6", "R4-7", "F13")
def test_every_class_is_told_with_what_it_does_to_the_decision() -> None:
    """Provenance: REQUIREMENTS.md R4-6 to R4-8, F13."""
    told = {one.name: (one.status, one.exit) for one in findings(regressions(BASE, CANDIDATE))}

    assert told == {
        "new_regression": ("fail", 1),
        "changed_reason": ("fail", 1),
        "infra_error": ("fail", 4),
        "removed": ("fail", 4),
        "flaky_suspect": ("warn", 0),
        "no_baseline": ("warn", 0),
        "known_failing": ("warn", 0),
        "fixed": ("pass", 0),
        "compared": ("pass", 0),
    }


def test_the_first_cell_of_a_class_is_named_with_its_replay_command() -> None:
    """Provenance: ours."""
    first = findings(regressions(model(PASSES), model(FAILS)))[0]

    assert first.command == f"codex-parity replay {ONE} --subject {WHO}"
    assert (
        f"1 cell (equal on the base, differs on the candidate), first {WHO} {ONE}:" in first.detail
    )


def test_a_class_of_which_one_part_blocks_is_told_in_two() -> None:
    """Provenance: ours: what is in quarantine stays visible."""
    both = (FAILS, {**FAILS, "scenario": TWO})
    found = regressions(model(PASSES, result(WHO, name=TWO)), model(*both))
    part = (replace(found.changes[0], quarantine="races"), found.changes[1])

    told = findings(replace(found, changes=part))

    assert [one.status for one in told if one.name == "new_regression"] == ["fail", "warn"]


def test_where_nothing_was_compared_nothing_is_ready() -> None:
    """Provenance: DESIGN: zero cases is never a pass."""
    other = model(result(WHO, name=TWO))
    told = {one.name: one.exit for one in findings(regressions(model(PASSES), other))}

    assert told["compared"] == 4


def test_what_is_not_alike_in_the_runs_is_a_warning() -> None:
    """Provenance: ours."""
    told = findings(regressions(model(PASSES, name=f"{WHO}@1"), model(PASSES, name=f"{WHO}@2")))

    assert [one.detail for one in told if one.name == "not alike"] == [
        f"{WHO}@2 is compared with {WHO}@1"
    ]
    assert all(one.status != "fail" for one in told)


def test_a_removed_cell_has_no_command_when_nobody_judged_it() -> None:
    """Provenance: schemas/regressions.json, replay."""
    cut = [line for line in base() if line["kind"] not in {"result", "footer"}]
    told = findings(regressions(runs.model(cut), runs.model(cut)))

    assert [one.command for one in told if one.name == "infra_error"] == [None]
