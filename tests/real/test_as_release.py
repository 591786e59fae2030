"""Sentences about ``harness.real.as_release``: the mock plays what another release wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

from harness.jsonvalue import JsonValue
from harness.real.as_release import as_release
from harness.real.recordings import Kept
from tests.real.test_lane import SCENARIO

NEW = "01a1fd8f-831f-76c3-a20e-a19910f7aaa0"
OLD = "01a1fd8f-85ad-78b2-bbc2-147b4ad7ca09"


def kept(*events: JsonValue, exit_code: int = 0, refused: str = "") -> Kept:
    lines = "".join(f"{json.dumps(event)}\n" for event in events)
    return Kept(stdout=lines.encode(), exit_code=exit_code, requests=1, refused=refused)


def turns_of(*recorded: Kept, script: list[JsonValue]) -> list[dict[str, JsonValue]]:
    scenario = replace(SCENARIO, script={"turns": script})
    played = as_release(scenario, recorded)
    return cast("list[dict[str, JsonValue]]", played.script["turns"])


STARTED: JsonValue = {"type": "thread.started", "thread_id": OLD}
TWO: list[JsonValue] = [
    {"thread": NEW, "match": {"thread": None, "stdin": "a"}, "do": []},
    {"thread": NEW, "match": {"thread": NEW, "stdin": "b"}, "do": []},
]


def test_a_turn_writes_the_recorded_lines_and_its_thread_is_that_of_the_recording() -> None:
    """Ours: a client resumes by the id that it was shown."""
    first, second = turns_of(
        kept(STARTED), kept(STARTED, {"type": "error"}, exit_code=1), script=TWO
    )
    assert first == {
        "thread": OLD,
        "match": {"thread": None, "stdin": "a"},
        "do": [{"json": json.dumps(STARTED)}],
    }
    assert second["match"] == {"thread": OLD, "stdin": "b"}
    assert second["do"] == [
        {"json": json.dumps(STARTED)},
        {"json": '{"type": "error"}'},
        {"exit": 1},
    ]


def test_a_refused_command_line_is_its_complaint_and_its_status() -> None:
    """Captured: 0.58.0 knows no --thread-source."""
    complaint = "error: unexpected argument '--thread-source' found"
    (turn,) = turns_of(kept(exit_code=2, refused=complaint), script=[{"do": []}])
    assert turn == {"do": [{"stderr": f"{complaint}\n"}, {"exit": 2}]}


def test_a_refused_turn_that_the_script_does_not_have_is_left_to_the_mock() -> None:
    """Captured: exec.errors.after-missing-prompt begins with a turn that codex refuses."""
    (turn,) = turns_of(
        kept(exit_code=1, refused="No prompt"),
        kept({"type": "turn.started"}),
        script=[{"thread": NEW, "do": []}],
    )
    assert turn == {"thread": NEW, "do": [{"json": '{"type": "turn.started"}'}]}


def test_a_turn_that_waits_is_ended_by_its_client() -> None:
    """Ours: the recorded status is the answer to the recorder's own signal."""
    (turn,) = turns_of(kept({"type": "turn.started"}, exit_code=1), script=[{"do": [{"hang": {}}]}])
    assert turn == {"do": [{"json": '{"type": "turn.started"}'}, {"hang": {}}]}


def test_what_cannot_be_brought_together_stays_as_it_is() -> None:
    """Ours: another number of turns, or an end that a script of lines cannot have."""
    assert turns_of(kept(STARTED), kept(STARTED), script=[{"do": []}]) == [{"do": []}]
    assert turns_of(kept(STARTED, exit_code=-9), script=[{"do": []}]) == [{"do": []}]
