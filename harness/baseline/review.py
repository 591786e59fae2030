"""CORE: a baseline after a run: what of it no longer holds. Each kind of problem is a failure of its own."""

from __future__ import annotations

import datetime as dt
import difflib
import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.baseline.entries import Entry

ProblemKind: TypeAlias = Literal["fixed", "changed", "unknown_id", "expired", "unused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a baseline in the light of a run; each kind is a failure of its own."""

    kind: ProblemKind
    entry: Entry
    scenario: str | None
    sentence: str


def review(
    entries: Sequence[Entry],
    *,
    cells: Mapping[str, frozenset[str]],
    known_ids: frozenset[str],
    version: str,
    today: dt.date,
    complete: bool,
) -> tuple[Problem, ...]:
    """Everything that is wrong with a baseline after a run.

    Args:
        entries: the baseline.
        cells: scenario id -> fingerprints it showed; only scenarios that were compared.
        known_ids: every scenario id of the catalogue.
        version: of the SDK, for ``until``.
        today: for ``until``.
        complete: whether every scenario ran; a glob that showed nowhere is a problem only then.
    """
    problems: list[Problem] = []
    for entry in entries:
        of_entry = [*_unknown_ids(entry, known_ids), *_ended(entry, version, today)]
        of_entry += [
            _gone(entry, scenario, _unexplained(entries, scenario, cells[scenario]))
            for scenario in entry.scenarios
            if scenario in cells
            and entry.promises(scenario)
            and entry.fingerprint not in cells[scenario]
        ]
        if complete and not of_entry:
            of_entry += _unused(entry, cells, known_ids)
        problems += of_entry
    return tuple(problems)


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
            return _version(version) >= _version(end)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _name(entry: Entry) -> str:
    return f"expected difference {entry.fingerprint} ({entry.check})"


def _unexplained(
    entries: Sequence[Entry], scenario: str, fingerprints: frozenset[str]
) -> frozenset[str]:
    return fingerprints - {one.fingerprint for one in entries if one.covers(scenario)}
