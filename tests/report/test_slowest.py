"""The slowest plays of each SDK are told in bands, so that two runs of one tree say the same."""

from __future__ import annotations

import pytest

from harness.report.slowest import Slow, band, phases, slowest, times
from tests.report import runs


def test_each_sdk_has_its_slowest_plays_first() -> None:
    """Provenance: issue 6, point 10."""
    lines = runs.timed_run(left_ms=900, reference_ms=100)
    quick = runs.observation("left", mode="run", timing=runs.timing(20, processes=[]))
    lines.insert(3, quick)

    found = slowest(runs.model(lines), 5)

    assert found == {
        "left": (
            Slow(
                subject="left", scenario=runs.ONE, mode="stream", whole="0.2 to 1 s", first_event="0.2 to 1 s",
                exit="0.2 to 1 s", beside="4 to 10 times",
            ),
            Slow(
                subject="left", scenario=runs.ONE, mode="run", whole="under 50 ms", first_event=None, exit=None, beside=None,
            ),
        )
    }  # fmt: skip
    assert [one.mode for one in slowest(runs.model(lines), 1)["left"]] == ["stream"]


def test_without_an_event_the_exit_counts_from_the_start() -> None:
    """Provenance: ours; a blocking caller sees no event."""
    process: runs.Line = {"turn": 0, "spawn_ms": 100.0, "first_event_ms": None, "exit_ms": 180.0}
    lines = runs.timed_run()
    lines[3] = runs.observation("left", timing=runs.timing(200, processes=[process]))

    (one,) = slowest(runs.model(lines), 1)["left"]

    assert (one.first_event, one.exit) == (None, "50 to 200 ms")


def test_a_run_without_timings_has_no_slow_play() -> None:
    """Provenance: ours; run files of before, and a subject that could not run."""
    assert slowest(runs.played(runs.result("left"), runs.result("right")), 3) == {}


def test_a_reference_that_is_judged_is_not_held_against_itself() -> None:
    """Provenance: ours."""
    lines = runs.timed_run()
    lines[-1:] = [
        runs.result("reference"),
        runs.footer(runs.result("left"), runs.result("reference")),
    ]

    (one,) = slowest(runs.model(lines), 1)["reference"]

    assert one.beside is None


@pytest.mark.parametrize(
    ("milliseconds", "name"),
    [(0, "under 50 ms"), (50, "50 to 200 ms"), (4999, "1 to 5 s"), (19_999, "5 to 20 s"), (20_000, "over 20 s")],
)  # fmt: skip
def test_a_time_is_in_one_band(milliseconds: float, name: str) -> None:
    """Provenance: ours."""
    assert band(milliseconds) == name


@pytest.mark.parametrize(
    ("milliseconds", "reference", "name"),
    [(60, 11, "as long"), (150, 100, "as long"), (250, 100, "2 to 4 times"), (900, 100, "4 to 10 times"), (5000, 100, "over 10 times")],
)  # fmt: skip
def test_a_time_is_told_beside_that_of_the_reference(
    milliseconds: float, reference: float, name: str
) -> None:
    """Provenance: ours; differences below the lowest band are noise."""
    assert times(milliseconds, reference) == name


def test_the_phases_are_those_of_the_streamed_play() -> None:
    """Provenance: issue 6, point 10: spawn to first event to exit."""
    model = runs.model(runs.timed_run(left_ms=900))

    assert phases(model, runs.ONE, "left") == "first event 0.2 to 1 s, then exit 0.2 to 1 s"
    assert phases(model, runs.ONE, "right") == ""
    lines = runs.timed_run()
    lines[3] = runs.observation("left")
    assert phases(runs.model(lines), runs.ONE, "left") == ""
