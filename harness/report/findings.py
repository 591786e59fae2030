"""What a maintainer of an SDK could paste into an issue: per SDK and root cause one finding, made of a run and the baselines.

CORE. The findings are one value (:func:`fold`), kept as JSON beside the page so that the page can be checked without a
run; ``findings_page.py`` makes the page of it. Chance must not move the page: a cause that shows now and then is told with the
example of its baseline entry and its measured rate, not with what this run happened to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, cast

from harness.baseline.entries import Entry
from harness.baseline.versions import in_range
from harness.compare.difference import Absent, Level, Side
from harness.jsonvalue import JsonValue, canonical
from harness.report.causes import shape
from harness.report.groups import LEVELS, Cell
from harness.report.model import RunModel
from harness.report.records import Difference, JsonObject, ScenarioLine, Subject
from harness.subjects.matrix import family_of, is_pinned

EXAMPLES: Final = 3
_VALUE: Final = 240
ORDER: Final = ("new", "sdk-bug", "upstream-bug", "unsupported", "intended")
_PROFILE: Final = "0.169.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One difference: what was expected, what came; a side that has nothing there is None."""

    check: str
    place: str
    sentence: str
    expected: str | None
    got: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One root cause of one SDK. ``scenario`` is the smallest that shows it; ``cells`` is None when chance decides it."""

    reason: str
    because: str
    issue: str | None
    until: str | None
    since: str | None
    flaky: str | None
    level: Level
    cells: int | None
    scenario: str
    sha256: str
    title: str
    expect: str
    source: str
    codex: str
    replay: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkFindings:
    """The findings of one SDK at one version."""

    subject: str
    sdk: str
    version: str
    runtime: str
    findings: tuple[Finding, ...]


def fold(model: RunModel, baselines: Mapping[str, Sequence[Entry]]) -> tuple[SdkFindings, ...]:
    """The findings of a run.

    Args:
        model: a whole run.
        baselines: subject name -> its entries, in the order of the file.
    """
    found: list[SdkFindings] = []
    for subject in _one_of_each_family(model.judged):
        cells = [cell for (_, name), cell in model.cells.items() if name == subject.name]
        elsewhere = [
            cell
            for (_, name), cell in model.cells.items()
            if name != subject.name and is_pinned(name) and family_of(name) == subject.name
        ]
        findings = [
            *_new(cells),
            *_known(
                model,
                subject,
                (cells, elsewhere),
                _of_today(baselines.get(subject.name, ()), subject.version),
            ),
        ]
        findings.sort(key=lambda one: ORDER.index(one.reason))
        found.append(
            SdkFindings(
                subject=subject.name,
                sdk=subject.sdk,
                version=subject.version,
                # Patch releases of a runtime are the machine's, not the finding's.
                runtime=subject.runtime.rpartition(".")[0] or subject.runtime,
                findings=tuple(findings),
            )
        )
    return tuple(found)


def _of_today(entries: Sequence[Entry], version: str) -> list[Entry]:
    """The entries that speak of the pinned version: what only others do is no finding of today."""
    return [one for one in entries if one.sdk is None or in_range(version, one.sdk)]


def _one_of_each_family(judged: Sequence[Subject]) -> Iterator[Subject]:
    """The subjects without the second cells of a matrix: a finding is told once, and the report says on which it shows."""
    names = {subject.name for subject in judged}
    for subject in judged:
        family = family_of(subject.name)
        if subject.name == family or family not in names:
            yield subject


def _new(cells: Sequence[Cell]) -> Iterator[Finding]:
    roots: dict[tuple[str, str, str], list[tuple[Cell, Difference]]] = {}
    for cell in cells:
        for one in cell.unknown:
            roots.setdefault((one.check, one.kind, shape(one.path)), []).append((cell, one))
    for members in roots.values():
        cell = min((cell for cell, _ in members), key=_size)
        yield _finding(
            cell,
            [one for other, one in members if other is cell],
            cells=len({id(other) for other, _ in members}),
            reason="new",
            because=next(one.sentence for other, one in members if other is cell),
            flaky=cell.flaky,
        )


def _known(
    model: RunModel,
    subject: Subject,
    places: tuple[Sequence[Cell], Sequence[Cell]],
    entries: Sequence[Entry],
) -> Iterator[Finding]:
    """What is expected, told from the subject's own cells, else from those of the same version on another runtime."""
    causes: dict[tuple[str, str, str | None], list[Entry]] = {}
    for entry in entries:
        causes.setdefault((entry.reason, entry.because, entry.issue), []).append(entry)
    for (reason, because, issue), own in causes.items():
        members = next(
            (found for one in places if (found := _showing(one, (reason, because, issue)))), []
        )
        flaky = next((entry.flaky for entry in own if entry.flaky is not None), None)
        if flaky is not None:
            yield from _by_chance(
                model, subject, own, f"{flaky.rate} plays, measured {flaky.measured}"
            )
        elif members:
            cell = min((cell for cell, _ in members), key=_size)
            yield _finding(
                cell,
                [one for other, one in members if other is cell],
                cells=len({id(other) for other, _ in members}),
                reason=reason,
                because=because,
                entry=own[0],
            )


def _showing(
    cells: Sequence[Cell], cause: tuple[str, str, str | None]
) -> list[tuple[Cell, Difference]]:
    return [
        (cell, one)
        for cell in cells
        for one in cell.expected
        if one.known is not None
        and (one.known.reason, one.known.because or "", one.known.issue) == cause
    ]


def _by_chance(
    model: RunModel, subject: Subject, own: Sequence[Entry], rate: str
) -> Iterator[Finding]:
    """A cause that shows now and then, told by its entries, whether this run saw it or not."""
    entry = own[0]
    line = next((one for one in model.scenarios.values() if entry.covers(one.id)), None)
    if line is None:
        return
    examples = tuple(
        Example(check=one.check, place="", sentence=one.example or "", expected=None, got=None)
        for one in own[:EXAMPLES]
    )
    yield _made(
        line,
        subject.name,
        examples,
        level="contract" if line.level == "contract" else "behaviour",
        cells=None,
        reason=entry.reason,
        because=entry.because,
        flaky=rate,
        entry=entry,
    )


def _finding(
    cell: Cell,
    differences: Sequence[Difference],
    *,
    cells: int,
    reason: str,
    because: str,
    flaky: str | None = None,
    entry: Entry | None = None,
) -> Finding:
    told: dict[str, Difference] = {}
    for one in differences:
        told.setdefault(one.fingerprint, one)
    return _made(
        cell.scenario,
        cell.subject.name,
        tuple(map(_example, list(told.values())[:EXAMPLES])),
        level=min((one.level for one in differences), key=LEVELS.index),
        cells=cells,
        reason=reason,
        because=because,
        flaky=flaky,
        entry=entry,
    )


def _made(
    line: ScenarioLine,
    subject: str,
    examples: tuple[Example, ...],
    *,
    level: Level,
    cells: int | None,
    reason: str,
    because: str,
    flaky: str | None,
    entry: Entry | None,
) -> Finding:
    return Finding(
        reason=reason,
        because=because,
        issue=None if entry is None else entry.issue,
        until=None if entry is None or entry.until is None else str(entry.until),
        since=None if entry is None else entry.since,
        flaky=flaky,
        level=level,
        cells=cells,
        scenario=line.id,
        sha256=line.sha256,
        title=line.title,
        expect=line.expect,
        source=line.source,
        codex=str(line.script.get("profile", _PROFILE)),
        replay=f"codex-parity replay {line.id} --subject {subject}",
        examples=examples,
    )


def _size(cell: Cell) -> tuple[int, str]:
    """How much there is to read in a scenario: the bytes of its script, then its id."""
    return len(canonical(cell.scenario.script)), cell.scenario.id


def _example(one: Difference) -> Example:
    return Example(
        check=one.check,
        place=f"{one.where} {one.path}".strip(),
        sentence=one.sentence,
        expected=_text(one.reference),
        got=_text(one.sdk),
    )


def _text(value: Side) -> str | None:
    if isinstance(value, Absent):
        return None
    text = canonical(value).decode("ascii")
    return text if len(text) <= _VALUE else f"{text[:_VALUE]} ... ({len(text)} characters)"


def to_json(found: Sequence[SdkFindings]) -> JsonValue:
    """The findings as the file beside the page keeps them."""
    return [_plain(asdict(one)) for one in found]


def _plain(value: object) -> JsonValue:
    if isinstance(value, dict):
        return {str(key): _plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    return cast("JsonValue", value)


def from_json(value: JsonValue) -> tuple[SdkFindings, ...]:
    """The findings read back.

    Raises:
        KeyError, TypeError: the file was edited by hand.
    """

    def finding(data: JsonObject) -> Finding:
        examples = tuple(
            Example(**cast("dict[str, str]", one))
            for one in cast("list[JsonObject]", data["examples"])
        )
        return Finding(**cast("dict[str, str]", {**data, "examples": examples}))  # type: ignore[arg-type]

    return tuple(
        SdkFindings(
            subject=str(data["subject"]),
            sdk=str(data["sdk"]),
            version=str(data["version"]),
            runtime=str(data["runtime"]),
            findings=tuple(map(finding, cast("list[JsonObject]", data["findings"]))),
        )
        for data in cast("list[JsonObject]", value)
    )


def stale(
    found: Sequence[SdkFindings],
    *,
    baselines: Mapping[str, Sequence[Entry]],
    versions: Mapping[str, str],
    scenarios: Mapping[str, str],
) -> tuple[str, ...]:
    """What of kept findings no longer fits the project, as far as that shows without a run.

    Values and counts are not looked at: only a run can say them. Entries that speak of other versions than the pinned one
    are not of today.

    Args:
        baselines: subject name -> entries today.
        versions: subject name -> pinned version of its SDK.
        scenarios: scenario id -> its hash today.
    """
    problems: list[str] = []
    by_name = {one.subject: one for one in found}
    problems += [f"no findings of {name}" for name in sorted(versions.keys() - by_name.keys())]
    for name, own in by_name.items():
        if versions.get(name) != own.version:
            problems.append(
                f"{name} is pinned at {versions.get(name)}, the page says {own.version}"
            )
        wanted = {_cause_of(entry) for entry in _of_today(baselines.get(name, ()), own.version)}
        kept = {(one.reason, one.because, one.issue) for one in own.findings if one.reason != "new"}
        problems += [
            f"{name}: not on the page: {why or issue}"
            for _, why, issue in sorted(wanted - kept, key=str)
        ]
        problems += [
            f"{name}: in no baseline: {why or issue}"
            for _, why, issue in sorted(kept - wanted, key=str)
        ]
        for one in own.findings:
            if scenarios.get(one.scenario) != one.sha256:
                problems.append(f"{name}: {one.scenario} is not what it was")
            entries = [
                e
                for e in baselines.get(name, ())
                if _cause_of(e) == (one.reason, one.because, one.issue)
            ]
            if entries and entries[0].since != one.since:
                problems.append(f"{name}: `since` of {one.because!r} is {entries[0].since} today")
    return tuple(problems)


def _cause_of(entry: Entry) -> tuple[str, str, str | None]:
    return entry.reason, entry.because, entry.issue
