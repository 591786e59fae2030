"""Mutations of which fields there are."""

from __future__ import annotations

import json
from typing import cast

import pytest

from harness.generate import fields
from harness.generate.base import Case
from harness.jsonvalue import JsonValue
from harness.wire.shapes import at, places
from tests.generate.material import BASE, SHAPES, events, items

CASES = {
    case.name: case
    for make in (fields.extra, fields.missing_in_items, fields.missing, fields.words, fields.nulls)
    for case in make(BASE)
}


def named(name: str) -> Case:
    return CASES[name]


def test_a_new_field_is_at_every_event_and_its_usage() -> None:
    """Provenance: PROTOCOLS.md 1.7 (fields were added without notice)."""
    found = [
        cast("dict[str, JsonValue]", event) for event in events(named("extra-field-of-events"))
    ]
    with_it = {str(event["type"]) for event in found if "added" in event}
    assert with_it == {
        "thread.started",
        "turn.started",
        "item.completed",
        "error",
        "turn.completed",
    }
    assert at(found[-1], "usage.added")


def test_a_new_field_is_at_every_item_and_every_named_object_inside() -> None:
    """Provenance: ours; in a map it would be an entry, in a free value it would be data."""
    found = items(named("extra-field-of-items"))
    assert [at(item, "added") for item in found[:-1]].count([]) == 0
    by_type = {str(cast("dict[str, JsonValue]", item)["type"]): item for item in found}
    assert at(by_type["file_change"], "changes[].added")
    assert at(by_type["collab_tool_call"], "agents_states.*.added")
    assert at(by_type["web_search"], "action.added")
    assert at(by_type["mcp_tool_call"], "result.added")
    assert not at(by_type["mcp_tool_call"], "arguments.added")
    assert len(cast("dict[str, JsonValue]", by_type["collab_tool_call"])["agents_states"]) == 1  # type: ignore[arg-type]


def test_every_required_field_of_every_item_is_missing_once() -> None:
    """Provenance: ``exec-events.json``, required; a new field of the schema is a new line."""
    for kind, shape in SHAPES.items.items():
        name = f"missing-in-{kind.replace('_', '-')}"
        lines = items(CASES.get(name, named("missing-in-messages")))
        of_kind = [
            item for item in lines if item and cast("dict[str, JsonValue]", item)["type"] == kind
        ]
        whole = BASE.whole(kind)
        required = {
            p.path for p in places(shape) if p.required and p.path != "type" and at(whole, p.path)
        }
        gone = {path for path in required for item in of_kind if not at(item, path)}
        assert gone == required, kind


def test_a_word_of_the_future_stands_in_every_enumeration_that_is_not_shown_by_hand() -> None:
    """Provenance: PROTOCOLS.md 1.7 (declined and interrupted were added without notice)."""
    names = {name for name in CASES if name.startswith("unknown-word-in-")}
    assert names == {
        "unknown-word-in-mcp-tool-call", "unknown-word-in-collab-tool-call", "unknown-word-in-web-search",
    }  # fmt: skip
    collab = [json.dumps(item) for item in items(named("unknown-word-in-collab-tool-call"))]
    assert ["of_tomorrow" in line for line in collab] == [True, True, True, False]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("missing-thread-id", '{"type":"thread.started"}'),
        ("missing-counters", '{"type":"turn.completed","usage":{}}'),
        ("missing-item", '{"type":"item.completed"}'),
        ("missing-error", '{"type":"turn.failed"}'),
        ("missing-type", "{}"),
        ("null-line", "null"),
        ("null-error", '{"type":"turn.failed","error":null}'),
    ],
)
def test_what_is_missing_of_an_event(name: str, line: str) -> None:
    """Provenance: PROTOCOLS.md 2.6."""
    assert json.loads(line) in events(named(name))


def test_a_message_of_an_error_event_is_missing() -> None:
    """Provenance: PROTOCOLS.md 1.2."""
    assert {"type": "error"} in events(named("missing-message-of-error"))


def test_every_field_of_every_item_is_null() -> None:
    """Provenance: ours."""
    for item in items(named("null-in-items"))[:-1]:
        members = cast("dict[str, JsonValue]", item)
        assert {key for key, value in members.items() if value is not None} == {"id", "type"}
    assert at(events(named("null-counters"))[-1], "usage.output_tokens") == [None]
