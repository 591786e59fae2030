"""Sentences about ``harness.real.shapes``; the lines have the form of recordings of the real codex."""

from __future__ import annotations

import pytest

from harness.real.shapes import events_of, first, shape_of
from tests.real.turns import STARTED, TURN, completed, item, turn


def test_every_field_is_known_by_its_path_and_types() -> None:
    shape = shape_of([
        turn(
            item("completed", "command_execution", exit_code=None, ratio=1.5, flag=True),
            item("completed", "command_execution", exit_code=3, changes=[{"kind": "add"}]),
        )
    ])  # fmt: skip
    path = "item.completed/command_execution"
    assert shape.types[f"{path}.item.exit_code"] == {"null", "integer"}
    assert shape.types[f"{path}.item.ratio"] == {"number"}
    assert shape.types[f"{path}.item.flag"] == {"boolean"}
    assert shape.types[f"{path}.item.changes"] == {"array"}
    assert shape.types[f"{path}.item.changes[].kind"] == {"string"}
    assert shape.types[f"{path}.item"] == {"object"}
    assert shape.values[f"{path}.item.changes[].kind"] == {"add"}


def test_a_field_is_always_there_or_sometimes() -> None:
    shape = shape_of([turn(completed(1), completed(1, cached=2))])
    assert shape.always("turn.completed.usage.input_tokens") is True
    assert shape.always("turn.completed.usage.cached") is False


def test_a_repeated_key_is_seen() -> None:
    line = '{"type":"item.started","item":{"id":"item_0","type":"web_search","id":"ws_1"}}'
    assert shape_of([turn(line)]).repeated == {"item.started/web_search.item.id"}


def test_a_line_that_is_not_json_is_kept_and_one_that_is_no_object_has_no_name() -> None:
    shape = shape_of([turn("Usage: codex", "7")])
    assert shape.text == {"Usage: codex"}
    assert shape.types == {"?": {"integer"}}


@pytest.mark.parametrize(
    ("events", "order"),
    [
        ([item("completed", "error"), TURN], "an item comes before turn.started"),
        ([{"type": "error"}, TURN], "an error comes before turn.started"),
        ([TURN, completed(1)], "the last event is turn.completed"),
        (
            [TURN, {"type": "error"}, {"type": "turn.failed"}],
            "an error comes right before turn.failed",
        ),
        (
            [item("started", "file_change"), item("completed", "file_change")],
            "file_change is started before it is completed",
        ),
        ([item("started", "command_execution")], "command_execution is started and never completed"),
    ],
)  # fmt: skip
def test_rules_of_order_are_read_off_the_events(events: list[object], order: str) -> None:
    assert order in shape_of([turn(*events)]).orders  # type: ignore[arg-type]


def test_no_rule_is_read_off_what_does_not_show_it() -> None:
    quiet = shape_of([turn(STARTED, TURN, {"type": "turn.failed"}), turn()])
    assert quiet.orders == {"the last event is turn.failed"}
    twice = shape_of([turn(item("started", "x"), item("completed", "x"), item("completed", "x"))])
    assert twice.orders == {"the last event is item.completed"}


def test_events_are_the_objects_of_a_turn() -> None:
    one = turn("not json", "[]", STARTED)
    assert events_of(one) == [STARTED]
    assert first(events_of(one), "thread.started") == STARTED
    assert first(events_of(one), "turn.started") is None
