"""The overview over the legs as Markdown for a job's summary, and as one HTML page without a script. CORE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from harness.report.markdown import LINES, code, escape
from harness.report.overview import Apart, Failure, Overview
from harness.report.visible import visible
from harness.report.words import VERDICT, listed, plural

TEMPLATE: Final = "overview.html.j2"
STYLE: Final = "report.css"
SOURCES: Final = (TEMPLATE, STYLE)
WORDS: Final = {
    0: "parity",
    1: "a difference that no baseline explains",
    3: "the harness or a driver failed",
    4: "incomplete: this is not a result",
    5: "stale: the expectations need an update",
}
"""What an exit code of a run says."""

_LEGS: Final = 12
_FAILURES: Final = 12
_APART: Final = 12


def markdown(found: Overview) -> str:
    """The summary of the job that joins the shards: at most 60 lines, failures first, each with its replay command."""
    sign = "✓" if found.exit == 0 else "✗"
    lines = [
        f"## {sign} {plural(len(found.legs), 'leg')}: {WORDS.get(found.exit, f'exit {found.exit}')}",
        "",
        f"{escape(found.exit_reason)}. Plan {code(found.plan[:12])}, exit {found.exit}.",
        "",
    ]
    if found.failures:
        lines += [f"### {plural(len(found.failures), 'failure')}", ""]
        lines += _bounded([_failure(one) for one in found.failures], _FAILURES)
        lines.append("")
    lines += ["| leg | exit | scenarios | verdicts |", "|---|--:|--:|---|"]
    lines += _bounded([_leg(found, name) for name in found.legs], _LEGS, row=True)
    if found.apart:
        lines += ["", "### Not alike in all legs", ""]
        lines += _bounded([_apart(one) for one in found.apart], _APART)
    text = "\n".join(lines) + "\n"
    assert text.count("\n") <= LINES, "the limits of the parts add up to less than 60"
    return text


def _failure(one: Failure) -> str:
    cells = f", {plural(one.cells, 'cell')}" if one.cells else ""
    return f"- **{escape(one.what)}** {escape(one.who)} ({escape(listed(one.legs))}{cells}): {escape(_cut(one.sentence))}; {code(one.replay)}"


def _leg(found: Overview, name: str) -> str:
    model = found.legs[name]
    verdicts = ", ".join(
        f"{count} {VERDICT[verdict].word}" for verdict, count in model.verdicts.items()
    )
    return f"| {escape(name)} | {model.exit} | {len(model.head.scenarios)} | {verdicts} |"


def _apart(one: Apart) -> str:
    known = ", known" if one.known else ""
    return f"- {escape(one.subject)}, only in {escape(listed(one.shows))} ({one.level}{known}): {escape(_cut(one.sentence))}; {code(one.replay)}"


def _bounded(lines: list[str], most: int, *, row: bool = False) -> list[str]:
    if len(lines) <= most:
        return lines
    rest = f"and {len(lines) - most + 1} more"
    return [*lines[: most - 1], f"| {rest} | | | |" if row else f"- ... {rest}"]


def _cut(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:300]} ..."


def html(found: Overview, sources: Mapping[str, str]) -> str:
    """One page: the verdict, what fails, the legs with links to their reports, what is not alike.

    Args:
        found: the overview.
        sources: text of every file in :data:`SOURCES`.
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
        found=found,
        style=Markup(sources[STYLE]),  # noqa: S704 - our own file
        said=WORDS.get(found.exit, f"exit {found.exit}"),
        words=WORDS,
        verdict=VERDICT,
        plural=plural,
        listed=listed,
    )


def _shown(value: object) -> object:
    """Markup stays, anything else is text whose invisible characters are made visible."""
    return value if isinstance(value, Markup) else visible(str(value))
