"""Finished runs to publish: a small ``summary.json`` that fits its schema, and a folder with it."""

from __future__ import annotations

import json
from pathlib import Path

from harness.jsonvalue import JsonValue


def cause(
    number: int = 1, *, known: bool = False, sentence: str = "the SDK drops `a`"
) -> JsonValue:
    """One root cause as summary.json gives it."""
    return {
        "known": known,
        "sentence": sentence,
        "reason": "sdk-bug" if known else None,
        "level": "contract",
        "subjects": ["openai-codex-sdk"],
        "cells": number,
        "scenarios": number,
        "fingerprints": [f"{number:012x}"],
        "example": {
            "scenario": f"exec.items.n{number}",
            "subject": "openai-codex-sdk",
            "sentence": sentence,
            "replay": f"codex-parity replay exec.items.n{number} --subject openai-codex-sdk",
        },
    }


def summary(**changes: JsonValue) -> dict[str, JsonValue]:
    """A run at parity, with ``changes``."""
    return {
        "schema": 1,
        "run_id": "586105a72be0",
        "state": "complete",
        "complete": True,
        "filter": None,
        "lane": "real",
        "reference": "reference",
        "tool": {"version": "0.1.0", "python": "3.11.7", "platform": "Linux", "cpus": 2},
        "command": ["codex-parity", "run"],
        "normaliser": "a02f4c2df955",
        "started_at": "2026-11-21T10:35:15.179+00:00",
        "finished_at": "2026-11-21T10:35:17.344+00:00",
        "duration_ms": 2164.0,
        "exit": 0,
        "exit_reason": "parity: 6 match, 0 known, 0 not applicable",
        "scenarios": 6,
        "verdicts": {"match": 6},
        "levels": {},
        "subjects": [
            {
                "name": "openai-codex-sdk",
                "sdk": "openai-codex-sdk",
                "version": "0.1.11",
                "language": "Python",
                "runtime": "python 3.11.7",
                "state": "ready",
                "fault": None,
                "reason": None,
                "verdicts": {"match": 6},
                "levels": {},
            }
        ],
        "reruns": [],
        "causes": [],
        "differences": [],
        "known": [],
        "baseline": [],
        "not_verified": [],
        **changes,
    }


def bundle(folder: Path, **changes: JsonValue) -> Path:
    """The folder of a finished run."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(summary(**changes))
    (folder / "summary.json").write_text(text, encoding="utf-8")
    (folder / "index.html").write_text("<p>report</p>", encoding="utf-8")
    return folder
