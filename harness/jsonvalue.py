"""JSON as one recursive type, and its canonical bytes. Knows nothing of files or processes.

Equality of canonical bytes is the project's only verdict of equality (DESIGN, "Comparison"): Python's ``==`` calls
``1``, ``1.0`` and ``True`` equal, and no diff library is trusted to decide.
"""

from __future__ import annotations

import json
import sys
from operator import itemgetter
from typing import Final, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

PAIRS: Final = "$pairs"
"""The one key of an object that stands for an object with a key written twice: its members as ``[key, value]``.

In order of the keys, which on the wire means nothing; what stands under one key keeps its order.
A dictionary cannot hold them, and taking the last would call two different objects equal.
"""

NUMBER: Final = "$number"
"""The one key of an object that stands for a number beyond what a double holds, which canonical bytes cannot be made of."""

_SPELLED_OUT: Final = ({PAIRS}, {NUMBER})
"""Objects with such a key of their own are spelled as pairs, too, so that nothing is taken for what it is not."""


def object_of(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """The members of a JSON object as they were parsed: a dictionary, or :data:`PAIRS` where a dictionary would lose some."""
    value = dict(pairs)
    if len(value) == len(pairs) and value.keys() not in _SPELLED_OUT:
        return value
    return {PAIRS: [[key, child] for key, child in sorted(pairs, key=itemgetter(0))]}


def members(value: JsonValue) -> dict[str, JsonValue]:
    """The members of an object by name, the last counts of one written twice; empty for what is no object."""
    if not isinstance(value, dict):
        return {}
    pairs = value.get(PAIRS)
    if len(value) != 1 or not isinstance(pairs, list):
        return value
    found: dict[str, JsonValue] = {}
    for pair in pairs:
        match pair:
            case [str() as key, child]:
                found[key] = child
            case _:
                return value
    return found


DEEPEST: Final = 10_000
"""Frames of recursion a program of ours allows itself: JSON has no limit of depth, Python stops at about 1,000 levels."""


def allow_deep_values() -> None:
    """Let this process walk over deep JSON. Called where one of our programs begins, never by a library."""
    sys.setrecursionlimit(max(DEEPEST, sys.getrecursionlimit()))


def canonical(value: JsonValue) -> bytes:
    """The canonical bytes of a JSON value: keys sorted, no spaces, ASCII, type-strict.

    ``1``, ``1.0`` and ``true`` give different bytes; integers of any size are kept; lone surrogates survive as escapes.

    Raises:
        ValueError: NaN or an infinity, which are not JSON.
    """
    return _ENCODE(value).encode("ascii")


_ENCODE: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode
"""One encoder for all: ``json.dumps`` makes a new one for each call. JSON has no circles to look for."""
