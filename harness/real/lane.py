"""The lane `real`: which scenarios it plays, and which checks it can show. CORE.

In this lane the released binary stands in place of the mock, behind a launcher that only looks and then becomes codex.
What neither the launcher, the kernel nor the scripted model server can see is ``not observed``: it is taken out of the
checks and said, so that it can never pass for equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.observation import CHECKS, REAL_ONLY
from harness.scenario import Scenario
from harness.steps import consumption

RACED: Final = "sent.requests"
"""Not observed where a caller stops after some events: whether codex has asked by then is chance."""

NOT_OBSERVED: Final[dict[str, str]] = {
    "sent.stdin": "the launcher reads nothing of it; the prompt shows in sent.requests",
    "surfaced.stderr": "what a real codex writes to stderr is not known beforehand",
    "lifecycle.backpressure": "a real codex does not say when it waits to write",
    "lifecycle.ending": "only the parent of codex, the SDK, is told its exit status",
    "lifecycle.signals": "codex does not say which signals it was sent",
    "lifecycle.cost": "the size of what codex wrote is not known",
    RACED: "a client that gives up early and a codex that is about to ask race",
}
"""Check to why this lane cannot see it."""

_ALWAYS: Final = REAL_ONLY | {"lifecycle.descendants"}
"""What every scenario is asked here: the tools of a real codex live in process groups of their own."""

PATIENCE: Final = 6.0
"""How much longer than the mock a real codex may take: it loads 200 MB and asks a model over HTTP."""

_THREAD: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The scenarios of a selection that this lane plays, in the form in which it does, and the ids of the others."""

    played: tuple[Scenario, ...]
    others: tuple[str, ...]


def choose(scenarios: Sequence[Scenario]) -> Chosen:
    """Split a selection into what has a `model` part and what has none; nothing is dropped without being named."""
    return Chosen(
        played=tuple(real_form(one) for one in scenarios if one.model is not None),
        others=tuple(one.id for one in scenarios if one.model is None),
    )


def real_form(scenario: Scenario) -> Scenario:
    """``scenario`` as this lane plays it: its checks without those that are not observed, with those of this lane."""
    raced = any({"stop_after", "abort_after"} & consumption(turn).keys() for turn in scenario.turns)
    unseen = NOT_OBSERVED.keys() if raced else NOT_OBSERVED.keys() - {RACED}
    asked = {*scenario.checks, *_ALWAYS}
    return replace(
        scenario,
        checks=tuple(check for check in CHECKS if check in asked - unseen),
        not_observed=tuple(check for check in CHECKS if check in asked & unseen),
        outcomes=tuple(one for one in scenario.outcomes if one.check not in unseen),
        deadline_s=scenario.deadline_s * PATIENCE,
    )


def thread_labels(texts: Iterable[str]) -> dict[str, str]:
    """``<THREAD 1>`` to the id of the thread that was begun first, and so on.

    Ids of threads are UUIDs of version 7, which begin with the time: sorted, they stand in the order of their threads.
    """
    found = sorted({one for text in texts for one in _THREAD.findall(text)})
    return {f"<THREAD {number}>": one for number, one in enumerate(found, 1)}
