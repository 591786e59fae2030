"""CORE: a baseline file rewritten so that it explains what a run showed; comments and order of its maintainers are kept."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import tomlkit
from tomlkit.items import AoT, Array, Table

from harness.baseline.entries import Flaky, Reason

_EXAMPLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One difference that a run showed, as far as a baseline is concerned."""

    scenario: str
    check: str
    fingerprint: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What new entries say. ``everywhere`` declares a difference once, for whatever scenario shows it."""

    reason: Reason
    because: str
    issue: str | None = None
    until: str | None = None
    flaky: Flaky | None = None
    everywhere: bool = False


def update(
    text: str, seen: Sequence[Seen], *, compared: frozenset[str], declaration: Declaration
) -> str:
    """Rewrite a baseline file.

    New differences become entries, or more scenarios of the entry with the same fingerprint and the same reason (flaky ones stay apart). Ids of scenarios that ran
    and no longer show the difference are taken out, and an entry left with none is removed; flaky entries and scenarios
    that did not run are not touched.

    Args:
        text: the file as it is, possibly empty.
        seen: every difference of the run that is not cosmetic.
        compared: ids of the scenarios that were compared.
        declaration: what new entries say.
    """
    document = tomlkit.parse(text)
    tables = cast("AoT", document.setdefault("expected", tomlkit.aot()))
    shown: dict[str, dict[str, Seen]] = {}
    for one in seen:
        shown.setdefault(one.fingerprint, {}).setdefault(one.scenario, one)
    _prune(tables, shown, compared)
    for fingerprint, by_scenario in sorted(shown.items()):
        _explain(tables, fingerprint, by_scenario, compared, declaration)
    if not tables:
        document.remove("expected")
    return tomlkit.dumps(document)


def _prune(tables: AoT, shown: Mapping[str, Mapping[str, Seen]], compared: frozenset[str]) -> None:
    for index in reversed(range(len(tables))):
        kept = _still_true(tables[index], shown, compared)
        if kept:
            tables[index]["scenarios"] = _array(kept)
        else:
            del tables[index]


def _explain(
    tables: AoT,
    fingerprint: str,
    by_scenario: Mapping[str, Seen],
    compared: frozenset[str],
    declaration: Declaration,
) -> None:
    missing = [name for name in sorted(by_scenario) if not _covered(tables, fingerprint, name)]
    same = next(
        (
            table
            for table in tables
            if table["fingerprint"] == fingerprint and _says(table, declaration)
        ),
        None,
    )
    if missing and same is not None:
        same["scenarios"] = _array([*_patterns(same), *missing])
    elif missing:
        everywhere = len(missing) > 1 and frozenset(missing) == compared
        scenarios = ["*"] if everywhere or declaration.everywhere else missing
        tables.append(_table(by_scenario[missing[0]], scenarios, declaration))


def _says(table: Table, declaration: Declaration) -> bool:
    """Whether an entry names this root cause: one fingerprint may have several (a stream that ends early, say)."""
    return (
        bool(table.get("flaky")) == (declaration.flaky is not None)
        and table["reason"] == declaration.reason
        and str(table.get("because", "")) == declaration.because
    )


def _covered(tables: AoT, fingerprint: str, scenario: str) -> bool:
    return any(
        table["fingerprint"] == fingerprint
        and any(fnmatch.fnmatchcase(scenario, pattern) for pattern in _patterns(table))
        for table in tables
    )


def _patterns(table: Table) -> list[str]:
    return [str(name) for name in cast("list[object]", table["scenarios"])]


def _still_true(
    table: Table, shown: Mapping[str, Mapping[str, Seen]], compared: frozenset[str]
) -> list[str]:
    by_scenario = shown.get(str(table["fingerprint"]), {})
    kept: list[str] = []
    for pattern in _patterns(table):
        ran = [name for name in compared if fnmatch.fnmatchcase(name, pattern)]
        if not ran or table.get("flaky") or any(name in by_scenario for name in ran):
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
