"""The page as a whole: verdict line, subjects, matrix, causes, what was not verified. CORE: a model in, views out.

A reader who sees only the first screen must know whether this is parity, who is odd, and where to look. Knows nothing
of HTML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.compare.difference import Absent
from harness.jsonvalue import JsonValue
from harness.normalize.chain import RULE_IDS
from harness.observation import CHECKS
from harness.report.causes import Root
from harness.report.cellview import CellView, cell_view
from harness.report.commandline import CommandLine, command_lines
from harness.report.groups import Cell, Group
from harness.report.headline import Headline, headline
from harness.report.model import RunModel
from harness.report.names import cause_id, facts_id, inside_id, scenario_id
from harness.report.records import GOLDEN, ScenarioLine, Subject
from harness.report.visible import Shown, json_text, pair, whole
from harness.report.words import NO_RESULT, VERDICT, Word, duration, plural, quoted

_FACT_ROOM: Final = 900
_EVENTS: Final = 40
_ARGV: Final = "sent.argv_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One field of the matrix; ``target`` is the id to jump to, None when there is nothing behind it."""

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
    """The scenarios of one family, with how many results are not plainly good."""

    name: str
    rows: tuple[MatrixRow, ...]
    open: int


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
class FactView:
    """One check of the reference: the value (of events: each), the modes that gave it, how much was left out."""

    check: str
    modes: str
    values: tuple[Shown, ...]
    cut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioView:
    """One scenario: what the reference showed, and the cells of all judged subjects."""

    id: str
    facts_id: str
    scenario: ScenarioLine
    script: Shown
    golden: str
    facts: tuple[FactView, ...]
    lines: tuple[CommandLine, ...]
    cells: tuple[CellView, ...]


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


def page(model: RunModel) -> Page:
    """Arrange a run for a reader."""
    return Page(
        model=model,
        headline=headline(model),
        reference=_reference(model),
        metadata=tuple(_metadata(model)),
        families=_families(model),
        causes=tuple(map(_root, model.new_roots)),
        known=tuple(map(_root, model.known_roots)),
        cosmetic=tuple(_cause(group) for group in model.cosmetic),
        scenarios=tuple(
            _scenario(model, model.scenarios[name])
            for name in model.head.scenarios
            if name in model.scenarios
        ),
    )


def _root(root: Root) -> RootView:
    cell, _ = root.example
    return RootView(
        root=root,
        who=root.who,
        example=inside_id(cell.scenario.id, cell.subject.name),
        causes=tuple(map(_cause, root.groups)),
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
    yield "run", head.run_id
    yield "exit", f"{model.exit}: {model.exit_reason}"
    yield "command", quoted(head.command)


def _idle_rules(model: RunModel) -> list[str]:
    """Rules of the normaliser that replaced nothing in the whole run; weakenings work later, in the comparison."""
    used = {row.rule for one in model.observations.values() for row in one.ledger}
    return [rule for rule in RULE_IDS if not rule.startswith("weaken.") and rule not in used]


def described(subject: Subject) -> str:
    """``openai-typescript: @openai/codex-sdk 0.163.0, node 20.20.2``."""
    facts = [f"{subject.sdk} {subject.version}".strip(), subject.runtime]
    text = ", ".join(fact for fact in facts if fact)
    return f"{subject.name}: {text}" if text else subject.name


def _families(model: RunModel) -> tuple[Family, ...]:
    rows: dict[str, list[MatrixRow]] = {}
    for name in model.head.scenarios:
        scenario = model.scenarios.get(name)
        family = "not reached" if scenario is None else scenario.family
        rows.setdefault(family, []).append(
            MatrixRow(
                scenario=scenario,
                id=name,
                target=scenario_id(name),
                cells=tuple(_matrix_cell(model, name, subject.name) for subject in model.judged),
            )
        )
    good = {"match", "known", "not_applicable"}
    return tuple(
        Family(
            name=family,
            rows=tuple(members),
            open=sum(cell.verdict not in good for row in members for cell in row.cells),
        )
        for family, members in rows.items()
    )


def _matrix_cell(model: RunModel, scenario: str, subject: str) -> MatrixCell:
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
        target=inside_id(scenario, subject),
        hint=hint,
    )


def _cause(group: Group) -> CauseView:
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
        members=tuple(
            (cell, inside_id(cell.scenario.id, cell.subject.name)) for cell, _ in group.members
        ),
    )


def _scenario(model: RunModel, scenario: ScenarioLine) -> ScenarioView:
    golden = scenario.golden
    state, reason = str(golden["state"]), golden["reason"]
    return ScenarioView(
        id=scenario_id(scenario.id),
        facts_id=facts_id(scenario.id),
        scenario=scenario,
        script=whole(json_text(scenario.script), room=_FACT_ROOM),
        golden=state if not reason else f"{state}: {reason}",
        facts=_reference_facts(model, scenario.id),
        lines=_reference_lines(model, scenario.id),
        cells=tuple(
            cell_view(model, model.cells[scenario.id, subject.name])
            for subject in model.judged
            if (scenario.id, subject.name) in model.cells
        ),
    )


def _reference_facts(model: RunModel, scenario: str) -> tuple[FactView, ...]:
    """What the reference showed, a check once for the modes that agree; without a reference, the golden."""
    seen = model.observed(scenario, model.head.reference) or model.observed(scenario, GOLDEN)
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for mode, one in seen.items():
        for check, fact in one.facts.items():
            if check != _ARGV:
                found.setdefault((check, _texts(check, fact)), []).append(mode)
    order = {check: index for index, check in enumerate(CHECKS)}
    return tuple(
        FactView(
            check=check,
            modes=" + ".join(modes),
            values=tuple(whole(text, room=_FACT_ROOM) for text in texts[:_EVENTS]),
            cut=max(len(texts) - _EVENTS, 0),
        )
        for (check, texts), modes in sorted(
            found.items(), key=lambda item: order.get(item[0][0], len(order))
        )
    )


def _texts(check: str, fact: JsonValue) -> tuple[str, ...]:
    """A fact as text; events one by one, the turns one after the other."""
    if check != "surfaced.events" or not isinstance(fact, list):
        return (json_text(fact),)
    return tuple(
        json_text(event) for turn in fact for event in (turn if isinstance(turn, list) else [turn])
    )


def _reference_lines(model: RunModel, scenario: str) -> tuple[CommandLine, ...]:
    """The command lines of the reference, word by word, of the first mode that has any."""
    for seen in model.observed(scenario, model.head.reference).values():
        words = seen.facts.get(_ARGV)
        if lines := command_lines(words, words):
            return lines
    return ()
