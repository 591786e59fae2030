"""Two streams of events of one turn: which differences there are, as findings.

Aligns by cause, compares ids up to renaming, tells another order from another content (REPORTS.md 1.3). Also used for
the ``items`` of a folded result, whose order and ids mean the same. Gives no levels and no words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from harness.compare.align import Alignment, align, item_id, kind_of
from harness.compare.diff import field_differences
from harness.compare.difference import ABSENT, DifferenceClass, Finding
from harness.compare.ids import Renaming, with_ids_of
from harness.jsonvalue import JsonValue, canonical

MAX_EXPLAINED: Final = 500
"""Pairs of one turn that deepdiff is asked about; beyond, our own walk names the fields."""
MAX_ORDER: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamComparer:
    """Compares the turns of one play, in order; ``renaming`` holds the ids over the turns.

    Args:
        check: the check that the findings belong to.
        noun: what one element is called in ``where``.
    """

    check: str
    noun: str = "event"
    renaming: Renaming = field(default_factory=Renaming)

    def compare(
        self, turn: int, left: Sequence[JsonValue], right: Sequence[JsonValue]
    ) -> tuple[list[Finding], list[str]]:
        """The findings of one turn, in the order of the timeline, and notes on what was given up."""
        self.renaming.next_turn()
        aligned = align(left, right)
        notes = []
        if aligned.bounded:
            notes.append(
                f"turn {turn}: too different to align in full, some {self.noun}s are paired by kind only"
            )
        reordered = None
        if len(aligned.exact) < len(aligned.rows):
            reordered = self._order_only(turn, left, right, aligned)
        if reordered is None:
            reordered = list(self._rows(turn, left, right, aligned))
        return reordered, notes

    def _rows(
        self, turn: int, left: Sequence[JsonValue], right: Sequence[JsonValue], aligned: Alignment
    ) -> Iterator[Finding]:
        repeated = _repeated(right, aligned)
        explained = 0
        for row in aligned.rows:
            one, other = row
            if other is None:
                assert one is not None, "because a row has at least one side"
                yield self._whole("missing", turn, one, left[one])
            elif one is None:
                cls: DifferenceClass = "duplicate" if other in repeated else "extra"
                yield self._whole(cls, turn, other, right[other])
            else:
                if not self.renaming.fits(left[one], right[other]):
                    yield from self._ids(turn, one, left[one], right[other])
                if row not in aligned.exact:
                    explained += 1
                    yield from self._fields(turn, one, left[one], right[other], explained)

    def _whole(self, cls: DifferenceClass, turn: int, index: int, event: JsonValue) -> Finding:
        return Finding(
            check=self.check,
            cls=cls,
            where=self._where(turn, index, event),
            about=about(event),
            reference=event if cls == "missing" else ABSENT,
            sdk=ABSENT if cls == "missing" else event,
        )

    def _ids(self, turn: int, index: int, left: JsonValue, right: JsonValue) -> Iterator[Finding]:
        for ours, theirs in self.renaming.conflicts(left, right):
            yield Finding(
                check=self.check,
                cls="id_mismatch",
                path=ours.path,
                where=self._where(turn, index, left),
                about=about(left),
                reference=ours.value,
                sdk=theirs.value,
            )

    def _fields(
        self, turn: int, index: int, left: JsonValue, right: JsonValue, explained: int
    ) -> Iterator[Finding]:
        renamed = with_ids_of(left, right)
        for one in field_differences(left, renamed, explain=explained <= MAX_EXPLAINED):
            yield Finding(
                check=self.check,
                cls=one.cls,
                path=one.path,
                where=self._where(turn, index, left),
                about=about(left),
                reference=one.reference,
                sdk=one.sdk,
            )

    def _order_only(
        self, turn: int, left: Sequence[JsonValue], right: Sequence[JsonValue], aligned: Alignment
    ) -> list[Finding] | None:
        """One finding when both sides hold the same events and every item's own order is kept, else None."""
        if not _same_events(aligned):
            return None
        ours = _lanes(left, aligned.numbering.of_left)
        theirs = _lanes(right, aligned.numbering.of_right)
        if ours.contents() != theirs.contents():
            return None
        first = next(row for row in aligned.rows if row not in aligned.exact)
        index, event = (
            (first.right_index, right) if first.left_index is None else (first.left_index, left)
        )
        assert index is not None, "because a row has at least one side"
        finding = Finding(
            check=self.check,
            cls="order_only",
            where=self._where(turn, index, event[index]),
            reference=_order(left, index),
            sdk=_order(right, index),
            grave=ours.epochs() != theirs.epochs(),
        )
        pairs = zip(ours.in_order(), theirs.in_order(), strict=True)
        mismatches = (self._ids(turn, one, left[one], right[other]) for one, other in pairs)
        return [finding, *chain.from_iterable(mismatches)]

    def _where(self, turn: int, index: int, event: JsonValue) -> str:
        return " ".join([f"turn {turn} {self.noun} {index}", "/".join(about(event))]).strip()


def about(event: JsonValue) -> tuple[str, ...]:
    """Type of the event and of its item, as far as there are any."""
    return tuple(word for word in kind_of(event) if word is not None)


def _same_events(aligned: Alignment) -> bool:
    """Whether what is not paired exactly is, ids aside, the same set of events on both sides."""
    ours: Counter[int] = Counter()
    theirs: Counter[int] = Counter()
    for row in aligned.rows:
        if row in aligned.exact:
            continue
        if row.left_index is not None:
            ours[aligned.numbering.of_left(row.left_index)] += 1
        if row.right_index is not None:
            theirs[aligned.numbering.of_right(row.right_index)] += 1
    return ours == theirs


def _repeated(right: Sequence[JsonValue], aligned: Alignment) -> set[int]:
    """Indices of unpaired events that say again what a paired event says.

    Only events of one kind and one item id can say the same, so that most need not be spelled out.
    """
    alone = [row.right_index for row in aligned.rows if row.left_index is None]
    unpaired = {index for index in alone if index is not None}
    types = {kind_of(right[index])[0] for index in unpaired}
    names = {_name(right[index]) for index in unpaired}
    if not names:  # the usual case: nothing to look for
        return set()
    wanted = {canonical(right[index]) for index in unpaired}
    said = {
        text
        for index, event in enumerate(right)
        if index not in unpaired
        and kind_of(event)[0] in types
        and _name(event) in names
        and (text := canonical(event)) in wanted
    }
    return {index for index in unpaired if canonical(right[index]) in said}


def _name(event: JsonValue) -> tuple[str | None, ...]:
    return (*kind_of(event), item_id(event))


_FLOATING: Final = frozenset({"error"})
"""Notices without an item that may fall anywhere between the items of a turn (PROTOCOLS.md 1.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lanes:
    """A stream by item: per lane the numbers of its events without ids, their indices, and behind how many turn events each stands."""

    numbers: tuple[tuple[int, ...], ...]
    indices: tuple[tuple[int, ...], ...]
    behind: tuple[tuple[int, ...], ...]
    common: tuple[int, ...]
    common_indices: tuple[int, ...]

    def contents(self) -> tuple[tuple[int, ...], Counter[tuple[int, ...]]]:
        return self.common, Counter(self.numbers)

    def epochs(self) -> Counter[tuple[tuple[int, ...], tuple[int, ...]]]:
        return Counter(zip(self.numbers, self.behind, strict=True))

    def in_order(self) -> list[int]:
        """Indices lane by lane, lanes sorted by content: the same order on both sides."""
        lanes = sorted(zip(self.numbers, self.indices, strict=True))
        return [*self.common_indices, *(index for _numbers, lane in lanes for index in lane)]


def _lanes(events: Sequence[JsonValue], number: Callable[[int], int]) -> _Lanes:
    numbers: dict[str | None, list[int]] = {None: []}
    indices: dict[str | None, list[int]] = {None: []}
    behind: dict[str | None, list[int]] = {None: []}
    epoch = 0
    for index, event in enumerate(events):
        lane = item_id(event)
        numbers.setdefault(lane, []).append(number(index))
        indices.setdefault(lane, []).append(index)
        behind.setdefault(lane, []).append(epoch)
        if lane is None and kind_of(event)[0] not in _FLOATING:
            epoch += 1
    common, common_indices = numbers.pop(None), indices.pop(None)
    del behind[None]
    return _Lanes(
        numbers=tuple(map(tuple, numbers.values())),
        indices=tuple(map(tuple, indices.values())),
        behind=tuple(map(tuple, behind.values())),
        common=tuple(common),
        common_indices=tuple(common_indices),
    )


def _order(events: Sequence[JsonValue], start: int) -> JsonValue:
    """The order from ``start`` on in words, for the report: type and item id of each event, a handful."""
    shown = events[start : start + MAX_ORDER]
    return [" ".join([*about(event), item_id(event) or ""]).strip() for event in shown]
