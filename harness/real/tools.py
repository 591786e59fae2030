"""Which tools a request offers, and a call of one as an output item: their names differ from release to release.

Measured on 0.58.0 to 0.169.0: a command goes through ``shell`` (up to 0.77) or ``exec_command``; ``apply_patch`` is a
custom tool for some models only, and a command everywhere; an MCP tool is ``demo__echo``, ``mcp__demo__echo``, or
``echo`` in a namespace; ``update_plan`` is gone from 0.153 on (PROTOCOLS.md, measured on the real binaries).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.real.script import Call, Command, McpCall, Patch, Plan

JsonObject: TypeAlias = dict[str, JsonValue]
ToolItem: TypeAlias = Command | Patch | Plan | McpCall | Call

_YIELD_MS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool of a request: its kind (``function``, ``custom``, ...), name, and namespace if it is in one."""

    kind: str
    name: str
    namespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOffered:
    """The request offers no tool that could do it; ``wanted`` are the names that were looked for."""

    wanted: tuple[str, ...]


def offered(body: JsonObject) -> tuple[Tool, ...]:
    """The tools of a request body: of ``tools``, and of ``additional_tools`` items of its input."""
    items = cast("list[JsonValue]", body.get("input", []))
    lists = [
        body.get("tools"),
        *(
            item.get("tools")
            for item in items
            if isinstance(item, dict) and item.get("type") == "additional_tools"
        ),
    ]
    return tuple(
        tool
        for tools in lists
        if isinstance(tools, list)
        for tool in _tools(cast("list[JsonObject]", tools), None)
    )


def _tools(tools: Sequence[JsonObject], namespace: str | None) -> Iterator[Tool]:
    for tool in tools:
        kind = cast("str", tool["type"])
        if kind == "namespace":
            yield from _tools(cast("list[JsonObject]", tool["tools"]), cast("str", tool["name"]))
        else:
            yield Tool(kind=kind, name=cast("str", tool.get("name", kind)), namespace=namespace)


def call(item: ToolItem, tools: Sequence[Tool], call_id: str) -> JsonObject | NotOffered:
    """``item`` as an output item that calls one of ``tools``, or what was missing."""
    match item:
        case Command(cmd=cmd):
            return _command(cmd, tools, call_id)
        case Patch(text=text):
            return _patch(text, tools, call_id)
        case Plan(steps=steps):
            plan: JsonValue = {"plan": [{"step": text, "status": status} for text, status in steps]}
            return _named(("update_plan",), plan, tools, call_id)
        case McpCall(server=server, tool=tool, arguments=arguments):
            return _mcp(server, tool, arguments, tools, call_id)
        case other:
            return _named((other.name,), other.arguments, tools, call_id)


def _command(cmd: str, tools: Sequence[Tool], call_id: str) -> JsonObject | NotOffered:
    forms: tuple[tuple[str, JsonValue], ...] = (
        ("exec_command", {"cmd": cmd, "yield_time_ms": _YIELD_MS}),
        ("shell_command", {"command": cmd}),
        ("shell", {"command": ["bash", "-lc", cmd]}),
    )
    for name, arguments in forms:
        made = _named((name,), arguments, tools, call_id)
        if not isinstance(made, NotOffered):
            return made
    return NotOffered(wanted=tuple(name for name, _ in forms))


def _patch(text: str, tools: Sequence[Tool], call_id: str) -> JsonObject | NotOffered:
    for tool in tools:
        if tool.name == "apply_patch" and tool.kind == "custom":
            return {
                "type": "custom_tool_call",
                "call_id": call_id,
                "name": "apply_patch",
                "input": text,
            }
    shell = next((tool for tool in tools if tool.name == "shell"), None)
    if shell is not None:
        return _function(shell, {"command": ["apply_patch", text]}, call_id)
    made = _command(f"apply_patch <<'PATCH'\n{text.rstrip()}\nPATCH\n", tools, call_id)
    return (
        NotOffered(wanted=("apply_patch", *made.wanted)) if isinstance(made, NotOffered) else made
    )


def _mcp(
    server: str, tool: str, arguments: JsonValue, tools: Sequence[Tool], call_id: str
) -> JsonObject | NotOffered:
    flat = (f"mcp__{server}__{tool}", f"{server}__{tool}")
    spaces = (f"mcp__{server}", f"mcp__{server}__")
    for one in tools:
        if one.name in flat or (one.namespace in spaces and one.name == tool):
            return _function(one, arguments, call_id)
    return NotOffered(wanted=(*flat, f"{spaces[0]}/{tool}"))


def _named(
    names: tuple[str, ...], arguments: JsonValue, tools: Sequence[Tool], call_id: str
) -> JsonObject | NotOffered:
    for tool in tools:
        if tool.kind == "function" and tool.name in names:
            return _function(tool, arguments, call_id)
    return NotOffered(wanted=names)


def _function(tool: Tool, arguments: JsonValue, call_id: str) -> JsonObject:
    item: JsonObject = {
        "type": "function_call",
        "call_id": call_id,
        "name": tool.name,
        "arguments": json.dumps(arguments, ensure_ascii=False),
    }
    return item if tool.namespace is None else {**item, "namespace": tool.namespace}
