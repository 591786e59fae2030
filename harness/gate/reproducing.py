"""IO: the smallest reproduction of each new regression, within a budget, with a guess at its cause.

Source: REQUIREMENTS.md R4-9 (hypothesis, minimal reproduction), R4-10 (ends by budget or by a person), 2.4 (how much).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from harness.gate.commands import OWN, Commands
from harness.gate.hypothesis import hypothesis
from harness.gate.judging import STOP
from harness.gate.policy import Policy
from harness.gate.record import Reproduction
from harness.gate.stages import Finding, Stage, fell_back, passed, warned
from harness.report.model import RunModel
from harness.report.records import Difference
from harness.report.regressions import Change, Regressions
from harness.report.words import plural

FOLDER: Final = "reproductions"
_PLAY_S: Final = 10.0
"""Seconds that one play of a reduction may take at the most; the budget in plays ends it long before."""

_SHOWS_NOT: Final = "the replay command of the cell"


async def reproduce(
    commands: Commands, found: Regressions, candidate: RunModel, policy: Policy
) -> tuple[tuple[Reproduction, ...], Stage]:
    """Reduce one cell of each new cause."""
    causes = list(_causes(found, candidate))
    made: list[Reproduction] = []
    findings: list[Finding] = []
    for change, difference in causes[: policy.reproductions]:
        if (commands.folder / STOP).exists():
            findings.append(warned("reproductions", "stopped by a person"))
            break
        one = await _one(commands, change, difference, candidate, policy, len(made) + 1)
        made.append(one)
        name = f"{one.subject} {one.scenario}"
        findings.append(
            passed(name, one.detail) if one.file else fell_back(name, one.detail, _SHOWS_NOT)
        )
    left = len(causes) - policy.reproductions
    if left > 0:
        findings.append(
            warned(
                "budget", f"{plural(left, 'cause')} beyond the {policy.reproductions} of the policy"
            )
        )
    if not causes:
        findings.append(passed("reproductions", "there is no new regression to reduce"))
    return tuple(made), Stage(name="reproductions", findings=tuple(findings))


def _causes(found: Regressions, candidate: RunModel) -> Iterator[tuple[Change, Difference]]:
    """Each new cause of a subject once, with the first cell that shows it."""
    seen: set[tuple[str, str]] = set()
    for one in found.changes:
        if one.cls != "new_regression" or one.quarantine is not None:
            continue
        difference = next(
            each
            for each in candidate.cells[one.scenario, one.subject].unknown
            if each.fingerprint in one.new
        )
        if (one.subject, difference.fingerprint) not in seen:
            seen.add((one.subject, difference.fingerprint))
            yield one, difference


async def _one(
    commands: Commands,
    change: Change,
    difference: Difference,
    candidate: RunModel,
    policy: Policy,
    number: int,
) -> Reproduction:
    words = shlex.split(change.replay)[3:]
    file = f"{FOLDER}/{number:02}-{change.scenario}.yaml"
    cell = candidate.cells[change.scenario, change.subject]
    guess = hypothesis(cell.unknown)
    replay = change.replay
    if "--lane" in words:
        detail = "a play in front of a released codex is not reduced"
        written = False
    else:
        argv = (
            OWN, "shrink", change.scenario, *words, "--fingerprint", difference.fingerprint,
            "--max-plays", str(policy.shrink_plays), "-o", str(commands.folder / file),
        )  # fmt: skip
        ran = await commands.run(
            "reproductions", change.scenario, argv, timeout_s=policy.shrink_plays * _PLAY_S
        )
        written = ran.exit == 0 and (commands.folder / file).is_file()
        detail = ran.said
        commands.judge("pass" if written else "warn", detail)
        if written:
            replay = shlex.join([OWN, "replay", str(commands.folder / file), *words])
    return Reproduction(
        scenario=change.scenario,
        subject=change.subject,
        fingerprint=difference.fingerprint,
        file=file if written else None,
        detail=detail,
        hypothesis=guess,
        replay=replay,
    )
