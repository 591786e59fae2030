"""How the facts of each check are compared: check by check, as findings.

One cause is told once: a missing invocation is told by ``sent.invocations``, a turn that ended otherwise by
``surfaced.outcome``, if the scenario declares these; the checks that follow from them then keep silent about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, cast

from harness.compare.diff import field_differences, path_text
from harness.compare.difference import DifferenceClass, Finding, Side
from harness.compare.events import StreamComparer
from harness.compare.ids import Renaming
from harness.jsonvalue import JsonValue, canonical

_COUNTS_INVOCATIONS: Final = "sent.invocations"
_TELLS_TURNS: Final = "surfaced.outcome"
_MESSAGE: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides' facts, the declared checks, and the notes that the comparison leaves."""

    reference: dict[str, JsonValue]
    sdk: dict[str, JsonValue]
    checks: frozenset[str]
    notes: list[str] = field(default_factory=list)

    def outcomes_differ(self, turn: int) -> bool:
        """Whether the difference of this turn's ending is told already, by ``surfaced.outcome``."""
        if _TELLS_TURNS not in self.checks:
            return False
        ours, theirs = (_list(side.get(_TELLS_TURNS)) for side in (self.reference, self.sdk))
        return ours[turn : turn + 1] != theirs[turn : turn + 1]

    def any_outcome_differs(self) -> bool:
        """Whether ``surfaced.outcome`` tells of some turn."""
        ours, theirs = (_list(side.get(_TELLS_TURNS)) for side in (self.reference, self.sdk))
        return _TELLS_TURNS in self.checks and ours != theirs


_Compare: TypeAlias = Callable[[str, JsonValue, JsonValue, Sides], Iterator[Finding]]
_Element: TypeAlias = Callable[[str, JsonValue, JsonValue, str], Iterator[Finding]]


def findings_of(check: str, sides: Sides) -> list[Finding]:
    """The findings of one check that both sides have a fact for."""
    compare = _COMPARERS[check]
    return list(compare(check, sides.reference[check], sides.sdk[check], sides))


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _each(noun: str, told_by: str, element: _Element) -> _Compare:
    """Compare two lists position by position; a missing position is told by ``told_by`` where that is declared."""

    def compare(check: str, left: JsonValue, right: JsonValue, sides: Sides) -> Iterator[Finding]:
        ours, theirs = _list(left), _list(right)
        for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from element(check, one, other, f"{noun} {index}")
        if told_by not in sides.checks or told_by == check:
            yield from _beyond(check, noun, ours, theirs)

    return compare


def _beyond(
    check: str, noun: str, ours: list[JsonValue], theirs: list[JsonValue]
) -> Iterator[Finding]:
    shorter = min(len(ours), len(theirs))
    for index in range(shorter, len(ours)):
        where, note = f"{noun} {index}", "the SDK never got there"
        yield Finding(check=check, cls="missing", where=where, reference=ours[index], note=note)
    for index in range(shorter, len(theirs)):
        where, note = f"{noun} {index}", "the reference never got there"
        yield Finding(check=check, cls="extra", where=where, sdk=theirs[index], note=note)


def _closed(check: str, left: JsonValue, right: JsonValue, where: str) -> Iterator[Finding]:
    yield from _one_value(check, left, right, where, closed=True)


def _one_value(
    check: str,
    left: JsonValue,
    right: JsonValue,
    where: str,
    *,
    closed: bool = False,
    path: str = "$",
) -> Iterator[Finding]:
    if canonical(left) == canonical(right):
        return
    cls: DifferenceClass = "changed" if type(left) is type(right) else "type_changed"
    yield Finding(
        check=check, cls=cls, path=path, where=where, reference=left, sdk=right, closed=closed
    )


def _fields(check: str, left: JsonValue, right: JsonValue, where: str) -> Iterator[Finding]:
    for one in field_differences(left, right):
        yield Finding(
            check=check,
            cls=one.cls,
            path=one.path,
            where=where,
            reference=one.reference,
            sdk=one.sdk,
        )


def _argv(check: str, left: JsonValue, right: JsonValue, where: str) -> Iterator[Finding]:
    """Field by field; when one side only is refused by codex, that is the difference and nothing else is."""
    ours, theirs = cast("dict[str, JsonValue]", left), cast("dict[str, JsonValue]", right)
    if ("rejected" in ours) != ("rejected" in theirs):
        ours, theirs = (
            {key: side[key] for key in side if key == "rejected"} for side in (ours, theirs)
        )
    yield from _fields(check, ours, theirs, where)


def _env(check: str, left: JsonValue, right: JsonValue, where: str) -> Iterator[Finding]:
    """Variable by variable: the name is the path, ``{"set": value}`` or ``removed`` the value."""
    ours, theirs = cast("dict[str, JsonValue]", left), cast("dict[str, JsonValue]", right)
    for name in sorted(ours.keys() | theirs.keys()):
        path = path_text((name,))
        if name not in theirs:
            yield Finding(check=check, cls="missing", path=path, where=where, reference=ours[name])
        elif name not in ours:
            yield Finding(check=check, cls="extra", path=path, where=where, sdk=theirs[name])
        else:
            yield from _one_value(check, ours[name], theirs[name], where, path=path)


def _events(check: str, left: JsonValue, right: JsonValue, sides: Sides) -> Iterator[Finding]:
    renaming = Renaming()
    comparer = StreamComparer(check=check, renaming=renaming)
    ours, theirs = _list(left), _list(right)
    for turn, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        found, notes = comparer.compare(turn, _list(one), _list(other))
        sides.notes.extend(f"{check}: {note}" for note in notes)
        yield from found
    if _TELLS_TURNS not in sides.checks:
        yield from _beyond(check, "turn", ours, theirs)


def _turn_by_turn(element: _Element) -> _Compare:
    """For what only a turn of one ending has (a result, an error): silent where the endings are told to differ."""

    def compare(check: str, left: JsonValue, right: JsonValue, sides: Sides) -> Iterator[Finding]:
        def unless_told(
            check: str, one: JsonValue, other: JsonValue, where: str
        ) -> Iterator[Finding]:
            turn = int(where.removeprefix("turn "))
            if (one is None) == (other is None) or not sides.outcomes_differ(turn):
                yield from element(check, one, other, where)

        yield from _each("turn", _TELLS_TURNS, unless_told)(check, left, right, sides)

    return compare


def _error(check: str, left: JsonValue, right: JsonValue, where: str) -> Iterator[Finding]:
    for one in _fields(check, left, right, where):
        yield replace(one, closed=one.path == "$.kind")


def _result(check: str, left: JsonValue, right: JsonValue, where: str) -> Iterator[Finding]:
    """Members by name; ``items`` aligned like events, since one dropped item shifts all that follow."""
    if not (isinstance(left, dict) and isinstance(right, dict)):
        yield from _fields(check, left, right, where)
        return
    ours, theirs = left.get("items"), right.get("items")
    if not (isinstance(ours, list) and isinstance(theirs, list)):
        yield from _fields(check, left, right, where)
        return
    rest, other_rest = (
        {key: value for key, value in side.items() if key != "items"} for side in (left, right)
    )
    yield from _fields(check, rest, other_rest, where)
    comparer = StreamComparer(check=check, noun="item")
    turn = int(where.removeprefix("turn "))
    found, _notes = comparer.compare(
        turn, [{"item": item} for item in ours], [{"item": item} for item in theirs]
    )
    for finding in found:
        yield _as_item(finding)


def _as_item(finding: Finding) -> Finding:
    """A finding on a wrapped item as one on the item: the path below ``$.items``, whole items without the wrapper."""
    if finding.cls == "order_only":
        return replace(finding, path="$.items")
    inside = finding.path.removeprefix("$").removeprefix(".item")
    unwrapped = replace(finding, path=f"$.items[]{inside}")
    if finding.path != "$":
        return unwrapped
    return replace(unwrapped, reference=_item(finding.reference), sdk=_item(finding.sdk))


def _item(side: Side) -> Side:
    """A whole item without the wrapper that let it pass for an event."""
    return side["item"] if isinstance(side, dict) else side


def _alive(check: str, left: JsonValue, right: JsonValue, sides: Sides) -> Iterator[Finding]:
    ours, theirs = cast("dict[str, JsonValue]", left), cast("dict[str, JsonValue]", right)
    at_end = _each("turn", _TELLS_TURNS, _closed)(check, ours["at_end"], theirs["at_end"], sides)
    for finding in at_end:
        yield replace(finding, path="$.at_end[]")
    after = ours["after"], theirs["after"]
    yield from _one_value(check, *after, "after the last turn", closed=True, path="$.after")


def _bag(check: str, left: JsonValue, right: JsonValue, _sides: Sides) -> Iterator[Finding]:
    """Words in no order: each that one side has more often."""
    ours, theirs = (Counter(cast("list[str]", side)) for side in (left, right))
    for word in sorted((ours - theirs).elements()):
        yield Finding(check=check, cls="missing", reference=word)
    for word in sorted((theirs - ours).elements()):
        yield Finding(check=check, cls="extra", sdk=word)


def _alone(element: _Element) -> _Compare:
    def compare(check: str, left: JsonValue, right: JsonValue, _sides: Sides) -> Iterator[Finding]:
        yield from element(check, left, right, "")

    return compare


def _invocation(element: _Element) -> _Compare:
    return _each("invocation", _COUNTS_INVOCATIONS, element)


def _turn(element: _Element) -> _Compare:
    return _each("turn", _TELLS_TURNS, element)


def _requests(check: str, left: JsonValue, right: JsonValue, sides: Sides) -> Iterator[Finding]:
    """Field by field; that a turn which ended otherwise asked more or less often is told by its ending."""
    told_by = _TELLS_TURNS if sides.any_outcome_differs() else check
    yield from _each("request", told_by, _fields)(check, left, right, sides)


def _outcomes(check: str, left: JsonValue, right: JsonValue, sides: Sides) -> Iterator[Finding]:
    """The endings, and what the SDK's error says where it alone has one: the first thing a reader asks."""
    errors = _list(sides.sdk.get("surfaced.error"))
    for finding in _turn(_closed)(check, left, right, sides):
        turn = int(finding.where.removeprefix("turn "))
        error = errors[turn] if turn < len(errors) else None
        if isinstance(error, dict) and not finding.note:
            words = canonical(error.get("message")).decode("ascii")[:_MESSAGE]
            yield replace(finding, note=f"{error.get('class')}: {words}")
        else:
            yield finding


_COMPARERS: Final[dict[str, _Compare]] = {
    "sent.invocations": _alone(_closed),
    "sent.argv": _invocation(_argv),
    "sent.argv_text": _invocation(_one_value),
    "sent.env": _invocation(_env),
    "sent.stdin": _invocation(_one_value),
    "sent.cwd": _invocation(_one_value),
    "sent.schema": _invocation(_fields),
    "sent.images": _invocation(_fields),
    "sent.requests": _requests,
    "surfaced.events": _events,
    "surfaced.outcome": _outcomes,
    "surfaced.result": _turn_by_turn(_result),
    "surfaced.error": _turn_by_turn(_error),
    "surfaced.thread_id": _turn(_one_value),
    "surfaced.stderr": _invocation(_closed),
    "surfaced.secrets": _bag,
    "lifecycle.lazy": _turn(_closed),
    "lifecycle.backpressure": _turn(_closed),
    "lifecycle.alive": _alive,
    "lifecycle.descendants": _alone(_closed),
    "lifecycle.ending": _invocation(_closed),
    "lifecycle.signals": _invocation(_closed),
    "lifecycle.files": _bag,
    "lifecycle.modes": _bag,
    "lifecycle.host": _alone(_closed),
    "lifecycle.cost": _alone(_fields),
}
