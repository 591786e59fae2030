"""Expected divergences of one subject: read, matched against a run, rewritten. CORE: text in, text out; reads no file.

A baseline file is TOML, ``fixtures/baselines/<subject>.toml``, a list of ``[[expected]]`` tables:

    fingerprint = "0123456789ab"          # of the normalised difference, without values
    check = "surfaced.events"
    scenarios = ["exec.items.web-search"] # ids or globs; ["*"]: wherever it shows, declared once
    reason = "sdk-bug"                    # sdk-bug | upstream-bug | intended | unsupported
    because = "one sentence, or"
    issue = "a link"
    until = "0.118.0"                     # or a date: from then on the entry is expired
    example = "what the difference looked like when it was written"

An entry that names a scenario promises that the scenario shows the difference: when it no longer does, that is a
failure of its own kind (``fixed``), so that nobody keeps a list of bugs that are gone.
"""

from __future__ import annotations

import datetime as dt
import difflib
import fnmatch
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, get_args

import tomlkit
from tomlkit.items import AoT, Table

from harness.errors import BaselineInvalid
from harness.jsonvalue import JsonValue
from harness.observation import CHECKS

Reason: TypeAlias = Literal["sdk-bug", "upstream-bug", "intended", "unsupported"]
ProblemKind: TypeAlias = Literal["fixed", "changed", "unknown_id", "expired", "unused"]

REASONS: Final[tuple[str, ...]] = get_args(Reason)
_KEYS: Final = {"fingerprint", "check", "scenarios", "reason", "because", "issue", "until", "example"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One expected difference. ``until`` is a version, a date, or None for no end."""

    fingerprint: str
    check: str
    scenarios: tuple[str, ...]
    reason: Reason
    because: str
    issue: str | None = None
    until: str | dt.date | None = None
    example: str | None = None

    def covers(self, scenario: str) -> bool:
        """Whether one of the entry's patterns fits this scenario id."""
        return any(fnmatch.fnmatchcase(scenario, pattern) for pattern in self.scenarios)

    def to_json(self) -> dict[str, JsonValue]:
        """The entry as the report shows it."""
        return {
            "fingerprint": self.fingerprint,
            "check": self.check,
            "scenarios": list(self.scenarios),
            "reason": self.reason,
            "because": self.because,
            "issue": self.issue,
            "until": None if self.until is None else str(self.until),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One difference that a run showed, as far as a baseline is concerned."""

    scenario: str
    check: str
    fingerprint: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a baseline in the light of a run; each kind is a failure of its own."""

    kind: ProblemKind
    entry: Entry
    scenario: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellJudgement:
    """One scenario against the baseline: which fingerprints are known, which not, which promised ones are gone."""

    known: Mapping[str, Entry]
    unexplained: frozenset[str]
    gone: tuple[Entry, ...]


def parse(text: str, where: str) -> tuple[Entry, ...]:
    """Read a baseline file.

    Raises:
        BaselineInvalid: not TOML, an unknown key, a missing one, a reason that is not one of ours.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BaselineInvalid(str(error), where=where, hint="The file must be TOML.") from error
    if unknown := sorted(document.keys() - {"expected"}):
        raise BaselineInvalid(
            f"unknown key `{unknown[0]}`", where=f"{where} $", hint="The file is a list of [[expected]] tables."
        )
    return tuple(
        _entry(table, f"{where} $.expected[{index}]")
        for index, table in enumerate(cast("list[dict[str, object]]", document.get("expected", [])))
    )


def _entry(table: dict[str, object], where: str) -> Entry:
    if unknown := sorted(table.keys() - _KEYS):
        raise BaselineInvalid(f"unknown key `{unknown[0]}`", where=where, hint=f"Known: {', '.join(sorted(_KEYS))}.")
    for key in ("fingerprint", "check", "reason"):
        if not isinstance(table.get(key), str):
            raise BaselineInvalid(f"`{key}` is missing or not a string", where=where)
    scenarios = table.get("scenarios")
    if not isinstance(scenarios, list) or not scenarios or not all(isinstance(name, str) for name in scenarios):
        raise BaselineInvalid("`scenarios` must list at least one scenario id", where=where)
    if not re.fullmatch("[0-9a-f]{12}", cast("str", table["fingerprint"])):
        raise BaselineInvalid("`fingerprint` must be 12 hex digits", where=where)
    if table["check"] not in CHECKS:
        raise BaselineInvalid(f"unknown check `{table['check']}`", where=where, hint=f"Known: {', '.join(CHECKS)}.")
    if table["reason"] not in REASONS:
        raise BaselineInvalid(f"unknown reason `{table['reason']}`", where=where, hint=f"Known: {', '.join(REASONS)}.")
    if not table.get("because") and not table.get("issue"):
        raise BaselineInvalid("neither `because` nor `issue`", where=where, hint="Say why the difference is accepted.")
    until = table.get("until")
    if until is not None and not isinstance(until, str | dt.date):
        raise BaselineInvalid("`until` must be a version string or a date", where=where)
    return Entry(
        fingerprint=cast("str", table["fingerprint"]),
        check=cast("str", table["check"]),
        scenarios=tuple(cast("list[str]", scenarios)),
        reason=cast("Reason", table["reason"]),
        because=str(table.get("because", "")),
        issue=cast("str | None", table.get("issue")),
        until=until,
        example=cast("str | None", table.get("example")),
    )


def judge(entries: Sequence[Entry], scenario: str, fingerprints: frozenset[str]) -> CellJudgement:
    """Match one cell's differences (cosmetic ones left out by the caller) against the baseline."""
    known: dict[str, Entry] = {}
    gone: list[Entry] = []
    for entry in entries:
        if not entry.covers(scenario):
            continue
        if entry.fingerprint in fingerprints:
            known.setdefault(entry.fingerprint, entry)
        elif scenario in entry.scenarios:
            gone.append(entry)
    return CellJudgement(known=known, unexplained=fingerprints - known.keys(), gone=tuple(gone))


def review(
    entries: Sequence[Entry],
    *,
    cells: Mapping[str, frozenset[str]],
    known_ids: frozenset[str],
    version: str,
    today: dt.date,
    complete: bool,
) -> tuple[Problem, ...]:
    """Everything that is wrong with a baseline after a run.

    Args:
        entries: the baseline.
        cells: scenario id -> fingerprints it showed; only scenarios that were compared.
        known_ids: every scenario id of the catalogue.
        version: of the SDK, for ``until``.
        today: for ``until``.
        complete: whether every scenario ran; a glob that showed nowhere is a problem only then.
    """
    problems: list[Problem] = []
    for entry in entries:
        problems.extend(_unknown_ids(entry, known_ids))
        if _expired(entry, version, today):
            problems.append(
                Problem(kind="expired", entry=entry, scenario=None, sentence=f"{_name(entry)} ended at {entry.until}: fix it or give it a new end")
            )
        for scenario in entry.scenarios:
            if scenario in cells and entry.fingerprint not in cells[scenario]:
                problems.append(_gone(entry, scenario, judge(entries, scenario, cells[scenario]).unexplained))
        shown = any(entry.fingerprint in found for name, found in cells.items() if entry.covers(name))
        named = any(name in known_ids for name in entry.scenarios)
        if complete and not shown and not named and not any(one.entry is entry for one in problems):
            problems.append(
                Problem(kind="unused", entry=entry, scenario=None, sentence=f"{_name(entry)} showed in no scenario of this run: remove it")
            )
    return tuple(problems)


def _unknown_ids(entry: Entry, known_ids: frozenset[str]) -> Iterable[Problem]:
    for pattern in entry.scenarios:
        if not any(fnmatch.fnmatchcase(known, pattern) for known in known_ids):
            near = difflib.get_close_matches(pattern, known_ids, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Problem(kind="unknown_id", entry=entry, scenario=pattern, sentence=f"{_name(entry)} names `{pattern}`, which is no scenario{hint}")


def _gone(entry: Entry, scenario: str, unexplained: frozenset[str]) -> Problem:
    if unexplained:
        return Problem(
            kind="changed",
            entry=entry,
            scenario=scenario,
            sentence=f"{_name(entry)} in {scenario} is now a different difference ({', '.join(sorted(unexplained))})",
        )
    return Problem(kind="fixed", entry=entry, scenario=scenario, sentence=f"{_name(entry)} no longer shows in {scenario}: remove it from the baseline")


def _expired(entry: Entry, version: str, today: dt.date) -> bool:
    match entry.until:
        case None:
            return False
        case dt.date() as end:
            return today >= end
        case end:
            return _version(version) >= _version(end)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _name(entry: Entry) -> str:
    return f"expected difference {entry.fingerprint} ({entry.check})"


def update(
    text: str,
    seen: Sequence[Seen],
    *,
    compared: frozenset[str],
    reason: Reason,
    because: str,
    issue: str | None = None,
    until: str | None = None,
) -> str:
    """Rewrite a baseline file so that it explains exactly what a run showed; comments and order are kept.

    New differences become entries with the given reason, or more scenarios of the entry with the same fingerprint; ids of scenarios that ran and no longer show the difference
    are taken out, and an entry left with none is removed. Scenarios that did not run are not touched.

    Args:
        text: the file as it is, possibly empty.
        seen: every difference of the run that is not cosmetic.
        compared: ids of the scenarios that were compared.
        reason, because, issue, until: what the new entries say.
    """
    document = tomlkit.parse(text)
    tables = cast("AoT", document.setdefault("expected", tomlkit.aot()))
    shown: dict[str, dict[str, Seen]] = {}
    for one in seen:
        shown.setdefault(one.fingerprint, {}).setdefault(one.scenario, one)
    for index in reversed(range(len(tables))):
        table = tables[index]
        kept = _still_true(table, shown, compared)
        if not kept:
            del tables[index]
        else:
            table["scenarios"] = _array(kept)
    for fingerprint, by_scenario in sorted(shown.items()):
        missing = [name for name in sorted(by_scenario) if not _covered(tables, fingerprint, name)]
        same = next((table for table in tables if table["fingerprint"] == fingerprint), None)
        if missing and same is not None:
            same["scenarios"] = _array([*(str(name) for name in same["scenarios"]), *missing])
        elif missing:
            everywhere = len(by_scenario) > 1 and frozenset(by_scenario) == compared
            example = by_scenario[missing[0]]
            scenarios = ["*"] if everywhere else missing
            tables.append(_table(example, scenarios, reason=reason, because=because, issue=issue, until=until))
    if not tables:
        document.remove("expected")
    return tomlkit.dumps(document)


def _covered(tables: AoT, fingerprint: str, scenario: str) -> bool:
    return any(
        table["fingerprint"] == fingerprint and any(fnmatch.fnmatchcase(scenario, str(p)) for p in table["scenarios"])
        for table in tables
    )


def _still_true(table: Table, shown: Mapping[str, Mapping[str, Seen]], compared: frozenset[str]) -> list[str]:
    by_scenario = shown.get(str(table["fingerprint"]), {})
    kept: list[str] = []
    for pattern in (str(name) for name in cast("list[object]", table["scenarios"])):
        ran = [name for name in compared if fnmatch.fnmatchcase(name, pattern)]
        if not ran or any(name in by_scenario for name in ran):
            kept.append(pattern)
    return kept


def _table(
    example: Seen, scenarios: list[str], *, reason: Reason, because: str, issue: str | None, until: str | None
) -> Table:
    table = tomlkit.table()
    table["fingerprint"] = example.fingerprint
    table["check"] = example.check
    table["scenarios"] = _array(scenarios)
    table["reason"] = reason
    if because:
        table["because"] = because
    if issue is not None:
        table["issue"] = issue
    if until is not None:
        table["until"] = dt.date.fromisoformat(until) if re.fullmatch(r"\d{4}-\d\d-\d\d", until) else until
    table["example"] = example.sentence[:200]
    return table


def _array(names: list[str]) -> tomlkit.items.Array:
    array = tomlkit.array()
    array.extend(names)
    return array.multiline(len(names) > 1)
