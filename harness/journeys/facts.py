"""CORE: what a run says that its page must show: the verdict, cells to filter by, the cell to look at first.

Made of the model of ``run.jsonl``, never of the page: what a journey expects is not what the page under test claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.report.groups import Cell
from harness.report.headline import headline
from harness.report.model import RunModel
from harness.report.names import cell_id
from harness.report.visible import visible
from harness.report.words import VERDICT

_RED: Final = ("divergence", "changed", "incomplete", "harness_error")
_CALM: Final = ("match", "not_applicable", "could_not_run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A value to filter by, how a person reads it, and how many cells in how many scenarios it must leave."""

    value: str
    word: str
    cells: int
    scenarios: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The cell that a reader looks at first.

    ``place`` is its id in the page; ``by_link``: the verdict's sentence leads to it, else only the key ``n`` does;
    ``verdict`` is its verdict in the word of the page; ``planes`` are those with a
    check that differs or did not happen.
    """

    place: str
    scenario: str
    subject: str
    verdict: str
    by_link: bool
    replay: str
    planes: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the journeys expect.

    ``first`` is None when no cell differs; ``cell`` is it, or else any cell; it and the slices are None without cells.
    """

    run_id: str
    line: str
    red: bool
    cells: int
    verdict: Slice | None
    subject: Slice | None
    text: Slice | None
    first: Target | None
    cell: Target | None


def facts_of(model: RunModel) -> Facts:
    """What the page of a run must show.

    Args:
        model: the run, finished or interrupted.
    """
    cells = list(model.cells.values())
    first = _first(model, cells)
    return Facts(
        run_id=model.head.run_id,
        line=visible(headline(model).line),
        red=bool(model.new_roots) or any(one.result.verdict in _RED for one in cells),
        cells=len(cells),
        verdict=_by_verdict(cells),
        subject=_by_subject(cells, None if first is None else first.subject),
        text=_by_text(cells, None if first is None else first.scenario),
        first=first,
        cell=first or (_target(cells[0], by_link=False) if cells else None),
    )


def _slice(value: str, word: str, found: Iterable[Cell]) -> Slice:
    fitting = list(found)
    scenarios = {one.scenario.id for one in fitting}
    return Slice(value=value, word=word, cells=len(fitting), scenarios=len(scenarios))


def _by_verdict(cells: list[Cell]) -> Slice | None:
    """The rarest verdict: the one that a filter is most needed for."""
    counted = Counter(one.result.verdict for one in cells)
    if not counted:
        return None
    rarest = min(counted, key=lambda verdict: (counted[verdict], verdict))
    return _slice(
        rarest, VERDICT[rarest].word, (one for one in cells if one.result.verdict == rarest)
    )


def _by_subject(cells: list[Cell], wanted: str | None) -> Slice | None:
    if not cells:
        return None
    name = wanted or cells[0].subject.name
    return _slice(name, name, (one for one in cells if one.subject.name == name))


def _by_text(cells: list[Cell], wanted: str | None) -> Slice | None:
    """The id of one scenario, which also fits those whose id contains it."""
    if not cells:
        return None
    name = wanted or cells[0].scenario.id
    return _slice(name, name, (one for one in cells if name.lower() in one.scenario.id.lower()))


def _first(model: RunModel, cells: list[Cell]) -> Target | None:
    """As the page has it: the example of the first new cause, else the first red cell, else the first that is not calm."""
    if model.new_roots:
        return _target(model.new_roots[0].example[0], by_link=True)
    red = [one for one in cells if one.result.verdict in _RED]
    told = red or [one for one in cells if one.result.verdict not in _CALM]
    return _target(told[0], by_link=False) if told else None


def _target(cell: Cell, *, by_link: bool) -> Target:
    planes = {
        name.split("/")[1].split(".")[0]
        for name, check in cell.result.checks.items()
        if check.state != "equal"
    }
    planes |= {one.plane for one in cell.result.differences}
    return Target(
        place=cell_id(cell.scenario.id, cell.subject.name),
        scenario=cell.scenario.id,
        subject=cell.subject.name,
        verdict=VERDICT[cell.result.verdict].word,
        by_link=by_link,
        replay=cell.result.replay,
        planes=tuple(sorted(planes)),
        sentences=tuple(visible(one.sentence) for one in cell.result.differences),
    )
