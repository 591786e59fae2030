"""Field differences of one pair, and that none is ever lost."""

from __future__ import annotations

import copy
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.diff import FieldDifference, field_differences, path_text
from harness.compare.difference import ABSENT
from harness.jsonvalue import JsonValue, canonical

KEYS = st.sampled_from(["a", "__x", "b.c", 'd"e', "d'e", "[0]", "0", "\u0441", "c", "type", ""])
LEAVES: st.SearchStrategy[JsonValue] = st.sampled_from(
    [None, True, False, 0, 1, 1.0, 0.0, -0.0, 2**53, 2**53 + 1, 1e300, "", "1", "a", "\u0430", "e\u0301", "é"]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS, inside, max_size=4),
    max_leaves=12,
)


@pytest.mark.requirement("F1")
@given(VALUES, VALUES)
def test_a_difference_is_found_exactly_when_canonical_bytes_differ(
    left: JsonValue, right: JsonValue
) -> None:
    """REPORTS.md 1.2: the four ways in which diff libraries call different JSON equal."""
    found = field_differences(left, right)

    assert bool(found) == (canonical(left) != canonical(right))
    assert len({one.path for one in found}) == len(found)


@given(st.lists(VALUES, min_size=1, max_size=4), LEAVES, LEAVES, KEYS)
def test_a_changed_member_is_named_by_its_path_alone(
    values: list[JsonValue], before: JsonValue, after: JsonValue, key: str
) -> None:
    """Ours: one mutation is one difference."""
    left: JsonValue = [*values, {"same": 1, key: before}]
    right = copy.deepcopy(left)
    cast("dict[str, JsonValue]", cast("list[JsonValue]", right)[-1])[key] = after

    paths = [one.path for one in field_differences(left, right)]

    assert paths == ([path_text((len(values), key))] if canonical(left) != canonical(right) else [])


@given(VALUES, VALUES)
def test_without_deepdiff_the_same_is_told_or_told_deeper(
    left: JsonValue, right: JsonValue
) -> None:
    """Ours: the walk is what deepdiff is measured against."""
    assert bool(field_differences(left, right, explain=False)) == bool(
        field_differences(left, right)
    )


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [
        ({"a": None}, {}, FieldDifference("missing", "$.a", None, ABSENT)),
        ({}, {"a": None}, FieldDifference("extra", "$.a", ABSENT, None)),
        ({"__x": 1}, {"__x": 2}, FieldDifference("changed", "$.__x", 1, 2)),
        ([1], [True], FieldDifference("type_changed", "$[0]", 1, True)),
        ([1], [1.0], FieldDifference("type_changed", "$[0]", 1, 1.0)),
        ([0], [0, 0], FieldDifference("extra", "$[1]", ABSENT, 0)),
        ([0, 0], [0], FieldDifference("missing", "$[1]", 0, ABSENT)),
        ({"a": -0.0}, {"a": 0.0}, FieldDifference("changed", "$.a", -0.0, 0.0)),
        (1, "1", FieldDifference("type_changed", "$", 1, "1")),
        ({"a": {}}, {"a": []}, FieldDifference("type_changed", "$.a", {}, [])),
    ],
)
def test_each_class_of_difference(
    left: JsonValue, right: JsonValue, difference: FieldDifference
) -> None:
    """REPORTS.md 1.2: among them what deepdiff misses (the sign of zero) and its defaults miss."""
    assert field_differences(left, right) == [difference]


def test_what_deepdiff_did_not_name_is_added_beside_what_it_did() -> None:
    """Ours: one found difference must not hide another."""
    found = field_differences({"a": -0.0, "b": 1}, {"a": 0.0, "b": 2})

    assert [one.path for one in found] == ["$.a", "$.b"]


def test_paths_quote_what_is_no_plain_word() -> None:
    """Ours: a key with a dot is one key."""
    assert path_text(("item", 3, "a.b", 'q"', "x-y")) == '$.item[3]["a.b"]["q\\""].x-y'
    assert path_text(()) == "$"
