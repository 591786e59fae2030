"""The page as a whole: verdict line, subjects, matrix, causes, what was not verified. CORE: a model in, views out.

A reader who sees only the first screen must know whether this is parity, who is odd, and where to look. Knows nothing
of HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from harness.compare.difference import Absent
from harness.normalize.chain import RULE_IDS
from harness.report.causes import Root
from harness.report.cellview import CellView, cell_view
from harness.report.groups import Cell, Group
from harness.report.headline import Headline, headline
from harness.report.model import RunModel
from harness.report.names import cause_id, cell_id, scenario_id
from harness.report.records import JsonObject, ScenarioLine, Subject
from harness.report.regressions import MEANING, Change, Regressions, regressions
from harness.report.timing import Lane, lanes
from harness.report.visible import Shown, json_text, pair, whole
from harness.report.words import NO_RESULT, VERDICT, Word, duration, plural, quoted

FULL: Final = 40
"""Failing cells whose hunks stand in the page itself, to be read without its script. The others are told in brief."""

BRIEF: Final = 1200
"""Cells that are told in brief; the others are a row, and their facts are in the data of the page."""

Detail: TypeAlias = Literal["full", "brief", "row"]
_FAILING: Final = frozenset({"divergence", "changed", "incomplete", "harness_error"})
_CALM: Final = frozenset({"match", "not_applicable", "could_not_run"})
_SAID: Final = frozenset(
    {"run_id", "started_at", "tool", "lane", "reference", "normaliser", "command", "filter"}
) | {"complete", "subjects", "scenarios", "kind", "schema"}
"""Fields of the header that have a row of their own; any other is shown as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One field of the matrix; ``target`` is where its link leads, None when there is nothing behind it."""

    subject: str
    verdict: str
    word: Word
    target: str | None
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One scenario over all judged subjects."""

    scenario: ScenarioLine | None
    id: str
    target: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The scenarios of one family, how many results are not plainly good, and per subject how many have which verdict."""

    name: str
    rows: tuple[MatrixRow, ...]
    open: int
    counts: tuple[tuple[str, tuple[tuple[Word, int], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseView:
    """One cause: who shows it, an example, and where else."""

    id: str
    group: Group
    who: str
    reference: Shown | None
    sdk: Shown | None
    members: tuple[tuple[Cell, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RootView:
    """One root cause: who shows it, in how many cells, an example, and each difference of it."""

    root: Root
    who: str
    example: str
    causes: tuple[CauseView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticCell:
    """A cell as the page shows it without its script, and in how much detail."""

    view: CellView
    detail: Detail


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioView:
    """One scenario with the cells of all judged subjects."""

    id: str
    scenario: ScenarioLine
    golden: str
    cells: tuple[StaticCell, ...]

    @property
    def told(self) -> tuple[StaticCell, ...]:
        """The cells that have something to say."""
        return tuple(one for one in self.cells if one.detail != "row")

    @property
    def rows(self) -> tuple[StaticCell, ...]:
        """The cells that are a row."""
        return tuple(one for one in self.cells if one.detail == "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What moved since an earlier run: per class its meaning and its cells, each with the place to look at if there is one."""

    found: Regressions
    started_at: str
    classes: tuple[tuple[str, str, tuple[tuple[Change, str | None], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that a page shows."""

    model: RunModel
    headline: Headline
    reference: str
    metadata: tuple[tuple[str, str], ...]
    families: tuple[Family, ...]
    causes: tuple[RootView, ...]
    known: tuple[RootView, ...]
    cosmetic: tuple[CauseView, ...]
    scenarios: tuple[ScenarioView, ...]
    timing: tuple[Lane, ...]
    since: Since | None
    first: str | None
    cut: int


def page(
    model: RunModel,
    views: Mapping[str, tuple[CellView, ...]],
    *,
    earlier: RunModel | None = None,
    pages: Mapping[str, str] | None = None,
) -> Page:
    """Arrange a run for a reader.

    Args:
        model: the run.
        views: scenario -> its cells, as :func:`cells` gives them.
        earlier: a run to compare with.
        pages: scenario -> file of the page that has its data, for those that have one.
    """
    elsewhere = pages or {}
    roots = model.new_roots or model.known_roots
    scenarios = tuple(_scenarios(model, views))
    return Page(
        model=model,
        headline=headline(model),
        reference=_reference(model),
        metadata=tuple(_metadata(model)),
        families=_families(model, elsewhere),
        causes=tuple(_root(one, elsewhere) for one in model.new_roots),
        known=tuple(_root(one, elsewhere) for one in model.known_roots),
        cosmetic=tuple(_cause(group, elsewhere) for group in model.cosmetic),
        scenarios=scenarios,
        timing=lanes(model),
        since=None if earlier is None else _since(model, earlier, elsewhere),
        first=_place(roots[0].example[0], elsewhere) if roots else None,
        cut=sum(
            one.detail == "row" and one.view.cell.result.verdict not in _CALM
            for view in scenarios
            for one in view.cells
        ),
    )


def cells(model: RunModel) -> dict[str, tuple[CellView, ...]]:
    """The cells of every scenario of a run, in its order."""
    return {
        name: tuple(
            cell_view(model, model.cells[name, subject.name])
            for subject in model.judged
            if (name, subject.name) in model.cells
        )
        for name in model.head.scenarios
        if name in model.scenarios
    }


def _place(cell: Cell, elsewhere: Mapping[str, str]) -> str:
    """Where a link to a cell leads: into this page, or into the page that has its scenario."""
    return f"{elsewhere.get(cell.scenario.id, '')}#{cell_id(cell.scenario.id, cell.subject.name)}"


def _since(model: RunModel, earlier: RunModel, elsewhere: Mapping[str, str]) -> Since:
    """What moved from an earlier run to this one: the classes of ``codex-parity diff``, worst first."""
    found = regressions(earlier, model)
    classes: dict[str, list[tuple[Change, str | None]]] = {}
    for change in found.changes:
        cell = model.cells.get((change.scenario, change.subject))
        place = None if cell is None else _place(cell, elsewhere)
        classes.setdefault(change.cls, []).append((change, place))
    return Since(
        found=found,
        started_at=earlier.head.started_at,
        classes=tuple(
            (name, meaning, tuple(classes[name]))
            for name, meaning in MEANING.items()
            if name in classes
        ),
    )


def _root(root: Root, elsewhere: Mapping[str, str]) -> RootView:
    cell, _ = root.example
    return RootView(
        root=root,
        who=root.who,
        example=_place(cell, elsewhere),
        causes=tuple(_cause(group, elsewhere) for group in root.groups),
    )


def _reference(model: RunModel) -> str:
    name = model.head.reference
    return next((described(one) for one in model.head.subjects if one.name == name), name)


def _metadata(model: RunModel) -> Iterator[tuple[str, str]]:
    head, footer = model.head, model.footer
    yield "lane", ""
    yield "reference", _reference(model)
    yield (
        "scenarios",
        plural(len(head.scenarios), "scenario")
        + ("" if head.filter is None else f", filtered by {head.filter}"),
    )
    yield "started", head.started_at
    yield "duration", "interrupted" if footer is None else duration(footer.duration_ms)
    yield (
        "codex-parity",
        f"{head.tool['version']}, Python {head.tool['python']}, normaliser {head.normaliser}",
    )
    yield "rules without a hit", ", ".join(_idle_rules(model)) or "none"
    yield "platform", str(head.tool["platform"])
    yield from _others(model.header, head.tool)
    yield "run", head.run_id
    yield "exit", f"{model.exit}: {model.exit_reason}"
    yield "command", quoted(head.command)


def _others(header: JsonObject, tool: JsonObject) -> Iterator[tuple[str, str]]:
    """What a header says beyond the fields that have a row of their own: of a newer tool, of another lane."""
    for name, value in (*header.items(), *tool.items()):
        if name not in _SAID and name not in {"version", "python", "platform"}:
            text = value if isinstance(value, str) else json_text(value)
            yield name.replace("_", " "), whole(text, room=400).text


def _idle_rules(model: RunModel) -> list[str]:
    """Rules of the normaliser that replaced nothing in the whole run; weakenings work later, in the comparison."""
    used = {row.rule for one in model.observations.values() for row in one.ledger}
    return [rule for rule in RULE_IDS if not rule.startswith("weaken.") and rule not in used]


def described(subject: Subject) -> str:
    """``openai-typescript: @openai/codex-sdk 0.163.0, node 20.20.2``."""
    facts = [f"{subject.sdk} {subject.version}".strip(), subject.runtime]
    text = ", ".join(fact for fact in facts if fact)
    return f"{subject.name}: {text}" if text else subject.name


def _families(model: RunModel, elsewhere: Mapping[str, str]) -> tuple[Family, ...]:
    rows: dict[str, list[MatrixRow]] = {}
    for name in model.head.scenarios:
        scenario = model.scenarios.get(name)
        family = "not reached" if scenario is None else scenario.family
        rows.setdefault(family, []).append(
            MatrixRow(
                scenario=scenario,
                id=name,
                target=scenario_id(name),
                cells=tuple(
                    _matrix_cell(model, name, subject.name, elsewhere) for subject in model.judged
                ),
            )
        )
    good = {"match", "known", "not_applicable"}
    return tuple(
        Family(
            name=family,
            rows=tuple(members),
            open=sum(cell.verdict not in good for row in members for cell in row.cells),
            counts=tuple(
                (subject.name, _tally(row.cells[column] for row in members))
                for column, subject in enumerate(model.judged)
            ),
        )
        for family, members in rows.items()
    )


def _tally(found: Iterable[MatrixCell]) -> tuple[tuple[Word, int], ...]:
    """How many fields show which word: those to look at before the others."""
    counted: dict[str, tuple[Word, int]] = {}
    for one in found:
        counted[one.verdict] = (one.word, counted.get(one.verdict, (one.word, 0))[1] + 1)
    order = [*_FAILING, "no_result", "fixed", "could_not_run", "known", "match", "not_applicable"]
    ranks = {verdict: rank for rank, verdict in enumerate(sorted(order[:4]) + order[4:])}
    return tuple(counted[verdict] for verdict in sorted(counted, key=ranks.__getitem__))


def _matrix_cell(
    model: RunModel, scenario: str, subject: str, elsewhere: Mapping[str, str]
) -> MatrixCell:
    cell = model.cells.get((scenario, subject))
    if cell is None:
        return MatrixCell(
            subject=subject,
            verdict="no_result",
            word=NO_RESULT,
            target=None,
            hint=NO_RESULT.meaning,
        )
    word = VERDICT[cell.result.verdict]
    count = len({one.fingerprint for one in (*cell.unknown, *cell.expected)})
    hint = plural(count, "cause") if count else word.meaning
    if cell.flaky:
        hint = f"{hint}, flaky: {cell.flaky}"
    return MatrixCell(
        subject=subject,
        verdict=cell.result.verdict,
        word=word,
        target=_place(cell, elsewhere),
        hint=hint,
    )


def _cause(group: Group, elsewhere: Mapping[str, str]) -> CauseView:
    first = group.first
    left = None if isinstance(first.reference, Absent) else json_text(first.reference)
    right = None if isinstance(first.sdk, Absent) else json_text(first.sdk)
    one, two = (
        pair(left or "", right or "", room=400)
        if left and right
        else (whole(left or "", room=400), whole(right or "", room=400))
    )
    return CauseView(
        id=cause_id(group.fingerprint, None if group.known is None else group.known.cause),
        group=group,
        who=group.who,
        reference=None if left is None else one,
        sdk=None if right is None else two,
        members=tuple((cell, _place(cell, elsewhere)) for cell, _ in group.members),
    )


def _scenarios(
    model: RunModel, views: Mapping[str, tuple[CellView, ...]]
) -> Iterator[ScenarioView]:
    """The scenarios with their cells; what has room in full and in brief is counted over all of them."""
    full, brief = FULL, BRIEF
    for name, found in views.items():
        scenario = model.scenarios[name]
        chosen: list[StaticCell] = []
        for view in found:
            detail: Detail = "row"
            if view.cell.result.verdict in _FAILING and full:
                detail, full = "full", full - 1
            elif view.cell.result.verdict not in _CALM and brief:
                detail, brief = "brief", brief - 1
            chosen.append(StaticCell(view=view, detail=detail))
        state, reason = str(scenario.golden["state"]), scenario.golden["reason"]
        yield ScenarioView(
            id=scenario_id(name),
            scenario=scenario,
            golden=state if not reason else f"{state}: {reason}",
            cells=tuple(chosen),
        )
