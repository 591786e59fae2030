"""CORE: who died where. Cells of mutants x scenarios in, the kill matrix and everything that is wrong with it out.

Knows neither how a mutant is made nor how it is played. A cell is a result line of a run (``schemas/run.json``), cut down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from harness.jsonvalue import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]

PROBES: Final = "probes"
"""Stands for a scenario and a check: the recorded command lines of the real binary, for mutants of the mock."""

Breadth: TypeAlias = Literal["whole", "search", "some"]
"""What was played: every mutant on every scenario; each scenario until it killed one; or less, and no scenario is judged."""

PLAYED: Final = frozenset({"match", "divergence"})
"""Verdicts that say something of a mutant; without a baseline there is no other of a cell that was compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A mutant as the matrix needs it: where it must die. ``cosmetic``: its difference must be seen and not count."""

    name: str
    kind: Literal["client", "mock"]
    sentence: str
    scenario: str
    check: str
    path: str = ""
    cosmetic: bool = False

    @property
    def plane(self) -> str:
        """sent, surfaced, lifecycle, or probes."""
        return self.check.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One difference: at which check, how grave, where (path and place as one text)."""

    check: str
    level: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one mutant did in one scenario; ``reason`` is the run's own sentence."""

    mutant: str
    scenario: str
    verdict: str
    reason: str
    seen: tuple[Seen, ...] = ()

    @property
    def kills(self) -> bool:
        """Whether the mutant dies here."""
        return self.verdict == "divergence"

    def to_json(self) -> JsonObject:
        """The cell for a program; of the differences only the checks."""
        return {
            "mutant": self.mutant,
            "scenario": self.scenario,
            "verdict": self.verdict,
            "reason": self.reason,
            "checks": list(self.checks),
        }

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that show it, those that count first, each once."""
        counted = [one.check for one in self.seen if one.level != "cosmetic"]
        return tuple(dict.fromkeys(counted + [one.check for one in self.seen]))


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    TOLD = "told"
    """Its difference is told and cosmetic, as it should be."""
    SURVIVED = "survived"
    ELSEWHERE = "died elsewhere"
    NOT_PLAYED = "not played"


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantRow:
    """One mutant: its fate at its named scenario, which checks showed it there, how many scenarios kill it."""

    named: Named
    fate: Fate
    killed_at: tuple[str, ...]
    kills: int
    played: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRow:
    """One scenario: how many mutants it kills, and the one of them that the fewest other scenarios kill.

    ``rarest`` is (name, number of scenarios that kill it): where every mutant was played on every scenario, 1 means that
    without this scenario it would live.
    """

    scenario: str
    kills: int
    rarest: tuple[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All of it; ``problems`` are sentences, and the run is green when there is none."""

    mutants: tuple[MutantRow, ...]
    scenarios: tuple[ScenarioRow, ...]
    canaries: tuple[MutantRow, ...]
    problems: tuple[str, ...]
    breadth: Breadth

    def count(self, fate: Fate) -> int:
        """How many mutants met this fate."""
        return sum(row.fate is fate for row in self.mutants)

    def to_json(self) -> JsonObject:
        """The matrix for a program."""
        return {
            "schema": 2,
            "breadth": self.breadth,
            "fates": {fate.value: self.count(fate) for fate in Fate},
            "mutants": [_mutant_json(row) for row in self.mutants],
            "canaries": [_mutant_json(row) for row in self.canaries],
            "scenarios": [
                {
                    "scenario": row.scenario,
                    "kills": row.kills,
                    "rarest": None if row.rarest is None else list(row.rarest),
                }
                for row in self.scenarios
            ],
            "problems": list(self.problems),
        }


def _mutant_json(row: MutantRow) -> JsonObject:
    named = row.named
    return {
        "name": named.name,
        "kind": named.kind,
        "plane": named.plane,
        "sentence": named.sentence,
        "scenario": named.scenario,
        "check": named.check,
        "fate": row.fate.value,
        "killed_at": list(row.killed_at),
        "kills": row.kills,
        "played": row.played,
    }


def cell_of(mutant: str, line: Mapping[str, JsonValue]) -> Cell:
    """A result line of a run as a cell."""
    differences = line["differences"]
    assert isinstance(differences, list), "schemas/run.json"
    return Cell(
        mutant=mutant,
        scenario=str(line["scenario"]),
        verdict=str(line["verdict"]),
        reason=str(line["reason"]),
        seen=tuple(
            Seen(
                check=str(one["check"]),
                level=str(one["level"]),
                where=f"{one['path']} {one['where']}",
            )
            for one in differences
            if isinstance(one, dict)
        ),
    )


def fold(
    mutants: Sequence[Named],
    canaries: Sequence[Named],
    cells: Iterable[Cell],
    *,
    scenarios: Sequence[str],
    excused: Mapping[str, str],
    breadth: Breadth,
) -> Matrix:
    """Put the cells together and say what is wrong.

    Args:
        mutants: all that were to be played.
        canaries: those that must live everywhere.
        cells: in any order; one per mutant and scenario.
        scenarios: ids of the catalogue; each must kill a mutant.
        excused: id of a scenario that kills nothing -> why that is right.
        breadth: what was played; nothing is said of scenarios where it is ``some``.
    """
    table: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        table.setdefault(cell.mutant, {})[cell.scenario] = cell
    rows = tuple(_row(named, table.get(named.name, {})) for named in mutants)
    birds = tuple(_row(named, table.get(named.name, {})) for named in canaries)
    by_scenario = _scenarios(mutants, table, scenarios)
    problems = [sentence for row in rows for sentence in _of_mutant(row, table)]
    problems += [sentence for row in birds for sentence in _of_canary(row, table)]
    problems += _not_played(table)
    if breadth != "some":
        problems += _of_scenarios(by_scenario, excused)
    return Matrix(
        mutants=rows,
        scenarios=by_scenario,
        canaries=birds,
        problems=tuple(problems),
        breadth=breadth,
    )


def _row(named: Named, cells: Mapping[str, Cell]) -> MutantRow:
    cell = cells.get(named.scenario)
    return MutantRow(
        named=named,
        fate=_fate(named, cell),
        killed_at=() if cell is None else cell.checks,
        kills=sum(one.kills for one in cells.values()),
        played=sum(one.verdict in PLAYED for one in cells.values()),
    )


def _fate(named: Named, cell: Cell | None) -> Fate:
    if cell is None or cell.verdict not in PLAYED:
        return Fate.NOT_PLAYED
    there = [one for one in cell.seen if one.check == named.check and named.path in one.where]
    if named.cosmetic:
        if cell.kills:
            return Fate.ELSEWHERE
        return Fate.TOLD if there else Fate.SURVIVED
    if any(one.level != "cosmetic" for one in there):
        return Fate.KILLED
    return Fate.ELSEWHERE if cell.kills else Fate.SURVIVED


def _scenarios(
    mutants: Sequence[Named], table: Mapping[str, Mapping[str, Cell]], ids: Sequence[str]
) -> tuple[ScenarioRow, ...]:
    killers = {
        named.name: {
            one.scenario
            for one in table.get(named.name, {}).values()
            if one.kills or (named.cosmetic and one.seen)
        }
        for named in mutants
    }
    rows = []
    for scenario in ids:
        dead = sorted((len(found), name) for name, found in killers.items() if scenario in found)
        rarest = (dead[0][1], dead[0][0]) if dead else None
        rows.append(ScenarioRow(scenario=scenario, kills=len(dead), rarest=rarest))
    return tuple(rows)


def _of_mutant(row: MutantRow, table: Mapping[str, Mapping[str, Cell]]) -> list[str]:
    named = row.named
    wanted = f"{named.check}{f' ({named.path})' if named.path else ''} in {named.scenario}"
    match row.fate:
        case Fate.KILLED | Fate.TOLD:
            return []
        case Fate.NOT_PLAYED:
            cell = table.get(named.name, {}).get(named.scenario)
            why = "never played there" if cell is None else f"{cell.verdict}: {cell.reason}"
            return [f"{named.name} was not played, and should die at {wanted}: {why}"]
        case Fate.SURVIVED:
            return [f"{named.name} survived, and should die at {wanted}"]
        case _:
            found = ", ".join(row.killed_at)
            return [f"{named.name} died at {found}, and should die at {wanted}"]


def _of_canary(row: MutantRow, table: Mapping[str, Mapping[str, Cell]]) -> list[str]:
    name, cells = row.named.name, table.get(row.named.name, {})
    if not cells:
        return [f"{name} was never played"]
    return [
        f"{name} changes nothing and is not a match in {cell.scenario}: {cell.verdict}: {cell.reason}"
        for cell in cells.values()
        if cell.verdict != "match" or cell.seen
    ]


def _not_played(table: Mapping[str, Mapping[str, Cell]]) -> list[str]:
    """Cells that say nothing, but for those of a driver that cannot do what the scenario asks."""
    return [
        f"{mutant} in {cell.scenario} says nothing: {cell.verdict}: {cell.reason}"
        for mutant, cells in table.items()
        for cell in cells.values()
        if cell.verdict not in PLAYED | {"not_applicable"}
    ]


def _of_scenarios(rows: Sequence[ScenarioRow], excused: Mapping[str, str]) -> list[str]:
    idle = {row.scenario for row in rows if row.kills == 0}
    known = {row.scenario for row in rows}
    problems = [f"{scenario} kills no mutant" for scenario in sorted(idle - excused.keys())]
    problems += [
        f"{scenario} is excused from killing and kills: remove the excuse"
        for scenario in sorted((excused.keys() & known) - idle)
    ]
    problems += [
        f"{scenario} is excused and does not exist" for scenario in sorted(excused.keys() - known)
    ]
    return problems
