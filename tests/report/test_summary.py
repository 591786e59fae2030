"""summary.json, the report for programs."""

from __future__ import annotations

import json
from typing import cast

import pytest

from harness.report.summary import summarise
from tests.report import runs
from tests.report.runs import ONE, Line
from tests.report.test_html import hostile_run


@pytest.mark.parametrize(
    "lines",
    [
        runs.rich_run(),
        hostile_run(),
        [runs.header()],
        runs.run(runs.result("left"), runs.result("right")),
    ],
    ids=["rich", "hostile", "interrupted", "green"],
)
def test_a_summary_fits_its_published_schema(lines: list[Line]) -> None:
    """schemas/summary.json."""
    summary = summarise(runs.model(lines))

    assert runs.SCHEMAS.first_problem("summary", summary) is None
    assert json.loads(json.dumps(summary)) == summary


def test_an_interrupted_run_is_not_complete() -> None:
    """schemas/run.json: a file without a footer may never look green."""
    summary = summarise(runs.model(runs.run(runs.result("left"))[:-1]))

    assert (summary["state"], summary["complete"], summary["exit"]) == ("interrupted", False, 4)
    assert (summary["finished_at"], summary["duration_ms"], summary["baseline"]) == (None, None, [])


def test_a_whole_run_is_complete() -> None:
    """Ours."""
    summary = summarise(runs.played(runs.result("left"), runs.result("right")))

    assert (summary["state"], summary["complete"], summary["exit"]) == ("complete", True, 0)
    assert summary["verdicts"] == {"match": 2}


def test_differences_are_listed_by_cause_with_the_odd_one_out() -> None:
    """FIELD.md rows 42 and 45."""
    summary = summarise(runs.model(runs.rich_run()))
    first, second = cast("list[Line]", summary["differences"])

    assert (first["fingerprint"], first["odd_one_out"], first["level"]) == (
        "0123456789ab",
        "left",
        "contract",
    )
    assert second["level"] == "cosmetic"
    assert first["first"] == {
        "scenario": ONE,
        "subject": "left",
        "mode": "stream",
        "where": "turn 0 event 2 item.completed/agent_message",
        "path": "$.item.text",
        "replay": f"codex-parity replay {ONE} --subject left",
    }
    assert summary["levels"] == {"contract": 1, "cosmetic": 1}


def test_what_is_known_is_listed_with_its_reason() -> None:
    """FIELD.md row 45; DESIGN: reason, issue link, expiry."""
    summary = summarise(runs.model(runs.rich_run()))

    assert summary["known"] == [
        {
            "fingerprint": "b" * 12,
            "check": "surfaced.events",
            "class": "missing",
            "level": "contract",
            "subjects": ["right"],
            "axes": {},
            "scenarios": [ONE],
            "count": 1,
            "reason": "sdk-bug",
            "because": "The port has no such field.",
            "issue": "https://example.org/issues/1",
            "until": "2.0.0",
            "flaky": False,
        }
    ]
    assert summary["baseline"] == [
        {"problem": "expired", "subject": "right", "sentence": "the entry ended with 2.0.0"}
    ]
