"""Times and ids for other people's formats."""

from __future__ import annotations

import uuid

import pytest

from harness.report.stamps import milliseconds, stable_id, started_ms
from tests.report import runs
from tests.report.runs import ONE, Line


def test_an_instant_is_milliseconds_since_the_epoch_wherever_it_was_written() -> None:
    """ISO 8601."""
    assert milliseconds("2026-11-21T04:10:31.120+00:00") == 1_795_234_231_120
    assert milliseconds("2026-11-21T05:10:31.120+01:00") == 1_795_234_231_120


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        ({"invocations": [{"started_ns": 9_000_000}, {"started_ns": 7_500_000}, {}, "x"]}, 7),
        ({"invocations": [{}]}, 5),
        ({"invocations": None}, 5),
        ({}, 5),
        (None, 5),
    ],
)
def test_a_cell_starts_with_its_first_codex_else_with_the_run(raw: Line | None, start: int) -> None:
    """Ours: what was never started has no time of its own."""
    model = runs.played(
        runs.result("left"),
        runs.result("right"),
        extra=(runs.scenario(), runs.observation("left", raw=raw)),
    )

    assert started_ms(model.cells[ONE, "left"], 5) == start


def test_an_id_is_a_uuid_that_holds_for_the_same_text() -> None:
    """Ours: viewers join results over runs by it; a lone surrogate in a name breaks nothing."""
    assert stable_id("a\ud800") == stable_id("a\ud800") != stable_id("a")
    assert str(uuid.UUID(stable_id("a"))) == stable_id("a")
