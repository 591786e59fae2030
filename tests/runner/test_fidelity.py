"""The mock against a released codex: agreement, what an entry explains, what was not compared."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from harness.baseline.entries import Entry
from harness.jsonvalue import JsonValue
from harness.observation import Observation
from harness.runner.fidelity import Both, counts, judge, unused, worded
from harness.runner.records import NotPlayed, PlayResult
from tests.runner.test_judge import DONE, SCENARIO, played

ONE = "01a1fd8f-831f-76c3-a20e-a19910f7aaa0"
OTHER = "01a1fd8f-85ad-78b2-bbc2-147b4ad7ca09"
CASE = replace(SCENARIO, checks=("surfaced.events", "surfaced.outcome", "sent.requests"))


def started(thread: str) -> JsonValue:
    return {"type": "thread.started", "thread_id": thread}


def both(mock: PlayResult, real: PlayResult, *entries: Entry) -> Both:
    return judge(CASE, {"stream": mock}, {"stream": real}, entries=entries)


def entry(fingerprint: str, *scenarios: str) -> Entry:
    return Entry(
        fingerprint=fingerprint,
        check="surfaced.events",
        scenarios=scenarios,
        reason="intended",
        because="it is newer",
    )


def failed(text: str) -> Observation:
    turn = replace(played().turns[0], outcome="error", error={"message": text}, events=())
    return replace(played(), turns=(turn,))


def test_what_is_new_in_each_play_of_a_real_codex_is_no_difference() -> None:
    """Ours: the id of a thread, the port of the model server; no request is expected of the mock."""
    mock = played(started(ONE), {"type": "error", "message": "http://127.0.0.1:1/v1/responses"})
    real = replace(
        played(started(OTHER), {"type": "error", "message": "http://127.0.0.1:2/v1/responses"}),
        requests=({"model": "m"},),
    )
    found = both(mock, real)
    assert (found.answer, found.differences) == ("agree", ())
    assert found.events[0] == started("<THREAD 1>")


def test_a_difference_is_told_with_codex_as_what_is_right() -> None:
    """Issue 4: every difference is a bug of the mock or has a reason."""
    found = both(played(started(ONE)), played(started(ONE), DONE))
    assert found.answer == "differ"
    document = found.to_json()
    assert document["answer"] == "differ"
    (row,) = cast("list[dict[str, JsonValue]]", document["differences"])
    assert row["sentence"] == "the mock never shows turn.completed"


def test_an_entry_explains_a_difference_and_one_that_explains_nothing_is_named() -> None:
    """Ours: the form and the rules of a baseline."""
    mock, real = played(started(ONE)), played(started(ONE), DONE)
    (name,) = {one.fingerprint for one in both(mock, real).differences}

    found = both(mock, real, entry(name, "*"), entry("0" * 12, "*"))

    assert (found.answer, found.explained, found.differences) == ("explained", (name,), ())
    assert unused([entry(name, "*"), entry("0" * 12, "*")], [found]) == (entry("0" * 12, "*"),)


def test_an_entry_for_a_scenario_that_agrees_now_is_a_difference_of_its_own() -> None:
    """Ours: nobody keeps a list of bugs that are gone."""
    same = played(started(ONE))
    assert both(same, same, entry("0" * 12, CASE.id)).answer == "differ"


@pytest.mark.parametrize(
    ("play", "answer", "reason"),
    [
        (NotPlayed(why="driver", reason="it broke"), "not_played", "lane mock, mode stream: it broke"),
        (replace(played(), not_offered=("update_plan",)), "not_offered", "update_plan"),
        (replace(played(), unforeseen=("GET /x was unknown",)), "not_played", "GET /x was unknown"),
    ],
)  # fmt: skip
def test_what_was_not_compared_says_why(play: PlayResult, answer: str, reason: str) -> None:
    """Issue 4: said and counted."""
    found = both(play, played())
    assert (found.answer, found.reason) == (answer, reason)


def test_an_option_that_the_release_does_not_know_is_no_confirmation() -> None:
    """Captured: 0.58.0 refuses --add-dir."""
    refused = failed(
        "exited with code 2: error: unexpected argument '--add-dir' found\n\n  tip: ..."
    )
    found = both(refused, refused)
    assert (found.answer, found.reason) == ("refused", "unexpected argument '--add-dir' found")
    assert both(failed("no prompt"), failed("no prompt")).answer == "agree"


def test_answers_are_counted_and_the_lanes_have_their_names() -> None:
    """Ours."""
    same = played(started(ONE))
    assert counts([both(same, same), both(same, same)]) == {"agree": 2}
    assert worded("the SDK's own (SDK: 2, reference: 3)") == "the mock's own (mock: 2, codex: 3)"
    assert worded("the SDK lacks what the reference has") == "the mock lacks what codex has"
