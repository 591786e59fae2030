"""Whether the shards of a plan are all there, once and finished."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import EXIT_INCOMPLETE, EXIT_USAGE, ParityError, ShardsIncomplete, UsageFault
from harness.runner.shards import ShardRun, fits_plan, gather, promised
from tests.report import runs
from tests.runner.shard_material import FIRST, PLAN, header, played, shard

BOTH = (played(1), played(2))


def test_shards_come_by_leg_in_the_order_of_the_plan() -> None:
    """Provenance: issue text, one report per leg."""
    names = ["linux-mock-1", "macos-mock-1"]
    mac = played(1, head=header(part=shard(leg="macos-mock", name=names[1], shards=[*names])))
    linux = played(1, head=header(part=shard(shards=[*names])))

    assert gather([mac, linux]) == {"linux-mock": (linux,), "macos-mock": (mac,)}
    assert gather(BOTH[::-1]) == {"linux-mock": BOTH}


@pytest.mark.requirement("F11", "R0-21")
def test_a_missing_shard_is_named_and_nothing_is_called_complete() -> None:
    """Provenance: issue text, deleting one shard makes merge fail with its name."""
    with pytest.raises(ShardsIncomplete, match="the shard is missing: linux-mock-2") as told:
        gather(BOTH[:1])

    assert told.value.exit_code == EXIT_INCOMPLETE
    three = played(1, head=header(part=shard(shards=["linux-mock-1", "a", "b"])))
    with pytest.raises(ShardsIncomplete, match="shards are missing: a, b"):
        gather([three])


def test_a_shard_that_is_there_twice_names_both_folders() -> None:
    """Provenance: issue text, refusing duplicates."""
    with pytest.raises(UsageFault, match="linux-mock-1 twice: shards/1 and again/1") as told:
        gather([*BOTH, played(1, where="again/1")])

    assert told.value.exit_code == EXIT_USAGE


def test_a_run_that_is_no_shard_is_refused() -> None:
    """Provenance: issue text, wrong input."""
    whole = ShardRun(where="reports/parity", lines=runs.run(runs.result("left")))

    with pytest.raises(UsageFault, match="no shard of a plan @ reports/parity"):
        gather([BOTH[0], whole])


def test_shards_of_two_plans_are_refused() -> None:
    """Provenance: issue text, wrong input."""
    other = played(2, head=header(2, part=shard(2, plan="f" * 64)))

    with pytest.raises(UsageFault, match=r"shards of two plans: .* in shards/1, f{12} in shards/2"):
        gather([BOTH[0], other])


def interrupted() -> ShardRun:
    """What SIGKILL leaves: whole lines, no footer."""
    return replace(BOTH[1], lines=BOTH[1].lines[:-1])


def lacking() -> ShardRun:
    """A footer, and a cell less than the header promises."""
    return played(2, results=[runs.result("left", name=name) for name in BOTH[1].scenarios])


@pytest.mark.requirement("F11")
@pytest.mark.parametrize(
    ("run", "message"),
    [
        (interrupted(), "linux-mock-2 was interrupted: it has no footer @ shards/2"),
        (replace(BOTH[1], cut=True), "linux-mock-2 was cut off in the middle of a line"),
        (lacking(), "linux-mock-2 has no result of exec.[abc].[a-z]+ for right @ shards/2"),
    ],
    ids=["interrupted", "cut", "lacking"],
)
def test_a_shard_that_was_not_finished_is_refused_with_the_command_that_plays_it(
    run: ShardRun, message: str
) -> None:
    """Provenance: issue text, wrong input; not everything was compared, so exit 4."""
    with pytest.raises(ShardsIncomplete, match=message) as told:
        gather([BOTH[0], run])

    assert "run --plan FILE --shard linux-mock-2" in str(told.value)
    assert told.value.exit_code == EXIT_INCOMPLETE


def test_a_scenario_in_two_shards_is_refused() -> None:
    """Provenance: the joined run would hold two results of one cell."""
    twice = played(2, head=header(2, scenarios=[*FIRST.scenarios]))

    with pytest.raises(UsageFault, match="is in two shards of linux-mock @ shards/1, shards/2"):
        gather([BOTH[0], twice])


def test_the_reference_is_promised_no_results() -> None:
    """Provenance: schemas/run.json."""
    assert promised(header()) == ["left", "right"]


def test_shards_that_are_what_the_plan_says_fit_it() -> None:
    """Provenance: issue text, --plan."""
    fits_plan(PLAN, gather(BOTH))


def other_subjects() -> ShardRun:
    """Played with one subject less."""
    head = header(subjects=[runs.subject("reference"), runs.subject("left")])
    return played(1, head=head, results=[runs.result("left", name=one) for one in FIRST.scenarios])


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (played(1, head=header(part=shard(plan="f" * 64))), "a shard of another plan: f{12}, not"),
        (played(1, head=header(scenarios=["exec.a.one", "exec.z"])), "not the scenarios of the"),
        (other_subjects(), "not the subjects of the plan"),
    ],
    ids=["plan", "scenarios", "subjects"],
)
def test_shards_that_are_not_what_the_plan_says_are_refused(run: ShardRun, message: str) -> None:
    """Provenance: issue text, a shard of another plan."""
    with pytest.raises(ParityError, match=message):
        fits_plan(PLAN, {"linux-mock": [run]})
