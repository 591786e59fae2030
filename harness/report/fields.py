"""Two or three JSON values, field by field: which paths are equal, missing, extra, changed. CORE.

For the eye only: what counts as a difference was decided by ``compare`` and stands in the run. Equality here is that of
canonical bytes as well, so a row is never shown as equal that the verdict calls different.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.compare.difference import ABSENT, Absent, DifferenceClass, Side
from harness.jsonvalue import JsonValue, canonical
from harness.report.visible import Shown, json_text, pair, whole

DEEPEST: Final = 12
"""Levels of nesting that get a row of their own; what lies deeper is shown as one JSON text."""

ROWS: Final = 60
"""Rows of one comparison that are shown; the rest is counted."""

_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One path. ``kind`` is None for an equal field; a side that lacks the field is None.

    ``golden`` is None when there is no golden to ask; else ``= reference``, ``= SDK``, ``absent`` or its own value.
    """

    path: str
    kind: DifferenceClass | None
    reference: Shown | None
    sdk: Shown | None
    golden: Shown | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A comparison: rows that differ (or where the golden differs from both), then the equal ones, and how many were cut."""

    differing: tuple[FieldRow, ...]
    equal: tuple[FieldRow, ...]
    cut: int


def compare_fields(reference: Side, sdk: Side, golden: Side | None = None) -> Fields:
    """Compare field by field.

    Args:
        reference: the reference's value, or absent.
        sdk: the SDK's value, or absent.
        golden: the golden's value, absent when the golden lacks it, None when there is no golden.
    """
    left, right = leaves(reference), leaves(sdk)
    told = None if golden is None else leaves(golden)
    paths = list(dict.fromkeys([*left, *right]))
    differing: list[FieldRow] = []
    equal: list[FieldRow] = []
    for path in paths:
        row = _row(path, left.get(path, ABSENT), right.get(path, ABSENT), told)
        (equal if row.kind is None and row.golden in (None, "= reference") else differing).append(
            row
        )
    shown = differing[:ROWS]
    calm = equal[: max(ROWS - len(shown), 0)]
    return Fields(
        differing=tuple(shown),
        equal=tuple(calm),
        cut=len(differing) - len(shown) + len(equal) - len(calm),
    )


def _row(path: str, left: Side, right: Side, told: dict[str, JsonValue] | None) -> FieldRow:
    kind = kind_of(left, right)
    first = None if left is ABSENT else json_text(left)
    second = None if right is ABSENT else json_text(right)
    if first is not None and second is not None:
        shown_first, shown_second = pair(first, second)
    else:
        shown_first = whole(first or "")
        shown_second = whole(second or "")
    return FieldRow(
        path=path,
        kind=kind,
        reference=None if first is None else shown_first,
        sdk=None if second is None else shown_second,
        golden=None if told is None else golden_word(told.get(path, ABSENT), left, right),
    )


def kind_of(left: Side, right: Side) -> DifferenceClass | None:
    """The class of a difference between two values, or None when their canonical bytes are equal."""
    if same(left, right):
        return None
    if left is ABSENT:
        return "extra"
    if right is ABSENT:
        return "missing"
    return "changed" if _type(left) == _type(right) else "type_changed"


def golden_word(told: Side, left: Side, right: Side) -> Shown | str:
    """What the golden says of one value: whom it agrees with, else its own value."""
    if same(told, left):
        return "= reference"
    if same(told, right):
        return "= SDK"
    return "absent" if isinstance(told, Absent) else whole(json_text(told), room=400)


def same(left: Side, right: Side) -> bool:
    """Whether two values have the same canonical bytes; absent equals only absent."""
    if isinstance(left, Absent) or isinstance(right, Absent):
        return left is right
    return canonical(left) == canonical(right)


def _type(value: Side) -> str:
    return "number" if isinstance(value, float) else type(value).__name__


def leaves(value: Side) -> dict[str, JsonValue]:
    """Every scalar and every empty container of a value, by path; ``$`` for a scalar itself."""
    return {} if isinstance(value, Absent) else dict(_leaves(value, "", 0))


def _leaves(value: JsonValue, path: str, depth: int) -> Iterator[tuple[str, JsonValue]]:
    if depth < DEEPEST and isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _leaves(child, path + _step(key, first=path == ""), depth + 1)
    elif depth < DEEPEST and isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from _leaves(child, f"{path}[{index}]", depth + 1)
    else:
        yield path or "$", value


def _step(key: str, *, first: bool) -> str:
    if _BARE.fullmatch(key):
        return key if first else f".{key}"
    return f"[{json_text(key)}]"
