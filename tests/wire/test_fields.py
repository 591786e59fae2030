"""Typed fields out of a raw object: neutral values and named problems."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.wire.fields import Fields


@pytest.mark.parametrize(
    ("raw", "method", "value", "problems"),
    [
        ({"x": "a"}, "text", "a", []),
        ({}, "text", "", ["$.x: missing"]),
        ({"x": None}, "text", "", ["$.x: not a string"]),
        ({"x": True}, "flag", True, []),
        ({"x": 1}, "flag", False, ["$.x: not a boolean"]),
        ({"x": 3}, "number", 3, []),
        ({"x": 3.0}, "number", 0, ["$.x: not an integer"]),
        ({"x": True}, "number", 0, ["$.x: not an integer"]),
        ({}, "number", 0, ["$.x: missing"]),
        ({}, "optional_number", None, []),
        ({"x": None}, "optional_number", None, []),
        ({"x": 7}, "optional_number", 7, []),
        ({"x": "7"}, "optional_number", 0, ["$.x: not an integer"]),
        ({"x": None}, "optional_text", None, []),
        ({"x": "a"}, "optional_text", "a", []),
        ({"x": 1}, "optional_text", "", ["$.x: not a string"]),
        ({"x": ["a", "b"]}, "texts", ("a", "b"), []),
        ({"x": ["a", 1]}, "texts", ("a",), ["$.x: not all strings"]),
        ({"x": {}}, "texts", (), ["$.x: not an array"]),
        ({"x": 1}, "get", 1, []),
        ({}, "get", None, []),
        ("no object", "text", "", ["$: not an object"]),
    ],
)
def test_a_field_is_its_value_or_neutral_with_a_problem(
    raw: JsonValue, method: str, value: object, problems: list[str]
) -> None:
    """Ours: a view never refuses (R2-7), it says what is wrong."""
    found: list[str] = []
    fields = Fields(raw, "$", found)

    assert getattr(fields, method)("x") == value
    assert found == problems
    assert repr(fields) == f"Fields($, problems={len(problems)})"


@pytest.mark.requirement("R2-2", "R3-58")
def test_a_word_outside_its_set_is_kept_and_named() -> None:
    """Ours: a status of a newer codex must reach the caller."""
    problems: list[str] = []

    assert Fields({"x": "paused"}, "$.item", problems).word("x", ("running", "done")) == "paused"
    assert problems == ["$.item.x: `paused` is not one of running, done"]
    assert Fields({"x": "done"}, "$", problems).word("x", ("done",)) == "done"
    assert len(problems) == 1


def test_inner_objects_share_the_problems_and_know_their_path() -> None:
    """Ours: one list per event, each entry with its whole `$` path."""
    problems: list[str] = []
    fields = Fields({"a": {"b": 1}, "c": [{"d": 1}, 5], "e": None}, "$", problems)

    assert fields.inner("a").text("b") == ""
    assert [entry.number("d") for entry in fields.each("c")] == [1, 0]
    assert fields.inner("e").text("f") == ""
    assert fields.inner("gone").text("f") == ""
    assert [(name, inner.path) for name, inner in fields.inner("a").members()] == [("b", "$.a.b")]
    assert problems == [
        "$.a.b: not a string",
        "$.c[1]: not an object",
        "$.e: not an object",
        "$.gone: missing",
        "$.a.b: not an object",
    ]
