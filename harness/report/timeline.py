"""The events of one turn, aligned: reference, SDK, golden side by side, equal stretches folded. CORE.

Alignment is ``compare.align``'s; this module only arranges its pairs into rows. It knows nothing of HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from harness.compare.align import Alignment, Row, align
from harness.compare.difference import ABSENT, Absent, Side
from harness.compare.ids import without_ids
from harness.compare.sequences import Pair
from harness.jsonvalue import JsonValue, canonical
from harness.report.fields import Fields, compare_fields
from harness.report.visible import Shown, json_text, whole

_EVENT_ROOM: Final = 300

RowKind: TypeAlias = Literal["changed", "missing", "extra", "duplicate", "order_only", "golden"]
"""``golden``: reference and SDK agree, the golden says something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One aligned row that is not plainly equal. Indices count from 0 within the turn; None is a gap."""

    kind: RowKind
    title: str
    reference_index: int | None
    sdk_index: int | None
    reference: Shown | None
    sdk: Shown | None
    golden: Shown | str | None
    fields: Fields | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedRow:
    """A stretch of equal events: where it begins on either side, how many, of which types."""

    start: int
    sdk_start: int
    count: int
    titles: str


Shape: TypeAlias = EventRow | FoldedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One turn. ``bounded``: too different to align in full, parts are paired by kind."""

    turn: int
    rows: tuple[Shape, ...]
    bounded: bool
    reference_count: int
    sdk_count: int
    golden_count: int | None


@dataclass(slots=True)
class _Rows:
    """Rows under construction; equal events wait until something else ends their stretch."""

    rows: list[Shape] = field(default_factory=list)
    equal: list[tuple[int, int, JsonValue]] = field(default_factory=list)

    def same(self, left: int, right: int, event: JsonValue) -> None:
        """One more equal event; a stretch goes on only where both sides go on by one."""
        if self.equal and self.equal[-1][:2] != (left - 1, right - 1):
            self.close()
        self.equal.append((left, right, event))

    def close(self) -> None:
        if self.equal:
            left, right, _ = self.equal[0]
            self.rows.append(
                FoldedRow(
                    start=left,
                    sdk_start=right,
                    count=len(self.equal),
                    titles=_titles([event for _, _, event in self.equal]),
                )
            )
            self.equal = []

    def open(self, row: EventRow) -> None:
        self.close()
        self.rows.append(row)


def timelines(
    reference: JsonValue, sdk: JsonValue, golden: JsonValue, suspects: Mapping[int, frozenset[int]]
) -> tuple[Timeline, ...]:
    """Align the ``surfaced.events`` facts of one play, turn by turn.

    Args:
        reference: a list per turn, or None when there is none to show.
        sdk: the same of the SDK.
        golden: the same of the golden.
        suspects: per turn, what :func:`timeline` takes.
    """
    told = _turns(golden)
    turns = max(len(_turns(reference)), len(_turns(sdk)))
    return tuple(
        timeline(
            turn,
            _at(_turns(reference), turn),
            _at(_turns(sdk), turn),
            _at(told, turn) if golden is not None else None,
            suspects=suspects.get(turn, frozenset()),
        )
        for turn in range(turns)
    )


def _turns(value: JsonValue) -> list[list[JsonValue]]:
    if not isinstance(value, list):
        return []
    return [turn if isinstance(turn, list) else [turn] for turn in value]


def _at(turns: list[list[JsonValue]], turn: int) -> list[JsonValue]:
    return turns[turn] if turn < len(turns) else []


def timeline(
    turn: int,
    reference: Sequence[JsonValue],
    sdk: Sequence[JsonValue],
    golden: Sequence[JsonValue] | None,
    *,
    suspects: frozenset[int] = frozenset(),
) -> Timeline:
    """Align the events of one turn.

    Args:
        turn: its index.
        reference: the reference's events.
        sdk: the SDK's events.
        golden: the golden's events, None when there is no golden to ask.
        suspects: indices of reference events that ``compare`` names although they are equal but for ids.
    """
    told = _Golden.of(reference, sdk, golden)
    built = _Rows()
    aligned = align(reference, sdk)
    elsewhere = _elsewhere(reference, sdk, aligned)
    for left, right in aligned.rows:
        exact = Pair(-1 if left is None else left, -1 if right is None else right) in aligned.exact
        if (
            left is not None
            and right is not None
            and exact
            and left not in suspects
            and told.agrees(left, right)
        ):
            built.same(left, right, reference[left])
            continue
        one: Side = ABSENT if left is None else reference[left]
        two: Side = ABSENT if right is None else sdk[right]
        kind = _gap(one, two, elsewhere)
        if kind is None:
            kind = "golden" if exact and left not in suspects else "changed"
        built.open(_row(kind, Row(left, right), one, two, told))
    for event in told.alone:
        built.open(_row_of_golden(event))
    built.close()
    return Timeline(
        turn=turn,
        rows=tuple(built.rows),
        bounded=aligned.bounded,
        reference_count=len(reference),
        sdk_count=len(sdk),
        golden_count=None if golden is None else len(golden),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Golden:
    """The golden's event for each event of the reference and for each of the SDK, and those that nobody else has."""

    there: bool
    by_reference: dict[int, tuple[JsonValue, bool]]
    by_sdk: dict[int, tuple[JsonValue, bool]]
    alone: tuple[JsonValue, ...]

    @classmethod
    def of(
        cls,
        reference: Sequence[JsonValue],
        sdk: Sequence[JsonValue],
        golden: Sequence[JsonValue] | None,
    ) -> _Golden:
        """Pair the golden with both; a pair is exact when it is equal but for ids."""
        told = golden or ()
        first, used_first = _partners(reference, told)
        second, used_second = _partners(sdk, told)
        alone = [event for index, event in enumerate(told) if index not in used_first | used_second]
        return cls(there=golden is not None, by_reference=first, by_sdk=second, alone=tuple(alone))

    def agrees(self, left: int | None, right: int | None) -> bool:
        """Whether the golden has nothing to add to a row whose sides agree."""
        return self.word(left, right) in (None, "= reference")

    def word(self, left: int | None, right: int | None) -> Shown | str | None:
        """Whom the golden agrees with in this row, else its own event; None without a golden."""
        if not self.there:
            return None
        of_reference = self.by_reference.get(-1 if left is None else left)
        of_sdk = self.by_sdk.get(-1 if right is None else right)
        for found, word in ((of_reference, "= reference"), (of_sdk, "= SDK")):
            if found is not None and found[1]:
                return word
        mine = of_reference or of_sdk
        if mine is not None:
            return whole(json_text(mine[0]), room=_EVENT_ROOM)
        return "= reference" if left is None else "= SDK" if right is None else "absent"

    def value(self, left: int | None, right: int | None) -> Side | None:
        """The golden's event of this row; None without a golden."""
        found = self.by_reference.get(-1 if left is None else left) or self.by_sdk.get(
            -1 if right is None else right
        )
        return (ABSENT if found is None else found[0]) if self.there else None


def _partners(
    events: Sequence[JsonValue], golden: Sequence[JsonValue]
) -> tuple[dict[int, tuple[JsonValue, bool]], frozenset[int]]:
    aligned = align(events, golden)
    found = {
        left: (golden[right], (left, right) in aligned.exact)
        for left, right in aligned.rows
        if left is not None and right is not None
    }
    return found, frozenset(
        right for left, right in aligned.rows if left is not None and right is not None
    )


def _row(kind: RowKind, at: Row, one: Side, two: Side, told: _Golden) -> EventRow:
    both = one is not ABSENT and two is not ABSENT
    return EventRow(
        kind=kind,
        title=title(two if one is ABSENT else one),
        reference_index=at.left_index,
        sdk_index=at.right_index,
        reference=_shown(one),
        sdk=_shown(two),
        golden=told.word(*at),
        fields=compare_fields(one, two, told.value(*at)) if both else None,
    )


def _elsewhere(
    reference: Sequence[JsonValue], sdk: Sequence[JsonValue], aligned: Alignment
) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Events without ids that stand alone on both sides, so they moved; and all of the reference's, for duplicates."""
    alone = {
        _key(reference[left]) for left, right in aligned.rows if right is None and left is not None
    }
    extra = {_key(sdk[right]) for left, right in aligned.rows if left is None and right is not None}
    return frozenset(alone & extra), frozenset(
        _key(event) for event in reference
    ) if extra else frozenset()


def _key(event: JsonValue) -> bytes:
    return canonical(without_ids(event))


def _gap(
    one: Side, two: Side, elsewhere: tuple[frozenset[bytes], frozenset[bytes]]
) -> RowKind | None:
    """What a row is that only one side has; None for a row of both."""
    moved, known = elsewhere
    if not isinstance(one, Absent):
        if not isinstance(two, Absent):
            return None
        return "order_only" if _key(one) in moved else "missing"
    assert not isinstance(two, Absent), "a row has an event on one side at least"
    if _key(two) in moved:
        return "order_only"
    return "duplicate" if _key(two) in known else "extra"


def _row_of_golden(event: JsonValue) -> EventRow:
    return EventRow(
        kind="golden",
        title=title(event),
        reference_index=None,
        sdk_index=None,
        reference=None,
        sdk=None,
        golden=whole(json_text(event), room=_EVENT_ROOM),
        fields=None,
    )


def _shown(value: Side) -> Shown | None:
    return None if value is ABSENT else whole(json_text(value), room=_EVENT_ROOM)


def title(event: Side) -> str:
    """``item.completed / web_search / item_1``: what kind of event this is, as far as it says."""
    if not isinstance(event, dict):
        return "not an event"
    item = event.get("item")
    inner = item if isinstance(item, dict) else {}
    parts = [event.get("type"), inner.get("type"), inner.get("id")]
    return " / ".join(part for part in parts if isinstance(part, str)) or "an event without a type"


def _titles(events: Sequence[JsonValue]) -> str:
    names = list(dict.fromkeys(title(event).split(" / ")[0] for event in events))
    return ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
