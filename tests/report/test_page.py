"""The page as a whole: the matrix, the causes, the scenarios."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.report.page import described, page
from tests.report import runs
from tests.report.runs import ONE

GOOD = [runs.result("left"), runs.result("right")]


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
    assert items.rows[0].cells[0].target == f"in-cell-{ONE}--left"


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
    assert reason.example == f"in-cell-{ONE}--right"
    assert reason.causes[0].sdk is None
    assert reason.causes[0].id.startswith(f"known-{'b' * 12}-")
    assert found.cosmetic[0].reference is not None
    assert found.causes[0].causes[0].members[0][1] == f"in-cell-{ONE}--left"


def test_a_shared_cause_names_all_who_show_it() -> None:
    """Ours."""
    found = page(runs.played(runs.divergence("left"), runs.divergence("right")))

    assert found.causes[0].who == "left and right"


def test_the_facts_of_the_reference_are_shown_once_per_scenario() -> None:
    """Ours: equal cells need their facts once."""
    facts: JsonValue = {"sent.env": [{}]}
    lines = [runs.observation("reference", mode=mode, facts=facts) for mode in ("run", "stream")]
    found = page(runs.played(*GOOD, extra=tuple(lines)))

    (fact,) = found.scenarios[0].facts

    assert (fact.check, fact.modes, [one.text for one in fact.values]) == (
        "sent.env",
        "run + stream",
        ["[{}]"],
    )


def test_events_of_the_reference_are_shown_one_by_one_up_to_a_limit() -> None:
    """Ours: a cut is never silent."""
    events: JsonValue = [[{"type": f"kind.{number}"} for number in range(44)], "odd"]
    lines = (runs.observation("reference", facts={"surfaced.events": events, "sent.cwd": ["/"]}),)
    cwd, seen = page(runs.played(*GOOD, extra=lines)).scenarios[0].facts

    assert cwd.check == "sent.cwd"
    assert (len(seen.values), seen.cut) == (40, 5)
    assert seen.values[0].text == '{"type": "kind.0"}'


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


def test_the_command_lines_of_the_reference_are_shown_word_by_word() -> None:
    """REPORTS.md 3.1: argv as each client sent it."""
    found = page(runs.model(runs.rich_run())).scenarios[0]

    assert [row.meaning for row in found.lines[0].rows] == [
        "run without a terminal",
        "events as JSON lines on standard output",
        "the model to ask",
        "the prompt comes from standard input",
    ]
    assert "sent.argv_text" not in [fact.check for fact in found.facts]
