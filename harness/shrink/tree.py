"""Places in a JSON document, and copies of it with one place changed. A document is never changed in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue

Place: TypeAlias = "tuple[str | int, ...]"
"""Keys and positions from the root, such as ``("steps", 1, "turn", "input")``."""


def at(value: JsonValue, place: Place) -> JsonValue:
    """What stands at a place.

    Raises:
        LookupError, TypeError: nothing does.
    """
    for part in place:
        value = value[part]  # type: ignore[index]  # the caller's place decides which it is
    return value


def put(value: JsonValue, place: Place, new: JsonValue) -> JsonValue:
    """A copy with ``new`` at a place that exists; what is beside the way to it is shared."""
    if not place:
        return new
    first, rest = place[0], place[1:]
    if isinstance(value, dict):
        return {key: put(one, rest, new) if key == first else one for key, one in value.items()}
    assert isinstance(value, list), "a place leads through objects and arrays"
    return [put(one, rest, new) if index == first else one for index, one in enumerate(value)]


NAMES: Final = frozenset({"type"})
"""Keys that no object loses: without its type an event is another event, not a smaller one."""


def units(value: JsonValue) -> int:
    """How many parts a value can lose: keys that are no names, elements, characters; 0 for anything else."""
    if isinstance(value, dict):
        return len(value.keys() - NAMES)
    return len(value) if isinstance(value, list | str) else 0


def cut(value: JsonValue, start: int, stop: int) -> JsonValue:
    """The object, array or string without its parts from ``start`` to before ``stop``."""
    match value:
        case dict():
            lost = [key for key in value if key not in NAMES][start:stop]
            return {key: one for key, one in value.items() if key not in lost}
        case list():
            return value[:start] + value[stop:]
        case str():
            return value[:start] + value[stop:]
        case _:
            raise AssertionError("only what has parts can lose some")


def walk(value: JsonValue, place: Place = ()) -> Iterator[tuple[Place, JsonValue]]:
    """Every value of a document with its place, those nearer to the root first."""
    level = [(place, value)]
    while level:
        yield from level
        level = [
            ((*above, part), child) for above, node in level for part, child in _children(node)
        ]


def _children(node: JsonValue) -> Iterator[tuple[str | int, JsonValue]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)
