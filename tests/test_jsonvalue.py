"""Canonical bytes: the project's only verdict of equality."""

from __future__ import annotations

import json
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsonvalue import (
    DEEPEST,
    NUMBER,
    PAIRS,
    JsonValue,
    allow_deep_values,
    canonical,
    members,
    object_of,
)

VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    """Provenance: DESIGN, Comparison; the order of keys on the wire means nothing."""
    assert canonical({"b": [1, {"d": None, "c": True}], "a": "x"}) == (
        b'{"a":"x","b":[1,{"c":true,"d":null}]}'
    )


def test_values_that_python_calls_equal_have_different_bytes() -> None:
    """Provenance: DESIGN, Comparison (1, 1.0 and true differ; null and absent differ; order of lists counts)."""
    values: list[JsonValue] = [
        1,
        1.0,
        True,
        "1",
        [1],
        {"a": None},
        {},
        [],
        "",
        None,
        0,
        0.0,
        -0.0,
        False,
    ]
    assert len({canonical(value) for value in values}) == len(values)
    assert canonical([1, 2]) != canonical([2, 1])


def test_integers_of_any_size_and_lone_surrogates_survive() -> None:
    """Provenance: ours; JavaScript writes lone surrogates as escapes, and ids may exceed 2^53."""
    assert canonical(2**70) == b"1180591620717411303424"
    assert canonical("\ud800\N{SNOWMAN}\u2028") == b'"\\ud800\\u2603\\u2028"'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_json_is_refused(number: float) -> None:
    """Provenance: RFC 8259 section 6."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical([number])


@given(VALUES)
def test_the_bytes_say_all_there_is_to_the_value(value: JsonValue) -> None:
    """Provenance: ours; what is read back has the same bytes, so nothing was lost."""
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_a_program_of_ours_reads_and_writes_2000_levels() -> None:
    """Provenance: exec.drift.depth-2000; JSON.parse of Node 20 has no limit there."""
    before = sys.getrecursionlimit()
    try:
        allow_deep_values()
        assert sys.getrecursionlimit() >= DEEPEST
        text = "[" * 2000 + "]" * 2000
        assert canonical(json.loads(text)) == text.encode()
        sys.setrecursionlimit(DEEPEST + 1)
        allow_deep_values()
        assert sys.getrecursionlimit() == DEEPEST + 1
    finally:
        sys.setrecursionlimit(before)


def test_an_object_with_a_key_written_twice_keeps_both_and_is_like_no_other() -> None:
    """RFC 8259 section 4 leaves open what a reader does with it; REPORTS.md 1.1: every parser here keeps the last."""
    once = object_of([("a", 2)])
    twice = object_of([("a", 1), ("a", 2)])
    posing = object_of([(PAIRS, [["a", 1], ["a", 2]])])
    number = object_of([(NUMBER, "1e999")])

    assert (once, twice) == ({"a": 2}, {PAIRS: [["a", 1], ["a", 2]]})
    assert posing == {PAIRS: [[PAIRS, [["a", 1], ["a", 2]]]]}
    assert number == {PAIRS: [[NUMBER, "1e999"]]}
    assert members(twice) == members(once) == once
    assert members(posing) == {PAIRS: [["a", 1], ["a", 2]]}
    assert members(5) == {}


@pytest.mark.parametrize("value", [{PAIRS: 5}, {PAIRS: [5]}, {PAIRS: [], "a": 1}])
def test_an_object_that_only_looks_like_pairs_has_its_own_members(
    value: dict[str, JsonValue],
) -> None:
    """Ours: values that were never parsed from text may have any shape."""
    assert members(value) is value
