"""Finished gates to publish: a small ``gate.json`` with its ``regressions.json``, and a folder with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from harness.jsonvalue import JsonValue
from harness.root import Root, find_root, load_schemas
from harness.wire.schemas import SchemaSet
from tests.commandline import ROOT
from tests.publish.runs import bundle, summary

RUN: Final = str(summary()["run_id"])
BASE: Final = "111111111111"
_STATUS: Final[JsonValue] = {"enum": ["pass", "fail", "warn", "warn + fallback used"]}
_TEXTS: Final[JsonValue] = {"type": "array", "items": {"type": "string"}}


def _rows(status: JsonValue, **more: JsonValue) -> JsonValue:
    members: dict[str, JsonValue] = {"status": status, **more}
    item: dict[str, JsonValue] = {
        "type": "object",
        "required": [*members],
        "properties": members,
    }
    return {"type": "array", "items": item}


DRAFT: Final[JsonValue] = {
    "type": "object",
    "required": ["schema", "gate_id", "decision", "base", "candidate", "counts", "stages", "commands"],
    "properties": {
        "schema": {"const": 1},
        "decision": {
            "type": "object",
            "required": ["ready", "exit", "reasons", "risks", "next_action"],
            "properties": {"ready": {"type": "boolean"}, "reasons": _TEXTS, "risks": _TEXTS},
        },
        "base": {"type": ["object", "null"], "required": ["run_id"]},
        "candidate": {"type": "object", "required": ["run_id"]},
        "stages": _rows(_STATUS, name={}, blocking={"type": "boolean"}, detail={}, fallback={}),
        "commands": _rows(_STATUS, argv=_TEXTS, exit={}, seconds={}, log={}, log_sha256={}),
    },
}  # fmt: skip
"""What of ``gate.json`` a comment reads; holds while ``schemas/gate.json`` is not there."""


def schemas(root: Root | None = None) -> SchemaSet:
    """The contracts, with the draft where there is no better one."""
    found = root or find_root(ROOT)
    if (found.schemas / "gate.json").is_file():
        return load_schemas(found)
    documents = {
        path.stem: json.loads(path.read_bytes()) for path in sorted(found.schemas.glob("*.json"))
    }
    return SchemaSet({**documents, "gate": DRAFT})


def command(status: str = "pass", **changes: JsonValue) -> JsonValue:
    """One command of a gate."""
    return {
        "argv": ["codex-parity", "run"], "status": status, "exit": 0, "seconds": 61.25, "log": "logs/run.txt",
        "log_sha256": "e" * 64, **changes,
    }  # fmt: skip


def stage(status: str = "pass", **changes: JsonValue) -> JsonValue:
    """One stage of a gate."""
    return {
        "name": "journeys", "status": status, "blocking": False, "detail": "as it should be", "fallback": None,
        **changes,
    }  # fmt: skip


def gate(**changes: JsonValue) -> dict[str, JsonValue]:
    """A gate that is ready, with ``changes``."""
    return {
        "schema": 1,
        "gate_id": "g1",
        "decision": {
            "ready": True,
            "exit": 0,
            "reasons": ["nothing new"],
            "risks": ["the real codex was not played"],
            "next_action": "a person decides",
        },
        "base": {"run_id": BASE, "folder": "base"},
        "candidate": {"run_id": RUN, "folder": "candidate"},
        "counts": {},
        "stages": [stage()],
        "commands": [command()],
        **changes,
    }


def change(cls: str, number: int = 1, **changes: JsonValue) -> JsonValue:
    """One cell that moved."""
    return {
        "class": cls, "scenario": f"exec.items.n{number}", "subject": "openai-codex-sdk", "base": "match",
        "candidate": "divergence", "reason": "1 difference", "new": [], "gone": [],
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
