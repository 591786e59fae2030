"""Sentences about ``harness.real.lane``: what the lane `real` plays, and what it says it cannot see."""

from __future__ import annotations

from dataclasses import replace

from harness.jsonvalue import JsonValue
from harness.observation import CHECKS, REAL_ONLY
from harness.outcomes import Alternative, OutcomeSet
from harness.real.lane import NOT_OBSERVED, RACED, choose, real_form, thread_labels
from harness.scenario import Scenario
from harness.steps import Start, Turn

MODEL: JsonValue = {"turns": []}
SCENARIO = Scenario(
    id="exec.items.x",
    title="a title of it",
    expect="an expectation",
    source="ours",
    family="items",
    level="contract",
    since="0.169.0",
    provenance={"kind": "synthetic"},
    modes=("stream",),
    checks=("sent.argv", "sent.stdin", "surfaced.events", "lifecycle.signals"),
    deadline_s=10,
    codex="mock",
    files={},
    script={"turns": []},
    client={},
    steps=(Start(options={}), Turn(input="hi", options={}, consume="all")),
    sha256="ab",
    model=MODEL,
)


def outcomes(check: str) -> OutcomeSet:
    one = Alternative(name="n", because="b", source="ours", fact=1)
    return OutcomeSet(check=check, at=None, modes=("stream",), alternatives=(one,))


def test_scenarios_without_a_model_part_are_named_and_not_dropped() -> None:
    """Issue 4: counted as `not in this lane`."""
    chosen = choose([SCENARIO, replace(SCENARIO, id="exec.items.y", model=None)])
    assert [one.id for one in chosen.played] == ["exec.items.x"]
    assert chosen.others == ("exec.items.y",)


def test_what_the_lane_cannot_see_is_no_check_and_is_said() -> None:
    """Issue 4: never equal by default."""
    played = real_form(SCENARIO)
    assert played.checks == (
        "sent.argv",
        "sent.requests",
        "surfaced.events",
        "lifecycle.descendants",
    )
    assert played.not_observed == ("sent.stdin", "lifecycle.signals")
    assert not set(played.checks) & (NOT_OBSERVED.keys() - {RACED})
    assert played.deadline_s > SCENARIO.deadline_s


def test_the_reasons_are_about_checks_that_exist() -> None:
    """Ours: the list cannot outlive a check."""
    assert NOT_OBSERVED.keys() < set(CHECKS)
    assert RACED in REAL_ONLY


def test_a_caller_that_stops_after_some_events_races_with_the_request() -> None:
    """Measured: stop-when-finished ended 0.169.0 before it had asked, or after."""
    consumes: list[JsonValue] = [{"stop_after": 2}, {"abort_after": 2}]
    for consume in consumes:
        step = Turn(input="hi", options={}, consume=consume)
        played = real_form(replace(SCENARIO, steps=(SCENARIO.steps[0], step)))
        assert RACED not in played.checks
        assert RACED in played.not_observed


def test_declared_outcomes_of_a_check_that_is_not_seen_are_left_out() -> None:
    """Ours: they would speak of nothing."""
    both = (outcomes("lifecycle.signals"), outcomes("surfaced.events"))
    played = real_form(replace(SCENARIO, outcomes=both))
    assert [one.check for one in played.outcomes] == ["surfaced.events"]


def test_threads_are_numbered_in_the_order_in_which_they_began() -> None:
    """RFC 9562: a UUID of version 7 begins with the time; one of version 4 names no thread."""
    first, second = (
        "01a1fd8f-831f-76c3-a20e-a19910f7aaa0",
        "01a1fd8f-85ad-78b2-bbc2-147b4ad7ca09",
    )
    other = "0b6fa7f2-51b8-4f5a-9d1d-2b8c9a5a0a11"
    assert thread_labels([f"resume {second}, {other}", f"{first} {second}"]) == {
        "<THREAD 1>": first,
        "<THREAD 2>": second,
    }
