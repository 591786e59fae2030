"""Sentences about ``harness.real.eventschema``: a schema claims what was recorded, and nothing else."""

from __future__ import annotations

from typing import cast

import pytest
from jsonschema import Draft202012Validator

from harness.jsonvalue import JsonValue
from harness.real.eventschema import definition_of, event_schema
from tests.real.turns import STARTED, TURN, completed, item, turn

CALL = item("completed", "mcp_tool_call", arguments={"text": "hi"}, result=None)
RESULT: JsonValue = {"content": [{"type": "text", "text": "hi"}], "structured_content": None}
FILE = item("completed", "file_change", changes=[{"path": "a", "kind": "add"}], status="completed")
TWICE = '{"type":"item.started","item":{"id":"item_0","type":"web_search","id":"ws_1"}}'
TURNS = [
    turn(STARTED, TURN, FILE, CALL, completed(42, cached=1)),
    turn(STARTED, item("completed", "mcp_tool_call", arguments={}, result=RESULT), TWICE, completed(42)),
]  # fmt: skip
SCHEMA = event_schema("0.169.0", TURNS)
CHECK = Draft202012Validator(cast("dict[str, object]", SCHEMA))


@pytest.mark.parametrize("event", [STARTED, TURN, FILE, CALL, completed(1), completed(1, cached=2)])
def test_what_was_recorded_fits(event: JsonValue) -> None:
    assert CHECK.is_valid(event)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "turn.begun"},
        {"type": "turn.started", "at": 1},
        {"type": "thread.started"},
        {"type": "thread.started", "thread_id": 7},
        item("completed", "file_change", changes=[], status="failed"),
        item("completed", "file_change", changes=[{"path": "a"}], status="completed"),
        item("updated", "file_change", changes=[], status="completed"),
        completed(1, cached="2"),
    ],
)
def test_what_was_never_recorded_does_not_fit(event: JsonValue) -> None:
    assert not CHECK.is_valid(event)


def test_the_data_of_a_tool_is_anything() -> None:
    call = item("completed", "mcp_tool_call", arguments=[1.5], result=None)
    assert CHECK.is_valid(call)


def test_a_field_is_required_that_was_always_there() -> None:
    definitions = cast("dict[str, dict[str, dict[str, dict[str, JsonValue]]]]", SCHEMA["$defs"])
    usage = definitions["turn.completed"]["properties"]["usage"]
    assert usage["required"] == ["input_tokens"]
    assert usage["properties"] == {"cached": {"type": "integer"}, "input_tokens": {"type": "integer"}}  # fmt: skip


def test_a_key_that_stands_twice_is_told() -> None:
    definitions = cast("dict[str, dict[str, dict[str, dict[str, JsonValue]]]]", SCHEMA["$defs"])
    told = definitions["item.started:web_search"]["properties"]["item"]["$comment"]
    assert told == "`id` stands twice in this object"


def test_each_event_has_the_definition_of_its_name() -> None:
    definitions = cast("dict[str, JsonValue]", SCHEMA["$defs"])
    assert {definition_of(event) for event in (STARTED, TURN, FILE, CALL, completed(1))} <= set(definitions)  # fmt: skip
    assert definition_of(7) == "?"
    assert definition_of({"item": {}}) == "?:?"
    assert str(SCHEMA["$id"]).endswith("codex-0.169.0:exec-events")
