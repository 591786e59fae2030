"""CORE: what a gate keeps of itself: every command with its outcome, and ``gate.json``.

Source: REQUIREMENTS.md R4-5 (exact commands, pass, warn or fail for each), P-24 (evidence is written by the tool).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harness.gate.stages import Decision, Stage, StageName, Status
from harness.jsonvalue import JsonValue
from harness.report.model import RunModel
from harness.report.regressions import Regressions

SCHEMA: Final = 1
"""The version of the form (``schemas/gate.json``)."""

COMMANDS: Final = "commands.jsonl"
REGRESSIONS: Final = "regressions.json"
PLAN: Final = "plan.md"
HANDOFF: Final = "handoff.md"
RECORD: Final = "gate.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that the gate ran.

    ``argv`` is as a person would type it; ``cwd`` is relative to where the gate was called; ``env`` are names of variables,
    never values; ``exit`` None: it could not be started, or had no end in its time; ``log`` is a path in the bundle.
    """

    stage: StageName
    name: str
    argv: tuple[str, ...]
    cwd: str
    env: tuple[str, ...]
    status: Status
    exit: int | None
    seconds: float
    started_at: str
    note: str
    log: str | None
    log_sha256: str | None

    def to_json(self) -> dict[str, JsonValue]:
        """A line of ``commands.jsonl``."""
        return {
            "stage": self.stage,
            "name": self.name,
            "argv": [*self.argv],
            "cwd": self.cwd,
            "env": [*self.env],
            "status": self.status,
            "exit": self.exit,
            "seconds": self.seconds,
            "started_at": self.started_at,
            "note": self.note,
            "log": self.log,
            "log_sha256": self.log_sha256,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """What was made of one regression: the smallest scenario as a file of the bundle, or why there is none, and a guess."""

    scenario: str
    subject: str
    fingerprint: str
    file: str | None
    detail: str
    hypothesis: str
    replay: str

    def to_json(self) -> dict[str, JsonValue]:
        """As ``gate.json`` has it."""
        return {
            "scenario": self.scenario,
            "subject": self.subject,
            "fingerprint": self.fingerprint,
            "file": self.file,
            "detail": self.detail,
            "hypothesis": self.hypothesis,
            "replay": self.replay,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a gate was asked: which release, from which commit, with which changelog. ``dirty`` None: git cannot say."""

    release: str
    commit: str | None
    branch: str | None
    tag: str | None
    dirty: bool | None
    changelog: str | None

    def to_json(self) -> dict[str, JsonValue]:
        """As ``gate.json`` has it."""
        return {
            "release": self.release,
            "commit": self.commit,
            "branch": self.branch,
            "tag": self.tag,
            "dirty": self.dirty,
            "changelog": self.changelog,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A whole gate, as it ended."""

    gate_id: str
    started_at: str
    finished_at: str
    command: tuple[str, ...]
    intake: Intake
    base: RunModel | None
    candidate: RunModel
    found: Regressions
    stages: tuple[Stage, ...]
    commands: tuple[Command, ...]
    reproductions: tuple[Reproduction, ...]
    decision: Decision

    def to_json(self) -> dict[str, JsonValue]:
        """``gate.json`` (``schemas/gate.json``)."""
        counts: dict[str, JsonValue] = dict(self.found.counts.items())
        return {
            "schema": SCHEMA,
            "gate_id": self.gate_id,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "command": [*self.command],
            "intake": self.intake.to_json(),
            "base": None if self.base is None else _run(self.base),
            "candidate": _run(self.candidate),
            "decision": self.decision.to_json(),
            "counts": counts,
            "stages": [one.to_json() for one in self.stages],
            "commands": _without_place(self.commands),
            "reproductions": [one.to_json() for one in self.reproductions],
        }


def _without_place(commands: Sequence[Command]) -> list[JsonValue]:
    """The commands without folder and variables, which ``commands.jsonl`` has."""
    left_out = {"cwd", "env", "started_at"}
    return [
        {name: value for name, value in one.to_json().items() if name not in left_out}
        for one in commands
    ]


def _run(model: RunModel) -> dict[str, JsonValue]:
    return {
        "run_id": model.head.run_id,
        "lane": model.head.lane,
        "codex": model.head.codex,
        "complete": model.complete,
        "exit": model.exit,
        "subjects": [f"{one.name} {one.version}" for one in model.judged],
        "scenarios": len(model.head.scenarios),
    }
