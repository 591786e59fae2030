"""CORE: JSON that can say what a JSON value cannot: exact tokens (``NaN``, ``1e400``), a key twice, any order of keys.

A line of a mutated script is built of these and written as text; ``specimen`` makes a whole value of a shape.
Must not know which mutation is wanted (``drift.py``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.wire.shapes import Shape, branches, properties, values


@dataclass(frozen=True, slots=True)
class Token:
    """Text that stands in the line as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Members:
    """An object whose keys have an order and may repeat."""

    pairs: tuple[tuple[str, Node], ...]


Node: TypeAlias = (
    "bool | int | float | str | Token | Members | Sequence[Node] | Mapping[str, Node] | None"
)


def text(node: Node) -> str:
    """The node as one line of compact JSON, as serde writes it."""
    match node:
        case Token():
            return node.text
        case Members():
            return _object(node.pairs)
        case Mapping():
            return _object(tuple(node.items()))
        case str() | bool() | int() | float() | None:
            return json.dumps(node, ensure_ascii=False)
        case _:
            return f"[{','.join(map(text, node))}]"


def _object(pairs: Sequence[tuple[str, Node]]) -> str:
    return f"{{{','.join(f'{json.dumps(key, ensure_ascii=False)}:{text(child)}' for key, child in pairs)}}}"


def specimen(shape: Shape, recorded: JsonValue = None) -> JsonValue:
    """A whole value of a shape: every member there, nothing null, recorded values where there are any.

    Args:
        shape: of ``exec-events.json``.
        recorded: what codex once wrote at this place; None: nothing, or null.
    """
    if branches(shape):
        return specimen(branch_of(shape, recorded), recorded)
    if properties(shape):
        given = recorded if isinstance(recorded, dict) else {}
        return {name: specimen(child, given.get(name)) for name, child in properties(shape).items()}
    below = shape.get("additionalProperties")
    if isinstance(below, dict):
        return {"01a1fb00-0000-7000-8000-00000000000b": specimen(below)}
    if shape.get("type") == "array":
        entry = shape.get("items")
        given_list = recorded if isinstance(recorded, list) and recorded else [None]
        return [specimen(entry if isinstance(entry, dict) else {}, one) for one in given_list]
    return recorded if recorded is not None else _plain(shape)


def branch_of(shape: Shape, recorded: JsonValue) -> Shape:
    """The alternative of a shape that a value is of: by its ``type``, else the first that is not null."""
    open_to = [one for one in branches(shape) if one.get("type") != "null"]
    if isinstance(recorded, dict):
        for one in open_to:
            if values(properties(one).get("type", {})) == [recorded.get("type")]:
                return one
    return open_to[0]


def _plain(shape: Shape) -> JsonValue:
    words = values(shape)
    if words:
        return "completed" if "completed" in words else words[0]
    match shape.get("type"):
        case "string":
            return "a text"
        case "integer":
            return 3
        case "boolean":
            return True
        case _:
            return {"key": ["any", 1]}


def changed(value: JsonValue, path: str, change: Callable[[JsonValue], Node]) -> Node:
    """The value with the first thing at ``path`` replaced by what ``change`` makes of it.

    Args:
        value: an event or an item that has something at ``path``.
        path: of a place (``harness.wire.shapes``); ``[]`` and ``.*`` mean the first.
        change: the old value to the new one.
    """
    steps = path.replace("[]", ".[]").split(".")
    return _changed(value, steps, change)


def _changed(value: JsonValue, steps: list[str], change: Callable[[JsonValue], Node]) -> Node:
    if not steps or steps == [""]:
        return change(value)
    step, *rest = steps
    if isinstance(value, list):
        return [_changed(value[0], rest, change), *value[1:]]
    members = cast("dict[str, JsonValue]", value)
    key = next(iter(members)) if step == "*" else step
    return {
        name: _changed(child, rest, change) if name == key else child
        for name, child in members.items()
    }


def without(value: JsonValue, path: str) -> Node:
    """The value without the member at ``path``."""
    outer, _, name = path.rpartition(".")

    def drop(owner: JsonValue) -> Node:
        members = cast("dict[str, JsonValue]", owner)
        return {key: child for key, child in members.items() if key != name}

    return changed(value, outer, drop)


def reversed_keys(value: JsonValue) -> Node:
    """The value with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return Members(tuple((key, reversed_keys(value[key])) for key in reversed(value)))
    if isinstance(value, list):
        return [reversed_keys(child) for child in value]
    return value
