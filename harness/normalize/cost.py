"""CORE: what a client has spent on turns of two sizes, as numbers, and the coarse classes that are compared.

A turn that is k times as long may take k times as long: the factor beyond that says whether the client is linear. What
it takes at all is counted in readings: how long the core of the reference client takes for the same events, measured
in the harness in the same second. Memory is counted in bytes held per byte that codex wrote. The classes lie far from
what was measured with clients that are well, so that a busy machine moves none of them from class
to class; where two turns of the large size are of different classes, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue
from harness.observation import TurnCost

WORSE_THAN_LINEAR: Final = 2.5
"""Time per byte of the large turn over that of the small one: at most 1 is linear, a quadratic reader has the ratio of sizes."""

FAR_ABOVE: Final = 15.0
"""Readings. The reference has 1 to 3, so 20 times the reference is beyond."""

HOLDS_MUCH: Final = 160.0
"""Bytes held at the peak per byte that codex wrote. V8 alone has shown 80 where 120 KB were written: its heap grows in steps."""

_APART: Final = 4.0

Numbers: TypeAlias = dict[str, float]


def numbers(turns: Sequence[TurnCost | None]) -> Numbers | None:
    """``growth``, ``readings`` and ``memory`` of one play, or None where they cannot be told.

    Args:
        turns: in order; the first one warms the client up and is not counted, the others are small or large.
    """
    costs = [cost for cost in turns[1:] if cost is not None and cost.wrote > 0]
    if len(costs) < len(turns) - 1 or not costs:
        return None
    least = min(cost.wrote for cost in costs)
    small = [_per_byte(cost) for cost in costs if cost.wrote < least * _APART]
    large = [cost for cost in costs if cost.wrote >= least * _APART]
    seen = [_numbers(cost, min(small)) for cost in large]
    if not seen or any(classes(one) != classes(seen[0]) for one in seen):
        return None
    return min(seen, key=lambda one: one["growth"])


def _numbers(large: TurnCost, small: float) -> Numbers:
    spent = _per_byte(large)
    return {
        "growth": spent / small,
        "readings": spent / large.reading_ns,
        "memory": large.held / large.wrote,
    }


def classes(measured: Numbers) -> JsonValue:
    """The classes that are compared."""
    far = "far above the reference"
    return {
        "time": "worse than linear" if measured["growth"] >= WORSE_THAN_LINEAR else "linear",
        "readings": far if measured["readings"] >= FAR_ABOVE else "ordinary",
        "memory": far if measured["memory"] >= HOLDS_MUCH else "ordinary",
    }


def _per_byte(cost: TurnCost) -> float:
    return max(cost.cpu_ns, 1) / cost.wrote
