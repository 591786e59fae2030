"""IO: the journeys through the report of the candidate, walked by ``codex-parity journeys``.

Source: REQUIREMENTS.md R4-11, R4-12; 2.4: all journeys, unless the policy excuses one with an owner and an end.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Final, cast

from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_STALE
from harness.gate.commands import OWN, Commands
from harness.gate.policy import Policy, PolicyInvalid
from harness.gate.stages import Finding, Stage, failed, fell_back, passed, warned
from harness.journeys.walk import NAMES
from harness.jsonvalue import JsonValue

JOURNEYS: Final = "journeys"
_WALK_S: Final = 900.0


def journeys_of(policy: Policy) -> tuple[str, ...]:
    """The journeys that a policy asks for.

    Raises:
        PolicyInvalid: it names one that does not exist.
    """
    named = (*(policy.journeys or ()), *(name for name, _ in policy.excused))
    for name in named:
        if name not in NAMES:
            raise PolicyInvalid(f"no journey `{name}`", hint=f"There are: {', '.join(NAMES)}.")
    return NAMES if policy.journeys is None else policy.journeys


async def walk(commands: Commands, policy: Policy) -> Stage:
    """Walk them; each is a finding of its own. A policy that asks for none is told, it is no pass."""
    if policy.journeys == ():
        return Stage(name="journeys", findings=(warned("journeys", "the policy asks for none"),))
    out = commands.folder / JOURNEYS
    names = [word for name in policy.journeys or () for word in ("--journey", name)]
    argv = (OWN, "journeys", str(commands.folder), "-o", str(out), *names)
    ran = await commands.run("journeys", "journeys", argv, timeout_s=_WALK_S)
    summary = out / "summary.json"
    rows: Sequence[dict[str, JsonValue]] = ()
    if summary.is_file():
        rows = cast("list[dict[str, JsonValue]]", json.loads(summary.read_bytes())["journeys"])
    findings = [*_excused(policy), *(_finding(one, policy) for one in rows)]
    if not rows:
        findings.append(failed("journeys", f"none was walked: {ran.said}", EXIT_INCOMPLETE))
    return Stage(name="journeys", findings=tuple(findings))


def _finding(row: dict[str, JsonValue], policy: Policy) -> Finding:
    name, status, detail = str(row["journey"]), str(row["status"]), str(row["reason"] or "")
    excuse = dict(policy.excused).get(name)
    match status:
        case "pass" | "not_applicable":
            return passed(name, detail or "every assertion held")
        case "warn":
            return fell_back(name, "every assertion held", str(row["fallback"]))
        case _ if excuse is not None:
            return warned(name, f"{detail}; excused: {excuse}")
        case _:
            return failed(name, detail, EXIT_DIVERGENCE)


def _excused(policy: Policy) -> list[Finding]:
    today = dt.datetime.now(tz=dt.UTC).date()
    return [
        failed(name, f"the exception is over: {excuse}", EXIT_STALE)
        for name, excuse in policy.excused
        if excuse.expired(today)
    ]
