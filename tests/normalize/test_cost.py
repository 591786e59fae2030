"""Numbers of what a client spent, and the classes that are compared."""

from __future__ import annotations

import pytest

from harness.normalize.cost import FAR_ABOVE, HOLDS_MUCH, WORSE_THAN_LINEAR, classes, numbers
from harness.observation import TurnCost


def cost(wrote: int, cpu_ns: int, *, held: int = 0) -> TurnCost:
    """A turn; one nanosecond per byte is one reading."""
    return TurnCost(cpu_ns=cpu_ns, held=held, wrote=wrote, reading_ns=1.0)


WARM = cost(10, 10_000)


def test_time_is_counted_per_byte_and_the_first_turn_not_at_all() -> None:
    """Ours: the first turn warms the client up."""
    found = numbers([WARM, cost(10, 20), cost(160, 320, held=480)])

    assert found == {"growth": 1.0, "readings": 2.0, "memory": 3.0}


def test_of_two_turns_of_one_size_the_better_counts() -> None:
    """Ours: noise only adds."""
    found = numbers([WARM, cost(10, 90), cost(11, 22), cost(160, 640), cost(161, 322, held=161)])

    assert found == {"growth": 1.0, "readings": 2.0, "memory": 1.0}


@pytest.mark.parametrize(
    "turns",
    [
        [],
        [WARM],
        [WARM, cost(10, 20), None],
        [WARM, cost(10, 20), cost(0, 20)],
        [WARM, cost(10, 20), cost(12, 20)],
        [WARM, cost(10, 20), cost(160, 320), cost(160, 900)],
    ],
    ids=["none", "only warm", "not measured", "wrote nothing", "one size", "disagree"],
)
def test_what_cannot_be_told_is_not_told(turns: list[TurnCost | None]) -> None:
    """Ours: a machine that is too noisy leaves a check undecided, it does not guess."""
    assert numbers(turns) is None


def test_a_turn_that_took_no_time_at_all_is_no_division_by_zero() -> None:
    """Ours: a clock has steps."""
    found = numbers([WARM, cost(10, 0), cost(160, 320)])

    assert found is not None
    assert found["growth"] == 20.0


@pytest.mark.requirement("R0-9", "F12")
def test_classes_begin_where_the_thresholds_are() -> None:
    """Ours: each threshold, from both sides."""
    least = {"growth": WORSE_THAN_LINEAR, "readings": FAR_ABOVE, "memory": HOLDS_MUCH}
    far = "far above the reference"

    assert classes({name: value - 0.01 for name, value in least.items()}) == {
        "time": "linear",
        "readings": "ordinary",
        "memory": "ordinary",
    }
    assert classes(least) == {"time": "worse than linear", "readings": far, "memory": far}
