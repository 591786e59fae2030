"""Finished gates to publish: a small ``gate.json`` with its ``regressions.json``, and a folder with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from harness.jsonvalue import JsonValue
from tests.publish.runs import bundle, summary

RUN: Final = str(summary()["run_id"])
BASE: Final = "111111111111"


def command(status: str = "pass", **changes: JsonValue) -> JsonValue:
    """One command of a gate."""
    return {
        "stage": "candidate", "name": "run", "argv": ["codex-parity", "run"], "status": status, "exit": 0, "seconds": 61.25,
        "note": "", "log": "logs/run.txt", "log_sha256": "e" * 64, **changes,
    }  # fmt: skip


def stage(status: str = "pass", **changes: JsonValue) -> JsonValue:
    """One stage of a gate."""
    return {
        "name": "journeys", "status": status, "blocking": False, "detail": "as it should be", "fallback": None, "findings": [],
        **changes,
    }  # fmt: skip


def run(name: str) -> JsonValue:
    """One side of a gate."""
    return {
        "run_id": name, "lane": "mock", "codex": None, "complete": True, "exit": 0, "subjects": [], "scenarios": 6,
    }  # fmt: skip


def gate(**changes: JsonValue) -> dict[str, JsonValue]:
    """A gate that is ready, with ``changes``."""
    return {
        "schema": 1,
        "gate_id": "g1",
        "started_at": "2026-11-21T10:35:15.179+00:00",
        "finished_at": "2026-11-21T10:39:15.179+00:00",
        "command": ["codex-parity", "gate"],
        "intake": {
            "release": "0.1.0", "commit": None, "branch": None, "tag": None, "dirty": False, "changelog": None,
        },
        "decision": {
            "ready": True,
            "exit": 0,
            "reasons": [],
            "risks": ["the real codex was not played"],
            "next_action": "a person decides",
        },
        "base": run(BASE),
        "candidate": run(RUN),
        "counts": {},
        "stages": [stage()],
        "commands": [command()],
        "reproductions": [],
        **changes,
    }  # fmt: skip


def change(cls: str, number: int = 1, **changes: JsonValue) -> JsonValue:
    """One cell that moved."""
    return {
        "class": cls, "scenario": f"exec.items.n{number}", "subject": "openai-codex-sdk", "base": "match",
        "candidate": "divergence", "reason": "1 difference", "new": [], "gone": [], "plays": {}, "quarantine": None,
        "replay": f"codex-parity replay exec.items.n{number} --subject openai-codex-sdk", **changes,
    }  # fmt: skip


def regressions(*changes: JsonValue) -> dict[str, JsonValue]:
    """What moved from the base to the candidate."""
    return {
        "schema": 1, "base": BASE, "candidate": RUN, "exit": 1 if changes else 0, "same": 5, "counts": {}, "notes": [],
        "changes": [*changes],
    }  # fmt: skip


def gate_bundle(folder: Path, moved: dict[str, JsonValue] | None, **changes: JsonValue) -> Path:
    """The folder of a finished gate; ``moved`` None: without ``regressions.json``."""
    bundle(folder)
    papers = {"gate.json": gate(**changes)} | ({} if moved is None else {"regressions.json": moved})
    for name, value in papers.items():
        (folder / name).write_text(json.dumps(value), encoding="utf-8")
    (folder / "handoff.md").write_text("# Ready\n\n[report](index.html)\n", encoding="utf-8")
    return folder
