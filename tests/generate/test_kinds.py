"""Mutations of types."""

from __future__ import annotations

from typing import cast

import pytest

from harness.generate import kinds
from harness.jsonvalue import JsonValue
from harness.wire.shapes import at
from tests.generate.material import BASE, events, items

CASES = {case.name: case for make in (kinds.types, kinds.types_of_events) for case in make(BASE)}


@pytest.mark.parametrize(
    ("name", "path", "count"),
    [
        ("wrong-type-of-text", "text", 6),
        ("wrong-type-of-number", "exit_code", 5),
        ("wrong-type-of-flag", "items[].completed", 6),
        ("wrong-type-of-list", "changes", 6),
        ("wrong-type-of-map", "result", 5),
        ("wrong-type-of-final-text", "text", 6),
    ],
)
def test_each_json_type_stands_where_codex_writes_another(name: str, path: str, count: int) -> None:
    """Provenance: ``exec-events.json``; null is no wrong type where the schema allows it."""
    lines = items(CASES[name])[:count]
    assert len({repr(at(item, path)) for item in lines}) == count


def test_the_last_message_of_the_final_text_is_no_text() -> None:
    """Provenance: PROTOCOLS.md 2.6 (final response: the last agent message)."""
    assert cast("dict[str, JsonValue]", items(CASES["wrong-type-of-final-text"])[-1])["text"] == {
        "value": 7
    }


def test_values_that_are_no_objects_stand_for_items_and_lines() -> None:
    """Provenance: ours; null is a case of its own, because the official client fails on it."""
    assert items(CASES["wrong-type-of-item"])[:-1] == [False, 7, 1.5, "7", ["7"]]
    assert events(CASES["wrong-type-of-line"])[3:-2] == [False, 7, 1.5, "7", ["7"]]


@pytest.mark.parametrize(
    ("name", "index", "event"),
    [
        ("wrong-type-of-type", -3, {"type": ""}),
        ("wrong-type-of-usage", -1, {"type": "turn.completed", "usage": "many"}),
        ("wrong-type-of-thread-id", 0, {"type": "thread.started", "thread_id": 7}),
        ("wrong-type-of-error", -1, {"type": "turn.failed", "error": "refused"}),
    ],
)
def test_wrong_types_that_a_client_folds(name: str, index: int, event: JsonValue) -> None:
    """Provenance: PROTOCOLS.md 2.6."""
    assert events(CASES[name])[index] == event


def test_no_counter_is_an_integer() -> None:
    """Provenance: PROTOCOLS.md 1.2 (int64)."""
    (usage,) = at(events(CASES["wrong-type-of-counters"])[-1], "usage")
    assert list(cast("dict[str, JsonValue]", usage).values()) == [
        False,
        1.5,
        "7",
        ["7"],
        {"value": 7},
    ]
