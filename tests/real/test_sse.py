"""Sentences about ``harness.real.sse``; the events are those that the real codex recognises (PROTOCOLS.md 4.4, 4.5)."""

from __future__ import annotations

import json

import pytest

from harness.jsonvalue import JsonValue
from harness.real.script import (
    USAGE,
    Command,
    Dropped,
    End,
    Failed,
    Finished,
    Held,
    Incomplete,
    Item,
    Message,
    Raw,
    Reasoning,
    Streamed,
    WebSearch,
)
from harness.real.sse import write
from harness.real.tools import NotOffered, Tool

EXEC = Tool(kind="function", name="exec_command")


def events(*items: Item, end: End | None = None) -> list[dict[str, JsonValue]]:
    answer = Streamed(items=items, end=Dropped() if end is None else end)
    return list(write(answer, [EXEC], 3).events)


def test_an_answer_is_framed_as_events_with_their_type_twice() -> None:
    written = write(Streamed(items=(Message(text="hi\u2028"),), end=Dropped()), [], 1)
    blocks = written.text().split("\n\n")
    assert blocks[-1] == ""
    for block, event in zip(blocks[:-1], written.events, strict=True):
        kind, data = block.split("\n")
        assert kind == f"event: {event['type']}"
        assert json.loads(data.removeprefix("data: ")) == event


def test_every_item_is_done_under_an_id_of_its_own() -> None:
    found = events(
        Message(text="a"), Message(text="b"), Reasoning(summary=("x", "y")), Command(cmd="ls")
    )
    items = [event["item"] for event in found if event["type"] == "response.output_item.done"]
    assert [item["id"] for item in items[:3]] == ["msg_3_0", "msg_3_1", "rs_3_2"]  # type: ignore[call-overload, index]
    assert items[0]["content"] == [{"type": "output_text", "text": "a"}]  # type: ignore[call-overload, index]
    assert [part["text"] for part in items[2]["summary"]] == ["x", "y"]  # type: ignore[call-overload, index, union-attr]
    assert items[3]["call_id"] == "call_3_3"  # type: ignore[call-overload, index]


def test_a_message_in_deltas_is_added_before_and_done_after_them() -> None:
    found = events(Message(text="hi", deltas=("h", "i")))
    assert [event["type"] for event in found] == [
        "response.created",
        "response.output_item.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_item.done",
    ]


def test_a_web_search_is_in_progress_first() -> None:
    found = events(WebSearch(id="ws_1", action={"type": "search", "query": "q"}))
    assert [event["item"]["status"] for event in found[1:]] == ["in_progress", "completed"]  # type: ignore[call-overload, index]


def test_a_raw_item_is_handed_on_as_it_is() -> None:
    assert events(Raw(item={"type": "odd"}))[-1] == {
        "type": "response.output_item.done",
        "item": {"type": "odd"},
    }


def test_a_tool_that_is_not_offered_is_kept_and_said_as_a_message() -> None:
    written = write(Streamed(items=(Command(cmd="ls"),), end=Dropped()), [], 1)
    missing = NotOffered(wanted=("exec_command", "shell_command", "shell"))
    assert written.not_offered == (missing,)
    assert "not offered: exec_command or" in written.text()


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (Failed(code="c", message="m"), {"id": "resp_3", "error": {"code": "c", "message": "m"}}),
        (Incomplete(reason="r"), {"id": "resp_3", "incomplete_details": {"reason": "r"}}),
    ],
)
def test_a_failure_and_an_incomplete_answer_say_why(end: End, last: JsonValue) -> None:
    assert events(end=end)[-1]["response"] == last


def test_a_finished_answer_reports_its_usage() -> None:
    last = events(end=Finished(usage=USAGE))[-1]
    assert last["type"] == "response.completed"
    assert last["response"]["usage"] == {  # type: ignore[call-overload, index]
        "input_tokens": 42,
        "input_tokens_details": {"cached_tokens": 12},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 47,
    }


@pytest.mark.parametrize("end", [Dropped(), Held()])
def test_a_stream_that_is_cut_or_held_has_no_last_event(end: End) -> None:
    assert [event["type"] for event in events(end=end)] == ["response.created"]
