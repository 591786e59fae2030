"""Sentences about ``harness.coverage.confirmed``: the share of the mock's claims that a real run confirms."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from harness.coverage.areas import Area
from harness.coverage.confirmed import Share, parts, shares, shown_by
from harness.coverage.exits import PATHS
from harness.wire.shapes import ExecShapes
from tests.real.test_evidence import EVIDENCE
from tests.real.test_lane import SCENARIO

SHAPES = ExecShapes(json.loads(Path("schemas/exec-events.json").read_bytes()))
OTHER = replace(SCENARIO, id="exec.items.y")
STREAM = Area(
    name="event_types",
    shown={"turn.failed": (OTHER.id,), "turn.completed": (SCENARIO.id,), "error": ()},
    reasons={},
)
WAYS = Area(
    name="exit_paths",
    shown={path.name: () for path in PATHS}
    | {"turn.completed, 0": (SCENARIO.id,), "turn.failed, 1": (OTHER.id,), "bad enum value, 2": (OTHER.id,)},
    reasons={},
)  # fmt: skip


def test_each_kind_of_claim_has_its_share_and_names_what_is_synthetic() -> None:
    """Issue 4: event shapes, exit paths and rejections, per version; what no run confirms is synthetic."""
    found = shares([STREAM], WAYS, [SCENARIO, OTHER], EVIDENCE)
    assert [(one.name, one.confirmed, one.claimed, one.synthetic) for one in found] == [
        ("event shapes", 1, 2, ("event_types: turn.completed",)),
        ("exit paths", 1, 2, ("turn.failed, 1",)),
        ("rejected command lines", 0, 1, ("bad enum value, 2",)),
        ("scenarios", 1, 2, (OTHER.id,)),
    ]


def test_a_share_is_rounded_down_and_nothing_claimed_is_nothing_confirmed() -> None:
    """Ours: 100 only when nothing is left out."""
    two_of_three = Share(name="x", claimed=3, synthetic=("a",))
    assert two_of_three.percent == 66.6
    assert two_of_three.to_json() == {
        "name": "x",
        "claimed": 3,
        "confirmed": 2,
        "percent": 66.6,
        "synthetic": ["a"],
    }
    assert Share(name="x", claimed=0, synthetic=()).percent == 0.0


def test_what_a_real_run_wrote_is_told_in_the_words_of_coverage() -> None:
    """``schemas/exec-events.json``; what is no event shows nothing."""
    found = shown_by(SHAPES, [{"type": "turn.started"}, "text", {"type": "no.such.event"}])
    assert ("event_types", "turn.started") in found
    assert {area for area, _ in found} <= {"event_types", "fields", "words"}


def test_parts_are_confirmed_by_what_was_written_or_by_a_scenario_that_agreed() -> None:
    """Ours: an area that no run speaks of goes by scenarios."""
    found = parts([STREAM, WAYS], [SCENARIO, OTHER], [EVIDENCE])
    assert found == {
        "event_types": frozenset({"turn.failed"}),
        "exit_paths": frozenset({"turn.completed, 0"}),
    }
    assert parts([STREAM], [SCENARIO], []) == {"event_types": frozenset()}
