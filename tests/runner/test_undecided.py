"""Plays whose measures a busy machine has left undecided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.catalogue import load
from harness.observation import Observation, TurnCost, TurnRecord
from harness.root import find_root, load_schemas
from harness.runner.records import NotPlayed
from harness.runner.undecided import is_undecided, measures
from harness.scenario import Scenario


def cost(wrote: int, cpu_ns: int) -> TurnRecord:
    """A turn that cost something."""
    spent = TurnCost(cpu_ns=cpu_ns, held=10, wrote=wrote, reading_ns=1.0)
    return TurnRecord(outcome="end", cost=spent)


SMALL = [cost(10, 10), cost(10, 10), cost(10, 10)]


def scenario(name: str) -> Scenario:
    """One of the catalogue."""
    root = find_root(Path(__file__).parent)
    (found,) = load(root, load_schemas(root)).select(name)
    return found


@pytest.fixture(scope="module")
def costs() -> Scenario:
    """A scenario that measures cost, in both modes."""
    return scenario("exec.cost.number-of-events")


@pytest.fixture(scope="module")
def pauses() -> Scenario:
    """A scenario that measures backpressure, in a stream."""
    return scenario("exec.stream.backpressure")


@pytest.fixture(scope="module")
def plain() -> Scenario:
    """A scenario that measures nothing."""
    return scenario("exec.items.agent-message")


def play(*turns: TurnRecord) -> Observation:
    """A play in a stream that came to its end."""
    return Observation(scenario="s", subject="x", mode="stream", turns=turns)


def test_only_what_is_declared_and_exists_in_the_mode_is_measured(
    costs: Scenario, pauses: Scenario, plain: Scenario
) -> None:
    """Provenance: harness/observation.py, MEASURED and ONLY_IN."""
    assert measures(costs, "run") == {"lifecycle.cost"}
    assert measures(pauses, "stream") == {"lifecycle.backpressure"}
    assert measures(pauses, "run") == measures(plain, "stream") == frozenset()


def test_a_play_is_undecided_when_a_measure_of_it_says_nothing(
    costs: Scenario, pauses: Scenario, plain: Scenario
) -> None:
    """Provenance: measured: turns of one size of different classes, a client that still moved after its pause."""
    assert is_undecided(costs, play(TurnRecord(outcome="end")))
    assert is_undecided(costs, play(*SMALL, cost(160, 160), cost(160, 16000)))
    assert not is_undecided(costs, play(*SMALL, cost(160, 160), cost(160, 160)))
    assert is_undecided(pauses, play(TurnRecord(outcome="end", ahead="undecided")))
    assert not is_undecided(pauses, play(TurnRecord(outcome="end", ahead="blocked")))
    assert not is_undecided(plain, play(TurnRecord(outcome="end")))


def test_what_did_not_come_to_its_end_is_told_as_it_is(costs: Scenario) -> None:
    """Provenance: ours; a hang is no matter of a busy machine alone."""
    assert not is_undecided(costs, NotPlayed(why="driver", reason="broken"))
    assert not is_undecided(costs, replace(play(TurnRecord(outcome="end")), host="hung"))
    assert not is_undecided(costs, play(TurnRecord(outcome="end"), TurnRecord(outcome="error")))
