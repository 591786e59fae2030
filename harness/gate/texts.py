"""CORE: the two texts of a gate for people: ``plan.md``, written before anything is done, and ``handoff.md`` at its end.

Source: REQUIREMENTS.md R4-3 (a plan first), R4-14 (ready or not, reasons, risks, changelog, next action).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from harness.gate.policy import Policy
from harness.gate.record import (
    REGRESSIONS,
    Gate,
    Intake,
    Reproduction,
)
from harness.gate.stages import Finding, Stage, StageName
from harness.report.markdown import code, escape
from harness.report.model import RunModel
from harness.report.regressions import MEANING, Change
from harness.report.words import plural

_LISTED = 10


def plan(
    intake: Intake,
    policy: Policy,
    *,
    base: RunModel | None,
    candidate: str | None,
    run: Sequence[str],
    journeys: Sequence[str],
) -> str:
    """What a gate is going to do, as Markdown.

    Args:
        intake: what was asked.
        policy: what is asked for.
        base: the run to compare with; None: there is none.
        candidate: the run file to be judged, as a person would write it; None: it is made by ``run``.
        run: the command that makes the candidate.
        journeys: names of the walks through the report.
    """
    subject = code(shlex.join(run)) if candidate is None else f"the run in {code(candidate)}"
    against = (
        "nothing: every cell is without a base" if base is None else f"run {code(base.head.run_id)}"
    )
    steps = [
        *_asked(policy),
        f"Candidate: {subject}. Compared with {against}.",
        *_budget(policy),
        f"Journeys through the report: {', '.join(map(escape, journeys)) or 'none'}.",
        "Hand over: nothing is tagged, merged, pushed or published.",
    ]
    waiting = (f"{one.scenario} for {one.subject}: {one.excuse}" for one in policy.quarantine)
    return "\n".join(
        [
            f"# Gate plan: {escape(intake.release)}",
            "",
            *_source(intake),
            "",
            *(f"{number}. {one}" for number, one in enumerate(steps, 1)),
            "",
            "## Known to stand against it",
            "",
            *_list(map(escape, policy.blockers)),
            "",
            "## In quarantine",
            "",
            *_list(map(escape, waiting)),
            "",
        ]
    )


def _asked(policy: Policy) -> list[str]:
    checks = "".join(f"; {escape(one.name)}: {code(shlex.join(one.argv))}" for one in policy.checks)
    count = plural(len(policy.checks), "command")
    return [f"Look at this machine, and at {count} of the project{checks}."]


def _budget(policy: Policy) -> list[str]:
    return [
        f"Cells that got worse are played again, {policy.cells} at most: {policy.candidate_plays} times on the candidate, {policy.base_plays} on the base.",
        f"More than {policy.flake_limit:.1%} flaky suspects make the answer worthless.",
        f"The smallest reproduction of {policy.reproductions} new causes at most, {policy.shrink_plays} plays each.",
    ]


def _source(intake: Intake) -> list[str]:
    commit = "not in a git checkout" if intake.commit is None else code(intake.commit)
    where = "".join(
        f", {word} {code(name)}"
        for word, name in (("branch", intake.branch), ("tag", intake.tag))
        if name is not None
    )
    dirty = "; **with changes that are not committed**" if intake.dirty else ""
    log = "none" if intake.changelog is None else code(intake.changelog)
    return [f"Commit: {commit}{where}{dirty}.", f"Changelog: {log}."]


def handoff(gate: Gate, draft: str | None, files: Sequence[str]) -> str:
    """What a person gets who decides, as Markdown.

    Args:
        gate: as it ended.
        draft: of the changelog, Markdown; None: there is no changelog.
        files: of the bundle, relative to it, those that are worth opening.
    """
    decision = gate.decision
    return "\n".join(
        [
            f"# {decision.headline}: {escape(gate.intake.release)}",
            "",
            *_source(gate.intake),
            f"Gate {code(gate.gate_id)}, exit {decision.exit}.",
            "",
            "## Reasons",
            "",
            *(_findings(decision.blocking) or ["- nothing blocks: every stage was gone through"]),
            "",
            "## Next action",
            "",
            escape(decision.next_action),
            "",
            "## Risks",
            "",
            *(_findings(decision.risks) or ["- none"]),
            "",
            "## Stages",
            "",
            "| stage | status | what |",
            "|---|---|---|",
            *(_row(one) for one in gate.stages),
            "",
            *_regressions(gate),
            *_reproductions(gate.reproductions),
            "## Changelog, draft",
            "",
            draft or "There is none.",
            "",
            "## Files",
            "",
            *(f"- [{escape(one)}]({one})" for one in files),
            "",
            "A person decides. Nothing was tagged, merged, pushed or published.",
            "",
        ]
    )


def _row(stage: Stage) -> str:
    return f"| {stage.name} | {stage.status} | {escape(stage.detail)} |"


def _findings(found: Sequence[tuple[StageName, Finding]]) -> list[str]:
    return [
        line
        for stage, one in found
        for line in (
            f"- **{stage}**, {escape(str(one))}",
            *([f"  {code(one.command)}"] if one.command else []),
        )
    ]


def _regressions(gate: Gate) -> list[str]:
    against = "no base" if gate.base is None else f"run {code(gate.base.head.run_id)}"
    lines = [
        "## Regressions",
        "",
        f"Run {code(gate.candidate.head.run_id)} against {against}; {plural(gate.found.same, 'cell')} the same.",
        *(f"Note: {escape(note)}." for note in gate.found.notes),
        "",
        "| class | cells | meaning |",
        "|---|--:|---|",
        *(f"| {name} | {count} | {MEANING[name]} |" for name, count in gate.found.counts.items()),
        "",
    ]
    blocking = [one for one in gate.found.changes if one.exit]
    for one in blocking[:_LISTED]:
        lines += _change(one)
    if len(blocking) > _LISTED:
        lines.append(f"- ... and {len(blocking) - _LISTED} more in [{REGRESSIONS}]({REGRESSIONS})")
    return [*lines, ""] if blocking else lines


def _change(one: Change) -> list[str]:
    plays = "".join(
        f"; {side}: {tally.differing} of {tally.plays} plays differ" for side, tally in one.tallies
    )
    moved = f"{one.base} -> {one.candidate}, {escape(one.reason)}{plays}"
    return [
        f"- **{one.cls}** {escape(one.subject)} {escape(one.scenario)}: {moved}",
        *([f"  {code(one.replay)}"] if one.replay else []),
    ]


def _reproductions(made: Sequence[Reproduction]) -> list[str]:
    if not made:
        return []
    lines = ["## Reproductions", ""]
    for one in made:
        file = "" if one.file is None else f" [{escape(one.file)}]({one.file}):"
        lines += [
            f"- {escape(one.subject)} {escape(one.scenario)}:{file} {escape(one.detail)}",
            f"  A guess, by rule: {escape(one.hypothesis)}",
            f"  {code(one.replay)}",
        ]
    return [*lines, ""]


def _list(lines: Iterable[str]) -> list[str]:
    return [f"- {one}" for one in lines] or ["- none"]


def told(gate: Gate) -> list[str]:
    """The end of a gate as lines for a terminal: classes, stages, what to weigh, what blocks, the decision last."""
    decision = gate.decision
    counts = [f"{count:>5} {name}" for name, count in gate.found.counts.items() if count]
    stages = [f"{one.status:<22}{one.name}: {one.detail}" for one in gate.stages]
    return [
        *counts,
        f"{gate.found.same:>5} the same",
        "",
        *stages,
        *_told("risks", decision.risks),
        *_told("reasons", decision.blocking),
        "",
        f"{decision.headline}: {gate.intake.release}",
        decision.next_action,
    ]


def _told(word: str, found: Sequence[tuple[StageName, Finding]]) -> list[str]:
    lines = [
        line
        for stage, one in found
        for line in (f"  {stage}, {one}", *([f"      {one.command}"] if one.command else []))
    ]
    return ["", f"{word}:", *lines] if lines else []
