"""IO: compares candidate and base, plays again what got worse, and says which classes are left.

Source: REQUIREMENTS.md R4-6 to R4-8 and 3.5.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from harness.errors import ParityError
from harness.gate.again import (
    Counts,
    Flakes,
    Round,
    flakes,
    quarantined,
    rounds,
    settled,
    shown_by,
    worse,
)
from harness.gate.classes import findings as class_findings
from harness.gate.commands import Commands
from harness.gate.policy import Policy
from harness.gate.stages import Finding, Stage, fell_back, passed, warned
from harness.report import files
from harness.report.groups import CellKey
from harness.report.model import RunModel
from harness.report.regressions import Regressions, SideName, regressions
from harness.report.words import plural
from harness.wire.schemas import SchemaSet

AGAIN: Final = "again"
STOP: Final = ".stop"
"""A file of this name in the bundle ends the loops of a gate after what is running (REQUIREMENTS.md R3-27, R4-10)."""

_ROUND_S: Final = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The comparison after all plays, the flake rate, and the stage."""

    found: Regressions
    flakes: Flakes
    stage: Stage


@dataclass(slots=True)
class _Plays:
    """What further plays have shown, and the rounds that could not be played."""

    shown: dict[SideName, dict[CellKey, Counts]] = field(
        default_factory=lambda: {"base": {}, "candidate": {}}
    )
    failed: list[str] = field(default_factory=list)
    rounds: int = 0


async def judge(
    commands: Commands,
    base: RunModel | None,
    candidate: RunModel,
    policy: Policy,
    schemas: SchemaSet,
) -> Judged:
    """Compare, play again, and take out what is in quarantine."""
    before = nothing_like(candidate) if base is None else base
    found = regressions(before, candidate)
    wanted = rounds(found, before, candidate, policy)
    plays = _Plays()
    for number, one in enumerate(wanted, 1):
        if (commands.folder / STOP).exists():
            plays.failed.append(f"{plural(len(wanted) - number + 1, 'round')}: stopped by a person")
            break
        await _play(commands, one, f"{AGAIN}/{number:02}-{one.side}", plays, schemas)
    found = settled(found, before, candidate, plays.shown)
    found, waiting = quarantined(found, candidate, policy, dt.datetime.now(tz=dt.UTC).date())
    rate = flakes(found, candidate, policy.flake_limit)
    told = (*class_findings(found), *_again_findings(found, policy, plays), *waiting)
    return Judged(
        found=found,
        flakes=rate,
        stage=Stage(name="regressions", findings=(*told, rate.finding())),
    )


def nothing_like(candidate: RunModel) -> RunModel:
    """A base that played nothing, so that every cell of the candidate is without one."""
    head = replace(candidate.head, run_id="none", scenarios=())
    return replace(candidate, head=head, cells={}, missing=(), judged=(), groups=())


async def _play(
    commands: Commands, one: Round, place: str, plays: _Plays, schemas: SchemaSet
) -> None:
    folder = commands.folder / place
    name = f"again on the {one.side}"
    ran = await commands.run("regressions", name, one.argv(str(folder)), timeout_s=_ROUND_S)
    run_file = folder / "run.jsonl"
    shown, why = _shown(one, run_file, schemas) if run_file.is_file() else ({}, ran.said)
    plays.shown[one.side].update(shown)
    if why is None:
        plays.rounds += 1
        commands.judge("pass", f"{plural(len(shown), 'cell')} played alone")
    else:
        plays.failed.append(f"{one.subject} on the {one.side}: {why}")
        commands.judge("warn", why)
    if not run_file.is_file():
        return
    _keep_only(run_file)


def _shown(
    one: Round, run_file: Path, schemas: SchemaSet
) -> tuple[dict[CellKey, Counts], str | None]:
    try:
        return shown_by(one, files.read_model(run_file, schemas))
    except ParityError as error:
        return {}, str(error)


def _keep_only(run_file: Path) -> None:
    """Leave of a round's folder its run file alone: the reports of a single cell would only be in the way."""
    for path in run_file.parent.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path != run_file:
            path.unlink()


def _again_findings(found: Regressions, policy: Policy, plays: _Plays) -> Sequence[Finding]:
    findings: list[Finding] = []
    left = len(worse(found)) - policy.cells
    if left > 0:
        findings.append(
            warned(
                "played again", f"{plural(left, 'cell')} beyond the {policy.cells} of the policy"
            )
        )
    if plays.failed:
        findings.append(
            fell_back(
                "played again", "; ".join(dict.fromkeys(plays.failed)), "the plays in the run files"
            )
        )
    if plays.rounds:
        findings.append(
            passed(
                "played again", f"{plural(plays.rounds, 'round')} of cells that got worse, alone"
            )
        )
    return findings
