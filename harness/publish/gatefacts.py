"""CORE: what the four parts of a comment say of a gate, out of ``gate.json`` and ``regressions.json``.

Part 1 are the commands that the gate ran, part 2 what moved from the base to the candidate, part 4 its decision. The gate
computed it; a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from harness.jsonvalue import JsonValue
from harness.publish.facts import CommandRow, Facts, Hider
from harness.report.markdown import code
from harness.report.regressions import MEANING, Class

Record = Mapping[str, JsonValue]

FALLBACK: Final = "warn + fallback used"
"""The status of what was not done as it should have been, and was done otherwise (REQUIREMENTS.md R4-4)."""

_HEADINGS: Final = (
    "Detected: the candidate shows what the base does not",
    "Fixed: differs on the base and no more",
    "Unresolved: fails as before, comes and goes, vanished or could not be judged",
)


def facts_of_gate(gate: Record, regressions: Record, summary: Record) -> Facts:
    """Read the files of a gate, each of which fits its schema.

    Args:
        gate: ``gate.json``.
        regressions: ``regressions.json``, of the base against the candidate.
        summary: ``summary.json`` of the candidate.
    """
    hider = Hider()
    decision = cast("Record", gate["decision"])
    ready = decision["ready"] is True
    changes = cast("list[Record]", regressions["changes"])
    subjects = ", ".join(
        f"{one['name']} {one['version']}" for one in cast("list[Record]", summary["subjects"])
    )
    return Facts(
        title=f"{'Ready' if ready else 'Not ready'}: {hider.text(subjects or 'no SDK')}",
        ready=ready,
        commands=tuple(_command(one, hider) for one in cast("list[Record]", gate["commands"])),
        notes=tuple(
            _stage(one, hider)
            for one in cast("list[Record]", gate["stages"])
            if one["status"] != "pass"
        ),
        compared=_compared(gate, regressions),
        headings=_HEADINGS,
        detected=tuple(_change(one, hider) for one in changes if _is_new(one)),
        fixed=tuple(_change(one, hider) for one in changes if one["class"] == "fixed"),
        unresolved=tuple(
            _change(one, hider) for one in changes if not _is_new(one) and one["class"] != "fixed"
        ),
        details="regressions.json",
        reasons=_reasons(decision, ready=ready, hider=hider),
        next_action=hider.text(str(decision["next_action"])),
        hider=hider,
    )


def _is_new(change: Record) -> bool:
    return change["class"] == "new_regression" or (
        change["class"] == "changed_reason" and bool(change["new"])
    )


def _compared(gate: Record, regressions: Record) -> str:
    candidate = code(str(cast("Record", gate["candidate"])["run_id"]))
    if gate["base"] is None:
        return f"Run {candidate} was compared with no base."
    base = code(str(regressions["base"]))
    return f"Run {candidate} compared with the base {base}; cells equal on both: {regressions['same']}."


def _command(command: Record, hider: Hider) -> CommandRow:
    seconds, exit_status = command["seconds"], command["exit"]
    told = [str(command["note"]), f"log {command['log']}" if command["log"] else ""]
    return CommandRow(
        status=str(command["status"]),
        command=hider.command(cast("Sequence[str]", command["argv"])),
        exit="" if exit_status is None else cast("int", exit_status),
        seconds=f"{seconds:.1f}" if isinstance(seconds, int | float) else "",
        note=hider.text("; ".join(filter(None, told))),
    )


def _stage(stage: Record, hider: Hider) -> str:
    """A stage that is not a plain pass; what was used in place of something is named."""
    status = str(stage["status"])
    if status == FALLBACK:
        status = f"{status}: {stage['fallback']}"
    weight = "blocks" if stage["blocking"] is True else "does not block"
    return f"**{hider.text(status)}** {hider.text(str(stage['name']))} ({weight}): {hider.text(str(stage['detail']))}"


def _change(change: Record, hider: Hider) -> str:
    name = cast("Class", change["class"])
    replay = str(change["replay"])
    excuse = change["quarantine"]
    kept = "" if excuse is None else f". Quarantined, {hider.text(str(excuse))}"
    again = f"; {hider.command(replay.split(' '))}" if replay else ""
    return (
        f"**{hider.text(name.replace('_', ' '))}** {hider.text(str(change['subject']))}, "
        f"{hider.text(str(change['scenario']))}: {hider.text(str(change['reason']) or MEANING[name])}{kept}{again}"
    )


def _reasons(decision: Record, *, ready: bool, hider: Hider) -> tuple[str, ...]:
    reasons = [str(one) for one in cast("list[str]", decision["reasons"])]
    risks = [f"risk, {one}" for one in cast("list[str]", decision["risks"])]
    said = [*reasons, *risks] or [f"exit {decision['exit']}, {'ready' if ready else 'not ready'}"]
    return tuple(hider.text(one) for one in said)
