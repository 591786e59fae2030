"""What the rooms of a run hand each other."""

from __future__ import annotations

from harness.runner.records import NotPlayed, PlayKey, SubjectState

DECLARED = {"sdk": "sdk-x", "version": "1.0", "language": "python", "runtime": "python"}


def test_a_subject_that_said_hello_is_described_by_what_it_said() -> None:
    """Provenance: ours; the driver knows better than subject.toml."""
    state = SubjectState(
        name="x",
        declared=DECLARED,
        hello={
            "sdk": "sdk-x",
            "version": "1.1",
            "capabilities": ["run", "stream"],
            "cannot_express": ["int_float"],
        },
    )

    assert state.ready
    assert state.to_json() == {
        "name": "x",
        "sdk": "sdk-x",
        "version": "1.1",
        "language": "python",
        "runtime": "python",
        "state": "ready",
        "fault": None,
        "reason": None,
        "capabilities": ["run", "stream"],
        "cannot_express": ["int_float"],
    }


def test_a_subject_that_never_came_up_is_described_by_its_file_and_the_reason() -> None:
    """Provenance: ours."""
    state = SubjectState(name="x", declared=DECLARED, fault="runtime", reason="no node")

    assert not state.ready
    assert (state.fact("version"), state.capabilities(), state.cannot_express()) == (
        "1.0",
        frozenset(),
        frozenset(),
    )
    assert (state.to_json()["state"], state.to_json()["reason"]) == ("could_not_run", "no node")


def test_plays_are_told_apart_by_scenario_subject_and_mode() -> None:
    """Provenance: ours; results are kept in a dict by key."""
    key = PlayKey(scenario="a", subject="b", mode="run")

    assert key == PlayKey(scenario="a", subject="b", mode="run")
    assert key != PlayKey(scenario="a", subject="b", mode="stream")
    assert NotPlayed(why="driver", reason="x") != NotPlayed(why="not_applicable", reason="x")
