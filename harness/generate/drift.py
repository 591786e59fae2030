"""CORE: the mutations: each class of drift meets each kind of place of the schema once.

What is expected is what the official TypeScript SDK does with the line: it hands on what ``JSON.parse`` gives
(PROTOCOLS.md 2.5, 2.6). What is mutated is read off the schema, so a new field or item type changes the scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, cast

from harness.generate.base import Base, Case, completed, thread_id
from harness.generate.nodes import (
    Members,
    Node,
    Token,
    branch_of,
    changed,
    reversed_keys,
    specimen,
    without,
)
from harness.jsonvalue import JsonValue
from harness.wire.shapes import ExecShapes, Place, at, branches, places, properties, values

HANDED_ON: Final = (
    "PROTOCOLS.md 2.5 (events and items pass through), 1.7 (the stream changes without notice)"
)
PARSED: Final = "PROTOCOLS.md 2.5 (every line must parse as JSON)"
FOLDED: Final = "PROTOCOLS.md 2.6 (what the official SDK does with the event)"

SHOWN_BY_HAND: Final = frozenset({"command_execution", "file_change"})
"""Item types whose unknown words ``exec.drift.unknown-status`` shows."""

WRONG: Final[tuple[tuple[str, Node], ...]] = (
    ("null", None), ("boolean", False), ("integer", 7), ("number", 1.5), ("string", "7"),
    ("array", ["7"]), ("object", {"value": 7}),
)  # fmt: skip
"""A value of each JSON type."""


def cases(shapes: ExecShapes, recorded: dict[str, Sequence[str]]) -> list[Case]:
    """All scenarios of drift that are made by mutation, sorted by name.

    Args:
        shapes: of ``exec-events.json``.
        recorded: lines of each recording of codex 0.169.0 by its name.
    """
    base = Base(shapes, recorded)
    makers = (_extra, _missing_in_items, _missing, _words, _types, _types_of_events, _nulls, _twice,
              _old, _tokens, _numbers, _order)  # fmt: skip
    return sorted((case for make in makers for case in make(base)), key=lambda case: case.name)


def _extra(base: Base) -> Iterator[Case]:
    more: dict[str, JsonValue] = {"added": {"at": 1.5, "list": [None]}}
    name = "extra-field-of-events"
    usage = base.event("turn.completed")
    yield Case(
        name=name, level="contract", source=HANDED_ON,
        title="A new field of any event reaches the caller",
        expect="Every event is handed on with the field, the usage too; none is dropped and none is an error.",
        mutation="unknown field at every event",
        lines=base.turn(
            name,
            Members((*completed(base.item("reasoning")).pairs, *more.items())),
            {**base.event("error"), **more},
            replaced={
                "thread.started": [{"type": "thread.started", "thread_id": thread_id(name), **more}],
                "turn.started": [{"type": "turn.started", **more}],
                "turn.completed": [{**usage, "usage": {**cast("dict[str, JsonValue]", usage["usage"]), **more}, **more}],
            },
        ),
    )  # fmt: skip
    name = "extra-field-of-items"
    yield Case(
        name=name, level="contract", source=HANDED_ON,
        title="A new field of any item reaches the caller",
        expect="Every item is handed on with the field, inside its nested objects too.",
        mutation="unknown field at every item and every object in it",
        lines=base.turn(name, *_each_item(
            base, lambda item: _enriched(item, base.shapes.items[cast("str", item["type"])], more)
        )),
    )  # fmt: skip
    name = "extra-field-of-failure"
    error = cast("dict[str, JsonValue]", base.event("turn.failed")["error"])
    yield Case(
        name=name, level="contract", source=FOLDED, gives_up=True, status=1,
        title="New fields of a failed turn do not hide its message",
        expect="The event is handed on whole; a blocking run raises the message.",
        mutation="unknown field at turn.failed and its error",
        lines=base.turn(
            name,
            answer=False,
            replaced={"turn.completed": [{"type": "turn.failed", "error": {**error, **more}, **more}]},
        ),
    )  # fmt: skip


def _each_item(base: Base, change: Callable[[dict[str, JsonValue]], Node]) -> list[Node]:
    return [
        completed(change(base.whole(kind, number)))
        for number, kind in enumerate(base.shapes.items, start=1)
    ]


def _enriched(
    value: JsonValue, shape: dict[str, JsonValue], more: dict[str, JsonValue]
) -> JsonValue:
    """The value with ``more`` in every object that has named members; a map and a free value are left alone."""
    if isinstance(value, list) and isinstance(entry := shape.get("items"), dict):
        return [_enriched(child, entry, more) for child in value]
    if not isinstance(value, dict):
        return value
    if branches(shape):
        return _enriched(value, branch_of(shape, value), more)
    if isinstance(below := shape.get("additionalProperties"), dict):
        return {key: _enriched(child, below, more) for key, child in value.items()}
    named = properties(shape)
    inner = {key: _enriched(child, named.get(key, {}), more) for key, child in value.items()}
    return {**inner, **more} if named else value


def _missing_in_items(base: Base) -> Iterator[Case]:
    messages = [kind for kind in base.shapes.items if _is_message(base.shapes.items[kind])]
    rest = [[kind] for kind in base.shapes.items if kind not in messages]
    for kinds in (messages, *rest):
        lines: list[Node] = []
        for kind in kinds:
            item = base.whole(kind)
            for path in _required(item, base.shapes.items[kind]):
                lines.append(completed(without({**item, "id": f"item_{len(lines) + 1}"}, path)))
        name = (
            "missing-in-messages"
            if kinds is messages
            else f"missing-in-{kinds[0].replace('_', '-')}"
        )
        also = (
            "; a last agent message without a text leaves the final response empty"
            if kinds is messages
            else ""
        )
        yield Case(
            name=name, source=HANDED_ON,
            title=f"An item {', '.join(kinds)} that lacks a field reaches the caller as it is",
            expect=f"Each item is handed on without the field that codex did not write; nothing is filled in{also}.",
            mutation=f"missing field at item {', '.join(kinds)}, one required field a line",
            lines=base.turn(name, *lines, answer=kinds is not messages),
        )  # fmt: skip


def _is_message(shape: dict[str, JsonValue]) -> bool:
    return len(properties(shape)) == 3


def _required(item: JsonValue, shape: dict[str, JsonValue]) -> list[str]:
    found = [
        place.path
        for place in places(shape)
        if place.required and at(item, place.path) and place.path != "type"
    ]
    return list(dict.fromkeys(found))


def _missing(base: Base) -> Iterator[Case]:
    def case(name: str, title: str, expect: str, lines: list[Node], *, ends: bool = False, status: int = 0) -> Case:  # fmt: skip
        return Case(
            name=name, title=title, expect=expect, source=FOLDED, lines=lines, gives_up=ends, status=status,
            mutation=f"missing field: {name}",
        )  # fmt: skip

    name = "missing-thread-id"
    yield case(name, "A thread that begins without an id has none",
               "The event is handed on; the thread has no id.",
               base.turn(name, replaced={"thread.started": [without(base.event("thread.started"), "thread_id")]}))  # fmt: skip
    name = "missing-counters"
    yield case(name, "A usage without any counter reaches the caller",
               "Nothing but the cache write counter is filled in, as for every codex that lacks it.",
               base.turn(name, replaced={"turn.completed": [{"type": "turn.completed", "usage": {}}]}))  # fmt: skip
    name = "missing-item"
    yield case(name, "A completed item that is not there or null is handed on by the stream and fails a run",
               "A stream shows both events; a blocking run cannot fold it and says so.",
               base.turn(name, {"type": "item.completed"}, completed(None)), ends=True)  # fmt: skip
    name = "missing-message-of-error"
    yield case(name, "An error event without a message does not end the turn",
               "The event is handed on; the turn completes.",
               base.turn(name, without(base.event("error"), "message")))  # fmt: skip
    name = "missing-error"
    yield case(name, "A failed turn without an error ends the turn",
               "A stream shows the event; a blocking run has nothing to raise and returns what there was.",
               base.turn(name, replaced={"turn.completed": [{"type": "turn.failed"}]}), ends=True)  # fmt: skip
    name = "missing-type"
    yield case(name, "Events and items without a type reach the caller",
               "They are handed on as they are, as with any unknown type.",
               base.turn(name, {"note": "no type"}, completed(without(base.item("reasoning"), "type")), {}))  # fmt: skip


def _words(base: Base) -> Iterator[Case]:
    for kind, shape in base.shapes.items.items():
        item = base.item(kind)
        found = [
            place.path for place in places(shape) if _has_words(place) and at(item, place.path)
        ]
        paths = list(dict.fromkeys(path for path in found if path != "type"))
        if kind in SHOWN_BY_HAND or not paths:
            continue
        name = f"unknown-word-in-{kind.replace('_', '-')}"
        lines = [
            completed(changed({**item, "id": f"item_{number}"}, path, lambda _: "of_tomorrow"))
            for number, path in enumerate(paths, start=1)
        ]
        yield Case(
            name=name, level="contract", source=HANDED_ON,
            title=f"A word of the future in an item {kind} reaches the caller",
            expect="The value is handed on as it is; neither a list of known words nor a fallback hides it.",
            mutation=f"unknown enum value at item {kind}: {', '.join(paths)}",
            lines=base.turn(name, *lines),
        )  # fmt: skip


def _has_words(place: Place) -> bool:
    return bool(values(place.shape))


def _types(base: Base) -> Iterator[Case]:
    for name, kind, path, right in (
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
        name = f"wrong-type-of-{name}"
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


def _types_of_events(base: Base) -> Iterator[Case]:
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


def _nulls(base: Base) -> Iterator[Case]:
    name = "null-in-items"
    yield Case(
        name=name, source=HANDED_ON,
        title="A null where codex writes a value reaches the caller as null",
        expect="Every field but id and type is null; none is left out and none is filled in.",
        mutation="null for a value at every field of every item",
        lines=base.turn(name, *_each_item(
            base, lambda item: {key: value if key in {"id", "type"} else None for key, value in item.items()}
        )),
    )  # fmt: skip
    name = "null-counters"
    usage = specimen(base.shapes.events["turn.completed"])
    yield Case(
        name=name, source=FOLDED,
        title="Counters that are null reach the caller as null",
        expect="The cache write counter becomes 0, as when it is absent; the others stay null.",
        mutation="null for a value at every counter of the usage",
        lines=base.turn(name, replaced={"turn.completed": [
            changed(usage, "usage", lambda old: dict.fromkeys(cast("dict[str, JsonValue]", old)))
        ]}),
    )  # fmt: skip
    name = "null-line"
    yield Case(
        name=name, source=FOLDED, gives_up=True,
        title="A line that is null fails the turn",
        expect="The official client fails where it reads the type of it; what a client says is compared.",
        mutation="null for a value: a whole line",
        lines=base.turn(name, None),
    )  # fmt: skip
    name = "null-error"
    yield Case(
        name=name, source=FOLDED, gives_up=True,
        title="A failed turn whose error is null ends the turn",
        expect="A stream shows the event; a blocking run has nothing to raise and returns what there was.",
        mutation="null for a value at turn.failed: error",
        lines=base.turn(name, replaced={"turn.completed": [{"type": "turn.failed", "error": None}]}),
    )  # fmt: skip


def _twice(base: Base) -> Iterator[Case]:
    name = "twice-in-events"
    begin = base.event("thread.started")["thread_id"]
    usage = base.event("turn.completed")["usage"]
    counters = tuple(cast("dict[str, JsonValue]", usage).items())
    yield Case(
        name=name, source="PROTOCOLS.md 1.3 (of a key written twice the last one counts)",
        title="Of an event's key that is written twice the last value counts",
        expect="Type, thread id, usage and counter are the last ones; the turn completes.",
        mutation="duplicate key at type, thread_id, usage and a counter",
        lines=base.turn(name, replaced={
            "thread.started": [Members((("type", "thread.started"), ("thread_id", begin), ("thread_id", thread_id(name))))],
            "turn.started": [Members((("type", "turn.failed"), ("type", "turn.started")))],
            "turn.completed": [Members((
                ("type", "turn.completed"), ("usage", None),
                ("usage", Members((("input_tokens", 1), *counters))),
            ))],
        }),
    )  # fmt: skip
    name = "twice-in-items"
    item = base.item("command_execution")
    yield Case(
        name=name, source="PROTOCOLS.md 1.3 (the id of a web search is written twice, the last one counts)",
        title="Of an item's key that is written twice the last value counts",
        expect="Item, id, type, status and exit code are the last ones.",
        mutation="duplicate key at item and at every field of an item",
        lines=base.turn(
            name,
            Members((("type", "item.completed"), ("item", base.item("reasoning")), ("item", item))),
            completed(Members((*base.item("agent_message", 9).items(), *base.item("command_execution", 2).items()))),
        ),
    )  # fmt: skip


def _old(base: Base) -> Iterator[Case]:
    name = "old-discriminator"
    message = {"id": "item_0", "item_type": "assistant_message", "text": "Hello!"}
    yield Case(
        name=name, source="PROTOCOLS.md 1.7 (0.42 and 0.43: session.created, item_type, assistant_message)",
        title="The stream of codex 0.43 is handed on although nothing in it is known",
        expect="session.created and items with item_type are unknown; a run collects them and finds no message.",
        mutation="old shape at the first event, the item type and the message",
        lines=base.turn(name, answer=False, replaced={
            "thread.started": [{"type": "session.created", "session_id": thread_id(name)}],
            "turn.started": [],
            "item.completed": [completed(message)],
            "turn.completed": [],
        }),
    )  # fmt: skip
    newer = ("cache_write_input_tokens", "reasoning_output_tokens")
    usage = cast("dict[str, JsonValue]", base.event("turn.completed")["usage"])
    name = "old-usage-with-total"
    yield Case(
        name=name, source="PROTOCOLS.md 1.2 (no total_tokens), 1.7 (0.125 and 0.153 added counters)",
        title="A usage with three counters and a total reaches the caller",
        expect="The cache write counter is 0, nothing else is filled in; the total that codex does not write is kept.",
        mutation=f"old shape at the usage: without {' and '.join(newer)}, with total_tokens",
        lines=base.turn(name, replaced={"turn.completed": [{
            "type": "turn.completed",
            "usage": {**{key: value for key, value in usage.items() if key not in newer}, "total_tokens": 47},
        }]}),
    )  # fmt: skip


def _tokens(base: Base) -> Iterator[Case]:
    usage = specimen(base.shapes.events["turn.completed"])
    in_usage = changed(usage, "usage.output_tokens", lambda _: Token("-Infinity"))
    for name, where, lines in (
        ("NaN", "item mcp_tool_call: arguments", [_with(base, "mcp_tool_call", "arguments", "NaN")]),
        ("Infinity", "item command_execution: exit_code", [_with(base, "command_execution", "exit_code", "Infinity")]),
        ("-Infinity", "usage: output_tokens", [in_usage]),
    ):  # fmt: skip
        full = f"token-{name.lower().replace('-', 'minus-')}"
        ends = where.startswith("usage")
        yield Case(
            name=full, source=PARSED, gives_up=True,
            title=f"A line with {name} is not JSON and ends the turn",
            expect="Both contracts raise and the message has the line; the events before it were surfaced.",
            mutation=f"the token {name} at {where}",
            lines=base.turn(full, replaced={"turn.completed": lines}) if ends else base.turn(full, *lines),
        )  # fmt: skip


def _with(base: Base, kind: str, path: str, token: str) -> Node:
    return completed(changed(base.item(kind), path, lambda _: Token(token)))


def _numbers(base: Base) -> Iterator[Case]:
    make = partial(_with, base, "mcp_tool_call", "arguments")
    for depth in (100, 2000):
        name = f"depth-{depth}"
        yield Case(
            name=name, source="PROTOCOLS.md 1.3 (arguments: any), 2.5 (handed on as JSON.parse gives it)",
            title=f"Arguments that are {depth} levels deep reach the caller",
            expect="The item is handed on whole; JSON has no limit of depth.",
            mutation=f"{depth} levels at item mcp_tool_call: arguments",
            lines=base.turn(name, make("[" * depth + "]" * depth)),
        )  # fmt: skip
    big = [2**53 + 1, -(2**53) - 1, 2**63, 2**64, 10**30]
    name = "big-integers"
    yield Case(
        name=name, source="PROTOCOLS.md 1.2 (int64), 1.3 (arguments: any)",
        title="Integers beyond 53, 63 and 64 bits reach the caller",
        expect="They keep their value as far as the language has it; none is an error.",
        mutation="big integer at arguments, exit_code and the counters",
        lines=base.turn(
            name,
            make(f"[{','.join(map(str, big))}]"),
            completed(changed(base.item("command_execution", 2), "exit_code", lambda _: 2**53 + 1)),
            replaced={"turn.completed": [{"type": "turn.completed", "usage": dict(zip(
                cast("dict[str, JsonValue]", base.event("turn.completed")["usage"]), big, strict=True
            ))}]},
        ),
    )  # fmt: skip
    name = "number-out-of-range"
    yield Case(
        name=name, source="PROTOCOLS.md 2.5 (JSON.parse makes an infinity of it, JSON.stringify a null)",
        title="A number beyond the doubles does not break the turn",
        expect="The item is handed on and the turn completes; what the number becomes is compared.",
        mutation="1e400 at item mcp_tool_call: arguments",
        lines=base.turn(name, make("[1e400,-1e400,1e-400]")),
    )  # fmt: skip
    name = "integer-as-float"
    usage = cast("dict[str, JsonValue]", base.event("turn.completed")["usage"])
    yield Case(
        name=name, source=HANDED_ON,
        title="Integers that are written as floats reach the caller",
        expect="1.0 and 1e0 are the integer in a language that has one kind of number, else floats; none is an error.",
        mutation="integer as float at exit_code and the counters",
        lines=base.turn(
            name, _with(base, "command_execution", "exit_code", "0.0"),
            replaced={"turn.completed": [{"type": "turn.completed", "usage": {
                key: Token(f"{count}.0" if index else f"{count}e0") for index, (key, count) in enumerate(usage.items())
            }}]},
        ),
    )  # fmt: skip


def _order(base: Base) -> Iterator[Case]:
    name = "reordered-keys"
    begin = {**base.event("thread.started"), "thread_id": thread_id(name)}
    lines = [
        completed(reversed_keys(base.item(kind, number)))
        for number, kind in enumerate(base.shapes.items, start=1)
    ]
    backwards = [
        Members(tuple(reversed(line.pairs))) for line in lines if isinstance(line, Members)
    ]
    yield Case(
        name=name, level="contract", source="PROTOCOLS.md 1.1 (a client must not compare the order of keys); RFC 8259",
        title="The order of keys does not matter",
        expect="Events and items mean the same with every object written backwards, the type last.",
        mutation="reordered keys at every event and item",
        lines=base.turn(name, *backwards, replaced={
            "thread.started": [reversed_keys(begin)],
            "turn.completed": [reversed_keys(base.event("turn.completed"))],
        }),
    )  # fmt: skip
    name = "unknown-event-first"
    more = {"type": "session.configured", "model": "gpt-next", "limits": None}
    yield Case(
        name=name, level="contract", source=HANDED_ON,
        title="An unknown event before thread.started reaches the caller",
        expect="The event is handed on in its place; the thread has the id of thread.started.",
        mutation="unknown event before the first and after the last event",
        lines=[more, *base.turn(name), {**more, "type": "session.closed"}],
    )  # fmt: skip
