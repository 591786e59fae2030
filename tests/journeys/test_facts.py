"""Mirror of ``harness/journeys/facts.py``."""

from __future__ import annotations

import pytest

from harness.journeys.facts import Slice, facts_of
from tests.report import runs
from tests.report.runs import ONE, STREAM_EVENTS, TWO


def known_result(who: str = "left") -> runs.Line:
    """A result whose one difference the baseline expects."""
    return {
        **runs.result(who, "known"),
        "differences": [runs.difference(known=runs.known())],
        "checks": {STREAM_EVENTS: {"state": "differs", "three_way": None}},
    }


def test_what_a_failing_run_must_show_is_taken_from_the_run_file() -> None:
    """Provenance: ours; the page under test is never asked what it should show."""
    facts = facts_of(runs.model(runs.rich_run()))

    assert facts.line == "left diverges: 1 new cause in 1 result"
    assert (facts.red, facts.cells) == (True, 6)
    assert facts.verdict == Slice(value="divergence", word="divergence", cells=1, scenarios=1)
    assert facts.subject == Slice(value="left", word="left", cells=2, scenarios=2)
    assert facts.text == Slice(value=ONE, word=ONE, cells=3, scenarios=1)
    assert facts.first is not None
    assert facts.cell is facts.first
    assert facts.first.by_link
    assert facts.first.place == f"cell-{ONE}--left"
    assert facts.first.replay == f"codex-parity replay {ONE} --subject left"
    assert facts.first.planes == ("lifecycle", "sent", "surfaced")
    assert "`item.text` is otherwise" in facts.first.sentences


@pytest.mark.requirement("F15")
def test_in_a_green_run_the_first_known_difference_is_looked_at_first() -> None:
    """Provenance: issue text, in a green run the first known difference, and say so."""
    facts = facts_of(runs.played(runs.result("right"), known_result()))

    assert not facts.red
    assert facts.first is not None
    assert (facts.first.subject, facts.first.verdict) == ("left", "known")
    assert not facts.first.by_link


def test_what_is_red_without_a_difference_is_looked_at_before_what_is_known() -> None:
    """Provenance: harness/report/assets/page/overview.js, stops()."""
    broken = runs.result("right", "harness_error")
    facts = facts_of(runs.played(known_result(), broken))

    assert facts.red
    assert facts.first is not None
    assert (facts.first.subject, facts.first.by_link) == ("right", False)
    assert facts.first.verdict == "harness error"
    assert facts.first.planes == ()


def test_a_run_in_which_all_is_equal_has_no_first_difference_but_cells() -> None:
    """Provenance: issue text, a journey that a report cannot offer does not apply."""
    facts = facts_of(runs.played(runs.result("left"), runs.result("right")))

    assert facts.first is None
    assert facts.cell is not None
    assert facts.cell.subject == "left"
    assert facts.verdict == Slice(value="match", word="match", cells=2, scenarios=1)
    assert facts.subject == Slice(value="left", word="left", cells=1, scenarios=1)
    assert facts.text == Slice(value=ONE, word=ONE, cells=2, scenarios=1)


def test_a_text_that_is_part_of_another_id_fits_both() -> None:
    """Provenance: docs/reading-the-report.md, the filter takes words."""
    longer = f"{ONE}-twice"
    head = runs.header(scenarios=[ONE, longer])
    lines = [
        head,
        *(line for name in (ONE, longer) for line in (runs.scenario(name), *(
            runs.observation(who, name) for who in ("reference", "left", "right")
        ), runs.result("left", name=name), runs.result("right", name=name))),
    ]  # fmt: skip
    facts = facts_of(runs.model(lines))

    assert facts.text == Slice(value=ONE, word=ONE, cells=4, scenarios=2)


def test_a_run_without_cells_offers_nothing_to_filter() -> None:
    """Provenance: a run that was killed at once."""
    facts = facts_of(runs.model([runs.header()]))

    assert (facts.cells, facts.verdict, facts.subject, facts.text) == (0, None, None, None)
    assert (facts.first, facts.cell) == (None, None)
    assert facts.line.startswith("Interrupted")
    assert TWO not in facts.line
