"""IO: the journeys through the report of the candidate, walked by ``codex-parity journeys``.

Source: REQUIREMENTS.md R4-11, R4-12.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Final, cast

from harness.errors import EXIT_INCOMPLETE
from harness.gate.commands import OWN, Commands
from harness.gate.policy import Policy
from harness.gate.stages import Stage, failed, warned
from harness.gate.walked import findings
from harness.jsonvalue import JsonValue

JOURNEYS: Final = "journeys"
_WALK_S: Final = 900.0


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
    told = list(findings(rows, policy, dt.datetime.now(tz=dt.UTC).date()))
    if not rows:
        told.append(failed("journeys", f"none was walked: {ran.said}", EXIT_INCOMPLETE))
    stage = Stage(name="journeys", findings=tuple(told))
    commands.judge(stage.status, stage.detail)
    return stage
