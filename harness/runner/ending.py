"""CORE: how a run ended: the exit code, why, and the footer line. The exit codes are those of ``harness.errors``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

from harness.baseline.review import Problem
from harness.errors import EXIT_DIVERGENCE, EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_PARITY, EXIT_STALE
from harness.jsonvalue import JsonValue
from harness.real.evidence import Evidence, confirmed_by
from harness.real.lane import NOT_OBSERVED
from harness.runner.judge import GoldenRead, Line
from harness.runner.records import SubjectState
from harness.runner.reruns import is_flaky
from harness.scenario import Scenario


def footer_line(
    results: Sequence[Line],
    *,
    states: Sequence[SubjectState],
    problems: Sequence[tuple[str, Problem]],
    goldens: Sequence[GoldenRead],
    fail_on_missing_runtime: bool,
    finished_at: str,
    duration_ms: float,
    unseen: Sequence[str],
    reruns: Sequence[Line] = (),
    not_rerun: str | None = None,
) -> Line:
    """The last line of a run; a run without it was interrupted.

    Args:
        results: every result line.
        states: every subject, the reference first.
        problems: subject name and what is wrong with its baseline.
        goldens: the goldens that take part; empty when they were switched off.
        fail_on_missing_runtime: whether a missing runtime makes the run incomplete.
        finished_at: ISO time.
        duration_ms: of the whole run.
        unseen: what the lane does not show (:func:`not_seen`).
        reruns: what plays of divergent cells alone showed.
        not_rerun: the sentence for divergent cells that were not played again.
    """
    counts = _verdicts(results)
    stale = [one for one in goldens if one.state != "ok"]
    code, reason = _exit(
        results, states, problems, stale, fail_on_missing_runtime=fail_on_missing_runtime
    )
    if code == EXIT_DIVERGENCE:
        reason += _flaky(reruns)
    return {
        "kind": "footer",
        "counts": dict(counts),
        "levels": _levels(results),
        "exit": code,
        "exit_reason": reason,
        "baseline": [_problem(subject, one) for subject, one in problems],
        "not_verified": [
            *unseen,
            *_not_verified(results, states, stale),
            *([] if not_rerun is None else [not_rerun]),
        ],
        "finished_at": finished_at,
        "duration_ms": duration_ms,
    }


def not_seen(
    scenarios: Sequence[Scenario],
    others: Sequence[str],
    version: str | None,
    evidence: Sequence[Evidence],
) -> tuple[str, ...]:
    """What the lane of a run does not show, in sentences.

    Args:
        scenarios: those that were played.
        others: ids of the selected ones that the lane cannot play.
        version: the released codex that was played, None: the mock.
        evidence: what earlier runs of released binaries confirmed.
    """
    if version is None:
        return (
            "the real codex binary: this lane plays the mock only",
            _synthetic(scenarios, evidence),
        )
    found = []
    if others:
        found.append(
            f"{len(others)} scenarios without a `model` part: not in this lane ({others[0]}, ...)"
        )
    counts = Counter(check for one in scenarios for check in one.not_observed)
    why = [
        f"{check}{'' if count == len(scenarios) else f' of {count} scenarios'} ({NOT_OBSERVED[check]})"
        for check, count in counts.items()
    ]
    if why:
        found.append(f"not observed in this lane: {'; '.join(why)}")
    return tuple(found)


def _synthetic(scenarios: Sequence[Scenario], evidence: Sequence[Evidence]) -> str:
    synthetic = sum(not confirmed_by(one, evidence) for one in scenarios)
    names = ", ".join(one.codex for one in evidence) or "none was asked"
    return f"{synthetic} of {len(scenarios)} scenarios are synthetic: no run of a real codex ({names}) confirms what the mock plays"


def _levels(results: Sequence[Line]) -> Line:
    found = Counter(
        str(one["level"]) for line in results for one in cast("list[Line]", line["differences"])
    )
    return {**found}


def _problem(subject: str, one: Problem) -> Line:
    return {
        "problem": one.kind,
        "subject": subject,
        "entry": one.entry.to_json(),
        "sentence": one.sentence,
    }


def _exit(
    results: Sequence[Line],
    states: Sequence[SubjectState],
    problems: Sequence[tuple[str, Problem]],
    stale: Sequence[GoldenRead],
    *,
    fail_on_missing_runtime: bool,
) -> tuple[int, str]:
    """The exit code: what makes the answer worthless comes first, then divergence, then what was not checked."""
    counts = _verdicts(results)
    lacking = [state.name for state in states if state.fault == "runtime"]
    broken = {
        str(line["subject"])
        for line in results
        if line["verdict"] == "harness_error"
        or (line["verdict"] == "could_not_run" and line["subject"] not in lacking)
    }
    if broken and states[0].fault != "runtime":
        return EXIT_HARNESS, f"the driver or the reference failed for {', '.join(sorted(broken))}"
    if counts["divergence"] or counts["changed"]:
        return EXIT_DIVERGENCE, f"{counts['divergence']} divergences, {counts['changed']} changed"
    compared = counts["match"] + counts["known"] + counts["fixed"]
    if compared == 0:
        return EXIT_INCOMPLETE, "no cell was compared"
    if counts["incomplete"]:
        return EXIT_INCOMPLETE, f"{counts['incomplete']} cells did not do every declared check"
    if lacking and fail_on_missing_runtime:
        return EXIT_INCOMPLETE, f"not verified: {', '.join(lacking)}"
    if problems:
        return EXIT_STALE, f"{len(problems)} stale baseline entries: {problems[0][1].sentence}"
    if stale:
        return (
            EXIT_STALE,
            f"{len(stale)} golden files stale or missing ({stale[0].scenario}: {stale[0].reason}); `nox -s golden` records them",
        )
    return (
        EXIT_PARITY,
        f"parity: {counts['match']} match, {counts['known']} known, {counts['not_applicable']} not applicable",
    )


def _flaky(reruns: Sequence[Line]) -> str:
    """How many divergent cells do not diverge every time; they count all the same."""
    flaky = [one for one in reruns if is_flaky(one)]
    if not flaky:
        return ""
    first = flaky[0]
    return f" ({len(flaky)} flaky, first {first['scenario']}: {first['differing']} of {first['plays']} plays differ)"


def _not_verified(
    results: Sequence[Line], states: Sequence[SubjectState], stale: Sequence[GoldenRead]
) -> list[JsonValue]:
    found: list[JsonValue] = []
    for state in states:
        if not state.ready:
            cells = sum(
                line["subject"] == state.name and line["verdict"] == "could_not_run"
                for line in results
            )
            found.append(f"{state.name} ({cells} scenarios): {state.reason}")
    if stale:
        found.append(f"{len(stale)} golden files: {stale[0].scenario}: {stale[0].reason}")
    return found


def _verdicts(results: Sequence[Line]) -> Counter[str]:
    return Counter(str(line["verdict"]) for line in results)
