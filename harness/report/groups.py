"""Cells, and the differences of all cells grouped by cause. CORE: frozen values in, frozen values out.

A cause is a fingerprint (class, check and path without values). Which subject alone shows it is the first thing a
maintainer wants to know. This module knows nothing of how a run is read or shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, get_args

from harness.compare.difference import DifferenceClass, Level
from harness.observation import Mode, Plane
from harness.report.axes import axes
from harness.report.records import (
    COMPARED,
    Difference,
    Known,
    ObservationLine,
    RerunLine,
    ResultLine,
    ScenarioLine,
    Subject,
)
from harness.report.words import listed
from harness.subjects.matrix import family_of

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
_NAMED: Final = 8
"""How many SDKs are named as showing a cause before the rest is counted."""

CellKey: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One scenario for one subject: the verdict, and what was observed of it per mode."""

    scenario: ScenarioLine
    subject: Subject
    result: ResultLine
    observations: Mapping[Mode, ObservationLine]
    rerun: RerunLine | None = None

    @property
    def flaky(self) -> str | None:
        """``3 of 4 plays differ`` when further plays alone came out otherwise; None when they did not, or there were none."""
        return None if self.rerun is None or not self.rerun.flaky else self.rerun.rate

    @property
    def unknown(self) -> tuple[Difference, ...]:
        """The differences that no baseline entry expects and that count."""
        return tuple(
            one for one in self.result.differences if one.known is None and one.level != "cosmetic"
        )

    @property
    def cosmetic(self) -> tuple[Difference, ...]:
        """The differences that are told but never counted."""
        return tuple(
            one for one in self.result.differences if one.known is None and one.level == "cosmetic"
        )

    @property
    def expected(self) -> tuple[Difference, ...]:
        """The differences that the baseline expects."""
        return tuple(one for one in self.result.differences if one.known is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One cause: the differences that share a fingerprint and are all unknown, or all known for the same reason.

    ``subjects`` are those that show it, in the order of the header; ``odd_one_out`` is the one SDK that shows it, in
    whatever versions and on whatever runtimes, while another SDK, played to the same scenarios, does not. ``axes`` says for
    each SDK that was played in several cells in which of them it shows. ``members`` are the cells, in the order of the run,
    each with its first difference of this cause.
    """

    fingerprint: str
    check: str
    plane: Plane
    kind: DifferenceClass
    level: Level
    known: Known | None
    count: int
    subjects: tuple[str, ...]
    odd_one_out: str | None
    members: tuple[tuple[Cell, Difference], ...]
    axes: Mapping[str, str]

    @property
    def who(self) -> str:
        """Who shows it, and in which of their versions and runtimes."""
        return f"only {who((self,))}" if self.odd_one_out else who((self,))

    @property
    def first(self) -> Difference:
        """The first difference of the cause, as its example."""
        return self.members[0][1]

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the scenarios that show it, in the order of the run."""
        return tuple(dict.fromkeys(cell.scenario.id for cell, _ in self.members))


def who(groups: Sequence[Group]) -> str:
    """Who shows any of these: each SDK once, with the versions and runtimes where they have those in common."""
    names = list(dict.fromkeys(name for one in groups for name in one.subjects))
    told = []
    for family in dict.fromkeys(map(family_of, names)):
        clauses = {one.axes.get(family) for one in groups if family in map(family_of, one.subjects)}
        cells = [name for name in names if family_of(name) == family]
        clause = clauses.pop() if len(clauses) == 1 else ""
        name = cells[0] if len(cells) == 1 and clause is None else family
        told.append(f"{name} ({clause})" if clause else name)
    return listed(told, most=_NAMED)


def group(cells: Mapping[CellKey, Cell], judged: tuple[Subject, ...]) -> tuple[Group, ...]:
    """Group the differences of all cells by cause.

    Order: unknown before known, those of one subject alone first, then by level, then by how many cells show them.
    """
    found: dict[tuple[str, str | None, str | None], list[tuple[Cell, Difference]]] = {}
    for cell in cells.values():
        for difference in cell.result.differences:
            known = difference.known
            key = (
                difference.fingerprint,
                None if known is None else known.reason,
                None if known is None else known.because,
            )
            found.setdefault(key, []).append((cell, difference))
    where = axes({key: cell.result for key, cell in cells.items()}, judged)
    groups = [_group(members, cells, judged, where) for members in found.values()]
    order = {level: index for index, level in enumerate(LEVELS)}
    return tuple(
        sorted(
            groups,
            key=lambda one: (
                one.known is not None,
                one.odd_one_out is None,
                order[one.level],
                -len(one.members),
                one.fingerprint,
            ),
        )
    )


def _group(
    found: list[tuple[Cell, Difference]],
    cells: Mapping[CellKey, Cell],
    judged: tuple[Subject, ...],
    where: Mapping[tuple[str, str], str],
) -> Group:
    members: dict[CellKey, tuple[Cell, Difference]] = {}
    for cell, difference in found:
        members.setdefault((cell.scenario.id, cell.subject.name), (cell, difference))
    showing = tuple(
        subject.name for subject in judged if any(name == subject.name for _, name in members)
    )
    first = found[0][1]
    families = tuple(dict.fromkeys(map(family_of, showing)))
    return Group(
        fingerprint=first.fingerprint,
        check=first.check,
        plane=first.plane,
        kind=first.kind,
        level=first.level,
        known=first.known,
        count=len(found),
        subjects=showing,
        odd_one_out=families[0]
        if len(families) == 1 and _others_do_not(families[0], members, cells)
        else None,
        members=tuple(members.values()),
        axes={
            name: where[first.fingerprint, name]
            for name in families
            if (first.fingerprint, name) in where
        },
    )


def _others_do_not(
    name: str, members: Mapping[CellKey, tuple[Cell, Difference]], cells: Mapping[CellKey, Cell]
) -> bool:
    """Whether another SDK than this one was really compared in one of these scenarios; a subject that never ran says nothing."""
    scenarios = {scenario for scenario, _ in members}
    return any(
        scenario in scenarios and family_of(subject) != name and cell.result.verdict in COMPARED
        for (scenario, subject), cell in cells.items()
    )
