"""Sentences about ``harness.real.tools``; the lists of tools are those of requests of the real 0.58.0 to 0.169.0."""

from __future__ import annotations

import json

import pytest

from harness.jsonvalue import JsonValue
from harness.real.script import Call, Command, McpCall, Patch, Plan
from harness.real.tools import NotOffered, Tool, ToolItem, call, offered

SHELL = Tool(kind="function", name="shell")
SHELL_COMMAND = Tool(kind="function", name="shell_command")
EXEC = Tool(kind="function", name="exec_command")
PLAN = Tool(kind="function", name="update_plan")
PATCH = Tool(kind="custom", name="apply_patch")
TEXT = "*** Begin Patch\n*** End Patch\n"


def arguments(made: dict[str, JsonValue] | NotOffered) -> JsonValue:
    assert isinstance(made, dict)
    found: JsonValue = json.loads(str(made["arguments"]))
    return found


def test_tools_are_found_in_the_list_in_namespaces_and_in_the_input() -> None:
    body: dict[str, JsonValue] = {
        "tools": [
            {"type": "function", "name": "exec_command"},
            {"type": "namespace", "name": "mcp__demo", "tools": [{"type": "function", "name": "echo"}]},
            {"type": "web_search"},
        ],
        "input": [
            "not an object",
            {"type": "message"},
            {"type": "additional_tools", "tools": [{"type": "custom", "name": "exec"}]},
            {"type": "additional_tools"},
        ],
    }  # fmt: skip
    assert offered(body) == (
        EXEC,
        Tool(kind="function", name="echo", namespace="mcp__demo"),
        Tool(kind="web_search", name="web_search"),
        Tool(kind="custom", name="exec"),
    )
    assert offered({}) == ()


@pytest.mark.parametrize(
    ("tool", "name", "command"),
    [
        (SHELL, "shell", {"command": ["bash", "-lc", "ls"]}),
        (SHELL_COMMAND, "shell_command", {"command": "ls"}),
        (EXEC, "exec_command", {"cmd": "ls", "yield_time_ms": 10_000}),
    ],
)
def test_a_command_goes_through_the_tool_that_the_release_offers(
    tool: Tool, name: str, command: JsonValue
) -> None:
    made = call(Command(cmd="ls"), [PLAN, tool], "call_1")
    assert isinstance(made, dict)
    assert (made["type"], made["call_id"], made["name"]) == ("function_call", "call_1", name)
    assert arguments(made) == command


def test_a_patch_is_a_custom_tool_or_a_command() -> None:
    assert call(Patch(text=TEXT), [EXEC, PATCH], "c") == {
        "type": "custom_tool_call",
        "call_id": "c",
        "name": "apply_patch",
        "input": TEXT,
    }
    assert arguments(call(Patch(text=TEXT), [SHELL], "c")) == {"command": ["apply_patch", TEXT]}
    assert arguments(call(Patch(text=TEXT), [EXEC], "c")) == {
        "cmd": f"apply_patch <<'PATCH'\n{TEXT.rstrip()}\nPATCH\n",
        "yield_time_ms": 10_000,
    }


@pytest.mark.parametrize(
    ("tool", "namespace"),
    [
        (Tool(kind="function", name="demo__echo"), None),
        (Tool(kind="function", name="mcp__demo__echo"), None),
        (Tool(kind="function", name="echo", namespace="mcp__demo"), "mcp__demo"),
        (Tool(kind="function", name="echo", namespace="mcp__demo__"), "mcp__demo__"),
    ],
)
def test_an_mcp_tool_is_found_under_each_of_its_names(tool: Tool, namespace: str | None) -> None:
    other = Tool(kind="function", name="echo", namespace="mcp__other")
    made = call(McpCall(server="demo", tool="echo", arguments={"a": "ü"}), [other, tool], "c")
    assert isinstance(made, dict)
    assert (made["name"], made.get("namespace")) == (tool.name, namespace)
    assert arguments(made) == {"a": "ü"}


def test_a_plan_and_any_other_tool_are_called_by_name() -> None:
    plan = call(Plan(steps=(("a", "pending"),)), [PLAN], "c")
    assert arguments(plan) == {"plan": [{"step": "a", "status": "pending"}]}
    assert arguments(call(Call(name="spawn", arguments=1), [Tool(kind="function", name="spawn")], "c")) == 1  # fmt: skip


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        (Command(cmd="ls"), ("exec_command", "shell_command", "shell")),
        (Patch(text=TEXT), ("apply_patch", "exec_command", "shell_command", "shell")),
        (Plan(steps=()), ("update_plan",)),
        (Call(name="spawn", arguments={}), ("spawn",)),
        (
            McpCall(server="demo", tool="echo", arguments={}),
            ("mcp__demo__echo", "demo__echo", "mcp__demo/echo"),
        ),
    ],
)
def test_what_is_not_offered_is_said_by_name(item: ToolItem, wanted: tuple[str, ...]) -> None:
    # A custom tool of the same name is no function.
    others = [Tool(kind="custom", name="spawn"), Tool(kind="function", name="apply_patch")]
    assert call(item, others, "c") == NotOffered(wanted=wanted)
