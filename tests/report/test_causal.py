"""What codex wrote against what the SDK showed."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.report.causal import MOST, Link, causal

TURN: JsonValue = {"type": "turn.started"}
DONE: JsonValue = {"type": "turn.completed", "usage": {"input_tokens": 1}}


def item(number: int, text: str = "hi") -> JsonValue:
    return {
        "type": "item.completed",
        "item": {"id": f"item_{number}", "type": "agent_message", "text": text},
    }


def shape(links: tuple[Link, ...]) -> list[tuple[str, int | None, int | None, int]]:
    return [(one.kind, one.line, one.event, one.count) for one in links]


def test_a_line_that_is_shown_as_written_belongs_to_its_event() -> None:
    """Issue: emitted against surfaced."""
    assert shape(causal([TURN, item(0), DONE], [TURN, item(0), DONE])) == [("same", 0, 0, 3)]


def test_a_line_that_is_never_shown_and_one_shown_otherwise_are_told() -> None:
    """Ours: the cause of a missing event is the line that the SDK swallowed."""
    assert shape(causal([TURN, item(0), DONE], [TURN, item(0, "ho")])) == [
        ("same", 0, 0, 1),
        ("changed", 1, 1, 1),
        ("unseen", 2, None, 1),
    ]


def test_what_was_never_written_is_invented_and_stretches_are_one_row() -> None:
    """Ours."""
    assert shape(causal([], [TURN, DONE])) == [("invented", None, 0, 2)]
    assert shape(causal(["not json", "nor this"], [])) == [("unseen", 0, None, 2)]


def test_too_many_lines_are_not_set_against_events() -> None:
    """Ours: a stated limit."""
    assert causal([TURN] * (MOST + 1), [TURN]) == ()
    assert causal([TURN], [TURN] * (MOST + 1)) == ()
