"""The schema and the recordings that the scenarios of drift are made from."""

from __future__ import annotations

import json
from pathlib import Path

from harness.generate.base import VERSION, Base, Case
from harness.generate.nodes import text
from harness.jsonvalue import JsonValue
from harness.root import find_root
from harness.wire.lines import lines_of
from harness.wire.shapes import ExecShapes

ROOT = find_root(Path(__file__).parent)
SHAPES = ExecShapes(json.loads((ROOT.schemas / "exec-events.json").read_bytes()))
RECORDED = {
    path.name.removesuffix(".jsonl"): lines_of(path.read_bytes())
    for path in sorted((ROOT.wire / VERSION).glob("*.jsonl"))
}
BASE = Base(SHAPES, RECORDED)


def events(case: Case) -> list[JsonValue]:
    """The lines of a case as JSON; for cases whose lines all are."""
    return [json.loads(text(line)) for line in case.lines]


def items(case: Case) -> list[JsonValue]:
    """The completed items of a case, without the warning before the turn."""
    return [
        event.get("item")
        for event in events(case)[1:]
        if isinstance(event, dict) and event.get("type") == "item.completed"
    ][1:]
