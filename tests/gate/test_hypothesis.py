"""A first guess at the cause of a regression."""

from __future__ import annotations

from typing import Any, cast

import pytest

from harness.gate.hypothesis import hypothesis
from harness.report.records import Difference
from tests.report import runs


def seen(**changes: Any) -> Difference:
    """A difference as a run holds it."""
    line = runs.difference(reference="a", sdk="b", path="$.item.text", **changes)
    model = runs.played(runs.divergence("left", line), runs.result("right"))
    return model.cells[runs.ONE, "left"].unknown[0]


@pytest.mark.requirement("R4-9", "F14")
@pytest.mark.parametrize(
    ("cls", "words"),
    [
        ("missing", "Dropped while reading: look at what decodes `$.item.text`"),
        ("extra", "Made up while reading: look for a default of `$.item.text`"),
        ("type_changed", "Converted while reading: look at the type of `$.item.text`"),
        ("changed", "Altered while reading: look at what decodes `$.item.text`"),
        ("id_mismatch", "Ids are mixed up"),
        ("order_only", "Handed on in another order"),
        ("duplicate", "Handed on twice"),
    ],
)
def test_each_class_of_a_shown_difference_points_to_a_place(cls: str, words: str) -> None:
    """Provenance: REQUIREMENTS.md F14: field dropped in decoding, order, type."""
    assert hypothesis([seen(**{"class": cls})]).startswith(words)


@pytest.mark.parametrize(
    ("plane", "check", "words"),
    [
        ("sent", "sent.argv", "Look at the options that are turned into the command line"),
        ("sent", "sent.requests", "Look at what makes sent.requests"),
        ("lifecycle", "lifecycle.files", "Look at how the SDK starts, ends and cleans up"),
        ("surfaced", "surfaced.error", "Look at how the SDK turns an end of codex into an error"),
    ],
)
def test_each_plane_points_to_a_place(plane: str, check: str, words: str) -> None:
    """Provenance: ours; DESIGN, planes."""
    guess = hypothesis([seen(plane=plane, check=check)])

    assert guess.startswith(words)
    assert guess.endswith("`item.text` is otherwise.")


def test_what_was_surfaced_is_looked_at_before_what_was_left_behind() -> None:
    """Provenance: ours: what a user sees is the nearest to a cause."""
    late = seen(plane="lifecycle", check="lifecycle.files")
    early = seen()

    assert hypothesis([late, early]) == hypothesis([early])


def test_a_difference_of_a_whole_event_is_named_by_its_place() -> None:
    """Provenance: ours."""
    whole = cast("Any", runs.difference(reference=1, path="$", **{"class": "missing"}))
    model = runs.played(runs.divergence("left", whole), runs.result("right"))

    assert "decodes turn 0 event 3" in hypothesis(model.cells[runs.ONE, "left"].unknown)
