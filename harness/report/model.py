"""A run, folded from its lines into one frozen value that every report is made of. CORE: takes parsed JSON, reads no file.

A run without a footer is interrupted; a run that lacks results it promised is incomplete; neither may look green. This
module knows nothing of HTML, XML, Markdown or terminals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast, get_args

from harness.compare.difference import Level
from harness.errors import EXIT_INCOMPLETE, EXIT_PARITY, HarnessFault
from harness.jsonvalue import JsonValue
from harness.observation import MODES, Mode
from harness.report.causes import Root, known_roots, new_roots
from harness.report.groups import LEVELS, Cell, CellKey, Group, group
from harness.report.reading import RunUnreadable, parse
from harness.report.records import (
    GOLDEN,
    Footer,
    Header,
    JsonObject,
    ObservationLine,
    Record,
    RerunLine,
    ResultLine,
    ScenarioLine,
    Subject,
    Verdict,
)
from harness.wire.schemas import SchemaSet

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
RED: Final[frozenset[Verdict]] = frozenset(
    {"divergence", "changed", "fixed", "incomplete", "harness_error"}
)
"""Verdicts that no run which calls itself parity may hold. A subject that could not run is told, not counted here."""


class RunContradiction(HarnessFault):
    """The lines of a run contradict each other: the runner that wrote them is wrong, no SDK is judged by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunModel:
    """A whole run. ``cells`` is keyed ``(scenario, subject)``; ``observations`` also holds reference and golden.

    ``head`` is the header as a record; ``header`` and ``result_lines`` are those lines as they were read. ``judged`` are
    the subjects with a column of their own: all but the reference, and the reference too when the run has results for
    it. ``missing`` are promised cells that have no result. ``not_verified`` are sentences.
    """

    head: Header
    header: JsonObject
    result_lines: tuple[JsonObject, ...]
    footer: Footer | None
    scenarios: Mapping[str, ScenarioLine]
    observations: Mapping[tuple[str, str, Mode], ObservationLine]
    cells: Mapping[CellKey, Cell]
    judged: tuple[Subject, ...]
    groups: tuple[Group, ...]
    counts: Mapping[str, Mapping[Verdict, int]]
    levels: Mapping[str, Mapping[Level, int]]
    missing: tuple[CellKey, ...]
    not_verified: tuple[str, ...]
    exit: int
    exit_reason: str

    @property
    def interrupted(self) -> bool:
        """Whether the run wrote no footer."""
        return self.footer is None

    @property
    def complete(self) -> bool:
        """Whether the run ended by itself, unfiltered, and every promised cell has a result."""
        return self.footer is not None and self.head.whole and not self.missing

    @property
    def green(self) -> bool:
        """Whether this run may be called parity: it ended, gave exit 0, and nothing contradicts that."""
        return self.exit == EXIT_PARITY

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many cells have each verdict; verdicts that did not occur are left out."""
        return _ordered(Counter(cell.result.verdict for cell in self.cells.values()))

    @property
    def unknown(self) -> tuple[Group, ...]:
        """The causes that no baseline entry expects and that count, odd-one-out first."""
        return tuple(
            group for group in self.groups if group.known is None and group.level != "cosmetic"
        )

    @property
    def cosmetic(self) -> tuple[Group, ...]:
        """The causes that are told but never counted: argument order, wording."""
        return tuple(
            group for group in self.groups if group.known is None and group.level == "cosmetic"
        )

    @property
    def known(self) -> tuple[Group, ...]:
        """The causes that the baseline expects."""
        return tuple(group for group in self.groups if group.known is not None)

    @property
    def new_roots(self) -> tuple[Root, ...]:
        """The root causes of what no baseline entry expects, odd-one-out first."""
        return new_roots(self.unknown)

    @property
    def known_roots(self) -> tuple[Root, ...]:
        """The root causes that the baseline expects: one for each sentence of it."""
        return known_roots(self.known)

    def missing_of(self, subject: str) -> int:
        """How many promised results of one subject are missing."""
        return sum(name == subject for _, name in self.missing)

    def observed(self, scenario: str, subject: str) -> dict[Mode, ObservationLine]:
        """What a subject, or ``golden``, showed in a scenario, per mode that was played."""
        return {
            mode: self.observations[scenario, subject, mode]
            for mode in MODES
            if (scenario, subject, mode) in self.observations
        }


@dataclass(slots=True)
class _Fold:
    """The lines read so far; every method refuses what does not fit to what came before."""

    header: Header | None = None
    footer: Footer | None = None
    scenarios: dict[str, ScenarioLine] = field(default_factory=dict)
    observations: dict[tuple[str, str, Mode], ObservationLine] = field(default_factory=dict)
    results: dict[CellKey, ResultLine] = field(default_factory=dict)
    reruns: dict[CellKey, RerunLine] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def add(self, line: int, record: Record) -> None:
        where = f"line {line}"
        if self.footer is not None:
            raise RunContradiction("a line after the footer", where=f"{where} $.kind")
        if isinstance(record, Header):
            self._head(record, where)
            return
        if self.header is None:
            raise RunContradiction("a line before the header", where=f"{where} $.kind")
        match record:
            case ScenarioLine():
                self._promised(self.header, record.id, where, "$.id")
                _once(record.id in self.scenarios, f"a second scenario line {record.id}", where)
                self.scenarios[record.id] = record
            case ObservationLine():
                self._declared(record.scenario, where)
                self._named(record.subject, where, also=GOLDEN)
                key = (record.scenario, record.subject, record.mode)
                _once(key in self.observations, f"a second observation of {' '.join(key)}", where)
                self.observations[key] = record
            case ResultLine():
                self._declared(record.scenario, where)
                self._named(record.subject, where)
                cell = (record.scenario, record.subject)
                _once(cell in self.results, f"a second result of {' '.join(cell)}", where)
                self.results[cell] = record
            case RerunLine():
                cell = (record.scenario, record.subject)
                _once(
                    cell not in self.results, f"a rerun of {' '.join(cell)} without a result", where
                )
                _once(cell in self.reruns, f"a second rerun of {' '.join(cell)}", where)
                self.reruns[cell] = record
            case _:
                self._end(record, where)

    def _head(self, header: Header, where: str) -> None:
        _once(self.header is not None, "a second header", where)
        names = [subject.name for subject in dict.fromkeys(header.subjects)]
        _once(
            len(set(names)) != len(names),
            "two different subjects of one name",
            f"{where} $.subjects",
        )
        self.header = header
        self.names = frozenset(names)

    def _end(self, footer: Footer, where: str) -> None:
        seen = _ordered(Counter(result.verdict for result in self.results.values()))
        told = {verdict: count for verdict, count in footer.counts.items() if count}
        if told != seen:
            raise RunContradiction(
                f"the footer counts {told}, the results are {seen}", where=f"{where} $.counts"
            )
        self.footer = footer

    def _promised(self, header: Header, scenario: str, where: str, path: str) -> None:
        if scenario not in header.scenarios:
            raise RunContradiction(
                f"scenario {scenario!r} is not in the header", where=f"{where} {path}"
            )

    def _declared(self, scenario: str, where: str) -> None:
        if scenario not in self.scenarios:
            raise RunContradiction(
                f"scenario {scenario!r} has no line of its own yet", where=f"{where} $.scenario"
            )

    def _named(self, subject: str, where: str, also: str | None = None) -> None:
        if subject not in self.names and subject != also:
            raise RunContradiction(
                f"subject {subject!r} is not in the header", where=f"{where} $.subject"
            )


def _once(again: bool, what: str, where: str) -> None:  # noqa: FBT001 - reads as a sentence at its callers
    if again:
        raise RunContradiction(what, where=where)


def fold(lines: Iterable[tuple[int, JsonValue]], schemas: SchemaSet) -> RunModel:
    """Fold the parsed lines of a run. A subject may be listed twice, as reference and as SDK under test.

    Args:
        lines: line number from 1, parsed JSON value; in the order of the file.
        schemas: the contracts; ``run`` is used.

    Raises:
        RunUnreadable: no header, or a line that does not fit ``schemas/run.json``.
        RunContradiction: lines that contradict each other: twice the same, out of order, a footer that counts otherwise.
    """
    state = _Fold()
    raw: dict[str, list[JsonObject]] = {"header": [], "result": []}
    for number, value in lines:
        state.add(number, parse(number, value, schemas))
        line = cast("JsonObject", value)
        raw.get(str(line["kind"]), []).append(line)
    if state.header is None:
        raise RunUnreadable(
            "no header", where="line 1", hint="The file is empty, or not the run.jsonl of a run."
        )
    return _model(state, state.header, raw)


def _model(state: _Fold, header: Header, raw: Mapping[str, list[JsonObject]]) -> RunModel:
    by_name = {subject.name: subject for subject in header.subjects}
    cells = _cells(state, header, by_name)
    with_results = {name for _, name in cells}
    judged = tuple(
        subject
        for subject in by_name.values()
        if subject.name != header.reference or subject.name in with_results
    )
    missing = tuple(
        (scenario, subject.name)
        for subject in judged
        for scenario in header.scenarios
        if (scenario, subject.name) not in cells
    )
    code, why = _exit(state.footer, cells, missing)
    return RunModel(
        head=header,
        header=raw["header"][0],
        result_lines=tuple(raw["result"]),
        footer=state.footer,
        scenarios=state.scenarios,
        observations=state.observations,
        cells=cells,
        judged=judged,
        groups=group(cells, judged),
        counts={
            subject.name: _ordered(
                Counter(
                    cell.result.verdict for (_, name), cell in cells.items() if name == subject.name
                )
            )
            for subject in judged
        },
        levels={subject.name: _levels(cells, subject.name) for subject in judged},
        missing=missing,
        not_verified=_not_verified(state.footer, judged, missing),
        exit=code,
        exit_reason=why,
    )


def _cells(state: _Fold, header: Header, subjects: Mapping[str, Subject]) -> dict[CellKey, Cell]:
    """The cells that have a result, in the order of the header."""
    return {
        (scenario, name): Cell(
            scenario=state.scenarios[scenario],
            subject=subject,
            result=state.results[scenario, name],
            observations={
                mode: state.observations[scenario, name, mode]
                for mode in MODES
                if (scenario, name, mode) in state.observations
            },
            rerun=state.reruns.get((scenario, name)),
        )
        for scenario in header.scenarios
        for name, subject in subjects.items()
        if (scenario, name) in state.results
    }


def _ordered(counted: Counter[Verdict]) -> dict[Verdict, int]:
    return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}


def _levels(cells: Mapping[CellKey, Cell], name: str) -> dict[Level, int]:
    counted = Counter(
        difference.level
        for (_, subject), cell in cells.items()
        if subject == name
        for difference in (*cell.unknown, *cell.cosmetic)
    )
    return {level: counted[level] for level in LEVELS if counted[level]}


def _exit(
    footer: Footer | None, cells: Mapping[CellKey, Cell], missing: tuple[CellKey, ...]
) -> tuple[int, str]:
    """The run's own exit, unless the file gives no ground to call it parity."""
    if footer is None:
        done = f"{len(cells)} results" if cells else "no result"
        return EXIT_INCOMPLETE, f"interrupted: the run wrote {done} and then ended without a footer"
    if footer.exit != EXIT_PARITY:
        return footer.exit, footer.exit_reason
    if not cells:
        return EXIT_INCOMPLETE, "nothing was compared"
    if missing:
        return (
            EXIT_INCOMPLETE,
            f"{len(missing)} of {len(cells) + len(missing)} promised results are missing",
        )
    red = sorted({cell.result.verdict for cell in cells.values()} & RED)
    if red:
        return EXIT_INCOMPLETE, f"the run claims exit 0 but has results that are {', '.join(red)}"
    return footer.exit, footer.exit_reason


def _not_verified(
    footer: Footer | None, judged: tuple[Subject, ...], missing: tuple[CellKey, ...]
) -> tuple[str, ...]:
    sentences = list(footer.not_verified) if footer is not None else []
    if footer is None:
        sentences.append("The run was interrupted: what follows in the plan was not played.")
    for subject in judged:
        absent = [scenario for scenario, name in missing if name == subject.name]
        if absent:
            shown = ", ".join(absent[:5]) + (
                f" and {len(absent) - 5} more" if len(absent) > 5 else ""
            )
            sentences.append(f"{subject.name} has no result for {len(absent)} scenarios: {shown}.")
        if subject.state == "could_not_run" and not any(
            subject.name in sentence for sentence in sentences
        ):
            sentences.append(
                f"{subject.name} could not run: {subject.reason or 'no reason was given'}"
            )
    return tuple(sentences)
