"""What the page's script knows before it opens a scenario."""

from __future__ import annotations

from typing import Any

from harness.report.page import cells
from harness.report.pageindex import index, ledger_line
from harness.report.payload import Chunk
from tests.report import runs
from tests.report.runs import ONE, TWO


def found(**pages: str) -> Any:
    model = runs.model(runs.rich_run())
    every = [one for views in cells(model).values() for one in views]
    chunks = [Chunk(scenarios=(ONE,), text=""), Chunk(scenarios=(TWO,), text="")]
    return index(model, every, chunks, {TWO: "scenarios/x.html"} if pages else {})


def test_each_cell_has_a_row_with_what_its_differences_are_made_of() -> None:
    """Issue: search over everything, filters by verdict, level, plane, family, subject, version."""
    row = found()["cells"][0]

    assert row[:5] == [f"cell-{ONE}--left", ONE, "left", "divergence", "`item.text` is otherwise"]
    assert row[5:9] == [
        ["contract", "cosmetic"],
        ["surfaced", "sent"],
        ["changed", "missing"],
        ["surfaced.events", "sent.argv_text"],
    ]
    assert row[10] == ["0123456789ab", "c" * 12]


def test_it_says_in_which_chunk_or_page_a_scenario_lies() -> None:
    """Issue: on demand."""
    assert found()["places"] == {ONE: [0, 0], TWO: [1, 0]}
    assert found()["pages"] == {}
    assert found(x="y")["pages"] == {TWO: "scenarios/x.html"}


def test_it_has_the_subjects_the_scenarios_and_the_words() -> None:
    """Ours."""
    known = found()

    assert known["subjects"][1] == {
        "name": "left",
        "sdk": "left-sdk",
        "version": "1.2.3",
        "runtime": "Python 3.11.9",
    }
    assert known["scenarios"][ONE][0] == "items"
    assert known["words"]["verdict"]["match"][:2] == ["✓", "match"]
    assert known["words"]["class"]["missing"][1] == "missing"
    assert known["words"]["plane"].keys() == {"sent", "surfaced", "lifecycle"}


def test_the_rules_that_hid_something_are_one_line_with_their_hits() -> None:
    """DESIGN: every replacement is in a ledger that the report shows."""
    model = runs.model(runs.rich_run())
    left, _, gone = cells(model)[ONE]

    assert ledger_line(left) == ["cwd 4\N{MULTIPLICATION SIGN}"]
    assert ledger_line(gone) == []
