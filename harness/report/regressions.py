"""Two runs, cell by cell: what got worse, better, other, what vanished, what nobody can say. CORE: two models in, values out.

One class per cell (REQUIREMENTS R4-6 to R4-8). A case that vanished is never called fixed, and one that could not be judged
is never called anything else. The tool computes; whether a release goes out is a person's decision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_PARITY
from harness.jsonvalue import JsonValue
from harness.report.groups import Cell, CellKey
from harness.report.model import RunModel
from harness.report.records import COMPARED, JsonObject, Subject
from harness.subjects.matrix import family_of

Class: TypeAlias = Literal[
    "new_regression",
    "changed_reason",
    "infra_error",
    "removed",
    "flaky_suspect",
    "no_baseline",
    "known_failing",
    "fixed",
]
SideName: TypeAlias = Literal["base", "candidate"]
CLASSES: Final[tuple[Class, ...]] = get_args(Class)
"""In the order in which they are told: what blocks first."""

MEANING: Final[dict[Class, str]] = {
    "new_regression": "equal on the base, differs on the candidate",
    "changed_reason": "differs on both, from other causes",
    "infra_error": "the candidate gave no verdict: driver, runtime or harness failed, or the run ended before",
    "removed": "asked for on the base, not on the candidate, or not applicable there",
    "flaky_suspect": "differs in some plays and not in others",
    "no_baseline": "the base has no verdict to compare with, or speaks of another scenario",
    "known_failing": "differs on both from the same causes, or as the baseline expects",
    "fixed": "differed on the base, equal on the candidate",
}
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Plays of one cell on one side, that of the run among them, and how many of them differ."""

    plays: int
    differing: int

    def to_json(self) -> JsonObject:
        """As ``regressions.json`` has it."""
        return {"plays": self.plays, "differing": self.differing}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cell on both sides. ``subject`` is the candidate's name for it, or the base's where it is gone.

    ``new`` and ``gone`` are fingerprints: those that only the candidate shows and no baseline expects, and those that only
    the base shows. ``replay`` is the candidate's command, the base's where it is gone. ``tallies`` are there for a side that
    was played more than once; ``quarantine`` says why the change does not decide, None where it does.
    """

    cls: Class
    scenario: str
    subject: str
    base: str
    candidate: str
    reason: str
    replay: str
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    tallies: tuple[tuple[SideName, Tally], ...] = ()
    quarantine: str | None = None

    @property
    def exit(self) -> int:
        """What this change alone makes of the exit code: 1 for a new cause, 4 for what could not be compared."""
        excused = (
            self.quarantine is not None
            or (self.cls == "changed_reason" and not self.new)
            or (self.cls == "no_baseline" and self.candidate not in FAILS)
        )
        return EXIT_PARITY if excused else _EXIT[self.cls]

    def to_json(self) -> JsonObject:
        """The change as a row of ``regressions.json``."""
        return {
            "class": self.cls,
            "scenario": self.scenario,
            "subject": self.subject,
            "base": self.base,
            "candidate": self.candidate,
            "reason": self.reason,
            "replay": self.replay,
            "new": [*self.new],
            "gone": [*self.gone],
            "plays": {side: tally.to_json() for side, tally in self.tallies},
            "quarantine": self.quarantine,
        }


_EXIT: Final[dict[Class, int]] = {
    "new_regression": EXIT_DIVERGENCE,
    "changed_reason": EXIT_DIVERGENCE,
    "infra_error": EXIT_INCOMPLETE,
    "removed": EXIT_INCOMPLETE,
    "flaky_suspect": EXIT_PARITY,
    "no_baseline": EXIT_INCOMPLETE,
    "known_failing": EXIT_PARITY,
    "fixed": EXIT_PARITY,
}
FAILS: Final = frozenset({"divergence", "changed"})
"""Verdicts of a cell that shows what no baseline expects."""

_COMPARED: Final = frozenset({"new_regression", "changed_reason", "known_failing", "fixed"})
_NO_RESULT: Final = "no_result"
_NOT_THERE: Final = "not_there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regressions:
    """All that moved, worst first; ``same`` counts the cells that were compared on both sides and show nothing that counts. ``notes`` say what else is not alike."""

    base: str
    candidate: str
    changes: tuple[Change, ...]
    same: int
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[Class, int]:
        """How many cells are of each class; all classes, also those that did not occur."""
        found = Counter(change.cls for change in self.changes)
        return {name: found[name] for name in CLASSES}

    @property
    def exit(self) -> int:
        """1 when something got worse, else 4 when something could not be compared, or nothing was, else 0."""
        codes = {change.exit for change in self.changes}
        if EXIT_DIVERGENCE in codes:
            return EXIT_DIVERGENCE
        return EXIT_INCOMPLETE if EXIT_INCOMPLETE in codes or not self.compared else EXIT_PARITY

    @property
    def compared(self) -> int:
        """How many cells have a verdict on both sides that chance did not decide."""
        return self.same + sum(one.cls in _COMPARED for one in self.changes)

    def to_json(self) -> JsonObject:
        """``regressions.json`` (``schemas/regressions.json``)."""
        counts: dict[str, JsonValue] = dict(self.counts.items())
        return {
            "schema": SCHEMA,
            "base": self.base,
            "candidate": self.candidate,
            "exit": self.exit,
            "same": self.same,
            "counts": counts,
            "notes": [*self.notes],
            "changes": [change.to_json() for change in self.changes],
        }


def regressions(base: RunModel, candidate: RunModel) -> Regressions:
    """Compare two runs, also of two versions of an SDK, of codex or of the machine."""
    changes: list[Change] = []
    same = 0
    for key, partner in _keys(base, candidate):
        change = _one(base, candidate, key, partner)
        if change is not None:
            changes.append(change)
        elif partner is not None and candidate.cells[partner].result.verdict in COMPARED:
            same += 1
    return Regressions(
        base=base.head.run_id,
        candidate=candidate.head.run_id,
        changes=by_class(changes),
        same=same,
        notes=tuple(_notes(base, candidate)),
    )


def by_class(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Changes in the order in which they are told: what blocks first, else as they came."""
    return tuple(sorted(changes, key=lambda one: CLASSES.index(one.cls)))


def _keys(base: RunModel, candidate: RunModel) -> Iterator[tuple[CellKey | None, CellKey | None]]:
    """Every cell that a run has or promised, once, with the other run's; None where that one never promised it."""
    names = partners(base.judged, candidate.judged)
    before = dict.fromkeys((*base.cells, *base.missing))
    after = dict.fromkeys((*candidate.cells, *candidate.missing))
    for scenario, subject in before:
        key = (scenario, names.get(subject, subject))
        yield (scenario, subject), key if key in after else None
    known = {(scenario, names.get(subject, subject)) for scenario, subject in before}
    yield from ((None, key) for key in after if key not in known)


def partners(base: Sequence[Subject], candidate: Sequence[Subject]) -> dict[str, str]:
    """Name on the base -> name on the candidate, where those are not the same: the only other cell of one SDK on each side."""
    theirs = {one.name for one in candidate}
    ours = {one.name for one in base}
    left = [one.name for one in base if one.name not in theirs]
    right = [one.name for one in candidate if one.name not in ours]
    found: dict[str, str] = {}
    for name in left:
        others = [one for one in right if family_of(one) == family_of(name)]
        rivals = [one for one in left if family_of(one) == family_of(name)]
        if len(others) == len(rivals) == 1:
            found[name] = others[0]
    return found


def _one(
    base: RunModel, candidate: RunModel, key: CellKey | None, partner: CellKey | None
) -> Change | None:
    """The class of one cell, None when it passes on both sides or nobody is asked on either."""
    before = None if key is None else base.cells.get(key)
    after = None if partner is None else candidate.cells.get(partner)
    name = partner or key
    assert name is not None, "because a cell is of one run at least"
    words = _NOT_THERE if key is None else _word(before)
    if after is None:
        if partner is not None:
            reason = "the run ended before this was judged"
            return _change("infra_error", name, words, _NO_RESULT, reason, before)
        return _change("removed", name, words, _NOT_THERE, "the candidate was not asked", before)
    found = _judged(before, after)
    if found is None:
        return None
    cls, reason = found
    return _change(cls, name, words, after.result.verdict, reason, before, after)


def _tallies(before: Cell | None, after: Cell | None) -> Iterator[tuple[SideName, Tally]]:
    sides: tuple[tuple[SideName, Cell | None], ...] = (("base", before), ("candidate", after))
    for side, cell in sides:
        if cell is not None and cell.rerun is not None:
            yield side, Tally(plays=cell.rerun.plays, differing=cell.rerun.differing)


def _judged(before: Cell | None, after: Cell) -> tuple[Class, str] | None:
    """Class and reason of a cell that the candidate has a result for."""
    now = after.result
    if now.verdict not in COMPARED and now.verdict != "not_applicable":
        return "infra_error", now.reason
    if before is None or before.result.verdict not in (*COMPARED, "not_applicable"):
        return "no_baseline", "the base has no verdict"
    if before.result.verdict == "not_applicable" or now.verdict == "not_applicable":
        if before.result.verdict == now.verdict:
            return None
        if now.verdict == "not_applicable":
            return "removed", now.reason
        return "no_baseline", "the base could not be asked"
    if before.scenario.sha256 != after.scenario.sha256:
        return "no_baseline", "the scenario is another one now"
    return _moved(before, after)


def _moved(before: Cell, after: Cell) -> tuple[Class, str] | None:
    """Class and reason of a cell that was compared on both sides."""
    ours, theirs = _causes(before), _causes(after)
    if not ours and not theirs:
        return None
    if after.flaky is not None or (before.flaky is not None and not theirs):
        return "flaky_suspect", after.flaky or f"on the base {before.flaky}"
    if not theirs:
        return "fixed", before.result.reason
    if not ours:
        return "new_regression" if after.unknown else "known_failing", after.result.reason
    return "known_failing" if ours == theirs else "changed_reason", after.result.reason


def _causes(cell: Cell) -> frozenset[str]:
    return frozenset(one.fingerprint for one in cell.result.differences if one.level != "cosmetic")


def _word(cell: Cell | None) -> str:
    return _NO_RESULT if cell is None else cell.result.verdict


def _change(
    cls: Class,
    key: CellKey,
    base: str,
    candidate: str,
    reason: str,
    before: Cell | None,
    after: Cell | None = None,
) -> Change:
    ours = frozenset() if before is None else _causes(before)
    theirs = frozenset() if after is None else _causes(after)
    unknown = () if after is None else tuple(one.fingerprint for one in after.unknown)
    shown = after or before
    return Change(
        cls=cls,
        scenario=key[0],
        subject=key[1],
        base=base,
        candidate=candidate,
        reason=reason,
        replay="" if shown is None else shown.result.replay,
        new=tuple(dict.fromkeys(one for one in unknown if one not in ours)),
        gone=tuple(sorted(ours - theirs)),
        tallies=tuple(_tallies(before, after)),
    )


def _notes(base: RunModel, candidate: RunModel) -> Iterator[str]:
    """What is not alike in the two runs beside their results."""
    for what, one, other in (
        ("lane", base.head.lane, candidate.head.lane),
        ("reference", base.head.reference, candidate.head.reference),
        ("normaliser", base.head.normaliser, candidate.head.normaliser),
        ("codex-parity", base.head.tool.get("version"), candidate.head.tool.get("version")),
        ("platform", base.head.tool.get("platform"), candidate.head.tool.get("platform")),
    ):
        if one != other:
            yield f"{what}: {one} on the base, {other} on the candidate"
    for name, other in partners(base.judged, candidate.judged).items():
        yield f"{other} is compared with {name}"
    for word, model in (("base", base), ("candidate", candidate)):
        if model.interrupted:
            yield f"the {word} was interrupted"
