"""``summary.json``: the run in a form for programs, published as ``schemas/summary.json``. CORE: a model in, JSON out."""

from __future__ import annotations

from collections import Counter
from typing import Final

from harness.jsonvalue import JsonValue
from harness.report.causes import Root
from harness.report.groups import Group
from harness.report.model import RunModel
from harness.report.records import JsonObject, Subject

SCHEMA: Final = 1
"""The version of the form."""


def summarise(model: RunModel) -> JsonObject:
    """The summary of a run; never says ``complete`` of one that was interrupted, filtered or lacks results."""
    head, footer = model.head, model.footer
    levels: Counter[str] = Counter()
    for of_subject in model.levels.values():
        levels.update({str(level): count for level, count in of_subject.items()})
    return {
        "schema": SCHEMA,
        "run_id": head.run_id,
        "state": "interrupted" if model.interrupted else "complete",
        "complete": model.complete,
        "filter": head.filter,
        "lane": head.lane,
        "codex": head.codex,
        "not_in_lane": len(head.not_in_lane),
        "reference": head.reference,
        "tool": head.tool,
        "command": list(head.command),
        "normaliser": head.normaliser,
        "started_at": head.started_at,
        "finished_at": None if footer is None else footer.finished_at,
        "duration_ms": None if footer is None else footer.duration_ms,
        "exit": model.exit,
        "exit_reason": model.exit_reason,
        "scenarios": len(head.scenarios),
        "verdicts": {str(name): count for name, count in model.verdicts.items()},
        "levels": dict[str, JsonValue](sorted(levels.items())),
        "subjects": [_subject(model, subject) for subject in model.judged],
        "reruns": [
            {
                "scenario": scenario,
                "subject": subject,
                "plays": cell.rerun.plays,
                "differing": cell.rerun.differing,
                "flaky": cell.rerun.flaky,
            }
            for (scenario, subject), cell in model.cells.items()
            if cell.rerun is not None
        ],
        "causes": [_root(root) for root in (*model.new_roots, *model.known_roots)],
        "differences": [_difference(group) for group in (*model.unknown, *model.cosmetic)],
        "known": [_known(group) for group in model.known],
        "baseline": []
        if footer is None
        else [
            {"problem": one.problem, "subject": one.subject, "sentence": one.sentence}
            for one in footer.baseline
        ],
        "not_verified": list(model.not_verified),
    }


def _subject(model: RunModel, subject: Subject) -> JsonObject:
    return {
        "name": subject.name,
        "sdk": subject.sdk,
        "version": subject.version,
        "language": subject.language,
        "runtime": subject.runtime,
        "state": subject.state,
        "fault": subject.fault,
        "reason": subject.reason,
        "verdicts": {str(name): count for name, count in model.counts[subject.name].items()},
        "levels": {str(name): count for name, count in model.levels[subject.name].items()},
    }


def _root(root: Root) -> JsonObject:
    cell, first = root.example
    return {
        "known": root.known is not None,
        "sentence": first.sentence
        if root.known is None
        else root.known.because or root.known.issue,
        "reason": None if root.known is None else root.known.reason,
        "level": root.level,
        "subjects": list(root.subjects),
        "cells": len(root.members),
        "scenarios": len(root.scenarios),
        "fingerprints": [*sorted({group.fingerprint for group in root.groups})],
        "example": {
            "scenario": cell.scenario.id,
            "subject": cell.subject.name,
            "sentence": first.sentence,
            "replay": cell.result.replay,
        },
    }


def _cause(group: Group) -> JsonObject:
    return {
        "fingerprint": group.fingerprint,
        "check": group.check,
        "class": group.kind,
        "level": group.level,
        "subjects": list(group.subjects),
        "axes": dict[str, JsonValue](group.axes),
        "scenarios": list(group.scenarios),
        "count": group.count,
    }


def _difference(group: Group) -> JsonObject:
    cell, first = group.members[0]
    return {
        **_cause(group),
        "plane": group.plane,
        "sentence": first.sentence,
        "odd_one_out": group.odd_one_out,
        "first": {
            "scenario": cell.scenario.id,
            "subject": cell.subject.name,
            "mode": first.mode,
            "where": first.where,
            "path": first.path,
            "replay": cell.result.replay,
        },
    }


def _known(group: Group) -> JsonObject:
    assert group.known is not None, "a group of the known ones has a reason"
    return {
        **_cause(group),
        "reason": group.known.reason,
        "because": group.known.because,
        "issue": group.known.issue,
        "until": group.known.until,
        "flaky": None
        if group.known.flaky is None
        else {"rate": group.known.flaky.rate, "measured": group.known.flaky.measured},
        "since": group.known.since,
    }
