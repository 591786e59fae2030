"""An area of the contract: shares, holes, reasons."""

from __future__ import annotations

from harness.coverage.areas import Area

AREA = Area(
    name="words",
    shown={"a": ("exec.items.x",), "b": (), "c": ()},
    reasons={"b": "nobody can", "a": "was true once"},
)


def test_a_share_is_rounded_down_so_that_100_means_all() -> None:
    """Provenance: ours."""
    many = {str(number): ("x",) for number in range(9999)}
    assert AREA.covered == 1
    assert AREA.share == 33.3
    assert Area(name="n", shown={**many, "hole": ()}, reasons={}).share == 99.9
    assert Area(name="n", shown=many, reasons={}).share == 100.0


def test_a_hole_has_a_reason_or_none() -> None:
    """Provenance: issue text: with the list of holes."""
    assert AREA.holes == {"b": "nobody can", "c": None}


def test_a_reason_for_what_is_shown_is_idle() -> None:
    """Provenance: ours."""
    assert AREA.idle_reasons == ["a"]
