"""Which event of one stream answers which of the other: pairs by cause, not by position (REPORTS.md 1.1, 1.3).

Trims both ends, then runs the same matching in the gaps with ever coarser keys: the event without ids, its item, its
kind, its id, its shape. Says which rows belong together, never how they differ. Equality is of canonical bytes
throughout; a hash only finds them, and whatever is quicker only says no, or yes to what is written alike.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from harness.compare.ids import without_ids
from harness.compare.sequences import Gap, Pair, gaps_between, match
from harness.jsonvalue import PAIRS, JsonValue, canonical, members

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
_BLOCK: Final = 512
"""Events that the search for equal ends holds against each other at once."""
_PLAIN_FORM: Final = 2
"""The newest form of marshal in which equal values of equal types in equal order always give equal bytes (3 has references)."""


class Row(NamedTuple):
    """One row of the timeline: the indices of the two events, None where a side has none."""

    left_index: int | None
    right_index: int | None


@dataclass(slots=True)
class Numbering:
    """One number per event without ids: equal numbers are equal canonical bytes. Each event is spelled out once."""

    left: Sequence[JsonValue]
    right: Sequence[JsonValue]
    _numbers: dict[bytes, int] = field(default_factory=dict)
    _of_left: dict[int, int] = field(default_factory=dict)
    _of_right: dict[int, int] = field(default_factory=dict)

    def of_left(self, index: int) -> int:
        """The number of an event of the left stream."""
        known = self._of_left.get(index)
        return self._count(self._of_left, self.left, index) if known is None else known

    def of_right(self, index: int) -> int:
        """The number of an event of the right stream."""
        known = self._of_right.get(index)
        return self._count(self._of_right, self.right, index) if known is None else known

    def _count(self, known: dict[int, int], events: Sequence[JsonValue], index: int) -> int:
        text = canonical(without_ids(events[index]))
        number = known[index] = self._numbers.setdefault(text, len(self._numbers))
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The rows, in an order that keeps both streams' own.

    ``exact`` are the pairs equal but for ids. ``bounded``: some part was too different to search in full and is paired
    by kind only. ``numbering`` says which events are equal but for ids, whether paired or not.
    """

    rows: tuple[Row, ...]
    exact: frozenset[tuple[int | None, int | None]]
    bounded: bool
    numbering: Numbering


def same(left: JsonValue, right: JsonValue) -> bool:
    """Equality of canonical bytes, cheap for values that differ and for values written alike."""
    if left != right:
        return False
    return _alike(left, right) or canonical(left) == canonical(right)


def _alike(left: JsonValue, right: JsonValue) -> bool:
    """Whether two values are the same, of the same types and in the same order of keys; False when too deep to say."""
    try:
        return marshal.dumps(left, _PLAIN_FORM) == marshal.dumps(right, _PLAIN_FORM)
    except ValueError:  # deeper than marshal goes
        return False


def align(left: Sequence[JsonValue], right: Sequence[JsonValue]) -> Alignment:
    """Pair two streams of events.

    Time grows with the streams' length, not with its square: the search for the best match is given up in a gap that
    holds more than a thousand edits, and ``bounded`` says so.
    """
    numbering = Numbering(left, right)
    head, tail = _equal_ends(left, right)
    first = [*map(Row, range(head), range(head))]
    last = [*map(Row, range(len(left) - tail, len(left)), range(len(right) - tail, len(right)))]
    gap = Gap(head, len(left) - tail, head, len(right) - tail)
    middle, bounded = _erased(numbering, gap)
    exact = frozenset([*first, *middle, *last])
    for key in _KEYS:
        found, cut = _pass(key, left, right, gaps_between(gap, middle))
        bounded = bounded or cut
        if key is _shape:
            found = [pair for pair in found if _may_stand_for(left[pair.left], right[pair.right])]
        if found:
            middle = sorted([*middle, *found])
    return Alignment(
        rows=(*first, *_rows(middle, gap), *last),
        exact=exact,
        bounded=bounded,
        numbering=numbering,
    )


def _equal_ends(left: Sequence[JsonValue], right: Sequence[JsonValue]) -> tuple[int, int]:
    shorter = min(len(left), len(right))
    head = 0
    while head < shorter:
        block = min(_BLOCK, shorter - head)
        if not same([*left[head : head + block]], [*right[head : head + block]]):
            break
        head += block
    while head < shorter and same(left[head], right[head]):
        head += 1
    return head, _equal_tail(left, right, shorter - head)


def _equal_tail(left: Sequence[JsonValue], right: Sequence[JsonValue], most: int) -> int:
    one, other = len(left), len(right)
    tail = 0
    while tail < most:
        block = min(_BLOCK, most - tail)
        ours = left[one - tail - block : one - tail]
        if not same([*ours], [*right[other - tail - block : other - tail]]):
            break
        tail += block
    while tail < most and same(left[one - 1 - tail], right[other - 1 - tail]):
        tail += 1
    return tail


def _erased(numbering: Numbering, gap: Gap) -> tuple[list[Pair], bool]:
    """The first pass: events that are equal but for ids."""
    if gap.left == gap.left_end or gap.right == gap.right_end:
        return [], False
    ours = [numbering.of_left(at) for at in range(gap.left, gap.left_end)]
    theirs = [numbering.of_right(at) for at in range(gap.right, gap.right_end)]
    pairs, bounded = match(ours, theirs)
    return [Pair(gap.left + one, gap.right + other) for one, other in pairs], bounded


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


def _rows(pairs: list[Pair], gap: Gap) -> list[Row]:
    rows: list[Row] = []
    at_left, at_right = gap.left, gap.right
    for one, other in [*pairs, Pair(gap.left_end, gap.right_end)]:
        rows.extend(Row(index, None) for index in range(at_left, one))
        rows.extend(Row(None, index) for index in range(at_right, other))
        rows.append(Row(one, other))
        at_left, at_right = one + 1, other + 1
    return rows[:-1]


def kind_of(event: JsonValue) -> tuple[str | None, str | None]:
    """The event's type and its item's type; None where there is none."""
    if not isinstance(event, dict):
        return None, None
    shell = _plain(event)
    item = shell.get("item")
    inner = _plain(item).get("type") if isinstance(item, dict) else None
    return _word(shell.get("type")), _word(inner)


def item_id(event: JsonValue) -> str | None:
    """The id of the event's item, if it has one."""
    item = _plain(event).get("item") if isinstance(event, dict) else None
    return _word(_plain(item).get("id")) if isinstance(item, dict) else None


def _plain(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The members by name also of an object that has a key twice."""
    return members(value) if PAIRS in value else value


def _word(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


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


_KEYS: Final[tuple[_Key, ...]] = (_item, kind_of, _numbered, _shape)
