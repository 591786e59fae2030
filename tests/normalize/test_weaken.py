"""What a side's types cannot express, taken from both alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsonvalue import JsonValue, canonical
from harness.normalize.weaken import REVISIONS, weakened

ALL = frozenset(REVISIONS)


def plain(value: JsonValue, *names: str) -> JsonValue:
    return weakened(value, frozenset(names), lambda _name, _before, _after: None)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("int_float", [1.0, 1.5, -0.0, True, 2], [1, 1.5, 0, True, 2]),
        ("big_int", [2**53, 2**53 + 1, -(2**53) - 1, True], [2**53, 2**53, -(2**53), True]),
        ("big_int", [10**400], [10**400]),
        ("null_absent", {"a": None, "b": [None, {"c": None}]}, {"b": [None, {}]}),
    ],
)
def test_a_weakening_takes_what_it_names_and_nothing_else(
    name: str, before: JsonValue, after: JsonValue
) -> None:
    """`cannot_express` of schemas/driver.json, one by one."""
    assert canonical(plain(before, name)) == canonical(after)
    assert plain(before) is before


def test_every_replacement_is_told_with_its_name() -> None:
    """Ours: the ledger shows weakenings like any other rule."""
    told: list[tuple[str, JsonValue, JsonValue]] = []

    weakened({"a": None, "b": 1.0, "c": 1e20}, ALL, lambda *hit: told.append(hit))

    assert told == [
        ("null_absent", {"a": None}, {}),
        ("int_float", 1.0, 1),
        ("int_float", 1e20, 10**20),
    ]


@given(st.integers(min_value=-(10**30), max_value=10**30))
def test_what_javascript_makes_of_an_integer_is_equal_to_it_under_the_weakenings(
    number: int,
) -> None:
    """Ours: JSON.parse reads the nearest double, JSON.stringify writes its shortest digits."""
    double = float(number)
    written = json.loads(repr(double)) if abs(double) >= 1e21 else int(double)

    assert plain(number, *ALL) == plain(written, *ALL)
