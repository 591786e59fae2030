"""The items of a thread, as typed views over their raw JSON (PROTOCOLS.md 1.3).

See ``events.py`` for what a view is. Every enumeration is documented as a tuple; a word outside it is kept as it came and
named in ``problems``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue
from harness.wire.fields import Fields

COMMAND_STATUS: Final = ("in_progress", "completed", "failed", "declined")
PATCH_STATUS: Final = ("in_progress", "completed", "failed")
PATCH_KIND: Final = ("add", "delete", "update")
CALL_STATUS: Final = ("in_progress", "completed", "failed")
COLLAB_TOOL: Final = ("spawn_agent", "send_input", "wait", "close_agent")
AGENT_STATUS: Final = (
    "pending_init",
    "running",
    "interrupted",
    "completed",
    "errored",
    "shutdown",
    "not_found",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What every item has: its raw JSON and its id (``item_0`` ..., counted per process)."""

    raw: JsonValue
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMessage(Thing):
    """What the agent says; JSON text when an output schema was given."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning(Thing):
    """The agent's reasoning summary."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandExecution(Thing):
    """A shell command. ``exit_code`` is None while it runs; ``status`` is one of ``COMMAND_STATUS``."""

    command: str
    aggregated_output: str
    exit_code: int | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUpdate:
    """One file of a patch; ``kind`` is one of ``PATCH_KIND``, a rename is an ``update``."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange(Thing):
    """A patch; ``status`` is one of ``PATCH_STATUS``."""

    changes: tuple[FileUpdate, ...]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class McpToolCall(Thing):
    """A call of an MCP tool. ``result`` is codex' object or None, ``error`` its message or None; one of ``CALL_STATUS``."""

    server: str
    tool: str
    arguments: JsonValue
    result: JsonValue
    error: str | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """What another agent was last seen doing; ``status`` is one of ``AGENT_STATUS``."""

    status: str
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollabToolCall(Thing):
    """A call to other agents. ``tool`` is one of ``COLLAB_TOOL``, ``status`` one of ``CALL_STATUS``."""

    tool: str
    sender_thread_id: str
    receiver_thread_ids: tuple[str, ...]
    prompt: str | None
    agents_states: dict[str, AgentState]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSearch(Thing):
    """A web search. Its ``id`` is codex' own (``ws_1``): the line has the key twice and the last wins (PROTOCOLS.md 1.3)."""

    query: str
    action: JsonValue
    results: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One entry of the agent's list."""

    text: str
    completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoList(Thing):
    """The agent's list of things to do."""

    items: tuple[Todo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorItem(Thing):
    """A warning: not the end of the turn."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownItem(Thing):
    """An item of a type this release does not know, or one that is no object; ``raw`` has it whole."""


Item: TypeAlias = (
    AgentMessage
    | Reasoning
    | CommandExecution
    | FileChange
    | McpToolCall
    | CollabToolCall
    | WebSearch
    | TodoList
    | ErrorItem
    | UnknownItem
)


def view_item(fields: Fields) -> Item:
    """The typed view of one item; never fails, whatever it is. What is wrong goes to ``fields.problems``."""
    make = _VIEWS.get(fields.text("type"))
    if make is None:
        return UnknownItem(raw=fields.raw, id=fields.optional_text("id") or "")
    return make(fields)


def _agent_message(fields: Fields) -> Item:
    return AgentMessage(raw=fields.raw, id=fields.text("id"), text=fields.text("text"))


def _reasoning(fields: Fields) -> Item:
    return Reasoning(raw=fields.raw, id=fields.text("id"), text=fields.text("text"))


def _command_execution(fields: Fields) -> Item:
    return CommandExecution(
        raw=fields.raw,
        id=fields.text("id"),
        command=fields.text("command"),
        aggregated_output=fields.text("aggregated_output"),
        exit_code=fields.optional_number("exit_code"),
        status=fields.word("status", COMMAND_STATUS),
    )


def _file_change(fields: Fields) -> Item:
    return FileChange(
        raw=fields.raw,
        id=fields.text("id"),
        changes=tuple(
            FileUpdate(path=change.text("path"), kind=change.word("kind", PATCH_KIND))
            for change in fields.each("changes")
        ),
        status=fields.word("status", PATCH_STATUS),
    )


def _mcp_tool_call(fields: Fields) -> Item:
    failed = fields.get("error") is not None
    return McpToolCall(
        raw=fields.raw,
        id=fields.text("id"),
        server=fields.text("server"),
        tool=fields.text("tool"),
        arguments=fields.get("arguments"),
        result=fields.get("result"),
        error=fields.inner("error").text("message") if failed else None,
        status=fields.word("status", CALL_STATUS),
    )


def _collab_tool_call(fields: Fields) -> Item:
    return CollabToolCall(
        raw=fields.raw,
        id=fields.text("id"),
        tool=fields.word("tool", COLLAB_TOOL),
        sender_thread_id=fields.text("sender_thread_id"),
        receiver_thread_ids=fields.texts("receiver_thread_ids"),
        prompt=fields.optional_text("prompt"),
        agents_states={
            name: AgentState(
                status=state.word("status", AGENT_STATUS), message=state.optional_text("message")
            )
            for name, state in fields.inner("agents_states").members()
        },
        status=fields.word("status", CALL_STATUS),
    )


def _web_search(fields: Fields) -> Item:
    return WebSearch(
        raw=fields.raw,
        id=fields.text("id"),
        query=fields.text("query"),
        action=fields.get("action"),
        results=fields.get("results"),
    )


def _todo_list(fields: Fields) -> Item:
    return TodoList(
        raw=fields.raw,
        id=fields.text("id"),
        items=tuple(
            Todo(text=todo.text("text"), completed=todo.flag("completed"))
            for todo in fields.each("items")
        ),
    )


def _error(fields: Fields) -> Item:
    return ErrorItem(raw=fields.raw, id=fields.text("id"), message=fields.text("message"))


_VIEWS: Final[dict[str, Callable[[Fields], Item]]] = {
    "agent_message": _agent_message,
    "reasoning": _reasoning,
    "command_execution": _command_execution,
    "file_change": _file_change,
    "mcp_tool_call": _mcp_tool_call,
    "collab_tool_call": _collab_tool_call,
    "web_search": _web_search,
    "todo_list": _todo_list,
    "error": _error,
}
