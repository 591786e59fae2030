"""How long the cells of each SDK took, on one scale; shown, never part of a verdict. CORE."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from harness.report.model import RunModel
from harness.report.names import cell_id
from harness.report.slowest import phases
from harness.report.words import duration

SLOWEST = 3
"""Cells that are named per SDK."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """One cell, how long it took, and the id of its place; ``phases`` of its streamed play, in bands."""

    scenario: str
    took: str
    target: str
    phases: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One SDK: the sum over its cells, the median, the slowest; ``share`` is its part of the longest sum, in percent."""

    subject: str
    cells: int
    total: str
    median: str
    share: int
    slowest: tuple[Slow, ...]


def lanes(model: RunModel) -> tuple[Lane, ...]:
    """A lane per judged subject that has a result."""
    times = {
        subject.name: sorted(
            (
                (cell.result.duration_ms, scenario)
                for (scenario, name), cell in model.cells.items()
                if name == subject.name
            ),
            reverse=True,
        )
        for subject in model.judged
    }
    sums = {name: sum(took for took, _ in rows) for name, rows in times.items()}
    longest = max(sums.values(), default=0) or 1
    return tuple(
        Lane(
            subject=name,
            cells=len(rows),
            total=duration(sums[name]),
            median=duration(statistics.median(took for took, _ in rows)),
            share=round(100 * sums[name] / longest),
            slowest=tuple(
                Slow(
                    scenario=scenario,
                    took=duration(took),
                    target=cell_id(scenario, name),
                    phases=phases(model, scenario, name),
                )
                for took, scenario in rows[:SLOWEST]
            ),
        )
        for name, rows in times.items()
        if rows
    )
