"""summary.json, the report for programs."""

from __future__ import annotations

import json
from typing import cast

import pytest

from harness.jsonvalue import JsonValue
from harness.report.summary import summarise
from tests.report import runs
from tests.report.runs import ONE, Line
from tests.report.test_html import hostile_run


@pytest.mark.requirement("R4-21", "F22")
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
            "flaky": None,
            "since": None,
        }
    ]
    assert summary["baseline"] == [
        {"problem": "expired", "subject": "right", "sentence": "the entry ended with 2.0.0"}
    ]


def test_root_causes_and_flaky_cells_are_listed_with_counts_and_rates() -> None:
    """Provenance: issue text: one root cause is one line; a flaky scenario is reported with its rate."""
    summary = summarise(runs.model(runs.rich_run()))

    assert summary["reruns"] == [
        {"scenario": ONE, "subject": "left", "plays": 4, "differing": 3, "flaky": True}
    ]
    new, known = cast("list[dict[str, JsonValue]]", summary["causes"])
    assert (new["known"], new["cells"], new["sentence"]) == (False, 1, "`item.text` is otherwise")
    assert (known["known"], known["reason"], known["sentence"]) == (
        True,
        "sdk-bug",
        "The port has no such field.",
    )
    assert known["fingerprints"] == ["b" * 12]
    assert known["example"] == {
        "scenario": ONE,
        "subject": "right",
        "sentence": "`item.text` is otherwise",
        "replay": f"codex-parity replay {ONE} --subject right",
    }


def test_the_rate_of_a_flaky_entry_is_in_the_summary() -> None:
    """Provenance: issue text, item 4."""
    flaky = runs.difference(
        known=runs.known(flaky={"rate": "3 of 20", "measured": "2026-11-21"}, since="0.1.9")
    )
    summary = summarise(
        runs.played(runs.result("left", "known", differences=[flaky]), runs.result("right"))
    )

    (one,) = cast("list[dict[str, JsonValue]]", summary["known"])
    assert (one["flaky"], one["since"]) == ({"rate": "3 of 20", "measured": "2026-11-21"}, "0.1.9")
    assert runs.SCHEMAS.first_problem("summary", summary) is None
