"""CORE: how long scenarios take, from earlier runs, and how they are dealt out so that no shard waits for another.

Whole milliseconds throughout: their sums do not depend on the order in which they are added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.observation import Lane
from harness.subjects.matrix import family_of
from harness.wire.schemas import SchemaSet

Recorded: TypeAlias = Mapping[str, Mapping[str, int]]
"""Scenario id -> name of a subject -> milliseconds."""

SCHEMA: Final = 1
UNKNOWN_MS: Final = 1000
"""What a cell counts where nothing at all was recorded; then every cell counts the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The cells of one earlier run: ``(scenario, subject, milliseconds)``, only those that were really played."""

    lane: Lane
    cells: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How long each scenario took for each subject, per lane. A lane that nobody recorded borrows from the others."""

    by_lane: Mapping[Lane, Recorded]

    def cost_ms(self, lane: Lane, scenario: str, subjects: Sequence[str]) -> int:
        """What a scenario takes over all subjects, in milliseconds of plays one after the other.

        A subject that was not recorded counts as its pinned version, else as the median of the scenario; a scenario that
        was not recorded as the median of all cells.
        """
        recorded = self.by_lane.get(lane) or _joined(self.by_lane.values())
        cells = [ms for of_scenario in recorded.values() for ms in of_scenario.values()]
        found = recorded.get(scenario, {})
        otherwise = median([*found.values()] or cells) if cells else UNKNOWN_MS
        return sum(found.get(name, found.get(family_of(name), otherwise)) for name in subjects)


def durations_of(runs: Iterable[Played]) -> Durations:
    """The median over several runs, per lane, scenario and subject; their order does not matter."""
    seen: dict[Lane, dict[str, dict[str, list[int]]]] = {}
    for run in runs:
        for scenario, subject, ms in run.cells:
            of_scenario = seen.setdefault(run.lane, {}).setdefault(scenario, {})
            of_scenario.setdefault(subject, []).append(max(1, round(ms)))
    return Durations(
        by_lane={
            lane: {
                scenario: {name: median(all_ms) for name, all_ms in sorted(subjects.items())}
                for scenario, subjects in sorted(scenarios.items())
            }
            for lane, scenarios in seen.items()
        }
    )


def median(values: Sequence[int]) -> int:
    """The middle value, of two the lower; ``values`` is not empty."""
    return sorted(values)[(len(values) - 1) // 2]


def deal(costs: Mapping[str, int], shards: int) -> tuple[tuple[str, ...], ...]:
    """Deal scenarios out, the longest first, each to the shard that has the least so far.

    Args:
        costs: scenario id -> milliseconds.
        shards: how many at the most; never more than there are scenarios, so that none is empty.

    Returns:
        the ids of each shard, sorted. The order of ``costs`` does not matter.
    """
    piles: list[list[str]] = [[] for _ in range(min(shards, len(costs)))]
    loads = [0] * len(piles)
    for name in sorted(costs, key=lambda one: (-costs[one], one)):
        index = min(range(len(piles)), key=lambda one: (loads[one], len(piles[one]), one))
        piles[index].append(name)
        loads[index] += costs[name]
    return tuple(tuple(sorted(pile)) for pile in piles)


def _joined(all_lanes: Iterable[Recorded]) -> Recorded:
    found: dict[str, dict[str, int]] = {}
    for recorded in all_lanes:
        for scenario, subjects in recorded.items():
            found.setdefault(scenario, {}).update(subjects)
    return found


def recording_text(durations: Durations, provenance: Mapping[str, JsonValue]) -> str:
    """The text of ``fixtures/durations.json`` (form: ``schemas/durations.json``), a scenario per line."""
    lanes = []
    for lane, recorded in sorted(durations.by_lane.items()):
        rows = ",\n".join(
            f"   {json.dumps(name)}: {json.dumps(dict(ms))}" for name, ms in recorded.items()
        )
        lanes.append(f"  {json.dumps(lane)}: {{\n{rows}\n  }}")
    joined = ",\n".join(lanes)
    told = json.dumps({**provenance})
    return f'{{\n "schema": {SCHEMA},\n "provenance": {told},\n "milliseconds": {{\n{joined}\n }}\n}}\n'


def parse_recording(document: JsonValue, where: str, schemas: SchemaSet) -> Durations:
    """Read ``fixtures/durations.json``.

    Raises:
        UsageFault: it does not fit ``schemas/durations.json``.
    """
    problem = schemas.first_problem("durations", document)
    if problem is not None:
        raise UsageFault(
            problem.message,
            where=f"{where} {problem.path}",
            hint="`codex-parity matrix durations RUN` writes this file.",
        )
    data = cast("dict[str, JsonValue]", document)
    return Durations(by_lane=cast("dict[Lane, Recorded]", data["milliseconds"]))
