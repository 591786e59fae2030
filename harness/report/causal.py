"""What codex wrote against what the SDK showed for it: which line became which event, and which became none. CORE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from harness.compare.align import align
from harness.compare.sequences import Pair
from harness.jsonvalue import JsonValue

MOST: Final = 4000
"""Lines and events beyond which the two are not set against each other."""

LinkKind: TypeAlias = Literal["same", "changed", "unseen", "invented"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A stretch of lines and events that belong together one by one; a side that has none there is None.

    ``same``: equal but for ids. ``unseen``: written and never shown. ``invented``: shown and never written.
    """

    kind: LinkKind
    line: int | None
    event: int | None
    count: int


def causal(lines: Sequence[JsonValue], events: Sequence[JsonValue]) -> tuple[Link, ...]:
    """Set lines against events; nothing when there are too many of either."""
    if len(lines) > MOST or len(events) > MOST:
        return ()
    aligned = align(lines, events)
    found: list[Link] = []
    for line, event in aligned.rows:
        kind = _kind(line, event, aligned.exact)
        last = found[-1] if found else None
        if last is not None and last.kind == kind and _follows(last, line, event):
            found[-1] = Link(kind=kind, line=last.line, event=last.event, count=last.count + 1)
        else:
            found.append(Link(kind=kind, line=line, event=event, count=1))
    return tuple(found)


def _kind(
    line: int | None, event: int | None, exact: frozenset[tuple[int | None, int | None]]
) -> LinkKind:
    if event is None:
        return "unseen"
    if line is None:
        return "invented"
    return "same" if Pair(line, event) in exact else "changed"


def _follows(last: Link, line: int | None, event: int | None) -> bool:
    return line == _after(last.line, last.count) and event == _after(last.event, last.count)


def _after(first: int | None, count: int) -> int | None:
    return None if first is None else first + count
