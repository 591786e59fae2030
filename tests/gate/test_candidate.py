"""The commands of a project beside the run that is judged."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from harness.gate.candidate import checks, findings
from harness.gate.commands import Commands
from harness.gate.policy import Check
from harness.gate.stages import Finding
from harness.jsonvalue import JsonValue
from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import divergence, footer, header, result

JUNIT = (
    "<testsuites><testsuite><testcase classname='tests.test_a' name='test_one'/>"
    "<testcase classname='tests.test_a' name='test_two'><failure/></testcase>"
    "<testcase classname='tests.test_b' name='test_three'><skipped/></testcase></testsuite></testsuites>"
)


def looked_at(folder: Path, check: Check) -> tuple[Finding, str]:
    """A check and the status that its last command was kept with."""
    commands = Commands(folder=folder / "bundle", cwd=folder)
    (finding,) = asyncio.run(checks(commands, [check]))
    return finding, commands.done[-1].status


def check(
    program: str, *, blocking: bool = True, timeout_s: float = 30, junit: str | None = None
) -> Check:
    """A check that runs a program of Python."""
    return Check(
        name="tests",
        argv=(sys.executable, "-c", program),
        blocking=blocking,
        timeout_s=timeout_s,
        junit=junit,
    )


@pytest.mark.process
@pytest.mark.requirement("R4-4", "R4-5")
@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (check("pass"), "pass", 0),
        (check("raise SystemExit(2)"), "fail", 1),
        (check("raise SystemExit(2)", blocking=False), "warn", 0),
        (check("import signal; signal.pause()", timeout_s=0.5), "fail", 4),
    ],
)
def test_a_check_blocks_or_not_as_the_policy_says(
    given: Check, status: str, code: int, tmp_path: Path
) -> None:
    """Provenance: REQUIREMENTS.md R4-4."""
    finding, kept = looked_at(tmp_path, given)

    assert (finding.status, finding.exit, kept) == (status, code, status)


@pytest.mark.process
@pytest.mark.requirement("R4-4")
def test_a_lesser_command_in_the_place_of_a_missing_one_is_a_fallback_and_no_pass(
    tmp_path: Path,
) -> None:
    """Provenance: REQUIREMENTS.md R4-4."""
    less = Check(
        name="lint",
        argv=("no-such-linter",),
        blocking=True,
        timeout_s=30,
        fallback=(sys.executable, "-c", "pass"),
    )
    finding, kept = looked_at(tmp_path, less)

    assert finding.status == kept == "warn + fallback used"
    assert "no-such-linter" in finding.detail
    assert finding.fallback is not None
    assert finding.fallback.startswith(sys.executable)


@pytest.mark.process
def test_a_lesser_command_that_fails_is_a_failure(tmp_path: Path) -> None:
    """Provenance: ours."""
    less = Check(
        name="lint",
        argv=("no-such-linter",),
        blocking=True,
        timeout_s=30,
        fallback=(sys.executable, "-c", "raise SystemExit(1)"),
    )

    assert looked_at(tmp_path, less)[0].exit == 1


@pytest.mark.process
@pytest.mark.requirement("R4-5")
def test_the_first_failing_tests_are_named_out_of_the_junit_file(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-5: failing suites and first failing test."""
    program = f"import pathlib, sys; pathlib.Path('j.xml').write_text({JUNIT!r}); sys.exit(1)"
    finding, _ = looked_at(tmp_path, check(program, junit="j.xml"))

    assert finding.detail == (
        "exit 1: 3 tests, 1 failed, first tests/test_a.py::test_two, 1 skipped"
    )


@pytest.mark.process
@pytest.mark.requirement("R4-5")
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("pass", 4),
        ("import pathlib; pathlib.Path('j.xml').write_bytes(bytes([255]))", 4),
        ("import pathlib; pathlib.Path('j.xml').write_text('<testsuites/>')", 4),
        (f"import pathlib; pathlib.Path('j.xml').write_text({JUNIT!r})", 1),
    ],
)
def test_exit_0_without_tests_that_passed_is_no_pass(
    program: str, code: int, tmp_path: Path
) -> None:
    """Provenance: DESIGN: no green without evidence."""
    finding, kept = looked_at(tmp_path, check(program, junit="j.xml"))

    assert (finding.status, finding.exit, kept) == ("fail", code, "fail")


@pytest.mark.process
@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raise SystemExit(1)", "it did not write j.xml"),
        (
            "import pathlib, sys; pathlib.Path('j.xml').write_text('<'); sys.exit(1)",
            "j.xml cannot be read",
        ),
    ],
)
def test_a_junit_file_of_an_earlier_run_or_a_broken_one_is_not_told_as_this_one(
    program: str, said: str, tmp_path: Path
) -> None:
    """Provenance: ours."""
    (tmp_path / "j.xml").write_text(JUNIT, "utf-8")

    assert said in looked_at(tmp_path, check(program, junit="j.xml"))[0].detail


def told(model: RunModel) -> dict[str, tuple[str, int]]:
    """What a run says of itself."""
    return {one.name: (one.status, one.exit) for one in findings(model)}


@pytest.mark.requirement("R4-4")
def test_a_run_in_front_of_the_mock_used_a_fallback_and_one_in_front_of_codex_did_not() -> None:
    """Provenance: REQUIREMENTS.md 2.2: a run made only with the mock is never verified with the real codex."""
    both = (result("left"), result("right"))
    codex: dict[str, JsonValue] = {
        "version": "0.169.0",
        "sha256": "0" * 64,
        "package": "npm",
        "platform": "linux-x64",
    }
    real = runs.played(*both, head=header(lane="real", codex=codex))

    assert told(runs.played(*both)) == {"run": ("pass", 0), "codex": ("warn + fallback used", 0)}
    assert told(real) == {"run": ("pass", 0), "codex": ("pass", 0)}


@pytest.mark.parametrize(
    ("code", "status", "blocks"), [(1, "pass", 0), (3, "fail", 3), (4, "fail", 4), (5, "fail", 5)]
)
def test_the_end_of_a_run_blocks_where_the_classes_say_nothing_of_it(
    code: int, status: str, blocks: int
) -> None:
    """Provenance: ours; what differs is judged beside the base, a driver that failed or a stale baseline is not."""
    both = (divergence("left"), result("right"))
    end = footer(*both, exit=code, exit_reason="as it is")

    assert told(runs.played(*both, end=end))["run"] == (status, blocks)


@pytest.mark.parametrize("code", [1, 5])
def test_a_stale_baseline_blocks_whatever_else_the_run_ended_with(code: int) -> None:
    """Provenance: ours; 1 is told before 5, and a known divergence must not hide a stale entry."""
    both = (divergence("left"), result("right"))
    stale: JsonValue = {
        "problem": "unused",
        "subject": "left",
        "entry": {},
        "sentence": "shows nowhere",
    }
    found = told(runs.played(*both, end=footer(*both, exit=code, baseline=[stale])))

    assert found["baseline"] == ("fail", 5)


def test_an_interrupted_run_and_a_part_of_the_catalogue_are_told() -> None:
    """Provenance: schemas/run.json: without a footer nothing is green."""
    lines = runs.run(result("left"), result("right"))
    part = runs.played(
        result("left"), result("right"), head=header(filter="exec.*", complete=False)
    )

    assert told(runs.model(lines[:-1]))["run"] == ("fail", 4)
    assert told(part)["catalogue"] == ("warn", 0)
