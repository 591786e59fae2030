"""JSON that can say what a JSON value cannot, and whole values of a shape."""

from __future__ import annotations

import pytest

from harness.generate.nodes import (
    Members,
    Node,
    Token,
    branch_of,
    changed,
    reversed_keys,
    specimen,
    text,
    without,
)
from harness.jsonvalue import JsonValue


@pytest.mark.parametrize(
    ("node", "line"),
    [
        (None, "null"),
        ('\u2028\n"', '"\u2028\\n\\""'),
        ([True, 1, 1.5, {"a": []}], '[true,1,1.5,{"a":[]}]'),
        (Members((("a", 1), ("a", Token("NaN")))), '{"a":1,"a":NaN}'),
    ],
)
def test_a_node_is_one_line_of_compact_json(node: Node, line: str) -> None:
    """Provenance: PROTOCOLS.md 1.1 (serde: no spaces, order kept, separators raw)."""
    assert text(node) == line


@pytest.mark.parametrize(
    ("shape", "recorded", "value"),
    [
        ({"type": "string"}, None, "a text"),
        ({"type": "string"}, "x", "x"),
        ({"type": "integer"}, None, 3),
        ({"type": "boolean"}, None, True),
        ({}, None, {"key": ["any", 1]}),
        ({"enum": ["a", "completed"]}, None, "completed"),
        ({"const": "a"}, None, "a"),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, None, 3),
        ({"type": "array"}, None, [{"key": ["any", 1]}]),
        ({"type": "array", "items": {"type": "integer"}}, [7, None], [7, 3]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, "no object", {"a": 3}),
        (
            {"type": "object", "additionalProperties": {"type": "boolean"}},
            None,
            {"01a1fb00-0000-7000-8000-00000000000b": True},
        ),
    ],
)
def test_a_specimen_has_every_member_and_nothing_null(
    shape: dict[str, JsonValue], recorded: JsonValue, value: JsonValue
) -> None:
    """Provenance: ours; what codex was recorded writing wins."""
    assert specimen(shape, recorded) == value


def test_the_alternative_of_a_value_is_the_one_of_its_type() -> None:
    """Provenance: PROTOCOLS.md 1.3, the action of a web search."""
    one: dict[str, JsonValue] = {"properties": {"type": {"const": "search"}}}
    other: dict[str, JsonValue] = {"properties": {"type": {"const": "other"}}}
    shape: dict[str, JsonValue] = {"oneOf": [one, other]}
    assert branch_of(shape, {"type": "other"}) == other
    assert branch_of(shape, {"type": "of tomorrow"}) == one
    assert branch_of(shape, None) == one


VALUE: JsonValue = {"a": [{"b": 1, "c": 2}, {"b": 3}], "m": {"k": {"s": 1}, "l": 2}}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a[].b", '{"a":[{"b":9,"c":2},{"b":3}],"m":{"k":{"s":1},"l":2}}'),
        ("m.*.s", '{"a":[{"b":1,"c":2},{"b":3}],"m":{"k":{"s":9},"l":2}}'),
        ("", "9"),
    ],
)
def test_the_first_thing_at_a_place_is_changed(path: str, line: str) -> None:
    """Provenance: ours."""
    assert text(changed(VALUE, path, lambda _: 9)) == line


def test_a_member_is_left_out() -> None:
    """Provenance: ours; at the top and inside."""
    assert text(without(VALUE, "a")) == '{"m":{"k":{"s":1},"l":2}}'
    assert text(without({"a": [{"b": 1, "c": 2}]}, "a[].b")) == '{"a":[{"c":2}]}'


def test_the_keys_of_every_object_are_turned_around() -> None:
    """Provenance: ours."""
    assert text(reversed_keys(VALUE)) == '{"m":{"l":2,"k":{"s":1}},"a":[{"c":2,"b":1},{"b":3}]}'
