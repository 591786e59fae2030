"""One line of JSON as text to a value and back, as the official TypeScript SDK's ``JSON.parse`` and ``JSON.stringify`` do it.

Why not plain ``json``: Python's parser takes ``NaN`` and ``Infinity``, forgets that a key stood there twice, and refuses
integers of more than 4300 digits. It must not know what codex writes.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TypeAlias, cast

from harness.errors import BadLine
from harness.jsonvalue import NUMBER, JsonValue, object_of

JsonObject: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A line as JSON, and the ``$`` paths of keys that an object of it has more than once (the last one counts)."""

    value: JsonValue
    duplicate_keys: tuple[str, ...]


def decode(line: str) -> Decoded:
    """Parse one line as ``JSON.parse`` does: strictly, duplicate keys allowed, numbers out of range infinite.

    Raises:
        BadLine: not JSON, ``NaN`` or ``Infinity`` (which Python's parser would take), or nested too deeply for Python.
    """
    doubled: list[tuple[JsonObject, list[str]]] = []

    def pairs_to_object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
        value = dict(pairs)
        if len(value) != len(pairs):
            names = [name for name, _ in pairs]
            doubled.append((value, [name for name in value if names.count(name) > 1]))
        return value

    try:
        value = json.loads(
            line, object_pairs_hook=pairs_to_object, parse_constant=_refuse, parse_int=_integer
        )
    except (ValueError, RecursionError) as error:
        raise BadLine(line, str(error)) from error
    return Decoded(value=value, duplicate_keys=_paths(value, doubled) if doubled else ())


def decode_whole(line: str) -> JsonValue:
    """Parse one line as :func:`decode` does, but lose no member: an object with a key written twice keeps both.

    It becomes an object of :data:`harness.jsonvalue.PAIRS`, a number beyond what a double holds one of
    :data:`harness.jsonvalue.NUMBER`. For what an SDK hands on, where the reader who takes the last would call it equal to
    one that says the key once.

    Raises:
        BadLine: as :func:`decode`.
    """
    try:
        return cast(
            "JsonValue",
            json.loads(
                line,
                object_pairs_hook=object_of,
                parse_constant=_refuse,
                parse_int=_whole_integer,
                parse_float=_whole_float,
            ),
        )
    except (ValueError, RecursionError) as error:
        raise BadLine(line, str(error)) from error


def to_line(value: JsonValue) -> str:
    """Compact ASCII JSON in the order of the keys; an infinite number becomes null, as ``JSON.stringify`` has it."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), separators=(",", ":"))


def _refuse(name: str) -> JsonValue:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:  # more than 4300 digits: Python refuses, JavaScript has an infinity
        return float(text)


def _whole_integer(text: str) -> JsonValue:
    try:
        return int(text)
    except ValueError:  # more than 4300 digits
        return {NUMBER: text}


def _whole_float(text: str) -> JsonValue:
    value = float(text)
    return {NUMBER: text} if math.isinf(value) else value


def _paths(value: JsonValue, doubled: list[tuple[JsonObject, list[str]]]) -> tuple[str, ...]:
    names = {id(owner): keys for owner, keys in doubled}
    found: list[str] = []
    todo: list[tuple[str, JsonValue]] = [("$", value)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, dict):
            found.extend(f"{path}.{key}" for key in names.get(id(node), ()))
            todo.extend((f"{path}.{key}", child) for key, child in node.items())
        elif isinstance(node, list):
            todo.extend((f"{path}[{index}]", child) for index, child in enumerate(node))
    return tuple(sorted(found))


def _finite(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _finite(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_finite(child) for child in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None
    return value
