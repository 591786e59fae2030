"""CORE: the comment as Markdown: one template, four parts, never longer than GitHub takes, and it says what was cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import DictLoader, Environment, StrictUndefined

from harness.publish.facts import Facts
from harness.publish.manifest import BundleFile, Manifest
from harness.publish.places import Place
from harness.report.markdown import code, escape

TEMPLATE: Final = "comment.md.j2"
LIMIT: Final = 65_536
"""Characters a comment may have; one more and GitHub answers 422 (REQUIREMENTS.md 3.4)."""

FILES: Final = 8
"""Files a comment lists; the manifest has all."""

_FIRST: Final = ("index.html", "summary.md", "summary.json", "run.jsonl", "junit.xml")
"""Files a reader wants first; the others follow by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A place and, where it ends, until when GitHub keeps it (ISO time; None: it did not say)."""

    place: Place
    until: str | None = None


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
    most = max(map(len, (facts.detected, facts.fixed, facts.unresolved, rows[:FILES])))

    def at(limit: int) -> str:
        return template.render(_context(facts, manifest, stored, rows, limit))

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
    facts: Facts, manifest: Manifest, stored: Sequence[Stored], rows: Sequence[str], limit: int
) -> dict[str, object]:
    return {
        "marker": marker(manifest.run_id),
        "glyph": "✓" if facts.ready else "✗",
        "title": facts.title,
        "commands": facts.commands,
        "reference": facts.reference,
        "detected": _part("Detected", facts.detected, limit),
        "fixed": _part("Fixed: the baseline expects a difference that is gone", facts.fixed, limit),
        "unresolved": _part(
            "Unresolved: expected by a baseline, with the reason given there",
            facts.unresolved,
            limit,
        ),
        "files": _part("files", rows, min(limit, FILES)),
        "artifact_notes": [_note(one) for one in stored] or [_NOWHERE],
        "summary_sha256": next(
            one.sha256 for one in manifest.files if one.path == "summary.json"
        ),
        "limit": f"{LIMIT:,}",
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
    def rank(one: BundleFile) -> tuple[int, str]:
        return (_FIRST.index(one.path) if one.path in _FIRST else len(_FIRST), one.path)

    return sorted(files, key=rank)


def _row(one: BundleFile, stored: Sequence[Stored]) -> str:
    name = code(one.path).replace("|", "\\|")
    urls = [url for place in stored if (url := place.place.holds(one.path)) is not None]
    shown = f"[{name}]({urls[0]})" if urls else name
    return f"| {shown} | {one.bytes} | `{one.sha256}` |"


def _note(stored: Stored) -> str:
    place = stored.place
    if place.lasts:
        return f"- {place.url} (lasts)"
    end = (
        f"until {stored.until}"
        if stored.until
        else "for a time only, GitHub did not say until when"
    )
    return f"- {place.url} (**ephemeral**: kept {end})"  # fmt: skip
