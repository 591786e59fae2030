"""Every word a report uses for a verdict, a class, a level, a check: glyph, word, tone, sentence. CORE: tables only.

Colour is never alone: whatever has a tone has a glyph and a word too (REPORTS.md 3.3). Knows nothing of HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.compare.difference import DifferenceClass, Level
from harness.compare.verdict import ThreeWay
from harness.observation import CHECKS, Plane
from harness.report.records import Merged, Shard, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """How something is shown: a glyph, a word, a tone (a class of the style sheet), and what it means."""

    glyph: str
    word: str
    tone: str
    meaning: str


VERDICT: Final[dict[Verdict, Word]] = {
    "match": Word(glyph="✓", word="match", tone="ok", meaning="equal to the reference in every declared check"),
    "divergence": Word(glyph="✗", word="divergence", tone="bad", meaning="differs, and no baseline entry expects it"),
    "known": Word(glyph="≈", word="known", tone="known", meaning="differs as the baseline expects"),
    "changed": Word(glyph="~", word="changed", tone="bad", meaning="a difference was expected, another one was seen"),
    "fixed": Word(glyph="↑", word="fixed", tone="note", meaning="the baseline expects a difference that is gone: remove the entry"),
    "not_applicable": Word(glyph="\N{EN DASH}", word="not applicable", tone="off", meaning="the SDK has no such feature"),
    "could_not_run": Word(glyph="⊘", word="could not run", tone="error", meaning="the driver or its runtime failed; says nothing about the SDK"),
    "incomplete": Word(glyph="…", word="incomplete", tone="error", meaning="a declared check did not happen"),
    "harness_error": Word(glyph="‼", word="harness error", tone="error", meaning="our fault, not the SDK's"),
}  # fmt: skip

NO_RESULT: Final = Word(
    glyph="?", word="no result", tone="error", meaning="the run ended before this was judged"
)

CLASS: Final[dict[DifferenceClass, Word]] = {
    "missing": Word(glyph="\N{MINUS SIGN}", word="missing", tone="missing", meaning="the reference has it, the SDK does not"),
    "extra": Word(glyph="+", word="extra", tone="extra", meaning="the SDK has it, the reference does not"),
    "changed": Word(glyph="~", word="changed", tone="changed", meaning="both have it, with other values"),
    "type_changed": Word(glyph="!=", word="type changed", tone="changed", meaning="both have it, as another JSON type"),
    "id_mismatch": Word(glyph="#", word="id mismatch", tone="changed", meaning="ids that belong together in one do not in the other"),
    "order_only": Word(glyph="↕", word="order only", tone="moved", meaning="the same, in another order"),
    "duplicate": Word(glyph="\N{MULTIPLICATION SIGN}", word="duplicate", tone="extra", meaning="once in the reference, more often in the SDK"),
}  # fmt: skip

LEVEL: Final[dict[Level, Word]] = {
    "contract": Word(glyph="▲", word="contract", tone="bad", meaning="breaks what codex documents"),
    "behaviour": Word(glyph="●", word="behaviour", tone="note", meaning="differs from the reference"),
    "cosmetic": Word(glyph="○", word="cosmetic", tone="off", meaning="told, never counted: order of arguments, wording"),
}  # fmt: skip

PLANE: Final[dict[Plane, str]] = {
    "sent": "Sent: what the SDK gave to codex",
    "surfaced": "Surfaced: what the SDK gave to its user",
    "lifecycle": "Lifecycle: processes, files, signals",
}

CHECK: Final[dict[str, str]] = {
    "sent.invocations": "how often codex was started",
    "sent.argv": "what the command line means to codex",
    "sent.argv_text": "the command line, word by word",
    "sent.env": "environment variables added, changed, removed",
    "sent.stdin": "text written to standard input",
    "sent.cwd": "working directory of codex",
    "sent.schema": "content of the output schema file",
    "sent.images": "image files handed over, and whether they existed",
    "sent.requests": "requests that reached the model server",
    "surfaced.events": "events handed to the caller",
    "surfaced.outcome": "how the turn ended for the caller",
    "surfaced.result": "the folded result of a blocking turn",
    "surfaced.error": "the error the caller got",
    "surfaced.thread_id": "the thread id the SDK shows",
    "surfaced.stderr": "what the error keeps of codex' stderr",
    "surfaced.secrets": "secrets in errors and in the host's stderr",
    "lifecycle.lazy": "codex processes started before the first read",
    "lifecycle.backpressure": "reading ahead of a caller that has paused",
    "lifecycle.alive": "codex processes left alive",
    "lifecycle.descendants": "processes of codex' own left alive",
    "lifecycle.ending": "how each codex process ended",
    "lifecycle.signals": "signals codex received",
    "lifecycle.files": "temporary files left behind",
    "lifecycle.modes": "file modes changed",
    "lifecycle.host": "the SDK's own process",
    "lifecycle.cost": "time and memory for turns of two sizes",
}
assert set(CHECK) == set(CHECKS), "a check has no words"

_LANE: Final[dict[str, str]] = {
    "mock": "mock only: not verified against real codex",
    "real": "verified against real codex {version}: the released binary, in front of a scripted model server",
}


def lane(name: str, codex: str | None) -> str:
    """What stood behind the clients: only a run in front of a released binary may say ``verified``.

    Args:
        name: ``mock`` or ``real``.
        codex: the version of the released binary, None in front of the mock.
    """
    return _LANE[name].format(version=codex)


def part(shard: Shard | None, merged: Merged | None) -> str:
    """Of what a run is a part or is made: ``, shard linux-mock-1 of 3``, ``, joined from 3 shards``, or nothing."""
    if shard is not None:
        return f", shard {shard.name} of {len(shard.shards)}"
    return "" if merged is None else f", joined from {plural(len(merged.shards), 'shard')}"


THREE_WAY: Final[dict[str, str]] = {
    **{one.value: one.sentence for one in ThreeWay},
    "": "No golden was asked: what the scenario expects decides between reference and SDK.",
}
"""Mine or theirs: the three-way answer (DESIGN.md, "Comparison")."""

REASON: Final[dict[str, str]] = {
    "sdk-bug": "bug of the SDK",
    "upstream-bug": "bug of codex itself",
    "intended": "intended by the SDK",
    "unsupported": "not supported by the SDK",
}

FLAG: Final[dict[str, str]] = {
    "config": "one setting of codex' configuration",
    "enable": "switches a feature on",
    "disable": "switches a feature off",
    "model": "the model to ask",
    "sandbox": "what commands may touch",
    "cd": "the working directory",
    "add_dir": "one more writable folder",
    "profile": "a profile of the configuration",
    "skip_git_repo_check": "may run outside a git repository",
    "output_schema": "file with the JSON Schema of the answer",
    "json": "events as JSON lines on standard output",
    "thread_source": "who began the thread",
    "cyber_access_program": "access programme of the turn",
    "images": "image files of the prompt",
    "last": "the most recent thread",
    "ask_for_approval": "when codex asks before it acts",
    "dangerously_bypass_approvals_and_sandbox": "no sandbox and no questions",
    "output_last_message": "file for the last message",
    "ephemeral": "keeps no record of the thread",
}
"""What a flag of codex does, by the key of its meaning (``normalize/argv.py``)."""

SUBCOMMAND: Final[dict[str, str]] = {
    "exec": "run without a terminal",
    "e": "run without a terminal",
    "resume": "take up a thread; its id follows",
    "fork": "branch off a thread; its id follows",
    "review": "review changes",
    "-": "the prompt comes from standard input",
}


def since_version(since: str) -> str:
    """``since`` of a baseline entry (a version, or a range as ``baseline/since.py`` writes it) in words."""
    before, _, first = since.rpartition("<=")
    if before:
        played = before.strip(">,")
        return f"{first} ({played}, the one before it that was played, does not show it)"
    return since if since == first else f"{first} or before (the oldest that was played)"


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 scenario``, ``3 scenarios``; ``many`` where an added *s* is wrong."""
    return f"{count} {one}" if count == 1 else f"{count} {many or one + 's'}"


def listed(names: tuple[str, ...] | list[str], *, most: int = 4) -> str:
    """``a, b and c``; from ``most`` on the rest is counted."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def duration(milliseconds: float) -> str:
    """``640 ms``, ``12.3 s``, ``4 min 5 s``."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def quoted(command: tuple[str, ...]) -> str:
    """An argv as one would type it into a POSIX shell."""
    return " ".join(
        word if _is_plain(word) else "'" + word.replace("'", "'\\''") + "'" for word in command
    )


def _is_plain(word: str) -> bool:
    return word != "" and all(char.isalnum() or char in "@%+=:,./-_" for char in word)
