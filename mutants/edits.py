"""What most mutants of events have in common: one event in, none, one or several out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from harness.jsonvalue import JsonValue
from harness.subjects.reference import JsonObject

Each: TypeAlias = Callable[[JsonObject], Iterable[JsonObject]]


def kind_of(event: JsonObject) -> JsonValue:
    """The event's type."""
    return event.get("type")


def item_of(event: JsonObject) -> JsonObject:
    """The event's item, empty when it has none."""
    item = event.get("item")
    return item if isinstance(item, dict) else {}


def only(wanted: Callable[[JsonObject], bool]) -> Each:
    """Let through what is wanted."""
    return lambda event: (event,) if wanted(event) else ()


def deep(change: Callable[[JsonValue], JsonValue]) -> Each:
    """Change every value of every event, from the inside out."""

    def walk(value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return change({key: walk(child) for key, child in value.items()})
        if isinstance(value, list):
            return change([walk(child) for child in value])
        return change(value)

    return lambda event: ({key: walk(child) for key, child in event.items()},)


def in_item(change: Callable[[JsonObject], JsonObject]) -> Each:
    """Change the item of an event that has one."""
    return lambda event: (
        ({**event, "item": change(item_of(event))},) if item_of(event) else (event,)
    )
