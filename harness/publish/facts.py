"""CORE: what the four parts of a comment say, out of ``summary.json`` and the manifest, each text safe in Markdown.

Texts come from SDKs and from codex: none of them may become a link, a mention, a reference to an issue or a path of this
machine. What is hidden for that is counted and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from harness.errors import EXIT_DIVERGENCE, EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_PARITY, EXIT_STALE
from harness.jsonvalue import JsonValue
from harness.publish.links import LOCAL_PATH, SHA256
from harness.report.markdown import code, escape

Summary = Mapping[str, JsonValue]

_ADDRESS: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.|file:|data:|javascript:)[^\s\"'<>(){}\[\]]*", re.IGNORECASE
)
_TEXT: Final = 600
_NEXT: Final[dict[int, str]] = {
    EXIT_PARITY: "a person looks at the risks above and decides; nothing was tagged, merged or pushed.",
    EXIT_DIVERGENCE: "replay the first detected difference with its command, and mend the SDK or declare the difference with a reason.",
    EXIT_HARNESS: "mend the driver or the harness and run again: this run says nothing of the SDKs.",
    EXIT_INCOMPLETE: "bring up what could not run and run again.",
    EXIT_STALE: "review the baseline or record the goldens again, then run again.",
}

_HEADINGS: Final = (
    "Detected",
    "Fixed: the baseline expects a difference that is gone",
    "Unresolved: expected by a baseline, with the reason given there",
)


class Hider:
    """Makes texts safe and counts what it hid."""

    def __init__(self) -> None:
        self.paths = 0
        self.hashes = 0

    def text(self, raw: str) -> str:
        """One line of prose: no Markdown, no address that a page would link, no local path, no whole sha256."""
        short = self._hide(raw if len(raw) <= _TEXT else f"{raw[:_TEXT]} ...")
        pieces: list[str] = []
        last = 0
        for found in _ADDRESS.finditer(short):
            pieces += [escape(short[last : found.start()]), code(found.group())]
            last = found.end()
        return "".join([*pieces, escape(short[last:])])

    def command(self, words: Sequence[str]) -> str:
        """A command line as a code span that may stand in a table."""
        quoted = (f"'{word}'" if re.search(r"[\s*?'\"$&;]", word) else word for word in words)
        return code(self._hide(" ".join(quoted))).replace("|", "\\|")

    @property
    def sentence(self) -> str:
        """What was hidden, nothing when nothing was."""
        said = []
        if self.paths:
            said.append(
                f"{self.paths} paths of the machine that ran this are written `&lt;local path&gt;`"
            )
        if self.hashes:
            said.append(f"{self.hashes} sha256 of what is no file are cut to 12 signs")
        return "; ".join(said) + ("." if said else "")

    def _hide(self, text: str) -> str:
        text, paths = LOCAL_PATH.subn("<local path>", text)
        text, hashes = SHA256.subn(lambda found: f"{found.group()[:12]}...", text)
        self.paths += paths
        self.hashes += hashes
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """One row of part 1; ``status`` is pass, warn, ``warn + fallback used`` or fail, ``exit`` empty where nothing ran."""

    status: str
    command: str
    exit: int | str
    seconds: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a comment says, before it is cut to length.

    Part 1: ``commands``, then ``notes``. Part 2: what was ``compared`` with what, and three lists with their ``headings``;
    ``details`` is the file of the bundle that has them whole. Part 4: ``ready``, ``reasons``, ``next_action``.
    """

    title: str
    ready: bool
    commands: tuple[CommandRow, ...]
    compared: str
    headings: tuple[str, str, str]
    detected: tuple[str, ...]
    fixed: tuple[str, ...]
    unresolved: tuple[str, ...]
    details: str
    reasons: tuple[str, ...]
    next_action: str
    notes: tuple[str, ...] = ()
    hider: Hider = field(default_factory=Hider)


def facts_of(summary: Summary) -> Facts:
    """Read a ``summary.json`` that fits its schema."""
    hider = Hider()
    causes = cast("list[dict[str, JsonValue]]", summary["causes"])
    baseline = cast("list[dict[str, str]]", summary["baseline"])
    ready = summary["exit"] == EXIT_PARITY and summary["complete"] is True
    subjects = ", ".join(
        f"{one['name']} {one['version']}"
        for one in cast("list[dict[str, str]]", summary["subjects"])
    )
    return Facts(
        title=f"{'Ready' if ready else 'Not ready'}: {hider.text(subjects or 'no SDK')}",
        ready=ready,
        commands=(_command(summary, hider),),
        compared=f"Compared with the reference {code(str(summary['reference']))} and the baselines of expected differences.",
        headings=_HEADINGS,
        details="summary.json",
        detected=tuple(_cause(one, hider) for one in causes if not one["known"]),
        fixed=tuple(
            f"{hider.text(one['subject'])}: {hider.text(one['sentence'])}"
            for one in baseline
            if one["problem"] == "fixed"
        ),
        unresolved=tuple(_cause(one, hider) for one in causes if one["known"]),
        reasons=tuple(hider.text(one) for one in _reasons(summary, ready=ready)),
        next_action=_NEXT.get(cast("int", summary["exit"]), "look at the reason above and run again."),
        hider=hider,
    )  # fmt: skip


def _command(summary: Summary, hider: Hider) -> CommandRow:
    milliseconds = cast("float | None", summary["duration_ms"])
    open_ends = len(cast("list[str]", summary["not_verified"]))
    return CommandRow(
        status=_status(summary, open_ends),
        command=hider.command(cast("list[str]", summary["command"])),
        exit=cast("int", summary["exit"]),
        seconds="" if milliseconds is None else f"{milliseconds / 1000:.1f}",
        note=hider.text(str(summary["exit_reason"])),
    )


def _status(summary: Summary, open_ends: int) -> str:
    """REQUIREMENTS.md R4-4: a fallback is a warning that names it, never a pass."""
    if summary["exit"] != EXIT_PARITY:
        return "fail"
    if summary["lane"] == "mock":
        return "warn + fallback used: mock instead of the real codex"
    return "warn" if open_ends or not summary["complete"] else "pass"


def _cause(cause: Mapping[str, JsonValue], hider: Hider) -> str:
    example = cast("dict[str, str]", cause["example"])
    who = ", ".join(cast("list[str]", cause["subjects"]))
    said = str(cause["sentence"] or example["sentence"])
    why = f" Known: {hider.text(str(cause['reason']))}." if cause["reason"] else ""
    cells = "1 cell" if cause["cells"] == 1 else f"{cause['cells']} cells"
    return (
        f"**{cause['level']}** {hider.text(who)}: {hider.text(said)}.{why} "
        f"{cells}; {hider.command(example['replay'].split(' '))}"
    )


def _reasons(summary: Summary, *, ready: bool) -> list[str]:
    said = [f"exit {summary['exit']}: {summary['exit_reason']}"]
    if summary["state"] != "complete":
        said.append("the run was interrupted")
    elif not summary["complete"]:
        selection = summary["filter"]
        said.append(
            "not every scenario of the catalogue was played for every SDK"
            + (f" (filter {selection})" if selection else "")
        )
    risk = "risk, " if ready else ""
    return [
        *said,
        *(f"{risk}not verified: {one}" for one in cast("list[str]", summary["not_verified"])),
    ]
