"""Sentences about ``harness.real.script``; the form is that of ``schemas/scenario.json`` ``$defs/model``."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.real.script import (
    DEFAULT_MODEL,
    USAGE,
    Call,
    Command,
    Dropped,
    End,
    Failed,
    Finished,
    Held,
    HttpError,
    Incomplete,
    Item,
    McpCall,
    Message,
    Patch,
    Plan,
    Raw,
    Reasoning,
    Streamed,
    WebSearch,
    parse,
)
from harness.root import find_root, load_schemas

SCHEMAS = load_schemas(find_root())


def parsed_answer(answer: JsonValue) -> Streamed | HttpError:
    document: JsonValue = {"turns": [{"answers": [answer]}]}
    scenario: JsonValue = {
        "id": "exec.items.model",
        "title": "A scenario with a model",
        "expect": "That its model fits the schema",
        "source": "ours",
        "family": "items",
        "provenance": {"kind": "synthetic"},
        "script": {"turns": []},
        "model": document,
        "steps": [{"start": {}}, {"turn": {"input": "hi"}}],
    }
    assert SCHEMAS.first_problem("scenario", scenario) is None
    return parse(document).turns[0].answers[0]


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ({"message": "hi"}, Message(text="hi")),
        ({"message": {"deltas": ["h", "i"]}}, Message(text="hi", deltas=("h", "i"))),
        ({"reasoning": ["a", "b"]}, Reasoning(summary=("a", "b"))),
        ({"command": "echo"}, Command(cmd="echo")),
        ({"patch": "*** Begin Patch"}, Patch(text="*** Begin Patch")),
        ({"plan": [{"step": "a", "status": "pending"}]}, Plan(steps=(("a", "pending"),))),
        (
            {"mcp": {"server": "demo", "tool": "echo", "arguments": None}},
            McpCall(server="demo", tool="echo", arguments=None),
        ),
        (
            {"web_search": {"id": "ws_1", "action": {"type": "search"}}},
            WebSearch(id="ws_1", action={"type": "search"}),
        ),
        (
            {"call": {"name": "spawn_agent", "arguments": {"a": 1}}},
            Call(name="spawn_agent", arguments={"a": 1}),
        ),
        ({"raw": {"type": "x"}}, Raw(item={"type": "x"})),
    ],
)
def test_each_kind_of_item_is_read(written: JsonValue, item: Item) -> None:
    assert parsed_answer({"items": [written]}) == Streamed(items=(item,), end=Finished(usage=USAGE))


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ({"usage": {"input": 7}}, Finished(usage={**USAGE, "input": 7})),
        ({"failed": {"code": "c", "message": "m"}}, Failed(code="c", message="m")),
        ({"incomplete": "content_filter"}, Incomplete(reason="content_filter")),
        ({"drop": {}}, Dropped()),
        ({"hold": {}}, Held()),
    ],
)
def test_each_end_of_an_answer_is_read(written: JsonValue, end: End) -> None:
    assert parsed_answer(written) == Streamed(items=(), end=end)


def test_an_http_error_keeps_its_body_and_headers() -> None:
    assert parsed_answer({"status": 429, "body": {"a": 1}, "headers": {"x": "y"}}) == HttpError(
        status=429, body={"a": 1}, headers={"x": "y"}
    )
    assert parsed_answer({"status": 500}) == HttpError(status=500, body=None)


def test_a_script_knows_its_model_and_whether_it_needs_the_mcp_server() -> None:
    plain = parse({"turns": [{"answers": [{"items": [{"message": "hi"}]}, {"status": 500}]}]})
    assert (plain.model, plain.mcp, plain.free_order) == (DEFAULT_MODEL, False, False)
    call: JsonValue = {"mcp": {"server": "demo", "tool": "echo", "arguments": {}}}
    asking = parse(
        {
            "name": "mock-model",
            "free_order": True,
            "turns": [{"prompt": "go", "answers": [{"items": [call]}]}],
        }
    )
    assert (asking.model, asking.mcp, asking.free_order) == ("mock-model", True, True)
    assert asking.turns[0].prompt == "go"
