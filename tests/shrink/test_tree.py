"""Places in a document, and copies with one place changed."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.shrink.tree import at, cut, put, units, walk

DOCUMENT: JsonValue = {"a": [1, {"b": "text"}], "type": "t"}


def test_a_place_is_read_and_changed_in_a_copy() -> None:
    """Provenance: ours; candidates share what they do not change, so nothing may be changed in place."""
    changed = put(DOCUMENT, ("a", 1, "b"), "new")

    assert at(changed, ("a", 1, "b")) == "new"
    assert at(DOCUMENT, ("a", 1, "b")) == "text"
    assert at(changed, ("a", 0)) == 1
    assert put(DOCUMENT, (), 5) == 5


@pytest.mark.parametrize(
    ("value", "count", "shorter"),
    [
        ([1, 2, 3, 4], 4, [1, 4]),
        ("abcd", 4, "ad"),
        ({"a": 1, "b": 2, "c": 3, "d": 4}, 4, {"a": 1, "d": 4}),
        ({"a": 1, "type": "x", "b": 2, "c": 3}, 3, {"a": 1, "type": "x"}),
    ],
)
def test_parts_are_counted_and_taken_away_but_a_type_stays(
    value: JsonValue, count: int, shorter: JsonValue
) -> None:
    """Provenance: ours; an event without its type is another bug, not a smaller one."""
    assert units(value) == count
    assert cut(value, 1, 3) == shorter


@pytest.mark.parametrize("value", [None, 5, True, 1.5])
def test_what_has_no_parts_can_lose_none(value: JsonValue) -> None:
    """Provenance: ours."""
    assert units(value) == 0
    with pytest.raises(AssertionError):
        cut(value, 0, 1)


def test_a_walk_gives_what_is_near_the_root_first() -> None:
    """Provenance: ours; what is near the root takes most with it."""
    assert [place for place, _ in walk(DOCUMENT)] == [
        (), ("a",), ("type",), ("a", 0), ("a", 1), ("a", 1, "b"),
    ]  # fmt: skip
