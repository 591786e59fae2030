"""CORE: a baseline file rewritten so that it explains what a run showed; comments and order of its maintainers are kept."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import tomlkit
from tomlkit.items import AoT, Array, Table

from harness.baseline.entries import Flaky, Reason
from harness.baseline.versions import in_range
from harness.observation import Lane

_EXAMPLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One difference that a run showed, as far as a baseline is concerned."""

    scenario: str
    check: str
    fingerprint: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One cell of the subject in a run: ``scenarios`` are the ids that were compared, ``seen`` what they showed.

    ``version``, ``runtime``, ``pinned`` and ``complete`` are those of ``review.Played``.
    """

    version: str
    runtime: str
    pinned: bool
    seen: Sequence[Seen]
    compared: frozenset[str]
    complete: bool

    def by_scenario(self, fingerprint: str) -> dict[str, Seen]:
        """The scenarios of this cell that show a difference."""
        found: dict[str, Seen] = {}
        for one in self.seen:
            if one.fingerprint == fingerprint:
                found.setdefault(one.scenario, one)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What new entries say. ``everywhere`` declares a difference once, for whatever scenario shows it.

    ``fingerprints`` limits new entries to these differences; empty: all.
    ``sdk`` and ``runtimes`` limit new entries to versions and runtimes; only cells within them get new entries then.
    """

    reason: Reason
    because: str
    issue: str | None = None
    until: str | None = None
    sdk: str | None = None
    runtimes: tuple[str, ...] = ()
    flaky: Flaky | None = None
    everywhere: bool = False
    fingerprints: frozenset[str] = frozenset()


def update(text: str, cells: Sequence[Shown], declaration: Declaration, lane: Lane = "mock") -> str:
    """Rewrite a baseline file.

    New differences become entries, or more scenarios of the entry with the same fingerprint, reason and limits (flaky ones
    stay apart). Ids of scenarios that ran and no longer show the difference in any cell that the entry binds are taken out,
    and an entry left with none is removed; flaky entries and scenarios that did not run are not touched, nor, by a run of a
    part of the catalogue, a pattern such as ``*``.

    Args:
        text: the file as it is, possibly empty.
        cells: the subject's cells that were played, each with every difference that is not cosmetic.
        declaration: what new entries say.
        lane: of the run; one in front of a released codex writes and takes out entries of that lane only.
    """
    document = tomlkit.parse(text)
    tables = cast("AoT", document.setdefault("expected", tomlkit.aot()))
    _prune(tables, cells, lane)
    for cell in cells:
        if _speaks_of(declaration.sdk, declaration.runtimes, cell):
            shown = {one.fingerprint for one in cell.seen}
            for fingerprint in sorted(shown & (declaration.fingerprints or shown)):
                _explain(tables, fingerprint, cell, declaration, lane)
    if not tables:
        document.remove("expected")
    return tomlkit.dumps(document)


def _speaks_of(sdk: str | None, runtimes: Sequence[str], cell: Shown) -> bool:
    return (sdk is None or in_range(cell.version, sdk)) and (
        not runtimes or cell.runtime in runtimes
    )


def _sdk_of(table: Table) -> str | None:
    return None if "sdk" not in table else str(table["sdk"])


def _runtimes_of(table: Table) -> tuple[str, ...]:
    return tuple(str(one) for one in cast("list[object]", table.get("runtimes", [])))


def _lane_of(table: Table) -> Lane | None:
    return cast("Lane | None", table.get("lane"))


def _prune(tables: AoT, cells: Sequence[Shown], lane: Lane) -> None:
    for index in reversed(range(len(tables))):
        table = tables[index]
        if _lane_of(table) not in _LANES_OF[lane]:
            continue
        bound = [
            cell
            for cell in cells
            if _speaks_of(_sdk_of(table), _runtimes_of(table), cell)
            and (cell.pinned or _sdk_of(table) is not None)
        ]
        kept = _still_true(table, bound)
        if kept:
            table["scenarios"] = _array(kept)
        else:
            del tables[index]


_LANES_OF: Final[dict[Lane, tuple[Lane | None, ...]]] = {"mock": (None, "mock"), "real": ("real",)}
"""The `lane` of the entries that a run may take out and add to: a released codex says nothing of what the mock alone shows."""


def _explain(
    tables: AoT, fingerprint: str, cell: Shown, declaration: Declaration, lane: Lane
) -> None:
    by_scenario = cell.by_scenario(fingerprint)
    speaking = [table for table in tables if _lane_of(table) in (None, lane)]
    missing = [
        name for name in sorted(by_scenario) if not _covered(speaking, fingerprint, name, cell)
    ]
    same = next(
        (
            table
            for table in tables
            if table["fingerprint"] == fingerprint
            and _lane_of(table) in _LANES_OF[lane]
            and _says(table, declaration)
        ),
        None,
    )
    if missing and same is not None:
        same["scenarios"] = _array([*_patterns(same), *missing])
    elif missing:
        everywhere = cell.complete and len(missing) > 1 and frozenset(missing) == cell.compared
        scenarios = ["*"] if everywhere or declaration.everywhere else missing
        table = _table(by_scenario[missing[0]], scenarios, declaration)
        if lane == "real":
            table["lane"] = lane
        tables.append(table)


def _says(table: Table, declaration: Declaration) -> bool:
    """Whether an entry names this root cause: one fingerprint may have several (a stream that ends early, say)."""
    return (
        bool(table.get("flaky")) == (declaration.flaky is not None)
        and table["reason"] == declaration.reason
        and str(table.get("because", "")) == declaration.because
        and _sdk_of(table) == declaration.sdk
        and _runtimes_of(table) == declaration.runtimes
    )


def _covered(tables: Sequence[Table], fingerprint: str, scenario: str, cell: Shown) -> bool:
    return any(
        table["fingerprint"] == fingerprint
        and _speaks_of(_sdk_of(table), _runtimes_of(table), cell)
        and any(fnmatch.fnmatchcase(scenario, pattern) for pattern in _patterns(table))
        for table in tables
    )


def _patterns(table: Table) -> list[str]:
    return [str(name) for name in cast("list[object]", table["scenarios"])]


def _still_true(table: Table, cells: Sequence[Shown]) -> list[str]:
    """The patterns that no cell contradicts: shown somewhere, or not run, or of an entry that promises nothing.

    A pattern of several scenarios is contradicted only by a complete run: what was left out may show it.
    """
    fingerprint = str(table["fingerprint"])
    whole = all(cell.complete for cell in cells)
    kept: list[str] = []
    for pattern in _patterns(table):
        ran = [
            (cell, name)
            for cell in cells
            for name in cell.compared
            if fnmatch.fnmatchcase(name, pattern)
        ]
        shown = any(name in cell.by_scenario(fingerprint) for cell, name in ran)
        undecided = not ran or not (whole or pattern in (name for _, name in ran))
        if undecided or table.get("flaky") or shown:
            kept.append(pattern)
    return kept


def _table(example: Seen, scenarios: list[str], declaration: Declaration) -> Table:
    table = tomlkit.table()
    table["fingerprint"] = example.fingerprint
    table["check"] = example.check
    table["scenarios"] = _array(scenarios)
    table["reason"] = declaration.reason
    if declaration.because:
        table["because"] = declaration.because
    if declaration.issue is not None:
        table["issue"] = declaration.issue
    if declaration.until is not None:
        is_date = re.fullmatch(r"\d{4}-\d\d-\d\d", declaration.until)
        table["until"] = dt.date.fromisoformat(declaration.until) if is_date else declaration.until
    if declaration.sdk is not None:
        table["sdk"] = declaration.sdk
    if declaration.runtimes:
        table["runtimes"] = list(declaration.runtimes)
    if declaration.flaky is not None:
        flaky = tomlkit.inline_table()
        flaky["rate"] = declaration.flaky.rate
        flaky["measured"] = declaration.flaky.measured
        table["flaky"] = flaky
    table["example"] = example.sentence[:_EXAMPLE]
    return table


def _array(names: list[str]) -> Array:
    array = tomlkit.array()
    array.extend(names)
    return array.multiline(len(names) > 1)
