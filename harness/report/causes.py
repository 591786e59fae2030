"""Root causes: the groups of a run that have one explanation, so that it is one line and not fifty. CORE.

Known differences share a root when one sentence of the baseline explains them. New ones share a root when the same
subjects show them in the same check, class and shape of path; which event, item or value it was tells the groups apart,
and those stay inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.compare.difference import DifferenceClass, Level
from harness.report.groups import LEVELS, Cell, CellKey, Group, who
from harness.report.records import Difference, Known
from harness.report.words import plural

_INDEX: Final = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One root cause: its groups, those who show it, and the cells that do, each with its first difference of it."""

    groups: tuple[Group, ...]
    known: Known | None
    subjects: tuple[str, ...]
    odd_one_out: str | None
    members: tuple[tuple[Cell, Difference], ...]

    @property
    def example(self) -> tuple[Cell, Difference]:
        """The first cell that shows it, with the difference."""
        return self.members[0]

    @property
    def who(self) -> str:
        """Who shows it, and in which of their versions and runtimes; of something new also whether nobody else does."""
        told = who(self.groups)
        return f"only {told}" if self.odd_one_out and self.known is None else told

    @property
    def level(self) -> Level:
        """The gravest level of its groups."""
        return min((one.level for one in self.groups), key=LEVELS.index)

    @property
    def kind(self) -> DifferenceClass:
        """The class of its first group."""
        return self.groups[0].kind

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the scenarios that show it."""
        return tuple(dict.fromkeys(cell.scenario.id for cell, _ in self.members))

    @property
    def count(self) -> str:
        """``12 cells``, and ``3 kinds`` of difference when there are several."""
        cells = plural(len(self.members), "cell")
        return cells if len(self.groups) == 1 else f"{cells}, {plural(len(self.groups), 'kind')}"

    @property
    def flaky(self) -> str | None:
        """How often its flaky cells show it, cell by cell and never as a mean; None when no cell is flaky."""
        rates = [
            f"{cell.scenario.id} {rate}"
            for cell, _ in self.members
            if (rate := cell.flaky) is not None
        ]
        if not rates:
            return None
        more = (
            f" and {len(rates) - 1} more of {plural(len(self.members), 'cell')}"
            if rates[1:]
            else ""
        )
        return f"flaky: {rates[0]}{more}"


def new_roots(groups: Iterable[Group]) -> tuple[Root, ...]:
    """The roots of differences that no baseline explains, in the order of ``groups``."""
    found: dict[tuple[tuple[str, ...], str, str, str], list[Group]] = {}
    for group in groups:
        key = (group.subjects, group.check, group.kind, shape(group.first.path))
        found.setdefault(key, []).append(group)
    return tuple(map(_root, found.values()))


def known_roots(groups: Iterable[Group]) -> tuple[Root, ...]:
    """The roots of expected differences: one for each sentence that explains any, in the order of ``groups``."""
    found: dict[str, list[Group]] = {}
    for group in groups:
        assert group.known is not None, "a group of the known ones has a reason"
        found.setdefault(group.known.cause, []).append(group)
    return tuple(map(_root, found.values()))


def shape(path: str) -> str:
    """A path without what is counted or named in brackets: ``$.items[3].text`` is ``$.items[].text``."""
    return _INDEX.sub("[]", path)


def _root(groups: list[Group]) -> Root:
    members: dict[CellKey, tuple[Cell, Difference]] = {}
    for group in groups:
        for cell, difference in group.members:
            members.setdefault((cell.scenario.id, cell.subject.name), (cell, difference))
    subjects = tuple(dict.fromkeys(name for group in groups for name in group.subjects))
    odd = {group.odd_one_out for group in groups}
    return Root(
        groups=tuple(groups),
        known=groups[0].known,
        subjects=subjects,
        odd_one_out=odd.pop() if len(odd) == 1 else None,
        members=tuple(members.values()),
    )
