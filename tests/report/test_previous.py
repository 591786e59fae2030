"""A run beside an earlier one."""

from __future__ import annotations

import pytest

from harness.report.previous import Since, since
from tests.report import runs
from tests.report.runs import ONE, Line


def moved(then: Line, now: Line) -> list[str]:
    """The sorts that have a move, when ``left`` went from ``then`` to ``now``."""
    found = since(runs.played(now, runs.result("right")), runs.played(then, runs.result("right")))
    assert found.same == (0 if any(moves for _, _, moves in found.sorts) else 1) + 1
    return [name for name, _, moves in found.sorts if moves]


MATCH = runs.result("left")
RED = runs.divergence("left")
OTHER = runs.divergence("left", runs.difference(fingerprint="f" * 12))
KNOWN = runs.result("left", "known", differences=[runs.difference(known=runs.known())])
FIXED = runs.result("left", "fixed")
AWAY = runs.result("left", "could_not_run")


@pytest.mark.parametrize(
    ("then", "now", "sorts"),
    [
        (MATCH, MATCH, []),
        (MATCH, RED, ["regressed"]),
        (MATCH, AWAY, ["regressed"]),
        (runs.result("left", "not_applicable"), RED, ["regressed"]),
        (RED, MATCH, ["fixed"]),
        (AWAY, MATCH, ["fixed"]),
        (MATCH, FIXED, []),
        (RED, OTHER, ["changed"]),
        (RED, KNOWN, ["changed"]),
        (AWAY, runs.result("left", "incomplete"), ["changed"]),
        (RED, RED, []),
    ],
)
def test_a_cell_regresses_is_fixed_changes_or_stays(
    then: Line, now: Line, sorts: list[str]
) -> None:
    """Issue: regressed, fixed, changed, new, gone."""
    assert moved(then, now) == sorts


def test_cosmetic_differences_move_nothing() -> None:
    """Ours: told, never counted."""
    plain = runs.divergence("left")
    more = runs.divergence(
        "left",
        runs.difference(reference="a", sdk="b"),
        runs.difference(level="cosmetic", fingerprint="c" * 12),
    )

    assert moved(plain, more) == []


def test_what_came_and_what_went_is_told() -> None:
    """Issue: new, gone."""
    small = runs.played(
        runs.result("left"),
        head=runs.header(subjects=[runs.subject("reference"), runs.subject("left")]),
    )
    both = runs.played(runs.result("left"), runs.result("right"))

    def only(found: Since) -> list[tuple[str, str, str, str | None]]:
        return [(m.subject, m.then, m.now, m.target) for _, _, moves in found.sorts for m in moves]

    assert only(since(both, small)) == [("right", "no result", "match", f"cell-{ONE}--right")]
    assert only(since(small, both)) == [("right", "match", "no result", None)]
    assert since(both, small).run_id == "run-1"
