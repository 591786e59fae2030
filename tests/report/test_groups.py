"""Differences are grouped by cause, and the odd one out is named."""

from __future__ import annotations

from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import ONE, TWO


def two_scenarios(*results: runs.Line) -> RunModel:
    return runs.played(*results, head=runs.header(scenarios=[ONE, TWO]))


def test_one_cause_over_several_scenarios_is_one_group() -> None:
    """REPORTS.md 3.1: "23 scenarios, one cause"."""
    model = two_scenarios(
        runs.divergence("left"),
        runs.divergence("left", name=TWO),
        runs.result("right"),
        runs.result("right", name=TWO),
    )
    (group,) = model.unknown

    assert group.scenarios == (ONE, TWO)
    assert group.count == 2
    assert group.first.fingerprint == "0123456789ab"


def test_a_cause_in_both_modes_of_a_cell_is_one_member_and_two_differences() -> None:
    """Ours: modes are observed each on its own."""
    both = (runs.difference(), runs.difference(mode="run"))
    (group,) = runs.played(runs.divergence("left", *both), runs.result("right")).unknown

    assert group.count == 2
    assert len(group.members) == 1


def test_the_subject_that_alone_shows_a_cause_is_the_odd_one_out() -> None:
    """FIELD.md row 42."""
    (group,) = runs.played(runs.divergence("left"), runs.result("right")).unknown

    assert group.odd_one_out == "left"
    assert group.who == "only left"


def test_nobody_is_odd_when_all_show_a_cause() -> None:
    """Ours."""
    (group,) = runs.played(runs.divergence("left"), runs.divergence("right")).unknown

    assert group.odd_one_out is None
    assert group.subjects == ("left", "right")
    assert group.who == "left and right"


def test_nobody_is_odd_when_the_others_were_not_compared() -> None:
    """Ours: a subject that never ran says nothing."""
    (group,) = runs.played(runs.divergence("left"), runs.result("right", "not_applicable")).unknown

    assert group.odd_one_out is None


def test_groups_are_ordered_by_what_a_maintainer_looks_at_first() -> None:
    """Ours: unknown, odd one out, level, number of cells."""
    shared = runs.difference(fingerprint="a" * 12)
    minor = runs.difference(fingerprint="b" * 12, level="behaviour")
    major = runs.difference(fingerprint="c" * 12)
    expected = runs.difference(fingerprint="d" * 12, known=runs.known())
    model = runs.played(
        runs.divergence("left", expected, shared, minor, major), runs.divergence("right", shared)
    )

    assert [group.fingerprint[0] for group in model.groups] == ["c", "b", "a", "d"]


def test_one_fingerprint_known_for_two_reasons_is_two_groups() -> None:
    """Ours: each reason is shown with what it explains."""
    one = runs.difference(known=runs.known())
    other = runs.difference(known=runs.known(reason="intended", because=None))
    model = runs.played(
        runs.result("left", "known", differences=[one]),
        runs.result("right", "known", differences=[other]),
    )

    assert [group.known.reason for group in model.known if group.known] == ["sdk-bug", "intended"]


def test_a_cell_tells_apart_what_counts_what_is_expected_and_what_is_cosmetic() -> None:
    """DESIGN, "Comparison": three levels, and the baseline."""
    cosmetic = runs.difference(fingerprint="e" * 12, level="cosmetic")
    expected = runs.difference(fingerprint="f" * 12, known=runs.known())
    cell = runs.played(
        runs.divergence("left", runs.difference(), cosmetic, expected), runs.result("right")
    ).cells[ONE, "left"]

    assert [one.fingerprint[0] for one in cell.unknown] == ["0"]
    assert [one.fingerprint[0] for one in cell.cosmetic] == ["e"]
    assert [one.fingerprint[0] for one in cell.expected] == ["f"]


def test_a_cell_is_flaky_when_its_plays_alone_came_out_otherwise() -> None:
    """Provenance: issue text: a flaky scenario is reported as flaky with its rate."""
    *lines, last = runs.run(runs.divergence("left"), runs.result("right"))
    model = runs.model([*lines, runs.rerun(), last])

    assert model.cells[ONE, "left"].flaky == "3 of 4 plays differ"
    assert model.cells[ONE, "right"].flaky is None
