"""The schema of exec events taken apart: shapes by type, places by path, the values at a place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.jsonvalue import JsonValue
from harness.root import find_root
from harness.wire.shapes import ExecShapes, at, branches, places, values

SHAPES = ExecShapes(
    json.loads((find_root(Path(__file__).parent).schemas / "exec-events.json").read_bytes())
)


def test_every_event_and_item_has_its_shape() -> None:
    """Provenance: PROTOCOLS.md 1.2 and 1.3: eight events, nine items."""
    assert repr(SHAPES) == "ExecShapes(events=8, items=9)"
    assert next(iter(SHAPES.events)) == "thread.started"
    assert "web_search" in SHAPES.items


def test_the_places_of_an_item_are_named_by_path() -> None:
    """Provenance: PROTOCOLS.md 1.3, collab_tool_call and file_change."""
    collab = {place.path: place for place in places(SHAPES.items["collab_tool_call"])}
    assert collab["agents_states.*.status"].required
    assert not collab["agents_states.*"].required
    assert "receiver_thread_ids[]" in collab
    assert [place.path for place in places(SHAPES.items["file_change"])] == [
        "id", "type", "changes", "changes[]", "changes[].path", "changes[].kind", "status",
    ]  # fmt: skip


def test_the_alternatives_of_a_place_are_walked_too() -> None:
    """Provenance: PROTOCOLS.md 1.3: the action of a web search has four forms, a result may be null."""
    paths = [place.path for place in places(SHAPES.items["web_search"])]
    assert paths.count("action.type") == 4
    result = next(p for p in places(SHAPES.items["mcp_tool_call"]) if p.path == "result")
    assert [one["type"] for one in branches(result.shape)] == ["object", "null"]


def test_the_words_of_a_place() -> None:
    """Provenance: JSON Schema: const is an enumeration of one."""
    assert values({"const": "x"}) == ["x"]
    assert values({"enum": ["a", "b"]}) == ["a", "b"]
    assert values({"type": "string"}) == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a", [[{"b": 1}, {"b": 2}, 3]]),
        ("a[].b", [1, 2]),
        ("m.*.s", ["x", None]),
        ("a.b", []),
        ("m[]", []),
        ("nothing", []),
    ],
)
def test_what_stands_at_a_place(path: str, found: list[JsonValue]) -> None:
    """Provenance: ours; a value of another form has nothing there."""
    value: JsonValue = {"a": [{"b": 1}, {"b": 2}, 3], "m": {"k": {"s": "x"}, "l": {"s": None}}}
    assert at(value, path) == found
