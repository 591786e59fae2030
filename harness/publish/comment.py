"""CORE: the comment as Markdown: one template, four parts, never longer than GitHub takes, and it says what was cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from jinja2 import DictLoader, Environment, StrictUndefined

from harness.publish.facts import Facts
from harness.publish.manifest import BundleFile, Manifest
from harness.publish.stored import Stored
from harness.report.markdown import code, escape

TEMPLATE: Final = "comment.md.j2"
LIMIT: Final = 65_536
"""Characters a comment may have; one more and GitHub answers 422 (REQUIREMENTS.md 3.4)."""

FILES: Final = 8
"""Files a comment lists; the manifest has all."""

PICTURES: Final = 12
"""Screenshots of journeys that a comment shows."""

_PICTURE: Final = re.compile(r"journeys/(?:[^/]+/)*[^/]+\.png")
_FIRST: Final = (
    "index.html", "handoff.md", "summary.md", "gate.json", "regressions.json", "journeys/index.md", "summary.json",
    "run.jsonl", "junit.xml",
)  # fmt: skip
"""Files a reader wants first; the others follow, those of folders last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A list of which a comment may show a beginning only."""

    name: str
    lines: tuple[str, ...]
    count: int

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.count - len(self.lines)


def marker(run_id: str) -> str:
    """The first line of every comment: invisible, says which run it belongs to."""
    return f"<!-- codex-parity run {run_id} -->"


def opening(run_id: str) -> str:
    """What the comment says before the report is in it."""
    return f"{marker(run_id)}\ncodex-parity: the report of run {code(run_id)} is being published here.\n"


def given_up(run_id: str, reason: str) -> str:
    """What the comment says when the report could not be brought into it."""
    return f"{marker(run_id)}\ncodex-parity: the report of run {code(run_id)} was **not** published here: {escape(reason)}.\n"


def length(text: str) -> int:
    """Characters as GitHub counts them at worst: one beyond the first plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def render(
    facts: Facts, manifest: Manifest, stored: Sequence[Stored], sources: Mapping[str, str]
) -> str:
    """The comment, at most :data:`LIMIT` characters.

    Args:
        facts: what is to be said.
        manifest: of the bundle.
        stored: the places where the bundle lies; none: said as such.
        sources: the text of :data:`TEMPLATE` by name.
    """
    environment = Environment(
        loader=DictLoader(dict(sources)),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown; every text went through facts.Hider or escape
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template(TEMPLATE)
    rows = [_row(one, stored) for one in _ordered(manifest.files)]
    shown = _pictures(manifest, stored)
    most = max(
        map(
            len,
            (facts.commands, facts.detected, facts.fixed, facts.unresolved, rows[:FILES], shown),
        )
    )

    def at(limit: int) -> str:
        return template.render(_context(facts, manifest, stored, rows, shown, limit))

    text = at(most)
    if length(text) <= LIMIT:
        return text
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if length(at(middle)) <= LIMIT:
            low = middle
        else:
            high = middle
    return at(low)


def _context(
    facts: Facts,
    manifest: Manifest,
    stored: Sequence[Stored],
    rows: Sequence[str],
    pictures: Sequence[str],
    limit: int,
) -> dict[str, object]:
    detected, fixed, unresolved = facts.headings
    return {
        "marker": marker(manifest.run_id),
        "glyph": "✓" if facts.ready else "✗",
        "title": facts.title,
        "commands": facts.commands[:limit],
        "commands_left_out": max(0, len(facts.commands) - limit),
        "notes": facts.notes,
        "compared": facts.compared,
        "detected": _part(detected, facts.detected, limit),
        "fixed": _part(fixed, facts.fixed, limit),
        "unresolved": _part(unresolved, facts.unresolved, limit),
        "files": _part("files", rows, min(limit, FILES)),
        "pictures": _part("pictures", pictures, min(limit, PICTURES)),
        "local_paths": _local_paths(manifest),
        "artifact_notes": [_note(one) for one in stored] or [_NOWHERE],
        "details_sha256": next(one.sha256 for one in manifest.files if one.path == facts.details),
        "limit": f"{LIMIT:,}",
        "details": facts.details,
        "decision": "Ready, as far as this run can say." if facts.ready else "Not ready.",
        "reasons": facts.reasons,
        "next_action": facts.next_action,
        "hidden": facts.hider.sentence,
    }  # fmt: skip


_NOWHERE: Final = (
    "**Artifact publication blocked**: no durable place was given. The files exist only where the run was made; "
    "their sha256 show whether a copy is the same."
)


def _part(name: str, lines: Sequence[str], limit: int) -> Part:
    return Part(name=name, lines=tuple(lines[:limit]), count=len(lines))


def _ordered(files: Sequence[BundleFile]) -> list[BundleFile]:
    def rank(one: BundleFile) -> tuple[int, int, str]:
        known = _FIRST.index(one.path) if one.path in _FIRST else len(_FIRST)
        return (known, one.path.count("/"), one.path)

    return sorted(files, key=rank)


def _row(one: BundleFile, stored: Sequence[Stored]) -> str:
    name = code(one.path).replace("|", "\\|")
    urls = [place.files[one.path] for place in stored if one.path in place.files]
    shown = f"[{name}]({urls[0]})" if urls else name
    return f"| {shown} | {one.bytes} | `{one.sha256}` |"


def _pictures(manifest: Manifest, stored: Sequence[Stored]) -> list[str]:
    """Screenshots of journeys as images, of those that lie where they last; the first of each journey before any second."""
    found: list[tuple[int, str]] = []
    journeys: Counter[str] = Counter()
    for one in manifest.files:
        urls = [
            place.place.shows(place.files[one.path]) for place in stored if one.path in place.files
        ]
        if urls and _PICTURE.fullmatch(one.path):
            folder = one.path.rpartition("/")[0]
            journeys[folder] += 1
            found.append((journeys[folder], f"![{escape(one.path)}]({urls[0]})"))
    return [line for _, line in sorted(found, key=itemgetter(0))]


def _local_paths(manifest: Manifest) -> str:
    """Which files show paths of this machine; nothing when none does."""
    files = [one for one in _ordered(manifest.files) if one.local_paths]
    named = ", ".join(f"{code(one.path)} {one.local_paths}" for one in files[:FILES])
    more = f" and {len(files) - FILES} more files" if len(files) > FILES else ""
    return named + more


def _note(stored: Stored) -> str:
    place = stored.place
    said = f"{stored.said}: " if stored.said else ""
    if place.lasts:
        return f"- {said}{place.url} (lasts)"
    end = (
        f"until {stored.until}"
        if stored.until
        else "for a time only, GitHub did not say until when"
    )
    return f"- {said}{place.url} (**ephemeral**: kept {end})"  # fmt: skip
