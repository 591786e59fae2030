"""CORE: many plays of the same cells in, what came out differently out. Each subject is compared with itself alone.

An *outcome* is what one play showed in the declared checks of its scenario; two plays have the same one when the
comparison of ``harness.compare`` finds nothing between them. A cell with one outcome is quiet. The document that comes out
is specified by ``schemas/noise.json``; reports are made of it and of nothing else.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from harness.baseline.entries import Entry
from harness.compare.compare import compare
from harness.compare.declared import took
from harness.compare.difference import Difference
from harness.errors import EXIT_DIVERGENCE, EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_PARITY
from harness.jsonvalue import JsonValue, canonical
from harness.normalize.chain import normalise
from harness.observation import Normalised
from harness.runner.records import NotPlayed, PlayKey, PlayResult, SubjectState
from harness.scenario import Scenario

Line = dict[str, JsonValue]


@dataclass(slots=True, kw_only=True)
class _Outcome:
    """One outcome of a cell: what was seen, how often, and how it differs from the first outcome of the cell."""

    seen: Normalised
    digests: set[str]
    differences: tuple[Difference, ...]
    count: int = 1

    def to_json(self) -> Line:
        return {
            "count": self.count,
            "digest": min(self.digests),
            "differences": [one.to_json() for one in self.differences],
        }


@dataclass(slots=True, kw_only=True)
class _Cell:
    """All plays of one scenario, mode and subject so far."""

    outcomes: list[_Outcome] = field(default_factory=list)
    not_played: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def plays(self) -> int:
        return sum(one.count for one in self.outcomes)

    @property
    def counting(self) -> tuple[Difference, ...]:
        """The differences between outcomes that are not cosmetic."""
        return tuple(
            one
            for outcome in self.outcomes
            for one in outcome.differences
            if one.level != "cosmetic"
        )


@dataclass(slots=True, kw_only=True)
class Tally:
    """Takes one play after the other, in any order, and says in the end what was noisy.

    Args:
        scenarios: by id, those that are played.
        baselines: subject name -> entries; the flaky ones among them declare noise.
    """

    scenarios: Mapping[str, Scenario]
    baselines: Mapping[str, Sequence[Entry]]
    _cells: dict[PlayKey, _Cell] = field(default_factory=dict)
    _taken: dict[tuple[str, str, str], Counter[str]] = field(default_factory=dict)

    def add(self, key: PlayKey, result: PlayResult) -> None:
        """Note one play."""
        cell = self._cells.setdefault(key, _Cell())
        if isinstance(result, NotPlayed):
            cell.not_played[result.why, result.reason] += 1
            return
        scenario = self.scenarios[key.scenario]
        seen = normalise(result)
        self._note_sets(key, scenario, seen)
        digest = _digest(seen, scenario)
        for outcome in cell.outcomes:
            if digest in outcome.digests or _alike(outcome.seen, seen, scenario):
                outcome.digests.add(digest)
                outcome.count += 1
                return
        first = cell.outcomes[0].seen if cell.outcomes else seen
        cell.outcomes.append(
            _Outcome(
                seen=seen,
                digests={digest},
                differences=() if first is seen else _between(first, seen, scenario),
            )
        )

    def _note_sets(self, key: PlayKey, scenario: Scenario, seen: Normalised) -> None:
        for index, one in enumerate(scenario.outcomes):
            value = seen.facts.get(one.check)
            short = one.at is not None and not (isinstance(value, list) and one.at < len(value))
            if key.mode in one.modes and one.check in seen.facts and not short:
                counter = self._taken.setdefault(
                    (scenario.id, str(index), f"{key.subject}/{key.mode}"), Counter()
                )
                counter[took(seen.facts, one) or ""] += 1

    def noisy(self) -> int:
        """How many cells have shown more than one outcome so far."""
        return sum(bool(cell.counting) for cell in self._cells.values())

    def document(
        self,
        *,
        states: Sequence[SubjectState],
        times: int,
        load: int,
        selection: str | None,
        fail_on_missing_runtime: bool,
        told: Mapping[str, JsonValue],
    ) -> Line:
        """The whole finding.

        Args:
            states: every subject that was asked for.
            times: repetitions asked for.
            load: busy processes beside it.
            selection: the filter, or None.
            fail_on_missing_runtime: whether a missing runtime makes it incomplete.
            told: what only the caller knows: clock, tool, command.
        """
        cells = [self._cell(key, cell) for key, cell in sorted(self._cells.items(), key=_order)]
        code, reason = self._exit(cells, states, fail_on_missing_runtime=fail_on_missing_runtime)
        return {
            "schema": 1,
            **told,
            "filter": selection,
            "times": times,
            "load": load,
            "subjects": [state.to_json() for state in states],
            "scenarios": len(self.scenarios),
            "plays": sum(cell.plays for cell in self._cells.values()),
            "cells": [*cells],
            "sets": self._sets(),
            "exit": code,
            "exit_reason": reason,
        }

    def _cell(self, key: PlayKey, cell: _Cell) -> Line:
        ranked = sorted(cell.outcomes, key=lambda one: -one.count)
        return {
            "scenario": key.scenario,
            "mode": key.mode,
            "subject": key.subject,
            "plays": cell.plays,
            "noisy": bool(cell.counting),
            "declared": self._declared(key, cell) if cell.counting else None,
            "outcomes": [one.to_json() for one in ranked],
            "not_played": [
                {"why": why, "reason": reason, "count": count}
                for (why, reason), count in cell.not_played.items()
            ],
            "replay": f"codex-parity noise -k {key.scenario} --subject {key.subject}",
        }

    def _declared(self, key: PlayKey, cell: _Cell) -> JsonValue:
        """The flaky entry that explains this noise: one for each check in which the plays differ, or none."""
        entries = {
            entry.check: entry
            for entry in self.baselines.get(key.subject, ())
            if entry.flaky is not None and entry.covers(key.scenario)
        }
        checks = {one.check for one in cell.counting}
        if checks - entries.keys():
            return None
        return entries[min(checks)].to_json()

    def _sets(self) -> list[JsonValue]:
        rows: list[JsonValue] = []
        for scenario in self.scenarios.values():
            for index, one in enumerate(scenario.outcomes):
                by = {
                    who: counter
                    for (name, number, who), counter in sorted(self._taken.items())
                    if (name, number) == (scenario.id, str(index))
                }
                total = sum(by.values(), Counter())
                rows.append(
                    {
                        "scenario": scenario.id,
                        "check": one.check,
                        "at": one.at,
                        "plays": total.total(),
                        "outside": total[""],
                        "alternatives": [
                            {
                                "name": name,
                                "seen": total[name],
                                "by": {who: counter[name] for who, counter in by.items()},
                            }
                            for name in one.names
                        ],
                    }
                )
        return rows

    def _exit(
        self,
        cells: Sequence[Line],
        states: Sequence[SubjectState],
        *,
        fail_on_missing_runtime: bool,
    ) -> tuple[int, str]:
        """The exit code, in the order of ``docs/ci.md``: 3, 1, 4, 0."""
        broken = sorted(
            {
                str(cell["subject"])
                for cell in cells
                if any(one["why"] == "driver" for one in cast("list[Line]", cell["not_played"]))
            }
            | {state.name for state in states if state.fault == "driver"}
        )
        if broken:
            return EXIT_HARNESS, f"the driver failed for {', '.join(broken)}"
        noisy = [cell for cell in cells if cell["noisy"]]
        new = [cell for cell in noisy if cell["declared"] is None]
        if new:
            first = new[0]
            return (
                EXIT_DIVERGENCE,
                f"{len(new)} noisy cells that nothing declares, first {first['scenario']} ({first['subject']}, {first['mode']})",
            )
        lacking = [state.name for state in states if not state.ready]
        compared = sum(cast("int", cell["plays"]) > 1 for cell in cells)
        if compared == 0:
            return EXIT_INCOMPLETE, "no cell was played twice"
        if lacking and fail_on_missing_runtime:
            return EXIT_INCOMPLETE, f"not verified: {', '.join(lacking)}"
        known = f", {len(noisy)} declared as flaky" if noisy else ""
        return EXIT_PARITY, f"no subject differs from itself in {compared} cells{known}"


def _order(item: tuple[PlayKey, _Cell]) -> tuple[str, str, str]:
    key, _ = item
    return key.scenario, key.subject, key.mode


def _digest(seen: Normalised, scenario: Scenario) -> str:
    facts: JsonValue = {
        check: fact for check, fact in seen.facts.items() if check in scenario.checks
    }
    return hashlib.sha256(canonical(facts)).hexdigest()[:12]


def _between(left: Normalised, right: Normalised, scenario: Scenario) -> tuple[Difference, ...]:
    return compare(
        left,
        right,
        checks=scenario.checks,
        scenario_level=scenario.level,
        outcomes=scenario.outcomes,
    ).differences


def _alike(left: Normalised, right: Normalised, scenario: Scenario) -> bool:
    return not _between(left, right, scenario)
