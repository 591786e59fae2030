"""Small scenarios for what coverage reads off them."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from harness.scenario import Scenario, parse

ROOT = find_root(Path(__file__).parent)
SCHEMAS = load_schemas(ROOT)
START: JsonValue = {"start": {"skip_git_repo_check": True}}


def scenario(
    *do: JsonValue,
    steps: list[JsonValue] | None = None,
    script: JsonValue = None,
    name: str = "exec.process.small",
    **more: JsonValue,
) -> Scenario:
    """A scenario whose script has one turn of these actions and whose client takes one turn."""
    document: dict[str, JsonValue] = {
        "id": name, "title": "A small scenario", "expect": "what is asked", "source": "ours",
        "family": name.split(".")[1], "provenance": {"kind": "synthetic"},
        "script": script or {"turns": [{"thread": "01a1fb00-0000-7000-8000-000000000001", "do": [*do]}]},
        "steps": cast("JsonValue", steps or [START, {"turn": {"input": "hello"}}]), **more,
    }  # fmt: skip
    return parse(document, "small.yaml", SCHEMAS)


def line(kind: str, **more: JsonValue) -> JsonValue:
    """An action that writes an event."""
    return {"line": {"type": kind, **more}}
