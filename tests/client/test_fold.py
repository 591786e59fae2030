"""The events of a turn folded into its result."""

from __future__ import annotations

import pytest

from harness.client.fold import Turn, TurnFold
from harness.errors import BadLine, TurnFailed
from harness.jsonvalue import JsonValue
from harness.wire import items
from harness.wire.events import view
from tests.pair import HI, PLAIN, USAGE


def fold(*events: JsonValue) -> Turn:
    """Fold until the fold says stop."""
    folding = TurnFold()
    for event in events:
        if folding.add(view(event)):
            break
    return folding.turn()


def completed(item: JsonValue) -> JsonValue:
    """An item.completed event."""
    return {"type": "item.completed", "item": item}


@pytest.mark.requirement("R2-9")
def test_a_plain_turn_has_items_a_final_response_and_usage() -> None:
    """PROTOCOLS.md 2.6 (R2-9)."""
    turn = fold(*PLAIN)

    assert [item.id for item in turn.items] == ["item_0"]
    assert turn.final_response == "Hi!"
    assert turn.usage is not None
    assert turn.usage.output_tokens == 5
    assert turn.raw == {
        "items": [{"id": "item_0", "type": "agent_message", "text": "Hi!"}],
        "final_response": "Hi!",
        "usage": USAGE,
    }


def test_every_completed_item_counts_and_the_last_message_is_the_answer() -> None:
    """PROTOCOLS.md 2.6: warnings and unknown items too; started and updated ones not."""
    turn = fold(
        {"type": "item.started", "item": {"id": "x", "type": "todo_list", "items": []}},
        completed({"id": "a", "type": "agent_message", "text": "one"}),
        completed({"id": "b", "type": "error", "message": "w"}),
        completed({"id": "c", "type": "agent_message", "text": "two"}),
        completed({"id": "d", "type": "hologram"}),
        {"type": "error", "message": "Reconnecting... 1/5 (x)"},
    )

    assert [item.id for item in turn.items] == ["a", "b", "c", "d"]
    assert isinstance(turn.items[3], items.UnknownItem)
    assert turn.final_response == "two"
    assert turn.usage is None
    assert turn.raw["usage"] is None


def test_nothing_at_all_is_an_empty_turn() -> None:
    """PROTOCOLS.md 2.6: only `error` and exit 0 resolves empty."""
    assert fold(3, "x", {"type": "new"}).raw == {"items": [], "final_response": "", "usage": None}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"message": "no luck"}, "no luck"),
        ({"message": 5}, "5"),
        ({"message": None}, "null"),
        ({}, ""),
        ("text", ""),
        ([], ""),
        (7, ""),
    ],
)
def test_a_failed_turn_raises_its_message(error: JsonValue, message: str) -> None:
    """PROTOCOLS.md 2.6; the odd shapes measured on the TypeScript SDK 0.163.0."""
    with pytest.raises(TurnFailed) as caught:
        fold(HI, {"type": "turn.failed", "error": error})

    assert str(caught.value) == message


@pytest.mark.parametrize(
    "event",
    [
        {"type": "turn.failed"},
        {"type": "turn.failed", "error": None},
        {"type": "turn.failed", "error": 0},
    ],
)
def test_a_failed_turn_without_error_ends_the_turn_and_does_not_raise(event: JsonValue) -> None:
    """Measured on the TypeScript SDK 0.163.0: `if (turnFailure)`."""
    assert fold(HI, event, HI).raw["items"] == [HI["item"]]  # type: ignore[index, call-overload]  # HI is an object


@pytest.mark.parametrize(
    ("item", "raw"),
    [
        ({"type": "agent_message"}, {"items": [{"type": "agent_message"}], "usage": None}),
        (
            {"type": "agent_message", "text": 5},
            {"items": [{"type": "agent_message", "text": 5}], "final_response": 5, "usage": None},
        ),
        (5, {"items": [5], "final_response": "", "usage": None}),
    ],
)
def test_odd_items_are_handed_on_as_they_came(item: JsonValue, raw: JsonValue) -> None:
    """Measured on the TypeScript SDK 0.163.0; the typed field stays a string."""
    turn = fold(completed(item))

    assert turn.raw == raw
    assert turn.final_response == ""
    assert len(turn.items) == 1


@pytest.mark.parametrize("event", [{"type": "item.completed"}, completed(None)])
def test_a_completed_item_that_is_not_there_is_a_bad_line(event: JsonValue) -> None:
    """Measured on the TypeScript SDK 0.163.0: a TypeError of the turn."""
    with pytest.raises(BadLine, match=r"Failed to parse item: \{"):
        fold(event)


def test_the_repr_tells_the_state() -> None:
    """Ours."""
    folding = TurnFold()
    folding.add(view(HI))

    assert repr(folding) == "TurnFold(items=1, failed=False)"
