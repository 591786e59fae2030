"""The page as a whole: the matrix, the causes, the scenarios."""

from __future__ import annotations

from typing import Any

from harness.jsonvalue import JsonValue
from harness.report.model import RunModel
from harness.report.page import BRIEF, FULL, Page, _others, cells, described
from harness.report.page import page as arranged
from tests.report import runs
from tests.report.runs import ONE

GOOD = [runs.result("left"), runs.result("right")]


def page(model: RunModel, **more: Any) -> Page:
    return arranged(model, cells(model), **more)


def test_the_matrix_has_a_field_per_scenario_and_subject_in_families() -> None:
    """FIELD.md row 43."""
    found = page(runs.model(runs.rich_run()))
    items, framing = found.families

    assert [items.name, framing.name] == ["items", "framing"]
    assert [cell.verdict for cell in items.rows[0].cells] == [
        "divergence",
        "known",
        "could_not_run",
    ]
    assert (items.open, framing.open) == (2, 1)
    assert items.rows[0].cells[0].hint == "1 cause, flaky: 3 of 4 plays differ"
    assert framing.rows[0].cells[0].hint == "equal to the reference in every declared check"
    assert items.rows[0].cells[0].target == f"#cell-{ONE}--left"


def test_what_was_never_reached_is_in_the_matrix_without_a_target() -> None:
    """Ours: an interrupted run shows what is missing."""
    found = page(runs.model([runs.header()]))
    (family,) = found.families

    assert family.name == "not reached"
    assert family.rows[0].scenario is None
    assert {cell.target for cell in family.rows[0].cells} == {None}
    assert found.scenarios == ()


def test_causes_say_who_shows_them_and_give_an_example() -> None:
    """FIELD.md row 42."""
    found = page(runs.model(runs.rich_run()))

    assert [cause.who for cause in found.causes] == ["only left"]
    (reason,) = found.known
    assert (reason.who, reason.root.count) == ("right", "1 cell")
    assert reason.example == f"#cell-{ONE}--right"
    assert reason.causes[0].sdk is None
    assert reason.causes[0].id.startswith(f"known-{'b' * 12}-")
    assert found.cosmetic[0].reference is not None
    assert found.causes[0].causes[0].members[0][1] == f"#cell-{ONE}--left"


def test_a_shared_cause_names_all_who_show_it() -> None:
    """Ours."""
    found = page(runs.played(runs.divergence("left"), runs.divergence("right")))

    assert found.causes[0].who == "left and right"


def test_a_scenario_says_what_its_golden_is() -> None:
    """DESIGN: a stale golden is said to be stale."""
    stale = runs.scenario(
        golden={"state": "stale", "reason": "the scenario changed", "provenance": None}
    )

    assert (
        page(runs.played(*GOOD, extra=(stale,))).scenarios[0].golden
        == "stale: the scenario changed"
    )
    assert page(runs.model(runs.rich_run())).scenarios[0].golden == "ok"


def test_the_run_is_described_by_its_versions_and_its_command() -> None:
    """Ours: what a report of yesterday was made with."""
    facts = dict(
        page(runs.played(*GOOD, head=runs.header(filter="family:items", complete=False))).metadata
    )

    assert facts["scenarios"] == "1 scenario, filtered by family:items"
    assert facts["duration"] == "1 min 0 s"
    assert facts["command"] == "codex-parity run"
    assert facts["reference"] == "reference: reference-sdk 1.2.3, Python 3.11.9"


def test_rules_of_the_normaliser_that_replaced_nothing_are_named() -> None:
    """DESIGN, "Comparison": a rule with no hits is reported; weakenings work in the comparison."""
    facts = dict(page(runs.model(runs.rich_run())).metadata)

    assert "own_name" in facts["rules without a hit"]
    assert "weaken" not in facts["rules without a hit"]


def test_an_interrupted_run_has_no_duration() -> None:
    """Ours."""
    facts = dict(page(runs.model([runs.header(reference="other")])).metadata)

    assert facts["duration"] == "interrupted"
    assert facts["reference"] == "other"


def test_a_subject_that_says_nothing_of_itself_is_its_name() -> None:
    """Ours."""
    model = runs.played(
        *GOOD,
        head=runs.header(
            subjects=[runs.subject("left", sdk="", version="", runtime=""), runs.subject("right")]
        ),
    )

    assert described(model.judged[0]) == "left"


def test_each_family_counts_what_each_sdk_shows_what_is_to_be_looked_at_first() -> None:
    """Issue: the matrix with families folded."""
    items, _ = page(runs.model(runs.rich_run())).families
    tallies = {name: [(word.word, count) for word, count in tally] for name, tally in items.counts}

    assert tallies == {
        "left": [("divergence", 1)],
        "right": [("known", 1)],
        "gone": [("could not run", 1)],
    }


def test_failing_cells_are_told_in_full_known_ones_in_brief_and_the_others_are_a_row() -> None:
    """Issue: static first, within a budget."""
    one, two = page(runs.model(runs.rich_run())).scenarios

    assert [(cell.view.cell.subject.name, cell.detail) for cell in one.cells] == [
        ("left", "full"),
        ("right", "brief"),
        ("gone", "row"),
    ]
    assert [cell.detail for cell in two.rows] == ["row", "row", "row"]
    assert two.told == ()


def test_beyond_the_budget_failing_cells_are_told_in_brief_and_then_counted() -> None:
    """Issue: a cut is never silent."""
    names = [f"exec.items.n{number}" for number in range(FULL + BRIEF + 3)]
    lines = [runs.divergence("left", name=name) for name in names]
    head = runs.header(
        scenarios=[*names], subjects=[runs.subject("reference"), runs.subject("left")]
    )
    found = page(runs.played(*lines, head=head))
    details = [view.cells[0].detail for view in found.scenarios]

    assert [details.count(one) for one in ("full", "brief", "row")] == [FULL, BRIEF, 3]
    assert found.cut == 3


def test_a_scenario_with_a_page_of_its_own_is_linked_there() -> None:
    """Issue: files that are too large are split."""
    found = page(runs.model(runs.rich_run()), pages={ONE: "scenarios/x.html"})

    assert found.families[0].rows[0].cells[0].target == f"scenarios/x.html#cell-{ONE}--left"
    assert found.first == f"scenarios/x.html#cell-{ONE}--left"


def test_an_earlier_run_is_compared_and_without_a_difference_there_is_no_first_place() -> None:
    """Issue: comparison with the previous run when there is one."""
    model = runs.played(*GOOD)
    found = page(model, earlier=model)

    assert found.since is not None
    assert (found.since.found.same, found.since.classes) == (2, ())
    assert (found.first, page(model).since) == (None, None)


def test_what_moved_since_an_earlier_run_is_linked_where_it_still_is() -> None:
    """Issue: regressed, fixed, changed, new, gone; the classes are those of `codex-parity diff`."""
    small = runs.header(subjects=[runs.subject("reference"), runs.subject("left")])
    found = page(runs.played(runs.divergence("left"), head=small), earlier=runs.played(*GOOD)).since

    assert found is not None
    assert [(name, [place for _, place in changes]) for name, _, changes in found.classes] == [
        ("new_regression", [f"#cell-{ONE}--left"]),
        ("removed", [None]),
    ]


def test_what_a_header_says_beyond_the_known_fields_is_shown_as_it_is() -> None:
    """Ours: a lane of the real codex adds its version; an older report still shows it."""
    head = runs.header()
    tool: JsonValue = {"version": "1", "python": "3", "platform": "L", "cpus": 4}
    facts = dict(page(runs.played(*GOOD, head={**head, "tool": tool})).metadata)

    assert facts["cpus"] == "4"
    assert "scenarios" in facts
    assert dict(_others({"codex_version": "0.170.0"}, {})) == {"codex version": "0.170.0"}
