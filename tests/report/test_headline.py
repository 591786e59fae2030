"""The verdict in one line."""

from __future__ import annotations

import pytest

from harness.report.headline import headline
from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import ONE, TWO, Line

GOOD = [runs.result("left"), runs.result("right")]


def ended(code: int, reason: str = "something happened", *results: Line) -> RunModel:
    return runs.played(
        *(results or GOOD), end=runs.footer(*(results or GOOD), exit=code, exit_reason=reason)
    )


def test_parity_is_said_in_one_line() -> None:
    """REPORTS.md 3.1: verdict in the first screen."""
    head = headline(runs.played(*GOOD))

    assert (head.tone, head.line) == ("ok", "Parity: 2 results equal to the reference")
    assert head.sentence == "Parity: all match."


def test_parity_counts_what_the_baseline_explains() -> None:
    """Ours."""
    results = [
        runs.result("left"),
        runs.result("right", "known", differences=[runs.difference(known=runs.known())]),
    ]

    assert headline(runs.played(*results)).line.endswith(
        "equal to the reference, 1 more differ only as the baseline expects"
    )


def test_parity_names_who_could_not_run() -> None:
    """DESIGN: a skip and a match are different words."""
    head = runs.header(
        subjects=[
            runs.subject("reference"),
            runs.subject("left"),
            runs.subject("right", state="could_not_run", reason="x"),
        ]
    )
    results = [runs.result("left"), runs.result("right", "could_not_run")]

    assert headline(runs.played(*results, head=head)).line == "Parity for left; right could not run"


def test_a_divergence_names_who_and_where_to_look_first() -> None:
    """REPORTS.md 3.1: first divergence in the first screen."""
    head = headline(runs.played(runs.divergence("left"), runs.result("right")))

    assert (head.tone, head.line) == ("bad", "left diverges: 1 new cause in 1 result")
    assert head.sentence == f"First {ONE}, left: `item.text` is otherwise."


def test_a_cause_of_several_scenarios_says_how_many_more() -> None:
    """Ours."""
    results = [
        runs.divergence("left"),
        runs.divergence("left", name=TWO),
        runs.divergence("right"),
        runs.result("right", name=TWO),
    ]
    head = headline(runs.played(*results, head=runs.header(scenarios=[ONE, TWO])))

    assert head.line == "left and right diverge: 1 new cause in 3 results"
    assert f"First {ONE}, left (and 1 more scenario): " in head.sentence


def test_a_divergence_without_a_difference_gives_the_reason_of_the_run() -> None:
    """Ours: a `changed` cell may have nothing new to list."""
    assert (
        headline(
            ended(1, "1 changed", runs.result("left", "changed"), runs.result("right"))
        ).sentence
        == "1 changed."
    )


@pytest.mark.parametrize(
    ("code", "tone", "line"),
    [
        (3, "error", "The harness or a driver failed"),
        (4, "error", "Incomplete: this is not a result"),
        (5, "note", "Stale: the expectations need an update"),
        (77, "error", "The run ended with exit 77"),
    ],
)
def test_every_other_exit_has_its_own_line(code: int, tone: str, line: str) -> None:
    """DESIGN, exit codes."""
    head = headline(ended(code))

    assert (head.tone, head.line, head.sentence) == (tone, line, "Something happened.")


def test_an_interrupted_run_says_so_before_anything_else() -> None:
    """schemas/run.json: a file without a footer may never look green."""
    head = headline(runs.model(runs.run(runs.result("left"))[:-1]))

    assert head.tone == "error"
    assert head.line == "Interrupted: 1 of 2 results are here"
