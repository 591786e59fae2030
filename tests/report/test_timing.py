"""Time per SDK, for the eye."""

from __future__ import annotations

import pytest

from harness.report.timing import lanes
from tests.report import runs
from tests.report.runs import ONE, TWO


def test_each_sdk_has_its_sum_its_median_and_its_slowest_cells() -> None:
    """Issue: a timing lane."""
    head = runs.header(scenarios=[ONE, TWO])
    model = runs.played(
        runs.result("left", duration_ms=10),
        runs.result("right", duration_ms=1500),
        runs.result("left", name=TWO, duration_ms=30),
        runs.result("right", name=TWO, duration_ms=500),
        head=head,
    )
    left, right = lanes(model)

    assert (left.subject, left.cells, left.total, left.median, left.share) == (
        "left",
        2,
        "40 ms",
        "20 ms",
        2,
    )
    assert [(slow.scenario, slow.took) for slow in right.slowest] == [
        (ONE, "1.5 s"),
        (TWO, "500 ms"),
    ]
    assert right.slowest[0].target == f"cell-{ONE}--right"
    assert right.share == 100


def test_without_results_there_is_no_lane_and_no_time_is_no_division() -> None:
    """Ours."""
    assert lanes(runs.model([runs.header()])) == ()
    model = runs.played(runs.result("left", duration_ms=0), runs.result("right", duration_ms=0))
    assert [one.share for one in lanes(model)] == [0, 0]


@pytest.mark.requirement("R0-13", "F19")
def test_a_slow_cell_tells_when_its_first_event_came_and_codex_ended() -> None:
    """Provenance: issue 6, point 10: spawn to first event to exit in the report."""
    (lane,) = lanes(runs.model(runs.timed_run(left_ms=900)))

    assert lane.slowest[0].phases == "first event 0.2 to 1 s, then exit 0.2 to 1 s"
