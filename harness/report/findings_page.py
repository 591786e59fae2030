"""The findings as a page: one section per SDK, one part per root cause, each ready to be pasted into an issue. CORE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import Final

from harness.report.findings import ORDER, Finding, SdkFindings
from harness.report.visible import visible
from harness.report.words import REASON, plural, since_version

_HEADING: Final = 90


def render(found: Sequence[SdkFindings]) -> str:
    """The page as Markdown, ending in a line end."""
    return "\n".join(_page(found)).rstrip() + "\n"


def _page(found: Sequence[SdkFindings]) -> Iterator[str]:
    yield "# Findings"
    yield ""
    yield "Made by `codex-parity findings` from a whole run and the baselines; not edited by hand. Each finding is one root cause of one SDK, with the smallest scenario that shows it, ready to be pasted into an issue."
    yield ""
    yield "| SDK | version | " + " | ".join(_title(reason) for reason in ORDER[1:]) + " |"
    yield "|---|---|" + "--:|" * (len(ORDER) - 1)
    for one in found:
        counts = [
            str(sum(other.reason == reason for other in one.findings)) for reason in ORDER[1:]
        ]
        yield f"| [{one.subject}](#{one.subject}) | {one.sdk} {one.version} | {' | '.join(counts)} |"
    for one in found:
        yield ""
        yield f"## {one.subject}"
        yield ""
        yield f"`{one.sdk}` {one.version} on {one.runtime}."
        if not one.findings:
            yield ""
            yield "No difference from the reference."
        for number, finding in enumerate(one.findings, start=1):
            yield ""
            yield from _section(number, finding)


def _title(reason: str) -> str:
    return "new, not explained yet" if reason == "new" else REASON[reason]


def _section(number: int, one: Finding) -> Iterator[str]:
    why = one.because or f"See {one.issue}."
    yield f"### {number}. {_safe(shorten(why, _HEADING, placeholder=' ...'))}"
    yield ""
    yield f"{_title(one.reason)[:1].upper()}{_title(one.reason)[1:]}. {_safe(why)}"
    yield ""
    for example in one.examples:
        place = f", {_span(example.place)}" if example.place else ""
        yield f"- `{example.check}`{place}: {_safe(example.sentence)}"
        if example.expected is not None or example.got is not None:
            yield f"  - expected {_span(example.expected)}"
            yield f"  - got {_span(example.got)}"
    yield ""
    yield f"- Expected: {_safe(' '.join(one.expect.split()))} ({_safe(one.source)})"
    shown = "by chance" if one.cells is None else f"in {plural(one.cells, 'cell')} of the run"
    yield f"- Level: {one.level}; shows {shown}; codex {one.codex}."
    if one.flaky is not None:
        yield f"- Flaky: {_safe(one.flaky)}."
    yield f"- Since SDK version: {'not determined' if one.since is None else since_version(one.since)}."
    if one.until is not None:
        yield f"- Accepted until: {one.until}."
    if one.issue is not None:
        yield f"- Issue: {one.issue}"
    yield f"- Smallest scenario: `{one.scenario}` ({_safe(one.title)})."
    yield ""
    yield "```sh"
    yield one.replay
    yield "```"


def _span(text: str | None) -> str:
    if text is None:
        return "nothing there"
    fence = "``" if "`" in text else "`"
    return f"{fence} {visible(text)} {fence}" if fence == "``" else f"`{visible(text)}`"


def _safe(text: str) -> str:
    """Text of a sentence; backticks stay, what would open a tag does not."""
    return visible(text).replace("<", "&lt;")
