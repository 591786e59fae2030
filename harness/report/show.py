"""One scenario at a terminal: the aligned diff of the report in colour, as rich renderables. The command line prints them.

What is shown is ``cellview``'s, which the HTML page shows too; this module only lays it out. Every text becomes a ``Text``,
never console markup: a value from an SDK styles nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from harness.report.cellview import CellView, CheckView, cell_view
from harness.report.commandline import CommandLine, WordRow
from harness.report.fields import FieldRow, Fields
from harness.report.groups import Cell
from harness.report.model import RunModel
from harness.report.terminal import cell_part
from harness.report.timeline import EventRow, FoldedRow, Timeline
from harness.report.visible import Shown, visible
from harness.report.words import CLASS, PLANE, Word, plural

_STYLE: Final = {"missing": "red", "extra": "green", "changed": "yellow", "moved": "cyan", "golden": "magenta"}  # fmt: skip
_GOLDEN: Final = Word(
    glyph="◆", word="golden differs", tone="golden", meaning="both agree, the golden says otherwise"
)
_INDENT: Final = "      "
_LEDGER: Final = 12
_ROWS: Final = 80
"""Rows of one turn that are shown; what comes after is counted."""


def show(model: RunModel, cells: Sequence[Cell]) -> tuple[RenderableType, ...]:
    """Each cell in full: what differs, the events of each mode aligned, the other facts that differ, the ledger, the replay.

    Args:
        model: the run that the cells are of.
        cells: what to show, in this order; a cell without differences is a line.
    """
    return tuple(part for cell in cells for part in _cell(model, cell))


def _cell(model: RunModel, cell: Cell) -> Iterator[RenderableType]:
    yield cell_part(cell)
    if cell.result.differences:
        view = cell_view(model, cell)
        for mode, turns in view.timelines:
            yield from (_timeline(mode, turn) for turn in turns)
        yield from _planes(view)
        yield from _answers(view)
        yield from _ledger(view)
    yield Text.assemble(("again: ", "dim"), (visible(cell.result.replay), "bold"), "\n")


def _timeline(mode: str, turn: Timeline) -> RenderableType:
    counts = f"reference {turn.reference_count}, SDK {turn.sdk_count}"
    if turn.golden_count is not None:
        counts += f", golden {turn.golden_count}"
    parts: list[Text] = [Text(f"events, mode {mode}, turn {turn.turn}: {counts}", style="bold")]
    if turn.bounded:
        parts.append(Text("  too different to align in full: paired by kind", style="yellow"))
    parts.extend(
        _folded(row) if isinstance(row, FoldedRow) else _event(row) for row in turn.rows[:_ROWS]
    )
    cut = len(turn.rows) - _ROWS
    if cut > 0:
        parts.append(Text(f"  ... and {plural(cut, 'row')} more, in the report", style="dim"))
    return Group(*parts, Text(""))


def _folded(row: FoldedRow) -> Text:
    last = row.start + row.count - 1
    where = str(row.start) if row.count == 1 else f"{row.start}-{last}"
    return Text(
        f"  = {where:<9} {plural(row.count, 'equal event')}: {visible(row.titles)}", style="dim"
    )


def _event(row: EventRow) -> Text:
    word = _GOLDEN if row.kind == "golden" else CLASS[row.kind]
    style = _STYLE[word.tone]
    at = "/".join("-" if one is None else str(one) for one in (row.reference_index, row.sdk_index))
    text = Text(f"  {word.glyph} {at:<9} ", style=style)
    text.append(f"{word.word}  {visible(row.title)}", style=style)
    if row.fields is not None:
        _append_fields(text, row.fields)
    else:
        _append_side(text, "reference", row.reference)
        _append_side(text, "SDK", row.sdk)
    if isinstance(row.golden, Shown):
        _append_side(text, "golden", row.golden)
    elif row.golden is not None:
        text.append(f"\n{_INDENT}golden {visible(row.golden)}", style="dim")
    return text


def _append_fields(text: Text, fields: Fields) -> None:
    for row in fields.differing:
        _append_field(text, row)
    if fields.cut:
        text.append(f"\n{_INDENT}... and {plural(fields.cut, 'field')} more", style="dim")


def _append_field(text: Text, row: FieldRow) -> None:
    if row.kind is None:
        text.append(f"\n{_INDENT}{visible(row.path)}", style="bold")
    else:
        word = CLASS[row.kind]
        text.append(f"\n{_INDENT}{word.glyph} {visible(row.path)}  ({word.word})", style="bold")
    _append_side(text, "reference", row.reference, deeper="  ")
    _append_side(text, "SDK", row.sdk, deeper="  ")
    if isinstance(row.golden, Shown):
        _append_side(text, "golden", row.golden, deeper="  ")


def _append_side(text: Text, name: str, shown: Shown | None, *, deeper: str = "") -> None:
    if shown is None:
        return
    text.append(f"\n{_INDENT}{deeper}{name:<9}  ", style="dim")
    text.append(visible(shown.before))
    text.append(visible(shown.mark), style="reverse")
    text.append(visible(shown.after))
    if shown.note:
        text.append(f" [{shown.note}]", style="dim")


def _planes(view: CellView) -> Iterator[RenderableType]:
    for plane in view.planes:
        if plane.differing:
            yield Text(f"{PLANE[plane.plane]}: {plane.summary}", style="bold")
            yield from (_check(check) for check in plane.differing)
            yield Text("")


def _check(check: CheckView) -> Text:
    text = Text(f"  {check.check}", style="yellow")
    text.append(f"  {check.words}; mode {check.modes}", style="dim")
    if check.state == "not_done":
        text.append("; not done", style="bold magenta")
    if check.fields is not None:
        _append_fields(text, check.fields)
    for line in check.lines:
        if line.differs:
            _append_command(text, line)
    return text


def _append_command(text: Text, line: CommandLine) -> None:
    text.append(f"\n{_INDENT}invocation {line.number}", style="bold")
    for row in line.rows:
        _append_word(text, row)


def _append_word(text: Text, row: WordRow) -> None:
    shown = row.sdk if row.reference is None else row.reference
    assert shown is not None, "because a row has at least one side"
    if row.state == "equal":
        text.append(f"\n{_INDENT}    {visible(shown.text)}", style="dim")
        return
    word = CLASS[row.state]
    text.append(f"\n{_INDENT}  {word.glyph} {visible(shown.text)}", style=_STYLE[word.tone])
    text.append(f"  {word.word}; {row.meaning}", style="dim")


def _answers(view: CellView) -> Iterator[RenderableType]:
    """Mine or theirs: what the golden says of each check that differs."""
    for answer, checks in view.answers:
        if answer:
            yield Text(f"mine or theirs? {answer} ({', '.join(checks)})\n", style="magenta")


def _ledger(view: CellView) -> Iterator[RenderableType]:
    """Which rules of the normaliser have hidden what."""
    if not view.ledger:
        return
    text = Text("hidden by rules", style="bold")
    for one in view.ledger[:_LEDGER]:
        line = f"{one.line.rule}  {one.line.check}, {one.side}, mode {one.modes}"
        text.append(f"\n  {visible(line)}, {plural(one.line.hits, 'time')}", style="dim")
    if len(view.ledger) > _LEDGER:
        text.append(f"\n  ... and {len(view.ledger) - _LEDGER} more", style="dim")
    yield text
    yield Text("")
