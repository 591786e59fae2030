"""Requirements against the tests that name them, in both directions. CORE.

A requirement that is claimed to be proven needs a test; a test needs a requirement that exists; what is open has no test,
or it would not be open.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.ledger.entries import Book, Claim, Entry
from harness.ledger.marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement and the tests that name it."""

    entry: Entry
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One source document, row by row."""

    source: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All of it. ``problems`` are sentences; a ledger that has one proves nothing."""

    chapters: tuple[Chapter, ...]
    problems: tuple[str, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of every chapter."""
        return tuple(row for chapter in self.chapters for row in chapter.rows)

    def counts(self) -> dict[Claim, int]:
        """How many requirements are proven, proven in part, and open."""
        counted = Counter(row.entry.claim for row in self.rows)
        return {"proven": counted["proven"], "part": counted["part"], "open": counted["open"]}


def fold(books: Sequence[Book], marks: Sequence[Mark]) -> Ledger:
    """Hold the requirements against the marks."""
    tests: dict[str, list[str]] = {}
    for mark in marks:
        tests.setdefault(mark.id, []).append(mark.test)
    chapters = tuple(
        Chapter(
            source=book.source,
            title=book.title,
            rows=tuple(
                Row(entry=entry, tests=tuple(sorted(tests.get(entry.id, ()))))
                for entry in book.entries
            ),
        )
        for book in books
    )
    rows = [row for chapter in chapters for row in chapter.rows]
    return Ledger(
        chapters=chapters,
        problems=(*_of_entries(rows), *_of_rows(rows), *_of_marks(rows, marks)),
    )


def _of_entries(rows: Sequence[Row]) -> Iterator[str]:
    counted = Counter(row.entry.id for row in rows)
    yield from (
        f"{name}: stands there {count} times" for name, count in counted.items() if count > 1
    )
    for row in rows:
        for feature in row.entry.features:
            if feature not in counted:
                yield f"{row.entry.id}: carried by {feature}, which is no feature"


def _of_rows(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        match row.entry.claim:
            case "open" if row.tests:
                yield (
                    f"{row.entry.id}: open ({row.entry.why}), yet {row.tests[0]} names it; "
                    "take `open` away, or say in `part` what is not proven"
                )
            case "proven" | "part" if not row.tests:
                yield (
                    f"{row.entry.id}: no test names it; mark one with "
                    f'@pytest.mark.requirement("{row.entry.id}"), or write why it is `open`'
                )
            case _:
                pass


def _of_marks(rows: Sequence[Row], marks: Sequence[Mark]) -> Iterator[str]:
    known = {row.entry.id for row in rows}
    for mark in marks:
        if mark.id not in known:
            near = difflib.get_close_matches(mark.id, sorted(known), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield f"{mark.test}: names {mark.id}, which is no requirement{hint}"
