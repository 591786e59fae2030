"""The verdict on a run in one line and one sentence. CORE: a model in, words out.

A reader who sees nothing else must know whether this is parity, who is odd, and where to look first. Green needs exit 0
and a footer; every other end has a line of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.errors import (
    EXIT_DIVERGENCE,
    EXIT_HARNESS,
    EXIT_INCOMPLETE,
    EXIT_PARITY,
    EXIT_STALE,
)
from harness.report.causes import Root
from harness.report.model import RunModel
from harness.report.words import listed, plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The verdict in one line, one sentence more, and the tone they have."""

    tone: str
    glyph: str
    line: str
    sentence: str


_ENDS: Final = {
    EXIT_PARITY: ("ok", "✓", ""),
    EXIT_STALE: ("note", "↑", "Stale: the expectations need an update"),
    EXIT_INCOMPLETE: ("error", "…", "Incomplete: this is not a result"),
    EXIT_HARNESS: ("error", "‼", "The harness or a driver failed"),
}
"""Tone, glyph and line of an end that is neither interrupted nor a divergence; parity words its own line."""


def headline(model: RunModel) -> Headline:
    """The verdict in one line and one sentence. Green needs exit 0 and a footer."""
    if model.interrupted:
        total = len(model.cells) + len(model.missing)
        return Headline(
            tone="error",
            glyph="…",
            line=f"Interrupted: {len(model.cells)} of {plural(total, 'result')} are here",
            sentence="The run ended without a footer. Nothing below is a verdict on the whole.",
        )
    if model.exit == EXIT_DIVERGENCE:
        return _divergence(model)
    tone, glyph, line = _ENDS.get(
        model.exit, ("error", "‼", f"The run ended with exit {model.exit}")
    )
    return Headline(
        tone=tone,
        glyph=glyph,
        line=_parity(model) if model.exit == EXIT_PARITY else line,
        sentence=_sentence(model.exit_reason),
    )


def _sentence(text: str) -> str:
    return _ended(text[:1].upper() + text[1:])


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _parity(model: RunModel) -> str:
    equal = model.verdicts.get("match", 0)
    away = [subject.name for subject in model.judged if subject.state == "could_not_run"]
    ready = [subject.name for subject in model.judged if subject.state == "ready"]
    known = model.verdicts.get("known", 0)
    what = f"{plural(equal, 'result')} equal to the reference" + (
        f", {known} more differ only as the baseline expects" if known else ""
    )
    if away:
        return f"Parity for {listed(ready)}; {listed(away)} could not run"
    return f"Parity: {what}"


def _divergence(model: RunModel) -> Headline:
    names = [
        subject.name
        for subject in model.judged
        if any(model.counts[subject.name].get(one) for one in ("divergence", "changed"))
    ]
    cells = sum(model.verdicts.get(one, 0) for one in ("divergence", "changed"))
    roots = model.new_roots
    causes = plural(len(roots), "new cause")
    first = roots[0] if roots else None
    return Headline(
        tone="bad",
        glyph="✗",
        line=f"{listed(names)} {'diverges' if len(names) == 1 else 'diverge'}: {causes} in {plural(cells, 'result')}",
        sentence=_sentence(model.exit_reason) if first is None else _first(first),
    )


def _first(root: Root) -> str:
    """Where to look first, with one clause on what is there."""
    cell, difference = root.example
    more = len(root.scenarios) - 1
    place = f"{cell.scenario.id}, {cell.subject.name}" + (
        f" (and {plural(more, 'more scenario')})" if more else ""
    )
    return f"First {place}: {_ended(difference.sentence)}"
