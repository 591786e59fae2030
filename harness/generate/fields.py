"""CORE: mutations of which fields there are: one more, one less, a word more, null."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

from harness.generate.base import FOLDED, HANDED_ON, Base, Case, completed, thread_id
from harness.generate.nodes import (
    Members,
    Node,
    branch_of,
    changed,
    specimen,
    without,
)
from harness.jsonvalue import JsonValue
from harness.wire.shapes import Place, at, branches, places, properties, values

SHOWN_BY_HAND: Final = frozenset({"command_execution", "file_change"})
"""Item types whose unknown words ``exec.drift.unknown-status`` shows."""


def extra(base: Base) -> Iterator[Case]:
    """An unknown field at every event, item and nested object."""
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


def missing_in_items(base: Base) -> Iterator[Case]:
    """Every required field of every item, missing once."""
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


def missing(base: Base) -> Iterator[Case]:
    """What of an event can be missing beside its item."""

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


def words(base: Base) -> Iterator[Case]:
    """A word of the future in every enumeration."""
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


def nulls(base: Base) -> Iterator[Case]:
    """null where codex writes a value."""
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
