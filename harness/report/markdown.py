"""The Markdown summary of a CI job: at most 60 lines, failures first, each with the command that shows it again. CORE.

GitHub drops a summary above 1 MiB as a whole (REPORTS.md 3.4), so this one is cut well below that.
"""

from __future__ import annotations

import re
from typing import Final

from harness.report.headline import headline
from harness.report.model import RunModel
from harness.report.slowest import Slow, slowest
from harness.report.visible import visible
from harness.report.words import VERDICT, lane, part, plural

LINES: Final = 60
BYTES: Final = 256 * 1024
_LINE: Final = 900
_SUBJECTS: Final = 8
_CAUSES: Final = 5
_BROKEN: Final = 5
_KNOWN: Final = 11
_SENTENCES: Final = 5
_CODE: Final = 300
_SPECIAL: Final = re.compile(r"[\\`*_\[\]#|~<>&@]")


def render(model: RunModel) -> str:
    """The summary as Markdown, ending in a line end."""
    head = headline(model)
    lines = [
        f"## {head.glyph} {escape(head.line)}",
        "",
        f"{escape(head.sentence)}",
        "",
        f"Lane: {escape(lane(model.head.lane, model.head.codex))}{escape(part(model.head.shard, model.head.merged))}. Run {code(model.head.run_id)}, exit {model.exit}.",
        "",
        *_table(model),
        "",
        *_causes(model),
        *_broken(model),
        *_known(model),
        *_not_verified(model),
    ]
    assert len(lines) <= LINES, "the limits of the parts add up to 60"
    text = "\n".join(_short(line) for line in lines).rstrip() + "\n"
    assert len(text.encode("utf-8")) < BYTES, "60 lines of bounded length"
    return text


def _table(model: RunModel) -> list[str]:
    used = model.verdicts
    names = [VERDICT[verdict].word for verdict in used]
    slow = slowest(model, 1)
    last = ["slowest play"] if slow else []
    rows = [
        f"| {' | '.join(['SDK', *names, *last])} |",
        "|---|" + "--:|" * len(names) + "---|" * len(last),
    ]
    subjects: list[str] = []
    for subject in model.judged:
        counts = [str(model.counts[subject.name].get(verdict, 0)) for verdict in used]
        cells = [escape(f"{subject.name} {subject.version}"), *counts]
        if slow:
            cells.append(_slow(slow.get(subject.name, ())))
        subjects.append(f"| {' | '.join(cells)} |")
    if len(subjects) > _SUBJECTS:
        subjects[_SUBJECTS - 1 :] = [f"| and {len(subjects) - _SUBJECTS + 1} more |"]
    return [*rows, *subjects]


def _slow(plays: tuple[Slow, ...]) -> str:
    """Where the time of an SDK went, in bands; decides nothing."""
    parts = [
        text
        for one in plays
        for text in (
            escape(f"{one.scenario} {one.mode}"),
            one.whole,
            one.first_event and f"first event {one.first_event}",
            one.beside and f"beside the reference {one.beside}",
        )
        if text
    ]
    return ", ".join(parts)


def _causes(model: RunModel) -> list[str]:
    lines: list[str] = []
    roots = model.new_roots
    for root in roots[:_CAUSES]:
        cell, first = root.example
        lines.append(f"- **{root.level}** {escape(root.who)}: {escape(first.sentence)}")
        flaky = f"; {escape(root.flaky)}" if root.flaky else ""
        lines.append(f"  {root.count}{flaky}; {code(cell.result.replay)}")
    if len(roots) > _CAUSES:
        lines.append(f"- ... and {plural(len(roots) - _CAUSES, 'more cause')}")
    return [f"### {plural(len(roots), 'new cause')}", "", *lines, ""] if lines else []


def _broken(model: RunModel) -> list[str]:
    """Cells that are red without a new difference of their own, one line per subject and verdict."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for (scenario, subject), cell in model.cells.items():
        if cell.result.verdict in ("incomplete", "harness_error", "could_not_run", "fixed"):
            entry = (f"{scenario}: {cell.result.reason}", cell.result.replay)
            found.setdefault((subject, VERDICT[cell.result.verdict].word), []).append(entry)
    lines = [
        f"- {escape(subject)}: {len(cells)} {word}, first {escape(cells[0][0])}; {code(cells[0][1])}"
        for (subject, word), cells in found.items()
    ]
    if model.footer is not None:
        lines.extend(f"- baseline, {escape(one.sentence)}" for one in model.footer.baseline)
    return ["### Not judged, or stale", "", *_bounded(lines, _BROKEN), ""] if lines else []


def _known(model: RunModel) -> list[str]:
    if not model.known:
        return []
    lines = []
    roots = model.known_roots
    for root in sorted(roots, key=lambda one: -len(one.members)):
        assert root.known is not None, "a root of the known ones has a reason"
        why = root.known.because or root.known.issue or ""
        rate = "" if root.known.flaky is None else f" Flaky: {root.known.flaky.rate} plays."
        lines.append(
            f"- {escape(root.who)}, {root.count}, as {root.example[0].scenario.id}: {escape(root.known.reason)}, {escape(why)}{rate}"
        )
    return [f"### {plural(len(roots), 'known cause')}", "", *_bounded(lines, _KNOWN), ""]


def _not_verified(model: RunModel) -> list[str]:
    if not model.not_verified:
        return []
    lines = [f"- {escape(sentence)}" for sentence in model.not_verified]
    return ["### Not verified", "", *_bounded(lines, _SENTENCES)]


def _bounded(lines: list[str], most: int) -> list[str]:
    """At most ``most`` lines, the last of which counts what was left out."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"- ... and {len(lines) - most + 1} more"]


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", visible(text))


def code(text: str) -> str:
    """A code span that no backtick in the text can end."""
    shown = visible(text if len(text) <= _CODE else f"{text[:_CODE]} ...")
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"`{shown}`"


def _short(line: str) -> str:
    return line if len(line) <= _LINE else f"{line[:_LINE]} ..."
