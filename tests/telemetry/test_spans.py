"""A run becomes a tree of spans with the listed attributes and nothing else."""

from __future__ import annotations

from harness.telemetry.spans import CELL, PROCESS, REFERENCE, RUN, TURN, Span, count, tree
from tests.report import runs

START = 1_795_234_231_120_000_000
PLAY = START + 1_000_000_000
MS = 1_000_000


def cell_of(root: Span, subject: str) -> Span:
    """The only cell of a subject."""
    (found,) = (one for one in root.children if one.attributes["parity.subject"] == subject)
    return found


def test_a_run_has_a_cell_per_play_a_turn_in_it_and_its_process_in_the_turn() -> None:
    """Provenance: issue 6, point 10."""
    root = tree(runs.model(runs.timed_run()))

    assert (root.name, root.start_ns, root.end_ns, root.failed) == (
        RUN,
        START,
        START + 60_000 * MS,
        False,
    )
    assert root.attributes == {
        "parity.run_id": "run-1", "parity.lane": "mock", "parity.reference": "reference",
        "parity.complete": True, "parity.exit": 0,
    }  # fmt: skip
    assert count(root) == 7
    cell = cell_of(root, "left")
    assert (cell.name, cell.start_ns, cell.end_ns) == (CELL, PLAY, PLAY + 90 * MS)
    assert cell.attributes == {
        "parity.scenario": runs.ONE, "parity.family": "items", "parity.subject": "left",
        "parity.subject.version": "1.2.3", "parity.mode": "stream", "parity.verdict": "match", "parity.host": "ok",
    }  # fmt: skip
    (turn,) = cell.children
    assert (turn.name, turn.start_ns, turn.end_ns) == (TURN, PLAY, PLAY + 90 * MS)
    assert turn.attributes == {
        "parity.turn": 0, "parity.outcome": "end", "parity.events": 1, "parity.first_event_ms": 45.0,
    }  # fmt: skip
    (process,) = turn.children
    assert (process.name, process.start_ns, process.end_ns) == (PROCESS, PLAY + MS, PLAY + 89 * MS)
    assert process.attributes == {
        "process.pid": 7, "parity.turn": 0, "parity.end": "exit 0", "parity.wrote_bytes": 12,
        "parity.alive_after": False, "parity.first_event_ms": 44.0,
    }  # fmt: skip
    assert cell_of(root, "reference").attributes["parity.verdict"] == REFERENCE


def test_a_divergence_and_an_error_have_the_status_of_an_error() -> None:
    """Provenance: OpenTelemetry, span status; of an error only its kind is told."""
    raw: runs.Line = {
        "turns": [{"outcome": "error", "error": {"kind": "turn_failed", "message": "no secret"}}]
    }
    lines = runs.run(
        runs.divergence("left", runs.difference()),
        head=runs.header(subjects=[runs.subject("reference"), runs.subject("left")]),
        extra=(runs.observation("left", raw=raw, timing=runs.timing(10)),),
    )

    root = tree(runs.model(lines))

    assert root.failed
    cell = cell_of(root, "left")
    assert cell.failed
    assert cell.attributes["parity.verdict"] == "divergence"
    assert "parity.host" not in cell.attributes
    (turn,) = cell.children
    assert turn.failed
    assert turn.attributes["parity.error.kind"] == "turn_failed"
    assert "no secret" not in str(root)


def test_what_is_not_known_is_left_out() -> None:
    """Provenance: ours; a process in no turn lies under its cell, one without an end ends with the play."""
    timing = runs.timing(
        10,
        turns=[{"turn": 0, "at_ms": 2.0, "first_event_ms": None, "end_ms": 1.0}],
        processes=[{"turn": None, "spawn_ms": 1.0, "first_event_ms": None, "exit_ms": None}],
    )
    lines = runs.timed_run()
    lines[2] = runs.observation("reference", raw=None, timing=timing)

    turn, process = cell_of(tree(runs.model(lines)), "reference").children

    assert turn.attributes == {"parity.turn": 0, "parity.events": 0}
    assert turn.start_ns == turn.end_ns
    assert (process.name, process.end_ns) == (PROCESS, PLAY + 10 * MS)
    assert process.attributes == {
        "process.pid": 0, "parity.turn": -1, "parity.wrote_bytes": 0, "parity.alive_after": False,
    }  # fmt: skip


def test_an_interrupted_run_ends_with_its_last_play() -> None:
    """Provenance: ours; such a run has no end of its own."""
    lines = runs.timed_run()[:-1]

    root = tree(runs.model(lines))

    assert root.end_ns == PLAY + 90 * MS
    assert root.failed
    assert root.attributes["parity.complete"] is False


def test_a_run_without_timings_is_one_span() -> None:
    """Provenance: ours; a run file of before `timing` has none."""
    assert count(tree(runs.model(runs.run(runs.result("left"), runs.result("right"))))) == 1
