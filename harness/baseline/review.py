"""CORE: a baseline after a run: what of it no longer holds. Each kind of problem is a failure of its own."""

from __future__ import annotations

import datetime as dt
import difflib
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.baseline.entries import Entry
from harness.baseline.scope import for_cell
from harness.baseline.versions import version_numbers

ProblemKind: TypeAlias = Literal["fixed", "changed", "unknown_id", "expired", "unused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a baseline in the light of a run; each kind is a failure of its own."""

    kind: ProblemKind
    entry: Entry
    scenario: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One cell of a subject as a run showed it.

    Args:
        name: how it is written, such as ``openai-typescript+node22``.
        version: of the SDK, for ``until`` and ``sdk``.
        runtime: as an axis value, such as ``node22``.
        pinned: whether it is the pinned version, that is, was named without one.
        cells: scenario id -> fingerprints it showed; only scenarios that were compared.
        complete: whether every scenario ran; a glob that showed nowhere is a problem only then.
    """

    name: str
    version: str
    runtime: str
    pinned: bool
    cells: Mapping[str, frozenset[str]]
    complete: bool

    def scoped(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """The entries that speak of this cell."""
        return for_cell(entries, version=self.version, runtime=self.runtime, pinned=self.pinned)


def review(
    entries: Sequence[Entry],
    *,
    played: Sequence[Played],
    known_ids: frozenset[str],
    today: dt.date,
) -> tuple[tuple[str, Problem], ...]:
    """Everything that is wrong with the baseline of a subject after a run: how the cell is written, and the problem.

    Args:
        entries: the whole baseline.
        played: the cells of the subject that were played, one or more; a wrong id is told of the first.
        known_ids: every scenario id of the catalogue.
        today: for ``until``.
    """
    problems = [
        (played[0].name, one) for entry in entries for one in _unknown_ids(entry, known_ids)
    ]
    for cell in played:
        scoped = cell.scoped(entries)
        problems += [(cell.name, one) for one in _of_cell(scoped, cell, known_ids, today)]
    return tuple(problems)


def _of_cell(
    entries: Sequence[Entry], cell: Played, known_ids: frozenset[str], today: dt.date
) -> Iterable[Problem]:
    for entry in entries:
        if not entry.bound:
            continue
        of_entry = [*_ended(entry, cell.version, today)]
        of_entry += [
            _gone(entry, scenario, _unexplained(entries, scenario, cell.cells[scenario]))
            for scenario in entry.scenarios
            if scenario in cell.cells
            and entry.promises(scenario)
            and entry.fingerprint not in cell.cells[scenario]
        ]
        if cell.complete and not of_entry and not any(_unknown_ids(entry, known_ids)):
            of_entry += _unused(entry, cell.cells, known_ids)
        yield from of_entry


def _ended(entry: Entry, version: str, today: dt.date) -> Iterable[Problem]:
    if _expired(entry, version, today):
        sentence = f"{_name(entry)} ended at {entry.until}: fix it or give it a new end"
        yield Problem(kind="expired", entry=entry, scenario=None, sentence=sentence)


def _unused(
    entry: Entry, cells: Mapping[str, frozenset[str]], known_ids: frozenset[str]
) -> Iterable[Problem]:
    """A glob that showed nowhere; an entry that names scenarios, or is flaky, has a rule of its own."""
    named = entry.flaky is not None or any(name in known_ids for name in entry.scenarios)
    shown = any(entry.fingerprint in found for name, found in cells.items() if entry.covers(name))
    if not (named or shown):
        sentence = f"{_name(entry)} showed in no scenario of this run: remove it"
        yield Problem(kind="unused", entry=entry, scenario=None, sentence=sentence)


def _unknown_ids(entry: Entry, known_ids: frozenset[str]) -> Iterable[Problem]:
    for pattern in entry.scenarios:
        if not any(fnmatch.fnmatchcase(known, pattern) for known in known_ids):
            near = difflib.get_close_matches(pattern, known_ids, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Problem(
                kind="unknown_id",
                entry=entry,
                scenario=pattern,
                sentence=f"{_name(entry)} names `{pattern}`, which is no scenario{hint}",
            )


def _gone(entry: Entry, scenario: str, unexplained: frozenset[str]) -> Problem:
    if unexplained:
        return Problem(
            kind="changed",
            entry=entry,
            scenario=scenario,
            sentence=f"{_name(entry)} in {scenario} is now a different difference ({', '.join(sorted(unexplained))})",
        )
    return Problem(
        kind="fixed",
        entry=entry,
        scenario=scenario,
        sentence=f"{_name(entry)} no longer shows in {scenario}: remove it from the baseline",
    )


def _expired(entry: Entry, version: str, today: dt.date) -> bool:
    match entry.until:
        case None:
            return False
        case dt.date() as end:
            return today >= end
        case end:
            return version_numbers(version) >= version_numbers(end)


def _name(entry: Entry) -> str:
    return f"expected difference {entry.fingerprint} ({entry.check})"


def _unexplained(
    entries: Sequence[Entry], scenario: str, fingerprints: frozenset[str]
) -> frozenset[str]:
    return fingerprints - {one.fingerprint for one in entries if one.covers(scenario)}
