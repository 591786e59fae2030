"""CORE: the stages of a gate, their status, and the decision that follows from them.

Source: REQUIREMENTS.md R4-4 (blocking and not, a fallback is never a pass), R4-14 (go or no-go), R4-15 (a person decides).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from harness.errors import (
    EXIT_DIVERGENCE,
    EXIT_HARNESS,
    EXIT_INCOMPLETE,
    EXIT_PARITY,
    EXIT_STALE,
)
from harness.jsonvalue import JsonValue

Status: TypeAlias = Literal["fail", "warn + fallback used", "warn", "pass"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
"""Worst first."""

StageName: TypeAlias = Literal[
    "intake", "environment", "candidate", "regressions", "reproductions", "journeys", "bundle"
]
STAGES: Final[tuple[StageName, ...]] = get_args(StageName)
"""In the order in which they are gone through."""

PRECEDENCE: Final = (EXIT_HARNESS, EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_STALE, EXIT_PARITY)
"""Which exit code is told when several hold (ARCHITECTURE.md, verdicts and exit codes)."""

_NEXT: Final[dict[int, str]] = {
    EXIT_PARITY: "A person reads the risks below and decides; nothing was tagged, merged or pushed.",
    EXIT_DIVERGENCE: "Replay the first reason with its command; mend it, or put the cell into quarantine with an owner and an end. Then run the gate again.",
    EXIT_HARNESS: "Mend the driver or the harness and run the gate again: what it says of the SDKs is worth nothing yet.",
    EXIT_INCOMPLETE: "Bring up what could not be looked at, and run the gate again.",
    EXIT_STALE: "Bring baselines, goldens and the gate's policy up to date, and run the gate again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a stage looked at.

    ``exit`` is what it makes of the exit code; 0 unless ``status`` is ``fail`` and it blocks. ``fallback`` names what served
    in the place of what was wanted; it is there exactly when the status says so. ``command`` shows it again, where one does.
    """

    name: str
    status: Status
    detail: str
    exit: int = EXIT_PARITY
    fallback: str | None = None
    command: str | None = None

    @property
    def blocking(self) -> bool:
        """Whether a release must not go out with it."""
        return self.exit != EXIT_PARITY

    def to_json(self) -> dict[str, JsonValue]:
        """As ``gate.json`` has it."""
        return {
            "name": self.name,
            "status": self.status,
            "blocking": self.blocking,
            "exit": self.exit,
            "detail": self.detail,
            "fallback": self.fallback,
            "command": self.command,
        }

    def __str__(self) -> str:
        """The finding as a sentence, with what served in its place."""
        instead = "" if self.fallback is None else f" (in its place: {self.fallback})"
        return f"{self.name}: {self.detail}{instead}"


def passed(name: str, detail: str) -> Finding:
    """Something that is as it should be."""
    return Finding(name=name, status="pass", detail=detail)


def warned(name: str, detail: str, command: str | None = None) -> Finding:
    """Something that a person should know and that does not block."""
    return Finding(name=name, status="warn", detail=detail, command=command)


def fell_back(name: str, detail: str, fallback: str) -> Finding:
    """Something that could not be had; ``fallback`` served in its place."""
    return Finding(name=name, status="warn + fallback used", detail=detail, fallback=fallback)


def failed(name: str, detail: str, code: int, command: str | None = None) -> Finding:
    """Something that blocks, with the exit code it leads to."""
    return Finding(name=name, status="fail", detail=detail, exit=code, command=command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage that was gone through, with all that it found."""

    name: StageName
    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        """The worst of its findings; a stage that looked at nothing is a warning."""
        if not self.findings:
            return "warn"
        return min((one.status for one in self.findings), key=STATUSES.index)

    @property
    def exit(self) -> int:
        """The exit code its findings lead to."""
        return worst([one.exit for one in self.findings])

    @property
    def detail(self) -> str:
        """What made the status: one finding in full, several by name."""
        told = [one for one in self.findings if one.status == self.status]
        match told:
            case []:
                return "nothing was looked at"
            case [one]:
                return str(one)
            case _:
                return ", ".join(dict.fromkeys(one.name for one in told))

    def to_json(self) -> dict[str, JsonValue]:
        """As ``gate.json`` has it."""
        fallbacks = [one.fallback for one in self.findings if one.fallback is not None]
        return {
            "name": self.name,
            "status": self.status,
            "blocking": self.exit != EXIT_PARITY,
            "detail": self.detail,
            "fallback": "; ".join(dict.fromkeys(fallbacks)) or None,
            "findings": [one.to_json() for one in self.findings],
        }


def worst(codes: Sequence[int]) -> int:
    """The exit code that is told for several; 0 for none."""
    return min(codes, key=PRECEDENCE.index, default=EXIT_PARITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the gate computed: what blocks, and what a person should weigh. A recommendation: a person decides."""

    exit: int
    blocking: tuple[tuple[StageName, Finding], ...]
    risks: tuple[tuple[StageName, Finding], ...]

    @property
    def ready(self) -> bool:
        """Whether nothing blocks."""
        return self.exit == EXIT_PARITY

    @property
    def headline(self) -> str:
        """The decision in a few words."""
        return "✓ ready" if self.ready else "✗ not ready"

    @property
    def next_action(self) -> str:
        """What a person does now."""
        return _NEXT[self.exit]

    def to_json(self) -> dict[str, JsonValue]:
        """As ``gate.json`` has it."""
        return {
            "ready": self.ready,
            "exit": self.exit,
            "reasons": [_told(*one) for one in self.blocking],
            "risks": [_told(*one) for one in self.risks],
            "next_action": self.next_action,
        }


def _told(stage: StageName, finding: Finding) -> str:
    again = "" if finding.command is None else f"; {finding.command}"
    return f"{stage}, {finding}{again}"


def decide(stages: Sequence[Stage]) -> Decision:
    """The decision: what blocks are its reasons, every warning and fallback is a risk.

    Args:
        stages: those that were gone through; one that is missing blocks, because nobody looked.
    """
    there = {one.name for one in stages}
    findings = [(stage.name, one) for stage in stages for one in stage.findings]
    unseen = [
        (name, failed("stage", "was not gone through", EXIT_INCOMPLETE))
        for name in STAGES
        if name not in there
    ]
    blocking = [(name, one) for name, one in (*findings, *unseen) if one.blocking]
    blocking.sort(key=lambda pair: PRECEDENCE.index(pair[1].exit))
    return Decision(
        exit=worst([one.exit for _, one in blocking]),
        blocking=tuple(blocking),
        risks=tuple(
            (stage, one) for stage, one in findings if not one.blocking and one.status != "pass"
        ),
    )
