"""Observations as data."""

from __future__ import annotations

import json

from harness.observation import CHECKS, Invocation, Observation, TurnRecord

INVOCATION = Invocation(
    argv=("exec", "--experimental-json"),
    env={"PATH": "/bin"},
    cwd="/w",
    stdin="hello",
    schema=None,
    images=(("/w/a.png", True),),
    signals=("SIGTERM",),
    turn=0,
    wrote=12,
    stage="ended",
    end="exit 0",
    pid=7,
    started_ns=1,
    ended_ns=None,
    alive_after=False,
)


def test_an_observation_is_json_with_its_field_names_as_keys() -> None:
    """Provenance: ours; the form of `raw` in a run file."""
    observation = Observation(
        scenario="exec.items.plain",
        subject="reference",
        mode="stream",
        invocations=(INVOCATION,),
        turns=(TurnRecord(events=({"type": "turn.started"}, 1.5), outcome="end"),),
        places={"<CWD>": "/w"},
    )

    value = observation.to_json()

    assert json.loads(json.dumps(value)) == value
    assert value["invocations"] == [
        {
            "argv": ["exec", "--experimental-json"],
            "env": {"PATH": "/bin"},
            "cwd": "/w",
            "stdin": "hello",
            "schema": None,
            "images": [["/w/a.png", True]],
            "signals": ["SIGTERM"],
            "turn": 0,
            "wrote": 12,
            "stage": "ended",
            "end": "exit 0",
            "pid": 7,
            "started_ns": 1,
            "ended_ns": None,
            "alive_after": False,
            "free_end": False,
            "told": None,
        }
    ]
    assert value["turns"] == [
        {
            "events": [{"type": "turn.started"}, 1.5],
            "outcome": "end",
            "result": None,
            "error": None,
            "thread_id": None,
            "started_before_read": None,
            "alive_at_end": None,
            "ahead": None,
            "cost": None,
        }
    ]
    assert value["mode"] == "stream"
    assert value["duration_ms"] == 0.0
    assert "timing" not in value


def test_every_check_belongs_to_a_plane_and_stands_once() -> None:
    """Provenance: DESIGN, Words (three planes)."""
    assert len(set(CHECKS)) == len(CHECKS)
    assert {check.partition(".")[0] for check in CHECKS} == {"sent", "surfaced", "lifecycle"}
