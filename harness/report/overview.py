"""The legs of a matrix side by side: how each ended, what fails where, what differs in some of them only. CORE: models in.

A leg is a whole run of one platform with one codex behind the clients, and has a report of its own; this is what leads there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.compare.difference import Level
from harness.errors import EXIT_DIVERGENCE, EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_PARITY, EXIT_STALE
from harness.report.groups import LEVELS, Cell
from harness.report.model import RunModel
from harness.report.records import COMPARED, Difference, JsonObject, Verdict
from harness.report.words import VERDICT

SCHEMA: Final = 1
PRECEDENCE: Final = (EXIT_HARNESS, EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_STALE, EXIT_PARITY)
"""Exit codes, the one that decides first (ARCHITECTURE.md)."""

_NOT_JUDGED: Final[tuple[Verdict, ...]] = (
    "harness_error",
    "could_not_run",
    "incomplete",
    "fixed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that fails, in one leg or in several: ``cells`` over all of them, ``replay`` of the first."""

    what: str
    who: str
    sentence: str
    legs: tuple[str, ...]
    cells: int
    replay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A difference that a subject shows in some legs and not in others in which the scenario was compared as well."""

    subject: str
    fingerprint: str
    check: str
    level: Level
    known: bool
    sentence: str
    shows: tuple[str, ...]
    elsewhere: tuple[str, ...]
    scenarios: tuple[str, ...]
    replay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All legs of a plan: name -> run, in the order of the plan."""

    plan: str
    legs: Mapping[str, RunModel]
    failures: tuple[Failure, ...]
    apart: tuple[Apart, ...]
    exit: int
    exit_reason: str

    def to_json(self) -> JsonObject:
        """``summary.json`` of several legs (``schemas/overview.json``)."""
        return {
            "schema": SCHEMA,
            "plan": self.plan,
            "exit": self.exit,
            "exit_reason": self.exit_reason,
            "complete": all(model.complete for model in self.legs.values()),
            "legs": [_leg(name, model) for name, model in self.legs.items()],
            "failures": [
                {
                    "what": one.what,
                    "who": one.who,
                    "sentence": one.sentence,
                    "legs": [*one.legs],
                    "cells": one.cells,
                    "replay": one.replay,
                }
                for one in self.failures
            ],
            "apart": [
                {
                    "subject": one.subject,
                    "fingerprint": one.fingerprint,
                    "check": one.check,
                    "level": one.level,
                    "known": one.known,
                    "sentence": one.sentence,
                    "shows": [*one.shows],
                    "elsewhere": [*one.elsewhere],
                    "scenarios": [*one.scenarios],
                    "replay": one.replay,
                }
                for one in self.apart
            ],
        }


def overview(plan: str, legs: Mapping[str, RunModel]) -> Overview:
    """Look at the legs side by side.

    Args:
        plan: its id.
        legs: name -> run; one or more.
    """
    code, reason = ended(legs)
    return Overview(
        plan=plan,
        legs=legs,
        failures=tuple(_failures(legs)),
        apart=_apart(legs),
        exit=code,
        exit_reason=reason,
    )


def ended(legs: Mapping[str, RunModel]) -> tuple[int, str]:
    """The exit code that decides over all legs, and its reason, which names the leg where there are several."""
    name, model = min(legs.items(), key=lambda one: PRECEDENCE.index(one[1].exit))
    if len(legs) > 1 and model.exit == EXIT_PARITY:
        return EXIT_PARITY, f"parity in all {len(legs)} legs"
    return model.exit, model.exit_reason + ("" if len(legs) == 1 else f" ({name})")


def _leg(name: str, model: RunModel) -> JsonObject:
    return {
        "name": name,
        "lane": model.head.lane,
        "codex": model.head.codex,
        "platform": str(model.head.tool["platform"]),
        "run_id": model.head.run_id,
        "exit": model.exit,
        "exit_reason": model.exit_reason,
        "complete": model.complete,
        "scenarios": len(model.head.scenarios),
        "verdicts": {str(verdict): count for verdict, count in model.verdicts.items()},
        "not_verified": [*model.not_verified],
        "report": f"{name}/index.html",
    }


def _failures(legs: Mapping[str, RunModel]) -> Iterator[Failure]:
    """New causes, the gravest first, then what was not judged, then what is stale; the same in several legs once."""
    found: dict[tuple[str, str, str], list[tuple[str, int, str]]] = {}
    for level in LEVELS:
        for leg, model in legs.items():
            for root in model.new_roots:
                if root.level == level:
                    cell, first = root.example
                    entry = (leg, len(root.members), cell.result.replay)
                    found.setdefault((level, root.who, first.sentence), []).append(entry)
    for verdict in _NOT_JUDGED:
        for leg, model in legs.items():
            for subject, cells in _with(model, verdict).items():
                key = (VERDICT[verdict].word, subject, cells[0].result.reason)
                found.setdefault(key, []).append((leg, len(cells), cells[0].result.replay))
    for leg, model in legs.items():
        for one in () if model.footer is None else model.footer.baseline:
            key = ("stale", one.subject, one.sentence)
            found.setdefault(key, []).append((leg, 0, "codex-parity baseline check"))
    for (what, who, sentence), entries in found.items():
        yield Failure(
            what=what,
            who=who,
            sentence=sentence,
            legs=tuple(leg for leg, _, _ in entries),
            cells=sum(cells for _, cells, _ in entries),
            replay=entries[0][2],
        )


def _with(model: RunModel, verdict: Verdict) -> dict[str, list[Cell]]:
    """The cells with a verdict, by subject."""
    found: dict[str, list[Cell]] = {}
    for (_, subject), cell in model.cells.items():
        if cell.result.verdict == verdict:
            found.setdefault(subject, []).append(cell)
    return found


def _apart(legs: Mapping[str, RunModel]) -> tuple[Apart, ...]:
    """What cells show in some legs and not in others that did the same check of the same scenario."""
    shown: dict[tuple[str, str, str], dict[str, tuple[Cell, Difference]]] = {}
    for leg, model in legs.items():
        for (scenario, subject), cell in model.cells.items():
            for one in cell.result.differences:
                if one.level != "cosmetic":
                    by_leg = shown.setdefault((subject, one.fingerprint, scenario), {})
                    by_leg.setdefault(leg, (cell, one))
    rows: dict[
        tuple[str, str, tuple[str, ...], tuple[str, ...]], list[tuple[Cell, Difference]]
    ] = {}
    for (subject, fingerprint, scenario), by_leg in shown.items():
        example = next(iter(by_leg.values()))
        elsewhere = tuple(
            leg
            for leg, model in legs.items()
            if leg not in by_leg and _did(model.cells.get((scenario, subject)), example[1].check)
        )
        if elsewhere:
            rows.setdefault((subject, fingerprint, tuple(by_leg), elsewhere), []).append(example)
    found = [
        Apart(
            subject=subject,
            fingerprint=fingerprint,
            check=first.check,
            level=first.level,
            known=first.known is not None,
            sentence=first.sentence,
            shows=shows,
            elsewhere=elsewhere,
            scenarios=tuple(one.scenario.id for one, _ in cells),
            replay=cell.result.replay,
        )
        for (subject, fingerprint, shows, elsewhere), cells in rows.items()
        for cell, first in cells[:1]
    ]
    return tuple(sorted(found, key=lambda one: (one.known, LEVELS.index(one.level))))


def _did(cell: Cell | None, check: str) -> bool:
    """Whether a leg compared the cell by this check, so that it could have shown the difference."""
    return cell is not None and cell.result.verdict in COMPARED and check in cell.scenario.checks
