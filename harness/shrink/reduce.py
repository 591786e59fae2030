"""Delta debugging of a scenario document: which smaller documents to try, given which of them still show the divergence.

Hierarchical: whole steps, turns and actions go first, then options, files and checks, then the keys and elements inside,
each list by ddmin (halves, quarters, ... single parts, until no single part can go); then actions become plainer ones,
and strings, numbers and nested JSON become smaller. Rounds repeat until one changes nothing, so that in the end no single
part can be taken away: the result is 1-minimal with regard to the answers it was given.

Same document and same answers, same candidates in the same order: chance has no part in it. It must not know how a
candidate is tried, nor whether it is a scenario at all: whoever plays it says no to what is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Sequence
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue, canonical
from harness.shrink.plainer import plainer
from harness.shrink.tree import Place, at, cut, put, units, walk

Document: TypeAlias = dict[str, JsonValue]
_Search: TypeAlias = "Generator[tuple[Document, ...], Document | None, Document]"

_ROOTS: Final = ("steps", "script", "client", "files", "checks")
_DROPPABLE: Final = ("model", "outcomes", "client", "files", "codex")
_KEPT: Final = frozenset(
    {"type", "thread", "thread_id", "path", "event", "ref", "profile", "eol", "close"}
)
"""Keys whose texts name a thing: to shorten one makes another thing of it, not a smaller one."""

_PROMPT: Final = "x"
"""The shortest prompt that codex takes."""

_FINENESS: Final = 8
"""Into how many parts a text is cut at most; it is cut again in the next round if it became shorter."""


class Reducer:
    """Asks for candidates to be tried and is told which one still shows the divergence.

        while reducer.candidates:
            reducer.tell(index of the first candidate that shows it, or None)

    ``best`` is at any time the smallest document that showed it.
    """

    def __init__(self, document: Document) -> None:
        self.best = document
        self.candidates: tuple[Document, ...] = ()
        self._refused: set[bytes] = set()
        self._search = _rounds(document)
        self._go_on(None)

    def __repr__(self) -> str:
        return f"Reducer(candidates={len(self.candidates)}, refused={len(self._refused)})"

    def tell(self, index: int | None) -> None:
        """The first of ``candidates`` that shows the divergence, or None when all were tried and none does.

        Those before it are taken to show it not, and are never asked for again; those after it may be.
        """
        assert self.candidates, "nothing was asked"
        for one in self.candidates[:index]:
            self._refused.add(_digest(one))
        if index is None:
            self._go_on(None)
        else:
            self.best = self.candidates[index]
            self._go_on(self.best)

    def _go_on(self, accepted: Document | None) -> None:
        self.candidates = ()
        here = _digest(self.best)
        while not self.candidates:
            try:
                batch = next(self._search) if accepted is None else self._search.send(accepted)
            except StopIteration:
                return
            accepted = None
            self.candidates = tuple(
                one for one in batch if (name := _digest(one)) != here and name not in self._refused
            )


def _digest(document: Document) -> bytes:
    return hashlib.sha256(canonical(document)).digest()


def _rounds(document: Document) -> _Search:
    before = b""
    while (now := canonical(document)) != before:
        before = now
        document = yield from _drop_parts(document)
        document = yield from _each(document, _plain)
        document = yield from _each(document, _lessen)
    return document


def _drop_parts(document: Document) -> _Search:
    for key in _DROPPABLE:
        if key in document:
            document = (
                yield ({name: one for name, one in document.items() if name != key},)
            ) or document
    done = 0
    while done < len(places := _containers(document)):
        document = yield from _thin(document, places[done])
        done += 1
    return document


def _containers(document: Document) -> list[Place]:
    """The objects and arrays that can lose parts, in the order in which they are tried: what takes most with it first."""
    found = [
        place
        for root in _ROOTS
        if root in document
        for place, node in walk(document[root], (root,))
        if isinstance(node, dict | list)
    ]
    return sorted(found, key=lambda place: (_rank(place), len(place)))


def _rank(place: Place) -> int:
    match place:
        case ("steps",):
            return 0
        case ("script", "turns"):
            return 1
        case ("script", "turns", _, "do"):
            return 2
        case _:
            return 3


def _thin(document: Document, place: Place, *, unit: int = 1, smallest: int = 1) -> _Search:
    """Take parts away from what stands at a place, in ever smaller chunks, from its end to its beginning."""
    size = max(smallest, units(at(document, place)) // unit)
    while True:
        changed = False
        end = units(at(document, place)) // unit
        while end > 0:
            chunks = [(max(0, stop - size), stop) for stop in range(end, 0, -size)]
            batch = tuple(
                _shortened(document, place, start * unit, stop * unit) for start, stop in chunks
            )
            accepted = yield batch
            if accepted is None:
                break
            document, changed = accepted, True
            end = next(
                start for (start, _), one in zip(chunks, batch, strict=True) if one is accepted
            )
        if size == smallest and not changed:
            return document
        size = max(smallest, min(size // 2, units(at(document, place)) // unit))


def _shortened(document: Document, place: Place, start: int, stop: int) -> Document:
    return cast("Document", put(document, place, cut(at(document, place), start, stop)))


def _each(document: Document, change: Callable[[Document, Place], _Search]) -> _Search:
    """Apply a change to each place, one after the other; a change keeps the places that come after its own or loses them."""
    seen: set[Place] = set()
    while place := next((one for one in _places(document) if one not in seen), None):
        seen.add(place)
        document = yield from change(document, place)
    return document


def _places(document: Document) -> list[Place]:
    return [
        place
        for root in _ROOTS[:-1]
        if root in document
        for place, _ in walk(document[root], (root,))
    ]


def _plain(document: Document, place: Place) -> _Search:
    for value in plainer(place, at(document, place)):
        accepted = yield (cast("Document", put(document, place, value)),)
        if accepted is not None:
            return accepted
    return document


def _lessen(document: Document, place: Place) -> _Search:
    value = at(document, place)
    if place[-1] in _KEPT:
        return document
    match value:
        case str() if value:
            return (yield from _shorten(document, place, value))
        case bool():
            return document
        case int() if value:
            return (yield from _lower(document, place, value))
        case float() if value:
            return (yield _instead(document, place, [0, int(value)])) or document
        case _:
            return document


def _shorten(document: Document, place: Place, text: str) -> _Search:
    prompt = place[0] == "steps" and place[-1] in {"input", "text"}
    if prompt and text == _PROMPT:
        return document
    least = _instead(document, place, [_PROMPT if prompt else ""])
    if (accepted := (yield least)) is not None:
        return accepted
    unit = 2 if place[-1] == "hex" else 1
    return (
        yield from _thin(
            document, place, unit=unit, smallest=max(1, len(text) // unit // _FINENESS)
        )
    )


def _lower(document: Document, place: Place, number: int) -> _Search:
    """The number nearest to 0 that still shows it, if all above it do: by halving what is between a no and a yes."""
    sign = 1 if number > 0 else -1
    if (accepted := (yield _instead(document, place, [0]))) is not None:
        return accepted
    low, high = 0, abs(number)
    while high - low > 1:
        middle = low + 1 if low == 0 and high == abs(number) else (low + high) // 2
        accepted = yield _instead(document, place, [sign * middle])
        if accepted is None:
            low = middle
        else:
            document, high = accepted, middle
    return document


def _instead(document: Document, place: Place, values: Sequence[JsonValue]) -> tuple[Document, ...]:
    return tuple(cast("Document", put(document, place, value)) for value in values)
