"""The shares that may not fall."""

from __future__ import annotations

import pytest

from harness.coverage.areas import Area
from harness.coverage.ratchet import fallen, raised
from harness.errors import HarnessFault


def area(name: str, covered: int, of: int, reasons: dict[str, str] | None = None) -> Area:
    shown = {f"p{number}": ("x",) if number < covered else () for number in range(of)}
    return Area(name=name, shown=shown, reasons=reasons or {})


def test_what_is_written_is_kept() -> None:
    """Provenance: issue text: a ratchet in CI."""
    now = [area("words", 2, 3), area("fields", 4, 4)]
    text = raised(now)
    assert "words = 66.6\nfields = 100.0\n" in text
    assert fallen(text, now, "f.toml") == []
    assert fallen(text, [area("words", 3, 3), now[1]], "f.toml") == []


@pytest.mark.requirement("R1-33")
def test_a_share_that_falls_names_what_is_no_longer_shown() -> None:
    """Provenance: ours; holes without a reason come first, five are enough."""
    text = raised([area("words", 9, 9), area("fields", 2, 2)])
    now = [area("words", 1, 9, {"p1": "why"}), area("fields", 1, 2, {"p1": "why"})]
    assert fallen(text, now, "f.toml") == [
        "words: 11.1 % is less than 100.0 %; not shown: p2, p3, p4, p5, p6 ...",
        "fields: 50.0 % is less than 100.0 %; not shown: p1",
    ]


def test_an_area_that_the_file_does_not_know_is_named() -> None:
    """Provenance: ours; a new area must not begin without a floor."""
    assert fallen("[reached]\n", [area("words", 1, 1)], "f.toml") == ["words: not in the file"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[reached", r"not TOML .* @ f\.toml"),
        ("words = 1", r"no table `reached` with a number per area @ f\.toml \$\.reached"),
        ("[reached]\nwords = true", "no table `reached`"),
        ("[reached]\nwords = '9'", "no table `reached`"),
        ("[reached]\nverbs = 9", "no area `verbs` @ f.toml"),
    ],
)
def test_a_file_of_another_form_is_refused(text: str, message: str) -> None:
    """Provenance: ours."""
    with pytest.raises(HarnessFault, match=message):
        fallen(text, [area("words", 1, 1)], "f.toml")
