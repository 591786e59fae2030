"""CORE: mutations of types: each JSON type where codex writes another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from harness.generate.base import FOLDED, HANDED_ON, Base, Case, completed
from harness.generate.nodes import (
    Node,
    changed,
)
from harness.jsonvalue import JsonValue
from harness.wire.shapes import at, branches, places

WRONG: Final[tuple[tuple[str, Node], ...]] = (
    ("null", None), ("boolean", False), ("integer", 7), ("number", 1.5), ("string", "7"),
    ("array", ["7"]), ("object", {"value": 7}),
)  # fmt: skip
"""A value of each JSON type."""


def types(base: Base) -> Iterator[Case]:
    """Each wrong type at one place of each type."""
    for short, kind, path, right in (
        ("text", "reasoning", "text", "string"),
        ("number", "command_execution", "exit_code", "integer"),
        ("flag", "todo_list", "items[].completed", "boolean"),
        ("list", "file_change", "changes", "array"),
        ("map", "mcp_tool_call", "result", "object"),
    ):
        shape = base.shapes.items[kind]
        wrong = [(of, value) for of, value in WRONG if of not in _allowed(shape, path, right)]
        lines = [
            completed(changed(base.item(kind, number), path, lambda _, value=value: value))  # type: ignore[misc]  # the default binds it
            for number, (_, value) in enumerate(wrong, start=1)
        ]
        name = f"wrong-type-of-{short}"
        yield Case(
            name=name, source=HANDED_ON,
            title=f"A value of the wrong type for `{path}` of an item {kind} reaches the caller",
            expect="Each value is handed on as it is; nothing is converted and the turn does not fail.",
            mutation=f"wrong type ({', '.join(of for of, _ in wrong)}) at item {kind}: {path}",
            lines=base.turn(name, *lines),
        )  # fmt: skip
    name = "wrong-type-of-final-text"
    lines = [completed({**base.item("agent_message", number), "text": value})
             for number, (of, value) in enumerate(WRONG, start=1) if of != "string"]  # fmt: skip
    yield Case(
        name=name, source=FOLDED,
        title="An agent message whose text is no text reaches the caller",
        expect="The items are handed on; the final response is what the last of them has.",
        mutation="wrong type at item agent_message: text",
        lines=base.turn(name, *lines, answer=False),
    )  # fmt: skip


def _allowed(shape: dict[str, JsonValue], path: str, right: str) -> set[str]:
    (place, *_) = (one for one in places(shape) if one.path == path)
    return {right, *(cast("str", one["type"]) for one in branches(place.shape))}


def types_of_events(base: Base) -> Iterator[Case]:
    """Wrong types at the places that a client folds."""

    def case(name: str, title: str, expect: str, lines: list[Node], *, ends: bool = False, status: int = 0) -> Case:  # fmt: skip
        return Case(
            name=name, title=title, expect=expect, source=FOLDED, lines=lines, gives_up=ends, status=status,
            mutation=f"wrong type: {name}",
        )  # fmt: skip

    name = "wrong-type-of-item"
    yield case(name, "A completed item that is no object reaches the caller",
               "Each is handed on and collected as it is.",
               base.turn(name, *(completed(value) for of, value in WRONG if of not in {"object", "null"})))  # fmt: skip
    name = "wrong-type-of-line"
    yield case(name, "A line that is JSON and no object reaches the caller",
               "Each value is handed on as an event without a type; the turn completes.",
               base.turn(name, *(value for of, value in WRONG if of not in {"object", "null"})))  # fmt: skip
    name = "wrong-type-of-type"
    yield case(name, "An event whose type is no text reaches the caller",
               "Each is handed on as an event of an unknown type; the turn completes.",
               base.turn(name, *({"type": value} for of, value in WRONG if of != "string"), {"type": ""}))  # fmt: skip
    name = "wrong-type-of-usage"
    yield case(name, "A usage that is a text fails the turn",
               "The official client fails on it, because it sets a counter of it; what a client says is compared.",
               base.turn(name, replaced={"turn.completed": [{"type": "turn.completed", "usage": "many"}]}), ends=True)  # fmt: skip
    name = "wrong-type-of-counters"
    counters = at(base.event("turn.completed"), "usage")[0]
    wrong = [value for of, value in WRONG if of not in {"null", "integer"}]
    usage = dict(zip(cast("dict[str, JsonValue]", counters), wrong, strict=True))
    yield case(name, "Counters that are no integers reach the caller",
               "Texts, fractions, truth values, lists and objects are handed on as they are.",
               base.turn(name, replaced={"turn.completed": [{"type": "turn.completed", "usage": usage}]}))  # fmt: skip
    name = "wrong-type-of-thread-id"
    yield case(name, "A thread id that is a number reaches the caller",
               "The event is handed on; what the id of the thread is then is compared.",
               base.turn(name, replaced={"thread.started": [{"type": "thread.started", "thread_id": 7}]}))  # fmt: skip
    name = "wrong-type-of-error"
    yield case(name, "A failed turn whose error is a text still fails",
               "A blocking run raises; a stream hands the event on as it is.",
               base.turn(name, answer=False, replaced={"turn.completed": [{"type": "turn.failed", "error": "refused"}]}),
               ends=True, status=1)  # fmt: skip
