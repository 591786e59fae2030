"""CORE: plays whose measures a busy machine has left undecided; they are played again, alone, before their cells are judged."""

from __future__ import annotations

from typing import Final

from harness.normalize.facts import applies, facts
from harness.observation import MEASURED, Mode, Observation
from harness.runner.records import PlayResult
from harness.scenario import Scenario

TRIES: Final = 3
"""How often an undecided play is played again; a client that keeps a measure from being decided is told as it is."""


def measures(scenario: Scenario, mode: Mode) -> frozenset[str]:
    """The declared checks of this mode that are measured and not just seen."""
    return frozenset(one for one in MEASURED & set(scenario.checks) if applies(one, mode))


def is_undecided(scenario: Scenario, result: PlayResult) -> bool:
    """Whether every turn of a play came to its end and a measure of it says nothing; an error would explain that."""
    if not isinstance(result, Observation) or result.host != "ok":
        return False
    if any(turn.outcome in {"error", "none"} for turn in result.turns):
        return False
    wanted = measures(scenario, result.mode)
    return bool(wanted) and not wanted <= facts(result).keys()
