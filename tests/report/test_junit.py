"""JUnit XML for CI viewers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from harness.report.junit import render
from tests.report import runs
from tests.report.runs import ONE, TWO, Line
from tests.report.test_html import hostile_run


def parsed(*results: Line, end: Line | None = None) -> ET.Element:
    return ET.fromstring(render(runs.played(*results, end=end)))


def case(root: ET.Element, who: str, name: str = ONE) -> ET.Element:
    found = root.find(f"testsuite[@name='{who}']/testcase[@name='{name}']")
    assert found is not None
    return found


def test_a_suite_per_sdk_a_case_per_scenario() -> None:
    """FIELD.md row 44."""
    root = ET.fromstring(render(runs.model(runs.rich_run())))
    suites = {suite.get("name"): suite for suite in root}

    assert set(suites) == {"left", "right", "gone", "run"}
    assert [one.get("name") for one in suites["left"].iter("testcase")] == [ONE, TWO]
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == (
        "7",
        "1",
        "2",
        "2",
    )


@pytest.mark.parametrize(
    ("verdict", "element"),
    [
        ("changed", "failure"),
        ("fixed", "failure"),
        ("could_not_run", "error"),
        ("incomplete", "error"),
        ("harness_error", "error"),
        ("known", "skipped"),
        ("not_applicable", "skipped"),
    ],
)
def test_each_verdict_has_its_element_and_its_reason(verdict: str, element: str) -> None:
    """schemas/run.json: divergence is a failure, a crash an error, an expected one skipped with its reason."""
    results = [runs.result("left", verdict), runs.result("right")]
    found = case(parsed(*results, end=runs.footer(*results, exit=1)), "left").find(element)

    assert found is not None
    assert f"because of {verdict}" in str(found.get("message"))


def test_a_match_is_a_case_without_any_element() -> None:
    """JUnit: a passed case is empty but for its properties."""
    assert [
        child.tag for child in case(parsed(runs.result("left"), runs.result("right")), "left")
    ] == ["properties"]


def test_a_failure_says_in_one_sentence_what_and_in_its_body_where() -> None:
    """REPORTS.md 4: the first line must be the sentence a person needs."""
    failure = case(ET.fromstring(render(runs.model(runs.rich_run()))), "left").find("failure")

    assert failure is not None
    assert failure.get("message") == "because of divergence"
    assert failure.get("type") == "divergence"
    assert "codex-parity replay exec.items.web-search --subject left" in str(failure.text)
    assert "stream contract surfaced.events turn 0 event 2" in str(failure.text)
    assert "cccccccccccc" not in str(failure.text)


def test_a_known_difference_carries_why_it_is_known() -> None:
    """DESIGN: every baseline entry has a reason."""
    skipped = case(ET.fromstring(render(runs.model(runs.rich_run()))), "right").find("skipped")

    assert skipped is not None
    assert "known, sdk-bug: The port has no such field." in str(skipped.text)


def test_ids_are_properties_of_the_case() -> None:
    """FIELD.md row 44: properties carry ids."""
    root = ET.fromstring(render(runs.model(runs.rich_run())))
    found = {one.get("name"): one.get("value") for one in case(root, "left").iter("property")}

    assert found["scenario"] == ONE
    assert found["verdict"] == "divergence"
    assert found["fingerprint.0"] == "0123456789ab"


def test_the_body_is_bounded_and_says_so() -> None:
    """REPORTS.md 4: at most 40 lines."""
    many = [runs.difference(path=f"$[{number}]") for number in range(60)]
    failure = case(parsed(runs.divergence("left", *many), runs.result("right")), "left").find(
        "failure"
    )

    assert failure is not None
    lines = str(failure.text).split("\n")
    assert len(lines) == 40
    assert lines[-1] == "... and 23 more"


def test_an_interrupted_run_is_an_error_of_its_own() -> None:
    """schemas/run.json: never green."""
    root = ET.fromstring(render(runs.model(runs.run(runs.result("left"))[:-1])))
    error = case(root, "run", "the run is complete").find("error")
    missing = case(root, "right").find("error")

    assert error is not None
    assert error.get("type") == "interrupted"
    assert missing is not None
    assert missing.get("type") == "no_result"
    assert root.get("time") == "0.000"


def test_a_stale_baseline_is_an_error_although_every_case_passed() -> None:
    """DESIGN, exit codes: 5 is not green."""
    results = [runs.result("left"), runs.result("right")]
    problem: Line = {"problem": "expired", "subject": "left", "entry": {}, "sentence": "it ended"}
    error = case(
        parsed(
            *results, end=runs.footer(*results, exit=5, exit_reason="stale", baseline=[problem])
        ),
        "run",
        "the run is complete",
    ).find("error")

    assert error is not None
    assert error.get("type") == "exit_5"
    assert error.text == "it ended"


def test_a_divergence_is_not_counted_a_second_time_for_the_run() -> None:
    """Ours: one cause, one red case."""
    assert parsed(runs.divergence("left"), runs.result("right")).get("errors") == "0"


def test_hostile_values_give_a_document_that_parses() -> None:
    """XML 1.0: no control characters, no surrogates."""
    root = ET.fromstring(render(runs.model(hostile_run())))

    messages = [str(one.get("message")) for one in root.iter("failure")]

    assert len(messages) == 1
    assert "␛[31m<U+202E>" in messages[0]


def test_the_same_run_gives_the_same_bytes() -> None:
    """Ours."""
    assert render(runs.model(runs.rich_run())) == render(runs.model(runs.rich_run()))
