"""CORE: ``index.md`` of a walk: what was walked, how it came out, a link to every file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.journeys.outcome import Journey, Walked
from harness.report.words import plural

_FRAMES: Final = "frames/"


def render(walked: Walked) -> str:
    """The index; its links are relative to the folder it lies in."""
    return "\n".join(_lines(walked)) + "\n"


def _lines(walked: Walked) -> Iterator[str]:
    browser = walked.browser
    said = ", ".join(f"{count} {status}" for status, count in walked.counts.items())
    yield "# Journeys through the report"
    yield ""
    yield f"Run `{_code(walked.run_id)}`, {browser.name} {browser.version}: {said or 'nothing was walked'}. [summary.json](summary.json)"
    yield ""
    yield "| journey | status | assertions | see |"
    yield "|---|---|---|---|"
    for one in walked.journeys:
        held = f"{one.assertions - one.failed} of {one.assertions} hold"
        yield f"| [{one.title}](#{one.name}) | {one.status} | {held} | {_quick(one)} |"
    for one in walked.journeys:
        yield from _journey(one)


def _quick(one: Journey) -> str:
    """The files that a person opens first."""
    shown = [file.path for file in one.files if file.path.endswith((".webm", ".png"))]
    return ", ".join(f"[{path}]({one.name}/{path})" for path in shown) or "nothing"


def _journey(one: Journey) -> Iterator[str]:
    width, height = one.viewport
    yield ""
    yield f'## <a id="{one.name}"></a>{one.title}'
    yield ""
    took = f"{one.duration_ms / 1000:.1f} s, {width}x{height} pixels, {one.colours} colours"
    yield f"{one.status}: {one.assertions - one.failed} of {plural(one.assertions, 'assertion')} hold; {took}."
    if one.reason:
        yield ""
        yield f"Why: `{_code(one.reason)}`"
    if one.fallback:
        yield ""
        yield f"Fallback: {one.fallback}"
    yield ""
    for file in one.files:
        if file.path.endswith(".png"):
            yield f"![{one.title}]({one.name}/{file.path})"
    yield ""
    frames = [file for file in one.files if file.path.startswith(_FRAMES)]
    for file in one.files:
        if file not in frames:
            yield f"- [{file.path}]({one.name}/{file.path}), {file.bytes:,} bytes, sha256 `{file.sha256}`"
    if frames:
        links = " ".join(f"[{n}]({one.name}/{file.path})" for n, file in enumerate(frames))
        yield f"- {plural(len(frames), 'frame')}: {links}"
    yield f"- [summary.json]({one.name}/summary.json)"


def _code(text: str) -> str:
    """Text that ends no code span and no line."""
    return " ".join(text.replace("`", "'").split())
