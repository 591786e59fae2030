"""CORE: which cells that got worse are played again, on which side, and what the plays make of them.

Source: REQUIREMENTS.md 3.5: failing cells on the candidate, and once on the base where they passed by record, since "passes
on the base" may be a lucky play itself. R4-8: flaky suspects need a policy; the rate is measured and limited.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from harness.errors import EXIT_INCOMPLETE, EXIT_STALE
from harness.gate.policy import Policy
from harness.gate.stages import Finding, failed, passed, warned
from harness.jsonvalue import JsonValue
from harness.report.groups import Cell, CellKey
from harness.report.model import RunModel
from harness.report.records import COMPARED
from harness.report.regressions import (
    FAILS,
    Change,
    Class,
    Regressions,
    SideName,
    Tally,
    by_class,
    partners,
)
from harness.report.words import plural

_WORSE: Final[frozenset[Class]] = frozenset({"new_regression", "changed_reason", "no_baseline"})
_MAY_WAIT: Final[frozenset[Class]] = frozenset({*_WORSE, "flaky_suspect"})
"""Classes that a quarantine can take the decision from: never a cell that vanished or could not be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Plays of one cell, how many of them show something that counts and that no baseline expects, and each cause in how many."""

    plays: int
    differing: int
    causes: Mapping[str, int]

    def __add__(self, other: Counts) -> Counts:
        """The plays of both."""
        return Counts(
            plays=self.plays + other.plays,
            differing=self.differing + other.differing,
            causes=Counter(self.causes) + Counter(other.causes),
        )

    @property
    def flaky(self) -> bool:
        """Whether chance decides if it differs, or in what."""
        return any(0 < count < self.plays for count in (self.differing, *self.causes.values()))

    @property
    def rate(self) -> str:
        """``1 of 3 plays differ``."""
        return f"{self.differing} of {self.plays} plays differ"


def counts_of(cell: Cell) -> Counts:
    """What a run says of a cell: its play, and those that it made of it alone."""
    if cell.rerun is not None:
        one = cell.rerun
        return Counts(plays=one.plays, differing=one.differing, causes=one.causes)
    causes = {one.fingerprint: 1 for one in cell.unknown}
    return Counts(plays=1, differing=int(bool(causes)), causes=causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One command that plays cells again: their scenarios, so many ``times``, the words that name subject, reference and lane."""

    side: SideName
    subject: str
    version: str
    words: tuple[str, ...]
    scenarios: tuple[str, ...]
    times: int

    def argv(self, out: str) -> tuple[str, ...]:
        """The command, as a person would type it: one play at a time, and what differs then once more for each further time."""
        ids = ",".join(self.scenarios)
        return (
            "codex-parity", "run", *self.words, "--filter", ids, "--jobs", "1", "--rerun", str(self.times - 1), "-o", out,
        )  # fmt: skip


def worse(found: Regressions) -> tuple[Change, ...]:
    """The changes whose class a further play may change: those that block because something differs."""
    return tuple(one for one in found.changes if one.cls in _WORSE and one.candidate in FAILS)


def rounds(
    found: Regressions, base: RunModel, candidate: RunModel, policy: Policy
) -> tuple[Round, ...]:
    """The plays that the policy asks for and that the run files do not hold yet, one round per command.

    Of a run that has played its divergent cells again itself (``run --rerun``) only what is missing is asked for.
    """
    chosen = worse(found)[: policy.cells]
    asked: list[tuple[SideName, Cell, int]] = []
    for one in chosen:
        cell = candidate.cells[one.scenario, one.subject]
        asked.append(("candidate", cell, policy.candidate_plays - _again(cell)))
        before = base.cells.get((one.scenario, partner(base, candidate, one.subject)))
        if one.cls == "new_regression" and before is not None:
            asked.append(("base", before, policy.base_plays - _again(before)))
    return tuple(_rounds(asked))


def partner(base: RunModel, candidate: RunModel, subject: str) -> str:
    """The base's name for a subject of the candidate."""
    names = {theirs: ours for ours, theirs in partners(base.judged, candidate.judged).items()}
    return names.get(subject, subject)


def _again(cell: Cell) -> int:
    return counts_of(cell).plays - 1


def _rounds(asked: Sequence[tuple[SideName, Cell, int]]) -> Iterator[Round]:
    groups: dict[tuple[SideName, str, tuple[str, ...], int], list[Cell]] = {}
    for side, cell, times in asked:
        if times > 0:
            words = tuple(shlex.split(cell.result.replay)[3:])
            groups.setdefault((side, cell.subject.name, words, times), []).append(cell)
    for (side, subject, words, times), cells in groups.items():
        yield Round(
            side=side,
            subject=subject,
            version=cells[0].subject.version,
            words=words,
            scenarios=tuple(one.scenario.id for one in cells),
            times=times,
        )


def shown_by(round_: Round, model: RunModel) -> tuple[dict[CellKey, Counts], str | None]:
    """What a round has shown, by cell; and why it says nothing, where it does.

    Args:
        round_: what was asked for.
        model: the run that its command wrote.
    """
    there = {one.name: one for one in model.judged}
    subject = there.get(round_.subject)
    if subject is None or subject.version != round_.version:
        now = "is not there" if subject is None else f"is {subject.version}"
        return {}, f"{round_.subject} {now} here, and was {round_.version} in the run"
    shown = {
        key: counts_of(cell)
        for key, cell in model.cells.items()
        if key[1] == round_.subject and cell.result.verdict in COMPARED
    }
    silent = [name for name in round_.scenarios if (name, round_.subject) not in shown]
    return shown, f"no verdict here on {', '.join(silent[:3])}" if silent else None


Shown: TypeAlias = Mapping[SideName, Mapping[CellKey, Counts]]
"""What further plays of each side have shown, by cell."""


def settled(found: Regressions, base: RunModel, candidate: RunModel, shown: Shown) -> Regressions:
    """The comparison with what further plays have shown: a cell whose plays disagree is a flaky suspect.

    Args:
        found: as the two run files say.
        base, candidate: the two runs.
        shown: the further plays.
    """
    changes = [_settled(one, base, candidate, shown) for one in found.changes]
    return replace(found, changes=by_class(changes))


def _settled(change: Change, base: RunModel, candidate: RunModel, shown: Shown) -> Change:
    tallies = dict(change.tallies)
    doubts: list[str] = []
    sides: tuple[tuple[SideName, RunModel, str], ...] = (
        ("candidate", candidate, change.subject),
        ("base", base, partner(base, candidate, change.subject)),
    )
    for side, model, name in sides:
        key = (change.scenario, name)
        more = shown.get(side, {}).get(key)
        if more is None:
            continue
        whole = counts_of(model.cells[key]) + more
        tallies[side] = Tally(plays=whole.plays, differing=whole.differing)
        if whole.flaky:
            doubts.append(whole.rate if side == "candidate" else f"on the base {whole.rate}")
    order: tuple[SideName, ...] = ("base", "candidate")
    told = replace(
        change, tallies=tuple((side, tallies[side]) for side in order if side in tallies)
    )
    return replace(told, cls="flaky_suspect", reason=", ".join(doubts)) if doubts else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Flakes:
    """How many cells came out otherwise when they were played again; a lower bound: cells that pass are not played again."""

    suspects: int
    compared: int
    played_again: int
    limit: float

    @property
    def rate(self) -> float:
        """Suspects as a share of the compared cells."""
        return self.suspects / self.compared if self.compared else 0.0

    def finding(self) -> Finding:
        """Whether the classes can be trusted."""
        said = (
            f"{self.suspects} of {self.compared} compared cells ({self.rate:.1%}) came out otherwise when played "
            f"again; {plural(self.played_again, 'cell')} played more than once, limit {self.limit:.1%}"
        )
        if not self.rate <= self.limit:
            return failed("flake rate", said, EXIT_INCOMPLETE)
        return passed("flake rate", said)

    def to_json(self) -> dict[str, JsonValue]:
        """As ``regressions.json`` has it."""
        return {
            "suspects": self.suspects,
            "compared": self.compared,
            "played_again": self.played_again,
            "rate": round(self.rate, 4),
            "limit": self.limit,
        }


def flakes(found: Regressions, candidate: RunModel, limit: float) -> Flakes:
    """Measure the flake rate of a candidate; a suspect in quarantine has been seen already and does not count."""
    again = {(one.scenario, one.subject) for one in found.changes if dict(one.tallies)}
    again |= {key for key, cell in candidate.cells.items() if cell.rerun is not None}
    return Flakes(
        suspects=sum(
            one.cls == "flaky_suspect" and one.quarantine is None for one in found.changes
        ),
        compared=sum(cell.result.verdict in COMPARED for cell in candidate.cells.values()),
        played_again=len(again),
        limit=limit,
    )


def quarantined(
    found: Regressions, candidate: RunModel, policy: Policy, today: dt.date
) -> tuple[Regressions, tuple[Finding, ...]]:
    """The comparison without what is in quarantine, and what is to be said of each entry of the list.

    An entry whose day is over takes nothing, and one that fits no cell of the candidate is stale: both block (exit 5).
    """
    findings: list[Finding] = []
    changes = list(found.changes)
    for entry in policy.quarantine:
        name = f"quarantine of {entry.scenario} for {entry.subject}"
        if not any(entry.covers(*key) for key in candidate.cells):
            findings.append(failed(name, "fits no cell of the candidate", EXIT_STALE))
            continue
        if entry.excuse.expired(today):
            findings.append(failed(name, f"is over: {entry.excuse}", EXIT_STALE))
            continue
        taken = 0
        for index, one in enumerate(changes):
            if one.cls in _MAY_WAIT and entry.covers(one.scenario, one.subject):
                changes[index] = replace(one, quarantine=str(entry.excuse))
                taken += 1
        findings.append(warned(name, f"{plural(taken, 'cell')} do not decide: {entry.excuse}"))
    return replace(found, changes=tuple(changes)), tuple(findings)
