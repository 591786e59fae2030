"""The run in the Common Test Report Format."""

from __future__ import annotations

import json
from typing import Final, cast

import pytest
from jsonschema import Draft202012Validator

from harness.jsonvalue import JsonValue
from harness.report.ctrf import render
from harness.report.records import JsonObject
from tests.report import runs
from tests.report.runs import ONE, TWO, Line
from tests.report.test_html import hostile_run

WORD: Final[JsonValue] = {"type": "string", "minLength": 1}
COUNT: Final[JsonValue] = {"type": "integer", "minimum": 0}
COUNTED: Final = ("tests", "passed", "failed", "skipped", "pending", "other")
UUID: Final[JsonValue] = {
    "type": "string",
    "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
}


def closed(required: tuple[str, ...], **properties: JsonValue) -> JsonValue:
    """An object of these members and no others."""
    needed: list[JsonValue] = [*required]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": needed,
        "properties": properties,
    }


SCHEMA: Final = closed(
    ("reportFormat", "specVersion", "results"),
    reportFormat={"const": "CTRF"},
    specVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
    reportId=UUID,
    timestamp={
        "type": "string",
        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
    },
    generatedBy=WORD,
    results=closed(
        ("tool", "summary", "tests"),
        tool=closed(("name",), name=WORD, version=WORD),
        summary=closed(
            (*COUNTED, "start", "stop"),
            **dict.fromkeys((*COUNTED, "suites", "start", "stop", "duration"), COUNT),
        ),
        tests={
            "type": "array",
            "items": closed(
                ("name", "status", "duration"),
                id=UUID,
                name=WORD,
                status={"enum": [*COUNTED[1:]]},
                rawStatus=WORD,
                duration=COUNT,
                start=COUNT,
                stop=COUNT,
                suite={"type": "array", "minItems": 1, "items": {"type": "string"}},
                message={"type": "string"},
                trace={"type": "string"},
                parameters={"type": "object"},
                retries=COUNT,
                extra={"type": "object"},
            ),
        },
        environment=closed((), osPlatform=WORD, extra={"type": "object"}),
    ),
)
"""The members this project writes, in the terms of the format's own schema (ctrf.io, specification 0.0.0)."""


def report(lines: list[Line]) -> JsonObject:
    """The report as somebody reads it from disk, after it was held against the schema."""
    found = cast("JsonObject", json.loads(json.dumps(render(runs.model(lines)))))
    Draft202012Validator(cast("JsonObject", SCHEMA)).validate(found)
    return found


def cases_of(found: JsonObject) -> list[JsonObject]:
    return cast("list[JsonObject]", cast("JsonObject", found["results"])["tests"])


def summary_of(found: JsonObject) -> JsonObject:
    return cast("JsonObject", cast("JsonObject", found["results"])["summary"])


def test_every_cell_is_a_test_and_the_counts_are_theirs() -> None:
    """ctrf.io: the summary counts the tests by status."""
    found = report(runs.rich_run())
    tests = cases_of(found)

    assert [(one["suite"], one["name"], one["status"]) for one in tests] == [
        (["left", "items"], ONE, "failed"),
        (["right", "items"], ONE, "skipped"),
        (["gone", "items"], ONE, "other"),
        (["left", "framing"], TWO, "passed"),
        (["right", "framing"], TWO, "skipped"),
        (["gone", "framing"], TWO, "other"),
        (["run"], "the run is complete", "passed"),
    ]
    assert {name: summary_of(found)[name] for name in COUNTED} == {
        "tests": 7, "passed": 2, "failed": 1, "skipped": 2, "pending": 0, "other": 2,
    }  # fmt: skip
    assert summary_of(found)["duration"] == 60_000


def test_a_failure_says_what_was_seen_and_how_to_see_it_again() -> None:
    """Ours."""
    first = cases_of(report(runs.rich_run()))[0]

    assert first["rawStatus"] == "divergence"
    assert first["message"] == "because of divergence"
    assert f"replay: codex-parity replay {ONE} --subject left" in str(first["trace"])
    assert first["retries"] == 3
    assert first["extra"] == {
        "replay": f"codex-parity replay {ONE} --subject left",
        "fingerprints": ["0123456789ab", "cccccccccccc"],
    }


def test_an_interrupted_run_fails_and_what_was_not_judged_is_pending() -> None:
    """schemas/run.json: never green."""
    found = report(runs.run(runs.result("left"))[:-1])
    tests = cases_of(found)

    assert [one["status"] for one in tests] == ["passed", "pending", "failed"]
    assert tests[-1]["rawStatus"] == "interrupted"
    assert summary_of(found)["start"] == summary_of(found)["stop"]


@pytest.mark.parametrize(("code", "status"), [(0, "passed"), (5, "failed")])
def test_a_run_that_ends_otherwise_than_its_cells_say_fails_by_itself(
    code: int, status: str
) -> None:
    """DESIGN, exit codes: a stale baseline fails no cell."""
    results = [runs.result("left"), runs.result("right")]
    end = runs.footer(*results, exit=code, exit_reason="it is so")

    assert cases_of(report(runs.run(*results, end=end)))[-1]["status"] == status


def test_the_same_run_gives_the_same_report_and_hostile_text_is_harmless() -> None:
    """Ours: no clock and no chance; control characters are shown, not written."""
    assert report(runs.rich_run()) == report(runs.rich_run())
    assert "\\u001b" not in json.dumps(report(hostile_run()))


def test_a_member_that_the_format_does_not_know_is_refused_by_the_schema() -> None:
    """Ours: the schema of this test can fail."""
    found = render(runs.model(runs.rich_run()))

    assert Draft202012Validator(cast("JsonObject", SCHEMA)).is_valid(found)
    assert not Draft202012Validator(cast("JsonObject", SCHEMA)).is_valid({**found, "exit": 1})
