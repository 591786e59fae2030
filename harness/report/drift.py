"""Drift between releases as text: a table for the terminal's eye, markdown, and one HTML page. CORE: data in, text out."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from harness.real.drift import SEVERITIES, Change, Severity, Step
from harness.real.recordings import THREAD_ID
from harness.real.shapes import TurnBytes
from harness.report.visible import visible
from harness.wire.lines import lines_of

TEMPLATE: Final = "drift.html.j2"
STYLE: Final = "report.css"
WORDS: Final = {
    "meaning": "another meaning",
    "breaking": "breaks a reader",
    "information": "for information",
}
SIGNS: Final = {"meaning": "≠", "breaking": "✗", "information": "+"}
"""One sign per severity, so that nothing hangs on colour."""

_EXAMPLES: Final = 3


def markdown(steps: Sequence[Step]) -> str:
    """The steps as markdown: one heading per step, one line per change, the worst first."""
    lines = ["# Drift of codex", ""]
    for step in steps:
        lines += [f"## {step.older} to {step.newer}", ""]
        if not step.changes:
            lines += [f"Nothing changed in {step.compared} scenarios.", ""]
            continue
        lines += ["| severity | what | before | after | scenarios |", "| --- | --- | --- | --- | --- |"]  # fmt: skip
        lines += [_row(change) for change in step.changes]
        lines.append("")
    return "\n".join(lines)


def _row(change: Change) -> str:
    cells = (
        WORDS[change.severity],
        f"{change.kind}: `{change.what}`",
        change.before,
        change.after,
        examples(change),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def examples(change: Change) -> str:
    """The scenarios that show a change: the first few, and how many there are."""
    shown = ", ".join(change.scenarios[:_EXAMPLES])
    more = len(change.scenarios) - _EXAMPLES
    return f"{shown} and {more} more" if more > 0 else shown


def worst(changes: Iterable[Change]) -> Severity | None:
    """The worst severity among ``changes``; None: there is none."""
    found = {change.severity for change in changes}
    return next((one for one in SEVERITIES if one in found), None)


def fails(steps: Sequence[Step], threshold: Severity | None) -> bool:
    """Whether the last step holds a change as bad as ``threshold``, or worse; what older steps hold is history."""
    found = worst(steps[-1].changes) if steps else None
    return (
        found is not None
        and threshold is not None
        and SEVERITIES.index(found) <= SEVERITIES.index(threshold)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One change over all steps: ``cells`` has what each step did to it, None where a step did nothing."""

    name: str
    kind: str
    what: str
    severity: Severity
    cells: tuple[Change | None, ...]


def matrix(steps: Sequence[Step]) -> list[Row]:
    """The table change x release: the worst first, then the earliest, then by name."""
    found: dict[str, list[Change | None]] = {}
    for index, step in enumerate(steps):
        for change in step.changes:
            found.setdefault(change.name, [None] * len(steps))[index] = change
    rows = [_matrix_row(name, cells) for name, cells in found.items()]
    return sorted(rows, key=lambda row: (SEVERITIES.index(row.severity), _begins(row), row.name))


def _matrix_row(name: str, cells: Sequence[Change | None]) -> Row:
    changes = [one for one in cells if one is not None]
    return Row(
        name=name,
        kind=changes[0].kind,
        what=changes[0].what,
        severity=min((one.severity for one in changes), key=SEVERITIES.index),
        cells=tuple(cells),
    )


def _begins(row: Row) -> int:
    return next(index for index, one in enumerate(row.cells) if one is not None)


def html(steps: Sequence[Step], sources: Mapping[str, str]) -> str:
    """One page without scripts: a timeline of the steps, the table change x release, and every step with its changes.

    Args:
        steps: oldest first.
        sources: text of ``drift.html.j2`` and ``report.css``.
    """
    environment = Environment(
        loader=DictLoader({TEMPLATE: sources[TEMPLATE]}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        steps=steps,
        style=sources[STYLE],
        words=WORDS,
        signs=SIGNS,
        examples=examples,
        matrix=matrix(steps),
        worst=worst,
    )


def _shown(value: object) -> object:
    # Text of releases is made visible; the style is our own, and would not be one any more.
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def side_by_side(
    older: Sequence[TurnBytes], newer: Sequence[TurnBytes]
) -> list[tuple[str, str, str]]:
    """The lines of two recordings beside each other: ``=``, ``-``, ``+`` or ``~``, older, newer.

    Ids of threads stay as they are and are no difference.
    """
    left = [line for turn in older for line in lines_of(turn.stdout)]
    right = [line for turn in newer for line in lines_of(turn.stdout)]
    matcher = difflib.SequenceMatcher(None, [_kind(one) for one in left], [_kind(one) for one in right], autojunk=False)  # fmt: skip
    rows: list[tuple[str, str, str]] = []
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        for offset in range(max(i2 - i1, j2 - j1)):
            one = left[i1 + offset] if i1 + offset < i2 else ""
            other = right[j1 + offset] if j1 + offset < j2 else ""
            sign = "+" if not one else "-" if not other else "=" if _same(one, other) else "~"
            rows.append((sign, visible(one), visible(other)))
    return rows


def _same(one: str, other: str) -> bool:
    return THREAD_ID.sub("<thread>", one) == THREAD_ID.sub("<thread>", other)


def _kind(line: str) -> str:
    """What a line is, for pairing: its event type and item type."""
    try:
        event = json.loads(line)
    except ValueError:
        return line
    item = event.get("item") if isinstance(event, dict) else None
    name = event.get("type") if isinstance(event, dict) else None
    return f"{name}/{item.get('type')}" if isinstance(item, dict) else str(name)
