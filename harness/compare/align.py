"""Which event of one stream answers which of the other: pairs by cause, not by position (REPORTS.md 1.1, 1.3).

Trims both ends, then runs the same matching in the gaps with ever coarser keys: the event without ids, its item, its
kind, its id, its shape. Says which rows belong together, never how they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from harness.compare.ids import without_ids
from harness.compare.sequences import Gap, Pair, gaps_between, match
from harness.jsonvalue import JsonValue, canonical

KNOWN_TYPES: Final = frozenset(
    {
        "thread.started",
        "turn.started",
        "turn.completed",
        "turn.failed",
        "item.started",
        "item.updated",
        "item.completed",
        "error",
    }
)
"""The complete set of event types (PROTOCOLS.md 1.2): one of them never stands for another."""

_Key: TypeAlias = Callable[[JsonValue], Hashable]


class Row(NamedTuple):
    """One row of the timeline: the indices of the two events, None where a side has none."""

    left_index: int | None
    right_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The rows, in an order that keeps both streams' own.

    ``exact`` are the pairs equal but for ids. ``bounded``: some part was too different to search in full and is paired
    by kind only.
    """

    rows: tuple[Row, ...]
    exact: frozenset[tuple[int | None, int | None]]
    bounded: bool


def same(left: JsonValue, right: JsonValue) -> bool:
    """Equality of canonical bytes, cheap for values that differ and for values written alike."""
    if left != right:
        return False
    return repr(left) == repr(right) or canonical(left) == canonical(right)


def align(left: Sequence[JsonValue], right: Sequence[JsonValue]) -> Alignment:
    """Pair two streams of events.

    Time grows with the streams' length, not with its square: the search for the best match is given up in a gap that
    holds more than a thousand edits, and ``bounded`` says so.
    """
    head, tail = _equal_ends(left, right)
    pairs: list[Pair] = [Pair(index, index) for index in range(head)]
    exact: list[Pair] = [
        *pairs,
        *(Pair(len(left) - back, len(right) - back) for back in range(tail, 0, -1)),
    ]
    gap = Gap(head, len(left) - tail, head, len(right) - tail)
    middle: list[Pair] = []
    bounded = False
    for number, key in enumerate(_KEYS):
        found, cut = _pass(key, left, right, gaps_between(gap, middle))
        bounded = bounded or cut
        if number == 0:
            exact.extend(found)
        if key is _shape:
            found = [pair for pair in found if _may_stand_for(left[pair.left], right[pair.right])]
        middle = sorted([*middle, *found])
    pairs = sorted({*exact, *middle})
    return Alignment(
        rows=_rows(pairs, len(left), len(right)), exact=frozenset(exact), bounded=bounded
    )


def _equal_ends(left: Sequence[JsonValue], right: Sequence[JsonValue]) -> tuple[int, int]:
    shorter = min(len(left), len(right))
    head = 0
    while head < shorter and same(left[head], right[head]):
        head += 1
    tail = 0
    while tail < shorter - head and same(left[-1 - tail], right[-1 - tail]):
        tail += 1
    return head, tail


def _pass(
    key: _Key, left: Sequence[JsonValue], right: Sequence[JsonValue], gaps: list[Gap]
) -> tuple[list[Pair], bool]:
    numbers: dict[Hashable, int] = {}
    found: list[Pair] = []
    bounded = False
    for gap in gaps:
        ours = [
            numbers.setdefault(key(left[at]), len(numbers)) for at in range(gap.left, gap.left_end)
        ]
        theirs = [
            numbers.setdefault(key(right[at]), len(numbers))
            for at in range(gap.right, gap.right_end)
        ]
        pairs, cut = match(ours, theirs)
        bounded = bounded or cut
        found.extend(Pair(gap.left + one, gap.right + other) for one, other in pairs)
    return found, bounded


def _rows(pairs: list[Pair], left: int, right: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    at_left = at_right = 0
    for one, other in [*pairs, Pair(left, right)]:
        rows.extend(Row(index, None) for index in range(at_left, one))
        rows.extend(Row(None, index) for index in range(at_right, other))
        rows.append(Row(one, other))
        at_left, at_right = one + 1, other + 1
    return tuple(rows[:-1])


def kind_of(event: JsonValue) -> tuple[str | None, str | None]:
    """The event's type and its item's type; None where there is none."""
    if not isinstance(event, dict):
        return None, None
    item = event.get("item")
    return _word(event.get("type")), _word(item.get("type")) if isinstance(item, dict) else None


def item_id(event: JsonValue) -> str | None:
    """The id of the event's item, if it has one."""
    item = event.get("item") if isinstance(event, dict) else None
    return _word(item.get("id")) if isinstance(item, dict) else None


def _word(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _erased(event: JsonValue) -> Hashable:
    return canonical(without_ids(event))


def _item(event: JsonValue) -> Hashable:
    return (*kind_of(event), item_id(event))


def _numbered(event: JsonValue) -> Hashable:
    """Same event of the same item id, whatever its type; an event without item id is like no other."""
    number = item_id(event)
    return object() if number is None else (kind_of(event)[0], number)


def _shape(event: JsonValue) -> Hashable:
    """Member names; for what is renamed (a port's own event types) or is no object at all."""
    if not isinstance(event, dict):
        return type(event).__name__
    item = event.get("item")
    inside = frozenset(item) if isinstance(item, dict) else None
    return frozenset(event) - {"type"}, inside, kind_of(event)[1]


def _may_stand_for(left: JsonValue, right: JsonValue) -> bool:
    return kind_of(left)[0] not in KNOWN_TYPES or kind_of(right)[0] not in KNOWN_TYPES


_KEYS: Final[tuple[_Key, ...]] = (_erased, _item, kind_of, _numbered, _shape)
