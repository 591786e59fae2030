"""``schemas/exec-events.json`` taken apart: the shape of every event and every item, and the places inside of them.

A place is one value that a line can hold, named by its path (``changes[].kind``, ``agents_states.*.status``). Takes the
parsed schema; must not know scenarios, nor who walks over the places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue

Shape: TypeAlias = dict[str, JsonValue]

ITEM_EVENTS: Final = ("item.started", "item.updated", "item.completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One value inside a shape.

    Args:
        path: names joined by dots, ``[]`` for the entries of an array, ``.*`` for the values of a map.
        shape: what may stand there.
        required: whether codex always writes it.
    """

    path: str
    shape: Shape
    required: bool


class ExecShapes:
    """The strict shapes of one line of ``codex exec --json``, by event type and item type."""

    def __init__(self, schema: Shape) -> None:
        self.events = {word(branch, "type"): branch for branch in branches(schema)}
        item = properties(self.events["item.completed"])["item"]
        self.items = {word(branch, "type"): branch for branch in branches(item)}

    def __repr__(self) -> str:
        return f"ExecShapes(events={len(self.events)}, items={len(self.items)})"


def branches(shape: Shape) -> list[Shape]:
    """The alternatives of a shape; empty when it has none."""
    return [
        cast("Shape", branch)
        for key in ("oneOf", "anyOf")
        for branch in cast("list[JsonValue]", shape.get(key, []))
    ]


def properties(shape: Shape) -> dict[str, Shape]:
    """The named members of an object's shape, in wire order."""
    return cast("dict[str, Shape]", shape.get("properties", {}))


def values(shape: Shape) -> list[JsonValue]:
    """The words of an enumeration; empty where any value of the type may stand."""
    if "const" in shape:
        return [shape["const"]]
    return cast("list[JsonValue]", shape.get("enum", []))


def word(shape: Shape, name: str) -> str:
    """The one value that a member always has, as the ``type`` of every event."""
    return cast("str", properties(shape)[name]["const"])


def places(shape: Shape) -> Iterator[Place]:
    """Every place inside a shape, outer before inner; those of alternatives too, each path once per alternative."""
    yield from _places(shape, "")


def _places(shape: Shape, path: str) -> Iterator[Place]:
    for branch in branches(shape):
        yield from _places(branch, path)
    required = cast("list[str]", shape.get("required", []))
    for name, child in properties(shape).items():
        inner = f"{path}.{name}" if path else name
        yield Place(path=inner, shape=child, required=name in required)
        yield from _places(child, inner)
    for key, step in (("items", "[]"), ("additionalProperties", ".*")):
        below = shape.get(key)
        if isinstance(below, dict):
            yield Place(path=path + step, shape=below, required=False)
            yield from _places(below, path + step)


def at(value: JsonValue, path: str) -> list[JsonValue]:
    """The values that stand at a place of a value; empty when none does.

    Args:
        value: an event or an item.
        path: of a :class:`Place` of its shape.
    """
    found = [value]
    for step in _steps(path):
        found = [inner for outer in found for inner in _inside(outer, step)]
    return found


def _steps(path: str) -> list[str]:
    return path.replace("[]", ".[]").split(".")


def _inside(value: JsonValue, step: str) -> list[JsonValue]:
    if step == "[]":
        return value if isinstance(value, list) else []
    if not isinstance(value, dict):
        return []
    if step == "*":
        return list(value.values())
    return [value[step]] if step in value else []
