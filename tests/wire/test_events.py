"""Views of events: every type of PROTOCOLS.md 1.2, unknown and broken ones, and the recordings of the real binary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import BadLine
from harness.jsonvalue import JsonValue, canonical
from harness.wire import events, items
from harness.wire.events import parse_event
from tests.fixtures.recorded import events_recorded
from tests.pair import COMPLETED, HI, STARTED, TURN, USAGE

RECORDINGS = sorted((Path(__file__).parents[2] / "fixtures" / "wire").glob("*/*.jsonl"))


def line(value: JsonValue) -> str:
    """A value as codex writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.requirement("R1-3", "R2-1")
def test_every_documented_event_has_its_view() -> None:
    """PROTOCOLS.md 1.2 (R2-1)."""
    failed: JsonValue = {"type": "turn.failed", "error": {"message": "no"}}
    notice: JsonValue = {"type": "error", "message": "Reconnecting... 1/5 (x)"}
    item: JsonValue = {"id": "item_0", "type": "agent_message", "text": "Hi!"}
    about = {"problems": (), "duplicate_keys": ()}
    message = items.AgentMessage(raw=item, id="item_0", text="Hi!")
    usage = events.Usage(
        raw=USAGE,
        input_tokens=42,
        cached_input_tokens=12,
        cache_write_input_tokens=0,
        output_tokens=5,
        reasoning_output_tokens=2,
    )

    for raw, expected in (
        (
            STARTED,
            events.ThreadStarted(
                raw=STARTED, thread_id="01a0edaa-8ead-7282-9541-c6bde7c8993c", **about
            ),
        ),
        (TURN, events.TurnStarted(raw=TURN, **about)),
        (
            {"type": "item.started", "item": item},
            events.ItemStarted(raw={"type": "item.started", "item": item}, item=message, **about),
        ),
        (
            {"type": "item.updated", "item": item},
            events.ItemUpdated(raw={"type": "item.updated", "item": item}, item=message, **about),
        ),
        (HI, events.ItemCompleted(raw=HI, item=message, **about)),
        (COMPLETED, events.TurnCompleted(raw=COMPLETED, usage=usage, **about)),
        (failed, events.TurnFailed(raw=failed, message="no", **about)),
        (notice, events.ThreadError(raw=notice, message="Reconnecting... 1/5 (x)", **about)),
    ):
        assert parse_event(line(raw)) == expected
        assert parse_event(line(raw)).to_line() == line(raw)


@pytest.mark.requirement("R1-3", "R2-1", "R2-7")
@pytest.mark.parametrize(
    ("raw", "kind", "problems"),
    [
        ({"type": "thread.started"}, events.ThreadStarted, ("$.thread_id: missing",)),
        (
            {"type": "thread.started", "thread_id": 5},
            events.ThreadStarted,
            ("$.thread_id: not a string",),
        ),
        ({"type": "turn.failed"}, events.TurnFailed, ("$.error: missing",)),
        ({"type": "turn.failed", "error": {}}, events.TurnFailed, ("$.error.message: missing",)),
        ({"type": "error"}, events.ThreadError, ("$.message: missing",)),
        ({"type": "item.completed"}, events.ItemCompleted, ("$.item: missing",)),
        ({"type": "item.started", "item": 5}, events.ItemStarted, ("$.item: not an object",)),
        (
            {"type": "item.updated", "item": {"type": "agent_message", "id": "i", "text": 1}},
            events.ItemUpdated,
            ("$.item.text: not a string",),
        ),
        ({"type": "turn.completed"}, events.TurnCompleted, ("$.usage: missing",)),
        (
            {"type": "turn.completed", "usage": {"input_tokens": 1, "output_tokens": 1}},
            events.TurnCompleted,
            ("$.usage.cached_input_tokens: missing",),
        ),
        ({"type": "plan.delta", "text": "x"}, events.UnknownEvent, ()),
        ({"kind": "x"}, events.UnknownEvent, ("$.type: missing",)),
        ({"type": 7}, events.UnknownEvent, ("$.type: not a string",)),
        (3, events.UnknownEvent, ("$: not an object",)),
        ([], events.UnknownEvent, ("$: not an object",)),
        (None, events.UnknownEvent, ("$: not an object",)),
    ],
)
def test_what_is_missing_or_unknown_is_a_problem_of_the_view_and_never_an_error(
    raw: JsonValue, kind: type, problems: tuple[str, ...]
) -> None:
    """PROTOCOLS.md 2.5: the official SDK lets everything through; what it cannot say, `problems` does."""
    event = parse_event(line(raw))

    assert type(event) is kind
    assert event.problems == problems
    assert canonical(event.raw) == canonical(raw)


def test_a_counter_that_an_older_codex_does_not_write_is_zero_and_no_problem() -> None:
    """PROTOCOLS.md 1.7: cache_write_input_tokens came with 0.153, reasoning_output_tokens with 0.125."""
    event = parse_event(
        '{"type":"turn.completed","usage":{"input_tokens":1,"cached_input_tokens":2,"output_tokens":3}}'
    )

    assert isinstance(event, events.TurnCompleted)
    assert event.problems == ()
    assert (event.usage.cache_write_input_tokens, event.usage.reasoning_output_tokens) == (0, 0)
    assert event.usage.raw == {"input_tokens": 1, "cached_input_tokens": 2, "output_tokens": 3}


@pytest.mark.requirement("R1-3", "R1-4", "R2-1", "R3-58")
def test_unknown_fields_and_the_order_of_keys_survive() -> None:
    """Ours: the raw value is kept whole, at every level."""
    text = '{"z":1,"type":"item.completed","item":{"new":{"b":1,"a":2},"id":"i","type":"error","message":"m"},"a":[]}'

    assert parse_event(text).to_line() == text


def test_the_doubled_id_of_a_web_search_is_recorded() -> None:
    """Captured: codex 0.169.0; the last one counts, as for JSON.parse (PROTOCOLS.md 1.3)."""
    event = parse_event(
        '{"type":"item.started","item":{"id":"item_2","type":"web_search","id":"ws_1","query":"","action":{"type":"other"}}}'
    )

    assert isinstance(event, events.ItemStarted)
    assert event.item.id == "ws_1"
    assert event.duplicate_keys == ("$.item.id",)


@pytest.mark.requirement("R2-7")
def test_a_line_that_is_not_json_is_a_bad_line() -> None:
    """PROTOCOLS.md 2.5: blank lines too."""
    with pytest.raises(BadLine):
        parse_event("")


@pytest.mark.requirement("R2-1", "R2-2")
@pytest.mark.parametrize(
    "path", RECORDINGS, ids=[f"{path.parent.name}/{path.stem}" for path in RECORDINGS]
)
def test_no_view_has_a_problem_with_what_the_real_binary_wrote(path: Path) -> None:
    """Captured: codex 0.58.0, 0.101.0, 0.125.0, 0.153.4 and 0.169.0 (fixtures/wire)."""
    for text in events_recorded(path):
        event = parse_event(text)

        assert event.problems == ()
        assert not isinstance(event, events.UnknownEvent)
        assert canonical(event.raw) == canonical(json.loads(text))
        if event.duplicate_keys:
            assert event.duplicate_keys == ("$.item.id",)
        else:
            assert json.loads(event.to_line()) == json.loads(text)


def test_there_are_recordings() -> None:
    """Ours: a parametrised test over nothing would pass."""
    assert len(RECORDINGS) >= 40
