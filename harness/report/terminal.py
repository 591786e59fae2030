"""What a person at a terminal sees after a run: rich renderables, built here, printed by the command line.

Every text becomes a ``Text`` or an escaped cell, never console markup: a value from an SDK styles nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Group as Parts
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.errors import EXIT_DIVERGENCE, EXIT_PARITY, EXIT_STALE
from harness.report.causes import Root
from harness.report.cellview import DifferenceView, outcome_lines, views
from harness.report.groups import Cell
from harness.report.headline import headline
from harness.report.model import RunModel
from harness.report.page import described
from harness.report.records import JsonObject
from harness.report.slowest import slowest
from harness.report.summary import summarise
from harness.report.visible import Shown, visible
from harness.report.words import (
    CLASS,
    LEVEL,
    REASON,
    THREE_WAY,
    VERDICT,
    lane,
    listed,
    part,
    plural,
)

_STYLE: Final = {
    "ok": "green",
    "bad": "bold red",
    "known": "yellow",
    "note": "yellow",
    "error": "bold magenta",
    "off": "dim",
}
_CAUSES: Final = 20
_SCENARIOS: Final = 3
_SLOW: Final = 2


def overview(model: RunModel) -> tuple[RenderableType, ...]:
    """The run on one screen: verdict, counts per SDK, new causes, known ones by reason, what to do next."""
    return tuple(_overview(model))


def details(model: RunModel) -> tuple[RenderableType, ...]:
    """Every cell of a (small) run in full: each difference with plane, path, level and both values."""
    return (_title(model), *(cell_part(cell) for cell in model.cells.values()), *_next(model))


def summary_json(model: RunModel) -> JsonObject:
    """The content of ``summary.json``."""
    return summarise(model)


def _overview(model: RunModel) -> Iterator[RenderableType]:
    yield _title(model)
    yield _table(model)
    roots = model.new_roots
    if roots:
        yield Text(f"\n{plural(len(roots), 'new cause')}", style="bold")
        yield from (_cause(root) for root in roots[:_CAUSES])
        if len(roots) > _CAUSES:
            yield Text(f"  ... and {len(roots) - _CAUSES} more, in the report")
    yield from _known(model)
    yield from _slowest(model)
    yield from _not_verified(model)
    yield from _next(model)


def _title(model: RunModel) -> Text:
    head = headline(model)
    text = Text()
    text.append(f"{head.glyph} {visible(head.line)}", style=_STYLE[head.tone])
    where = lane(model.head.lane, model.head.codex) + part(model.head.shard, model.head.merged)
    text.append(f"\n{visible(where)}\n", style="dim")
    return text


def _table(model: RunModel) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="dim")
    table.add_column("SDK", overflow="fold")
    used = model.verdicts
    for verdict in used:
        word = VERDICT[verdict]
        table.add_column(
            Text(f"{word.glyph} {word.word}", style=_STYLE[word.tone]), justify="right"
        )
    if model.missing:
        table.add_column(Text("no result", style="bold magenta"), justify="right")
    for subject in model.judged:
        counts = model.counts[subject.name]
        row = [Text(visible(described(subject)))]
        row.extend(
            Text(str(counts.get(verdict, 0)), style="" if verdict in counts else "dim")
            for verdict in used
        )
        if model.missing:
            row.append(Text(str(model.missing_of(subject.name))))
        table.add_row(*row)
    return table


def _cause(root: Root) -> RenderableType:
    _, first = root.example
    word = CLASS[root.kind]
    text = Text("  ")
    text.append(
        f"{word.glyph} {LEVEL[root.level].word}",
        style="red" if root.level == "contract" else "yellow",
    )
    text.append(f"  {visible(root.who)}  ", style="bold")
    text.append(visible(first.sentence))
    text.append(
        f"\n      {first.plane}  {first.check}  {visible(first.where)}  {visible(first.path)}",
        style="dim",
    )
    text.append(
        f"\n      {root.count}: {visible(listed(root.scenarios, most=_SCENARIOS))}", style="dim"
    )
    if root.flaky:
        text.append(f"\n      {visible(root.flaky)}", style="yellow")
    return text


def _known(model: RunModel) -> Iterator[RenderableType]:
    """The reasons of the baseline, each once, with who shows it in how many cells, and one of them."""
    roots = model.known_roots
    if not roots:
        return
    reasons: dict[str, list[Root]] = {}
    for root in roots:
        assert root.known is not None, "a root of the known ones has a reason"
        reasons.setdefault(root.known.reason, []).append(root)
    yield Text(f"\n{plural(len(roots), 'known cause')}, expected by the baseline", style="bold")
    for reason, of_reason in reasons.items():
        yield Text(f"  {REASON.get(reason, visible(reason))}: {plural(len(of_reason), 'cause')}")
        for root in of_reason:
            yield _known_root(root)


def _known_root(root: Root) -> Text:
    assert root.known is not None, "a root of the known ones has a reason"
    known = root.known
    why = known.because or known.issue or "no reason was written down"
    where = f"{root.who}, {plural(len(root.members), 'cell')}, as {root.example[0].scenario.id}"
    text = Text(f"      {visible(where)}: {visible(why)}", style="dim")
    if known.flaky is not None:
        text.append(
            f" flaky: {visible(known.flaky.rate)} plays, measured {visible(known.flaky.measured)}",
            style="yellow",
        )
    return text


def _slowest(model: RunModel) -> Iterator[RenderableType]:
    """Where the time went, in bands: two runs of one tree show the same, and nothing is decided by it."""
    found = slowest(model, _SLOW)
    if not found:
        return
    yield Text("\nslowest plays", style="bold")
    table = Table(show_edge=False, pad_edge=False, header_style="dim")
    for name in ("SDK", "play", "took", "to first event", "then to exit", "beside the reference"):
        table.add_column(name, overflow="fold")
    for plays in found.values():
        for one in plays:
            cells = (f"{one.scenario} {one.mode}", one.whole, one.first_event, one.exit, one.beside)
            table.add_row(*(Text(visible(cell or "-")) for cell in (one.subject, *cells)))
    yield table


def _not_verified(model: RunModel) -> Iterator[RenderableType]:
    if model.not_verified:
        yield Text("\nnot verified", style="bold")
        yield from (Text(f"  {visible(sentence)}") for sentence in model.not_verified)


def _next(model: RunModel) -> Iterator[RenderableType]:
    """What to do next, one line, because an exit code is no advice."""
    text = Text("\n")
    match model.exit:
        case code if code == EXIT_PARITY:
            return
        case _ if model.interrupted:
            text.append("next: run it again to its end; an interrupted run proves nothing")
        case code if code == EXIT_DIVERGENCE and model.unknown:
            text.append("next: ")
            text.append(visible(model.new_roots[0].example[0].result.replay), style="bold")
        case code if code == EXIT_STALE:
            text.append(f"next: {visible(model.exit_reason)}")
        case code:
            text.append(f"next: {visible(model.exit_reason)} (exit {code})")
    yield text


def cell_part(cell: Cell) -> RenderableType:
    """One cell: verdict, reason, what was expected, each difference with plane, path, level and both values."""
    result = cell.result
    word = VERDICT[result.verdict]
    text = Text(f"{word.glyph} {word.word}", style=_STYLE[word.tone])
    text.append(f"  {visible(result.scenario)}  {visible(result.subject)}\n", style="default")
    text.append(f"  {visible(result.reason)}\n", style="default")
    text.append(
        f"  expected: {visible(cell.scenario.expect)} ({visible(cell.scenario.source)})",
        style="dim",
    )
    if cell.rerun is not None:
        word_ = "flaky: " if cell.flaky else ""
        text.append(f"\n  {word_}{cell.rerun.rate}, those after the first alone", style="yellow")
    for line in outcome_lines(cell):
        text.append(f"\n  {visible(line)}", style="dim")
    parts: list[RenderableType] = [text]
    for view in views(result.differences):
        parts.append(_difference(view))
        check = result.checks.get(f"{view.difference.mode}/{view.difference.check}")
        if check is not None and check.three_way not in (None, "match"):
            parts.append(Text(f"      {THREE_WAY[check.three_way or '']}", style="dim"))
    return Parts(*parts, Text(""))


def _difference(view: DifferenceView) -> RenderableType:
    one = view.difference
    word = CLASS[one.kind]
    text = Text(f"  {word.glyph} {word.word}", style="red" if one.known is None else "yellow")
    text.append(
        f"  {one.level}  {one.plane}  {view.modes}  {one.check}  [{one.fingerprint}]\n",
        style="default",
    )
    text.append(f"{visible(one.where)} {visible(one.path)}\n", style="dim")
    text.append(f"{visible(one.sentence)}\n", style="default")
    for name, shown in (("reference", view.reference), ("SDK", view.sdk)):
        text.append(f"{name:<9}  ", style="dim")
        text.append_text(_value(shown))
    if one.known is not None:
        why = one.known.because or one.known.issue or ""
        text.append(
            f"known: {REASON.get(one.known.reason, visible(one.known.reason))}, {visible(why)}\n",
            style="yellow",
        )
        if one.known.flaky is not None:
            text.append(f"flaky: {visible(one.known.flaky.rate)} plays\n", style="yellow")
    text.rstrip()
    return Padding(text, (0, 0, 0, 2))


def _value(shown: Shown | None) -> Text:
    if shown is None:
        return Text("nothing there\n", style="dim italic")
    text = Text(visible(shown.before), style="default")
    text.append(visible(shown.mark), style="reverse")
    text.append(visible(shown.after))
    text.append(f" [{shown.note}]\n" if shown.note else "\n", style="dim")
    return text
