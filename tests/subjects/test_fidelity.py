"""What of a JSON value a language's types lost."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.subjects.fidelity import compare

BIG = 2**70 + 1


@pytest.mark.parametrize(
    ("wire", "surfaced", "loss"),
    [
        ({"a": None}, {}, "null_absent"),
        ({}, {"a": None}, "null_absent"),
        ([{"n": 1.0}], [{"n": 1}], "int_float"),
        (1, 1.0, "int_float"),
        (BIG, float(BIG), "big_int"),
        (2**53 + 1, 2**53, "big_int"),
    ],
)
def test_a_loss_of_types_is_named(wire: JsonValue, surfaced: JsonValue, loss: str) -> None:
    """Provenance: driver schema, `cannot_express`; JavaScript numbers are doubles, dataclass fields default to None."""
    found = compare(wire, surfaced)

    assert (found.losses, found.changes) == (frozenset({loss}), ())


@pytest.mark.parametrize(
    "value", [None, True, 1, 1.0, "1", BIG, [], {}, {"a": [None, {"b": "\ud800"}]}, "a\u2028b"]
)
def test_a_value_that_came_whole_has_no_loss(value: JsonValue) -> None:
    """Provenance: ours."""
    found = compare(value, value)

    assert (found.losses, found.changes) == (frozenset(), ())


@pytest.mark.parametrize(
    ("wire", "surfaced", "path"),
    [
        ({"a": 1}, {"a": "1"}, "$.a"),
        ({"a": 1}, {"a": True}, "$.a"),
        ({"a": [1]}, {"a": [1, 2]}, "$.a"),
        ({"a": {"b": [0, 1]}}, {"a": {"b": [0, 2]}}, "$.a.b[1]"),
        ({"a": 1}, {}, "$.a"),
        ({}, {"a": 1}, "$.a"),
        (BIG, float(BIG) * 2, "$"),
        (10**400, 1.0, "$"),
        (1, 2.0, "$"),
    ],
)
def test_any_other_difference_is_a_change_with_its_path(
    wire: JsonValue, surfaced: JsonValue, path: str
) -> None:
    """Provenance: ours; a declaration of lost types must not excuse a changed value."""
    found = compare(wire, surfaced)

    assert (found.losses, found.changes) == (frozenset(), (path,))
