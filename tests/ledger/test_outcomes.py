"""A test that was skipped, failed or not run proves nothing."""

from __future__ import annotations

import pytest

from harness.errors import UsageFault
from harness.ledger.outcomes import Outcome, read, unproven, unverified

A, B, C = (f"tests/x/test_y.py::test_{name}" for name in "abc")


def junit(*cases: str) -> str:
    """A JUnit file as pytest writes it."""
    return f'<testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'


def case(name: str, inside: str = "") -> str:
    """One case of it."""
    return f'<testcase classname="tests.x.test_y" name="{name}">{inside}</testcase>'


def test_of_several_cases_a_failure_counts_most_and_a_skip_least() -> None:
    """Provenance: pytest's JUnit output; a case of parametrize is a case of its test."""
    found = read(
        junit(
            case("test_a[1]", "<skipped/>"), case("test_a[2]"), case("test_a[3]", "<skipped/>"),
            case("test_b[x]"), case("test_b[y]", "<failure/>"), case("test_b[z]"),
            case("test_c", "<skipped/>"), case("test_d", "<error/>"),
        ),
        "junit.xml",
    )  # fmt: skip

    assert found == {A: "passed", B: "failed", C: "skipped", "tests/x/test_y.py::test_d": "failed"}


@pytest.mark.parametrize(("text", "message"), [("no", "not XML"), (junit(), "no test in it")])
def test_what_is_no_junit_file_is_refused(text: str, message: str) -> None:
    """Provenance: ours; a run without tests would prove everything."""
    with pytest.raises(UsageFault, match=message):
        read(text, "junit.xml")


@pytest.mark.requirement("P-15", "F22")
def test_a_requirement_is_proven_by_a_run_when_a_test_was_run_and_none_failed() -> None:
    """Provenance: REQUIREMENTS.md F22 (passing tests), P-15 (skips hid the truth)."""
    tests = {
        "R0-1": (A, C), "R0-2": (A, B), "R0-3": (C,), "R0-4": ("tests/x/test_z.py::test_e",), "R0-5": (),
    }  # fmt: skip

    run: dict[str, Outcome] = {A: "passed", B: "failed", C: "skipped"}
    assert unproven(tests, run) == [
        f"R0-2: {B} failed",
        "R0-4: no test of it was run, such as tests/x/test_z.py::test_e",
    ]
    assert unverified(tests, run) == ["R0-3"]
