"""How scenarios are dealt out: by what earlier runs took, the longest first, the same whatever the order of the input."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.matrix.balance import (
    UNKNOWN_MS,
    Durations,
    Played,
    deal,
    durations_of,
    median,
    parse_recording,
    recording_text,
)
from harness.observation import Lane
from tests.report.runs import SCHEMAS

RUN: dict[str, JsonValue] = {"command": "codex-parity run", "date": "2026-11-30", "cpus": 2, "platform": "Linux", "version": "0.1.0"}  # fmt: skip
COSTS = st.dictionaries(
    st.text("abcdef", min_size=1), st.integers(1, 9_000), min_size=1, max_size=40
)


def played(*cells: tuple[str, str, float], lane: Lane = "mock") -> Played:
    return Played(lane=lane, cells=cells)


def test_the_longest_scenario_comes_first_and_each_goes_where_least_is() -> None:
    """Provenance: issue text, longest processing time first."""
    assert deal({"a": 10, "b": 9, "c": 3, "d": 2, "e": 2}, 2) == (("a", "d", "e"), ("b", "c"))


def test_there_are_never_more_shards_than_scenarios() -> None:
    """Provenance: decisions/0016; an empty shard would be a run that compared nothing."""
    assert deal({"a": 5, "b": 5}, 8) == (("a",), ("b",))


def test_scenarios_that_take_no_time_are_spread_all_the_same() -> None:
    """Provenance: measured; by load alone all of them went to the first shard."""
    assert deal(dict.fromkeys("abcd", 0), 2) == (("a", "c"), ("b", "d"))


@given(costs=COSTS, shards=st.integers(1, 9), seed=st.integers(0, 99))
def test_every_scenario_is_dealt_once_and_the_order_of_the_input_does_not_matter(
    costs: dict[str, int], shards: int, seed: int
) -> None:
    """Provenance: issue text, deterministic."""
    found = deal(costs, shards)
    mixed = list(costs.items())
    random.Random(seed).shuffle(mixed)

    assert sorted(name for pile in found for name in pile) == sorted(costs)
    assert all(found)
    assert deal(dict(mixed), shards) == found


@given(costs=COSTS, shards=st.integers(1, 9))
def test_no_shard_takes_longer_than_the_mean_and_one_scenario(
    costs: dict[str, int], shards: int
) -> None:
    """Provenance: the bound of list scheduling (Graham 1969)."""
    piles = deal(costs, shards)
    loads = [sum(costs[name] for name in pile) for pile in piles]

    assert max(loads) <= sum(loads) / len(loads) + max(costs.values())


def test_the_cost_of_a_scenario_is_the_sum_over_the_subjects() -> None:
    """Provenance: issue text."""
    told = durations_of([played(("a", "left", 30), ("a", "right", 12), ("b", "left", 1))])

    assert told.cost_ms("mock", "a", ["left", "right"]) == 42
    assert told.cost_ms("mock", "b", ["left"]) == 1


def test_a_version_or_runtime_that_nobody_recorded_counts_as_the_subject_itself() -> None:
    """Provenance: docs/matrix.md."""
    told = durations_of([played(("a", "left", 30), ("a", "right", 12))])

    assert told.cost_ms("mock", "a", ["left@1.0+node24"]) == 30


def test_an_unknown_subject_counts_as_the_median_of_the_scenario_and_an_unknown_scenario_as_that_of_all() -> None:  # fmt: skip
    """Provenance: issue text."""
    told = durations_of([played(("a", "x", 5), ("a", "y", 7), ("a", "z", 90), ("b", "x", 1))])

    assert told.cost_ms("mock", "a", ["new"]) == 7
    assert told.cost_ms("mock", "new", ["x", "y"]) == 5 + 5


def test_without_any_recording_every_cell_counts_the_same() -> None:
    """Provenance: an installed package whose data has none."""
    assert Durations(by_lane={}).cost_ms("mock", "a", ["x", "y"]) == 2 * UNKNOWN_MS


def test_a_lane_has_its_own_durations_and_borrows_those_of_the_other_only_without_any() -> None:
    """Provenance: measured; what takes long in front of the mock need not in front of a released codex."""
    both = durations_of([played(("a", "x", 5)), played(("a", "x", 700), lane="real")])
    mock = durations_of([played(("a", "x", 5))])

    assert both.cost_ms("real", "a", ["x"]) == 700
    assert both.cost_ms("mock", "a", ["x"]) == 5
    assert mock.cost_ms("real", "a", ["x"]) == 5


def test_several_runs_give_their_median_whatever_their_order() -> None:
    """Provenance: issue text, deterministic."""
    runs = [played(("a", "x", ms)) for ms in (900, 20, 30)]

    assert durations_of(runs) == durations_of(reversed(runs))
    assert durations_of(runs).cost_ms("mock", "a", ["x"]) == 30


def test_a_play_that_took_no_time_counts_a_millisecond() -> None:
    """Provenance: schemas/durations.json."""
    assert durations_of([played(("a", "x", 0.2))]).cost_ms("mock", "a", ["x"]) == 1


def test_the_median_of_two_is_the_lower() -> None:
    """Provenance: whole milliseconds."""
    assert median([9, 4]) == 4


def test_a_recording_is_read_as_it_was_written_a_scenario_per_line() -> None:
    """Provenance: schemas/durations.json; small diffs when it is recorded again."""
    told = durations_of(
        [played(("a", "x", 5), ("a", "y", 6), ("b", "x", 7)), played(("a", "x", 8), lane="real")]
    )
    text = recording_text(told, {"runs": [RUN]})

    assert parse_recording(json.loads(text), "d.json", SCHEMAS) == told
    assert '\n   "a": {"x": 5, "y": 6},\n   "b": {"x": 7}\n' in text


def test_what_is_no_recording_is_refused_with_the_command_that_writes_one() -> None:
    """Provenance: schemas/durations.json."""
    with pytest.raises(UsageFault) as told:
        parse_recording({"schema": 1}, "d.json", SCHEMAS)

    assert "d.json $" in str(told.value)
    assert "matrix durations RUN" in str(told.value)
