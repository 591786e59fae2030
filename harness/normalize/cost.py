"""CORE: what a client has spent on turns of two sizes, as numbers, and the coarse classes that are compared.

A turn that is k times as long may take k times as long: the factor beyond that says whether the client is linear. What
it takes at all is counted in round trips: how long the harness itself takes to read and write the same JSON on the
same machine in the same second. Memory is counted in bytes held per byte that codex wrote. The classes are far apart
from what was measured with clients that are well, so that a busy machine cannot move one from class to class; where
the two turns of one size disagree, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harness.jsonvalue import JsonValue
from harness.observation import TurnCost

WORSE_THAN_LINEAR: Final = 2.5
"""Time per byte of the large turn over that of the small one: 1 is linear, for a quadratic reader it is the ratio of sizes."""

FAR_ABOVE: Final = 400.0
"""Round trips: what is 20 times the reference or more."""

HOLDS_MUCH: Final = 60.0
"""Bytes held at the peak per byte that codex wrote."""

_DISAGREE: Final = 3.0
_APART: Final = 4.0

Numbers = dict[str, float]


def numbers(turns: Sequence[TurnCost | None]) -> Numbers | None:
    """``growth``, ``round_trips`` and ``memory`` of one play, or None where they cannot be told.

    Args:
        turns: in order; the first one warms the client up and is not counted, the others are small or large.
    """
    costs = [cost for cost in turns[1:] if cost is not None and cost.wrote > 0 and cost.cpu_ns > 0]
    if len(costs) < len(turns) - 1 or not costs:
        return None
    least = min(cost.wrote for cost in costs)
    small = [cost for cost in costs if cost.wrote < least * 2]
    large = [cost for cost in costs if cost.wrote >= least * _APART]
    if not large or _apart(small) or _apart(large):
        return None
    one, other = (min(map(_per_byte, costs)) for costs in (small, large))
    return {
        "growth": other / one,
        "round_trips": other / min(cost.round_trip_ns for cost in large),
        "memory": min(cost.held / cost.wrote for cost in large),
    }


def classes(measured: Numbers) -> JsonValue:
    """The classes that are compared."""
    far = "far above the reference"
    return {
        "time": "worse than linear" if measured["growth"] >= WORSE_THAN_LINEAR else "linear",
        "round_trips": far if measured["round_trips"] >= FAR_ABOVE else "ordinary",
        "memory": far if measured["memory"] >= HOLDS_MUCH else "ordinary",
    }


def _per_byte(cost: TurnCost) -> float:
    return cost.cpu_ns / cost.wrote


def _apart(costs: Sequence[TurnCost]) -> bool:
    spent = [_per_byte(cost) for cost in costs]
    return max(spent) > _DISAGREE * min(spent)
