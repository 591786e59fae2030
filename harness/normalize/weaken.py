"""What one side's types cannot express, taken from both sides alike, and only what a driver declared.

A JavaScript number has no ``1.0`` and no integer beyond 2**53; some languages have no null beside absent. The
declared weakenings (``cannot_express`` of ``schemas/driver.json``) stand in the ledger like any other rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue

Weaken: TypeAlias = Callable[[JsonValue], JsonValue]
_EXACT: Final = 2**53


def int_float(value: JsonValue) -> JsonValue:
    """A float without a fraction is the integer: ``JSON.stringify(1.0)`` is ``1``."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def big_int(value: JsonValue) -> JsonValue:
    """An integer beyond 2**53 is the nearest double's integer: that is what JavaScript reads.

    One beyond the doubles stays as it is (JavaScript makes it an infinity, which no JSON can carry back).
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        try:
            return int(float(value))
        except OverflowError:
            return value
    return value


REVISIONS: Final[dict[str, int]] = {"null_absent": 1, "int_float": 1, "big_int": 1}
"""Every weakening there is, with the revision of its rule."""

_ON_NUMBERS: Final[tuple[tuple[str, Weaken], ...]] = (
    ("int_float", int_float),
    ("big_int", big_int),
)


def weakened(
    value: JsonValue, names: frozenset[str], hit: Callable[[str, JsonValue, JsonValue], None]
) -> JsonValue:
    """``value`` under the weakenings ``names``; unchanged parts are shared, not copied.

    Args:
        value: any JSON value.
        names: of :data:`REVISIONS`. ``null_absent`` drops object members that are null.
        hit: told of each replacement: name, before, after.
    """
    numbers = tuple(pair for pair in _ON_NUMBERS if pair[0] in names)
    return _walk(value, numbers, "null_absent" in names, hit)


def _walk(
    value: JsonValue,
    numbers: tuple[tuple[str, Weaken], ...],
    drop_null: bool,  # noqa: FBT001  # private recursion, called with positions for depth's sake
    hit: Callable[[str, JsonValue, JsonValue], None],
) -> JsonValue:
    if isinstance(value, dict):
        members: dict[str, JsonValue] = {}
        same = True
        for key, child in value.items():
            if child is None and drop_null:
                hit("null_absent", {key: None}, {})
                same = False
                continue
            new = _walk(child, numbers, drop_null, hit)
            same = same and new is child
            members[key] = new
        return value if same else members
    if isinstance(value, list):
        items = [_walk(child, numbers, drop_null, hit) for child in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if isinstance(value, int | float) and not isinstance(value, bool):
        for name, rule in numbers:
            new = rule(value)
            if new != value or type(new) is not type(value):
                hit(name, value, new)
                value = new
    return value
