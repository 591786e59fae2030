"""Allure results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from harness.jsonvalue import JsonValue
from harness.report.allure import write
from tests.report import runs
from tests.report.runs import ONE, Line
from tests.report.test_html import hostile_run


def written(lines: list[Line], folder: Path) -> dict[str, Line]:
    write(runs.model(lines), folder)
    read = [json.loads(path.read_text("utf-8")) for path in folder.glob("*-result.json")]
    return {one["name"]: one for one in read}


def labels(one: Line) -> dict[str, str]:
    return {label["name"]: label["value"] for label in cast("list[dict[str, str]]", one["labels"])}


def test_every_cell_is_a_result_with_its_status(tmp_path: Path) -> None:
    """Allure: failed is a product defect, broken a test defect."""
    found = written(runs.rich_run(), tmp_path)

    assert found[f"{ONE} [left]"]["status"] == "failed"
    assert found[f"{ONE} [right]"]["status"] == "skipped"
    assert found[f"{ONE} [gone]"]["status"] == "broken"
    assert len(found) == 6


def test_a_result_is_labelled_by_subject_family_and_severity(tmp_path: Path) -> None:
    """Ours."""
    found = written(runs.rich_run(), tmp_path)

    assert labels(found[f"{ONE} [left]"])["severity"] == "critical"
    assert labels(found[f"{ONE} [left]"])["suite"] == "items"
    assert labels(found[f"{ONE} [left]"])["subject"] == "left"


def test_severity_without_a_difference_is_that_of_the_scenario(tmp_path: Path) -> None:
    """Ours."""
    lines = runs.run(
        runs.result("left"), runs.result("right"), extra=(runs.scenario(level="behaviour"),)
    )

    assert labels(written(lines, tmp_path / "a")[f"{ONE} [left]"])["severity"] == "normal"
    assert (
        labels(
            written(runs.run(runs.result("left"), runs.result("right")), tmp_path / "b")[
                f"{ONE} [left]"
            ]
        )["severity"]
        == "critical"
    )


def test_start_and_stop_are_those_of_the_plays(tmp_path: Path) -> None:
    """Ours: the first start of codex, else the start of the run."""
    found = written(runs.rich_run(), tmp_path)

    assert found[f"{ONE} [left]"]["start"] == 1_795_233_600_000
    assert found[f"{ONE} [left]"]["stop"] == 1_795_233_600_012
    assert found[f"{ONE} [right]"]["start"] == 1_795_234_231_120


def test_what_is_not_a_match_has_a_small_attachment_and_its_issue(tmp_path: Path) -> None:
    """REPORTS.md 4: attachments only where they help."""
    found = written(runs.rich_run(), tmp_path)
    (attachment,) = cast("list[dict[str, str]]", found[f"{ONE} [left]"]["attachments"])
    text = (tmp_path / attachment["source"]).read_text("utf-8")

    assert "replay: codex-parity replay" in text
    assert "`item.text` is otherwise [0123456789ab]" in text
    assert (
        cast("list[Line]", found[f"{ONE} [right]"]["links"])[0]["url"]
        == "https://example.org/issues/1"
    )
    assert (
        "attachments"
        not in written(runs.run(runs.result("left"), runs.result("right")), tmp_path / "b")[
            f"{ONE} [left]"
        ]
    )


def test_a_long_list_is_cut_and_counted(tmp_path: Path) -> None:
    """Ours: a cut is never silent."""
    many = [runs.difference(path=f"$[{number}]") for number in range(45)]
    written(runs.run(runs.divergence("left", *many), runs.result("right")), tmp_path)
    (attachment,) = tmp_path.glob("*-attachment.txt")

    assert attachment.read_text("utf-8").endswith("... and 5 more")


def test_ids_and_file_names_depend_on_scenario_and_subject_only(tmp_path: Path) -> None:
    """Allure: history is joined by historyId."""
    first = written(runs.rich_run(), tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    other = runs.rich_run()
    other[0]["run_id"] = "another"
    later = written(other, tmp_path / "later")

    assert written(runs.rich_run(), tmp_path) == first
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == before
    assert {name: one["historyId"] for name, one in first.items()} == {
        name: one["historyId"] for name, one in later.items()
    }
    assert len({one["historyId"] for one in first.values()}) == 6


def test_an_interrupted_run_is_a_broken_result(tmp_path: Path) -> None:
    """schemas/run.json: never green."""
    found = written(runs.run(runs.result("left"))[:-1], tmp_path)

    assert found["the run is complete"]["status"] == "broken"


def test_hostile_values_are_made_visible(tmp_path: Path) -> None:
    """Ours."""
    found = written(hostile_run(), tmp_path)

    assert "\u202e" not in json.dumps(found, ensure_ascii=False)
    assert len(found) == 2


def test_an_odd_observation_does_not_break_the_results(tmp_path: Path) -> None:
    """Ours: the report shows what it was given."""
    odd = runs.observation("left", raw={"invocations": "none"})

    assert (
        len(written(runs.run(runs.result("left"), runs.result("right"), extra=(odd,)), tmp_path))
        == 2
    )


def test_one_sdk_on_two_runtimes_is_two_tests_and_no_retry(tmp_path: Path) -> None:
    """Allure 3.18.0: results of one testCaseId whose parameters are equal, the excluded ones aside, are retries of one test."""
    twins = [runs.subject(name, sdk="twin") for name in ("left", "left+node22")]
    head = runs.header(subjects=[runs.subject("reference"), *twins])
    results = [runs.result("left"), runs.result("left+node22")]
    found = written(runs.run(*results, head=head), tmp_path)
    seen = [
        (
            one["testCaseId"],
            [
                (pair["name"], pair["value"])
                for pair in cast("list[dict[str, JsonValue]]", one["parameters"])
                if not pair.get("excluded")
            ],
        )
        for one in found.values()
    ]

    assert len(seen) == 2
    assert seen[0] != seen[1]
