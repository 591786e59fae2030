"""CORE: what the journeys of a walk mean for a release, as findings of the stage ``journeys``.

Source: REQUIREMENTS.md 2.4: all journeys, unless the policy excuses one with an owner and an end; over is a failure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from harness.errors import EXIT_DIVERGENCE, EXIT_STALE
from harness.gate.policy import Policy, PolicyInvalid
from harness.gate.stages import Finding, failed, fell_back, passed, warned
from harness.jsonvalue import JsonValue


def wanted(policy: Policy, known: Sequence[str]) -> tuple[str, ...]:
    """The journeys that a policy asks for.

    Args:
        policy: what is asked for.
        known: every journey there is.

    Raises:
        PolicyInvalid: it names one that does not exist.
    """
    for name in (*(policy.journeys or ()), *(name for name, _ in policy.excused)):
        if name not in known:
            raise PolicyInvalid(f"no journey `{name}`", hint=f"There are: {', '.join(known)}.")
    return tuple(known) if policy.journeys is None else policy.journeys


def findings(
    rows: Sequence[dict[str, JsonValue]], policy: Policy, today: dt.date
) -> tuple[Finding, ...]:
    """One finding per journey, and one for each exception whose day is over.

    Args:
        rows: ``journeys`` of the walk's summary (``schemas/journeys.json``).
        policy: for its exceptions.
        today: the day against which they are held.
    """
    over = [
        failed(name, f"the exception is over: {excuse}", EXIT_STALE)
        for name, excuse in policy.excused
        if excuse.expired(today)
    ]
    return (*over, *(_finding(row, policy) for row in rows))


def _finding(row: dict[str, JsonValue], policy: Policy) -> Finding:
    name, reason = str(row["journey"]), str(row["reason"] or "every assertion held")
    excuse = dict(policy.excused).get(name)
    match row["status"]:
        case "pass" | "not_applicable":
            return passed(name, reason)
        case "warn":
            return fell_back(name, reason, str(row["fallback"]))
        case _ if excuse is not None:
            return warned(name, f"{reason}; excused: {excuse}")
        case _:
            return failed(name, reason, EXIT_DIVERGENCE)
