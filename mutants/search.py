"""CORE: which mutants to play next, so that every scenario kills one after few plays. Plays nothing.

Most scenarios kill many mutants, so playing all of them on all scenarios says the same thing dozens of times over. A search
plays, round by round, the mutants that a scenario most likely kills, until it has killed one or there is none left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from mutants.matrix import Cell, Named

WIDTH: Final = 4
"""Mutants that a scenario is given in one round; more means fewer rounds and more plays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarry:
    """A scenario that must kill a mutant. ``mutants``: the names of those that can be played on it."""

    scenario: str
    family: str
    checks: frozenset[str]
    mutants: tuple[str, ...]


def next_round(
    quarries: Sequence[Quarry], mutants: Mapping[str, Named], cells: Iterable[Cell]
) -> dict[str, list[str]]:
    """Name the mutants to play next.

    Preferred are mutants that died in the scenario's family, then those that die at a check it declares, then those that
    died most often.

    Args:
        quarries: every scenario that must kill.
        mutants: by name.
        cells: all that were played so far.

    Returns:
        The scenarios to play each mutant on; empty when every scenario has killed one or has tried all.
    """
    families = {one.scenario: one.family for one in quarries}
    tried: dict[str, set[str]] = {}
    killers: Counter[str] = Counter()
    in_family: Counter[tuple[str, str]] = Counter()
    satisfied = set()
    for cell in cells:
        if cell.mutant not in mutants:
            continue
        tried.setdefault(cell.scenario, set()).add(cell.mutant)
        if cell.kills or (mutants[cell.mutant].cosmetic and cell.seen):
            satisfied.add(cell.scenario)
            killers[cell.mutant] += 1
            in_family[cell.mutant, families.get(cell.scenario, "")] += 1

    def rank(quarry: Quarry, name: str) -> tuple[int, int, int, str]:
        return (
            -in_family[name, quarry.family],
            -int(mutants[name].check in quarry.checks),
            -killers[name],
            name,
        )

    chosen: dict[str, list[str]] = {}
    for quarry in quarries:
        if quarry.scenario in satisfied:
            continue
        left = [one for one in quarry.mutants if one not in tried.get(quarry.scenario, ())]
        for name in sorted(left, key=partial(rank, quarry))[:WIDTH]:
            chosen.setdefault(name, []).append(quarry.scenario)
    return chosen
