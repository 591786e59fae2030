"""``ctrf.json``: the run in the Common Test Report Format (ctrf.io, specification 0.0.0). CORE: a model in, JSON out.

A test per cell, named as in the JUnit file and judged by the same table; what of a run the format has no word for (the
verdict, fingerprints, the replay command) stands in ``rawStatus`` and ``extra``.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue
from harness.report.groups import Cell
from harness.report.junit import OUTCOME, body, failed_as_a_whole, message, problems
from harness.report.model import RunModel
from harness.report.records import JsonObject
from harness.report.stamps import milliseconds, stable_id, started_ms
from harness.report.visible import visible

SPECIFICATION: Final = "0.0.0"
_STATUS: Final = {"failure": "failed", "error": "other", "skipped": "skipped", None: "passed"}
"""What JUnit calls an error is ``other`` here: nothing is known of the SDK."""
_COUNTED: Final = ("passed", "failed", "skipped", "pending", "other")

_Test: TypeAlias = JsonObject


def render(model: RunModel) -> JsonObject:
    """The report as one JSON document; the same model gives the same document."""
    head = model.head
    start = milliseconds(head.started_at)
    stop = start if model.footer is None else milliseconds(model.footer.finished_at)
    tests = [
        *(_test(cell, start) for cell in model.cells.values()),
        *(_pending(scenario, subject) for scenario, subject in model.missing),
        _run(model, start, stop),
    ]
    counts = Counter(str(test["status"]) for test in tests)
    return {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "reportId": stable_id(f"{head.run_id}\nctrf"),
        "timestamp": head.started_at if model.footer is None else model.footer.finished_at,
        "generatedBy": "codex-parity",
        "results": {
            "tool": {"name": "codex-parity", "version": visible(str(head.tool.get("version")))},
            "summary": {
                "tests": len(tests),
                **{name: counts[name] for name in _COUNTED},
                "suites": len(model.judged) + 1,
                "start": start,
                "stop": stop,
                "duration": stop - start,
            },
            "tests": [*tests],
            "environment": {
                "osPlatform": visible(str(head.tool.get("platform"))),
                "extra": {
                    "run": visible(head.run_id),
                    "lane": head.lane,
                    "reference": visible(head.reference),
                    "normaliser": head.normaliser,
                    "exit": model.exit,
                },
            },
        },
    }


def _test(cell: Cell, run_started: int) -> _Test:
    result = cell.result
    start, duration = started_ms(cell, run_started), round(result.duration_ms)
    test: _Test = {
        "id": stable_id(f"{result.scenario}\n{result.subject}"),
        "name": visible(result.scenario),
        "status": _STATUS[OUTCOME.get(result.verdict)],
        "rawStatus": result.verdict,
        "duration": duration,
        "start": start,
        "stop": start + duration,
        "suite": [visible(result.subject), visible(cell.scenario.family)],
        "parameters": {"sdk": visible(f"{cell.subject.sdk} {cell.subject.version}")},
        "extra": {"replay": visible(result.replay), "fingerprints": _fingerprints(cell)},
    }
    if result.verdict != "match":
        test["message"] = visible(message(cell))
        test["trace"] = visible("\n".join(body(cell)), keep="\n")
    if cell.rerun is not None:
        test["retries"] = cell.rerun.plays - 1
    return test


def _fingerprints(cell: Cell) -> list[JsonValue]:
    return [*dict.fromkeys(one.fingerprint for one in cell.result.differences)]


def _pending(scenario: str, subject: str) -> _Test:
    return {
        "id": stable_id(f"{scenario}\n{subject}"),
        "name": visible(scenario),
        "status": "pending",
        "rawStatus": "no_result",
        "duration": 0,
        "suite": [visible(subject)],
        "message": "the run ended before this was judged",
    }


def _run(model: RunModel, start: int, stop: int) -> _Test:
    """The run itself: one that was interrupted, is incomplete or stale is never green in a viewer."""
    kind = failed_as_a_whole(model)
    test: _Test = {
        "id": stable_id("run"),
        "name": "the run is complete",
        "status": "passed" if kind is None else "failed",
        "rawStatus": kind or f"exit_{model.exit}",
        "duration": stop - start,
        "suite": ["run"],
    }
    if kind is not None:
        test["message"] = visible(model.exit_reason)
        test["trace"] = visible("\n".join(problems(model)), keep="\n")
    return test
