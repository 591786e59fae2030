"""Views of items: every type of PROTOCOLS.md 1.3, unknown ones, broken ones."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.wire import items
from harness.wire.fields import Fields
from harness.wire.items import Item


def seen(raw: JsonValue) -> tuple[Item, list[str]]:
    """The view of an item and its problems."""
    problems: list[str] = []
    return items.view_item(Fields(raw, "$.item", problems)), problems


KNOWN: list[tuple[dict[str, JsonValue], Item]] = []


def known(raw: dict[str, JsonValue], kind: type[Item], **fields: object) -> None:
    """Add a complete item and the view it must give."""
    KNOWN.append((raw, kind(raw=raw, id=str(raw["id"]), **fields)))  # type: ignore[arg-type]  # fields of each kind


known({"id": "i", "type": "agent_message", "text": "a"}, items.AgentMessage, text="a")
known({"id": "i", "type": "reasoning", "text": "b"}, items.Reasoning, text="b")
known(
    {
        "id": "i",
        "type": "command_execution",
        "command": "ls",
        "aggregated_output": "x\n",
        "exit_code": None,
        "status": "in_progress",
    },
    items.CommandExecution,
    command="ls",
    aggregated_output="x\n",
    exit_code=None,
    status="in_progress",
)
known(
    {
        "id": "i",
        "type": "command_execution",
        "command": "ls",
        "aggregated_output": "",
        "exit_code": -1,
        "status": "declined",
    },
    items.CommandExecution,
    command="ls",
    aggregated_output="",
    exit_code=-1,
    status="declined",
)
known(
    {
        "id": "i",
        "type": "file_change",
        "changes": [{"path": "/w/a", "kind": "add"}, {"path": "/w/b", "kind": "delete"}],
        "status": "completed",
    },
    items.FileChange,
    changes=(
        items.FileUpdate(path="/w/a", kind="add"),
        items.FileUpdate(path="/w/b", kind="delete"),
    ),
    status="completed",
)
known(
    {
        "id": "i",
        "type": "mcp_tool_call",
        "server": "s",
        "tool": "t",
        "arguments": {"k": 1},
        "result": {"content": [], "structured_content": None},
        "error": None,
        "status": "completed",
    },
    items.McpToolCall,
    server="s",
    tool="t",
    arguments={"k": 1},
    result={"content": [], "structured_content": None},
    error=None,
    status="completed",
)
known(
    {
        "id": "i",
        "type": "mcp_tool_call",
        "server": "s",
        "tool": "t",
        "arguments": None,
        "result": None,
        "error": {"message": "no"},
        "status": "failed",
    },
    items.McpToolCall,
    server="s",
    tool="t",
    arguments=None,
    result=None,
    error="no",
    status="failed",
)
known(
    {
        "id": "i",
        "type": "collab_tool_call",
        "tool": "spawn_agent",
        "sender_thread_id": "P",
        "receiver_thread_ids": ["C"],
        "prompt": None,
        "agents_states": {"C": {"status": "running", "message": None}},
        "status": "completed",
    },
    items.CollabToolCall,
    tool="spawn_agent",
    sender_thread_id="P",
    receiver_thread_ids=("C",),
    prompt=None,
    agents_states={"C": items.AgentState(status="running", message=None)},
    status="completed",
)
known(
    {"id": "ws_1", "type": "web_search", "query": "q", "action": {"type": "other"}},
    items.WebSearch,
    query="q",
    action={"type": "other"},
    results=None,
)
known(
    {"id": "i", "type": "todo_list", "items": [{"text": "a", "completed": True}]},
    items.TodoList,
    items=(items.Todo(text="a", completed=True),),
)
known({"id": "i", "type": "error", "message": "m"}, items.ErrorItem, message="m")


@pytest.mark.requirement("R1-3", "R2-2")
@pytest.mark.parametrize(("raw", "expected"), KNOWN, ids=[str(raw["type"]) for raw, _ in KNOWN])
def test_every_documented_item_has_its_view_without_problems(
    raw: dict[str, JsonValue], expected: Item
) -> None:
    """PROTOCOLS.md 1.3 (R2-2)."""
    assert seen(raw) == (expected, [])


@pytest.mark.parametrize("raw", [raw for raw, _ in KNOWN], ids=lambda raw: str(raw["type"]))
def test_a_view_of_an_item_without_its_fields_names_them_and_does_not_fail(
    raw: dict[str, JsonValue],
) -> None:
    """Ours: required fields are enforced as a view (R2-1), not by refusing the stream."""
    item, problems = seen({"type": raw["type"]})

    assert item.id == ""
    assert "$.item.id: missing" in problems
    assert len(problems) >= 2


@pytest.mark.requirement("R2-7", "R3-58")
def test_the_fields_of_an_unknown_item_are_kept_whole() -> None:
    """PROTOCOLS.md 2.5: unknown item types pass through untouched."""
    raw: JsonValue = {"id": "item_3", "type": "hologram", "beams": [1]}

    assert seen(raw) == (items.UnknownItem(raw=raw, id="item_3"), [])


@pytest.mark.parametrize("raw", [5, None, "x", [], {"type": 7}])
def test_an_item_that_is_none_is_unknown_and_has_a_problem(raw: JsonValue) -> None:
    """Ours: whatever stands there, the view does not fail."""
    item, problems = seen(raw)

    assert item == items.UnknownItem(raw=raw, id="")
    assert len(problems) == 1
