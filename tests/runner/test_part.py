"""What the header of a shard says, so that the shards can be joined again."""

from __future__ import annotations

from dataclasses import replace

from harness.baseline.entries import Entry
from harness.runner.part import Part, baselines_sha256

ENTRY = Entry(
    fingerprint="0" * 12, check="sent.argv", scenarios=("a",), reason="sdk-bug", because="x"
)
PART = Part(plan="f" * 64, leg="linux-mock", name="linux-mock-1", shards=("linux-mock-1",))


def test_a_shard_says_its_place_in_the_plan_and_what_the_footer_of_the_whole_will_need() -> None:
    """Provenance: schemas/run.json."""
    assert PART.to_json(baselines="e" * 64, goldens=True, missing_runtime="fail", rerun=3) == {
        "plan": "f" * 64,
        "leg": "linux-mock",
        "name": "linux-mock-1",
        "shards": ["linux-mock-1"],
        "baselines": "e" * 64,
        "goldens": True,
        "missing_runtime": "fail",
        "rerun": 3,
    }


def test_the_hash_of_the_expected_differences_covers_each_of_them_and_whose_it_is() -> None:
    """Provenance: issue text, the same baseline content."""
    one = baselines_sha256({"left": (ENTRY,), "right": ()})

    assert one == baselines_sha256({"right": (), "left": (replace(ENTRY, example="other"),)})
    assert one != baselines_sha256({"left": (replace(ENTRY, because="y"),), "right": ()})
    assert one != baselines_sha256({"left": (), "right": (ENTRY,)})
