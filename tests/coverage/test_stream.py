"""Event types, item types, fields and words that scenarios show."""

from __future__ import annotations

import json

from harness.coverage import stream
from harness.coverage.areas import Area
from harness.jsonvalue import JsonValue
from harness.scenario import Scenario
from harness.wire.shapes import ExecShapes
from tests.coverage.scripts import ROOT, line, scenario

SHAPES = ExecShapes(json.loads((ROOT.schemas / "exec-events.json").read_bytes()))


def areas(*scenarios: Scenario) -> dict[str, Area]:
    return {area.name: area for area in stream.areas(SHAPES, scenarios)}


def test_a_command_shows_its_event_its_item_its_fields_and_its_words() -> None:
    """Provenance: PROTOCOLS.md 1.3."""
    item: dict[str, JsonValue] = {"id": "item_0", "type": "command_execution", "command": "ls", "exit_code": None, "status": "declined"}  # fmt: skip
    found = areas(scenario(line("item.started", item=item)))

    assert [name for name, ids in found["event_types"].shown.items() if ids] == ["item.started"]
    assert found["item_types"].shown["command_execution"] == ("exec.process.small",)
    assert found["items_by_event"].covered == 1
    assert [name for name, ids in found["fields"].shown.items() if ids] == [
        f"command_execution {name}" for name in ("id", "type", "command", "exit_code", "status")
    ]
    assert {name for name, ids in found["words"].shown.items() if ids} == {
        "command_execution type = command_execution",
        "command_execution exit_code = null",
        "command_execution status = declined",
    }


def test_nothing_shows_nothing_and_the_reasons_are_those_of_codex() -> None:
    """Provenance: PROTOCOLS.md 1.4 rules 2 and 4."""
    found = areas()
    assert {area.share for area in found.values()} == {0.0}
    assert found["items_by_event"].holes["item.updated of error"] == stream.ONLY_COMPLETED
    assert found["items_by_event"].holes["item.updated of todo_list"] is None


def test_lines_that_codex_does_not_write_show_nothing() -> None:
    """Provenance: ours; neither a broken line, an unknown type, nor a family whose lines are wrong on purpose."""
    wrong = scenario(
        {"json": "{not json"}, {"json": "[" * 3000 + "]" * 3000}, {"json": "7"}, line("turn.begun"),
    )  # fmt: skip
    odd = scenario(line("item.completed", item={"type": "hologram"}))
    drift = scenario(line("turn.started"), name="exec.drift.small")
    old = scenario(line("turn.started"), since="0.58.0")

    assert areas(wrong, drift, old)["event_types"].covered == 0
    assert areas(odd)["item_types"].covered == 0
    assert areas(odd)["event_types"].covered == 1
    assert stream.events_of(wrong) == [[{"type": "turn.begun"}]]


def test_fields_of_events_without_an_item_count_too() -> None:
    """Provenance: PROTOCOLS.md 1.2."""
    found = areas(scenario(line("turn.failed", error={"message": "no"})))
    assert found["fields"].shown["turn.failed error.message"]
    assert found["words"].shown["turn.failed type = turn.failed"]
