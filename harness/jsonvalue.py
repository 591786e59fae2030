"""JSON as one recursive type, and its canonical bytes. Knows nothing of files or processes.

Equality of canonical bytes is the project's only verdict of equality (DESIGN, "Comparison"): Python's ``==`` calls
``1``, ``1.0`` and ``True`` equal, and no diff library is trusted to decide.
"""

from __future__ import annotations

import json
import sys
from typing import Final, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

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
