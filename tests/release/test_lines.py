"""Mirror of ``harness/release/lines.py``."""

from __future__ import annotations

from typing import Any

import pytest

from harness.release.lines import (
    Line,
    Ran,
    changelog_lines,
    exit_code,
    ran_line,
    tag_line,
    tree_line,
    version_lines,
)

PYPROJECT = '[project]\nname = "x"\nversion = "1.2.3"\n'


@pytest.mark.requirement("R4-4")
def test_warnings_are_for_a_person_and_one_failure_fails() -> None:
    """Provenance: issue 6, item 8."""
    warn = Line(status="warn", name="n", detail="d", command="c")
    fail = Line(status="fail", name="n", detail="d", command="c")

    assert [exit_code([]), exit_code([warn]), exit_code([warn, fail])] == [0, 0, 1]
    assert fail.to_json() == {"status": "fail", "name": "n", "detail": "d", "command": "c"}


@pytest.mark.requirement("R0-2")
@pytest.mark.parametrize(
    ("wanted", "others", "expected"),
    [
        ("1.2.3", {}, ["pass"]),
        ("1.2.4", {}, ["fail"]),
        ("1.2.3", {"a": "1.2.3", "b": "1.0.0"}, ["pass", "pass", "fail"]),
    ],
)
def test_the_version_is_the_same_everywhere(
    wanted: str, others: dict[str, str], expected: list[str]
) -> None:
    """Provenance: REQUIREMENTS.md R0-2."""
    assert [one.status for one in version_lines(wanted, PYPROJECT, others)] == expected


@pytest.mark.requirement("R0-1", "R0-2")
@pytest.mark.parametrize(
    ("log", "fragments", "expected"),
    [
        ("# Changelog\n\n## 1.2.3 (2026-01-01)\n\n- x\n", [], ["pass", "pass"]),
        ("## [v1.2.3]\n### Subjects\n- x\n## 1.2.2\n", ["a", "b"], ["pass", "fail"]),
        ("## 1.2.30\nx\n## 11.2.3\nthe 1.2.3 is here\n", [], ["fail", "pass"]),
        ("## 1.2.3\n\n### Subjects\n\n## 1.2.2\n\n- x\n", [], ["fail", "pass"]),
        ("## 1.2.3", [], ["fail", "pass"]),
    ],
)
def test_the_changelog_tells_something_of_that_version_and_nothing_waits(
    log: str, fragments: list[str], expected: list[str]
) -> None:
    """Provenance: REQUIREMENTS.md R0-1: a heading alone brings nothing."""
    assert [one.status for one in changelog_lines("1.2.3", log, fragments)] == expected


@pytest.mark.parametrize(
    ("ran", "status", "said"),
    [
        (Ran(command="c", exit=0), "pass", "all is committed"),
        (Ran(command="c", exit=0, out=" M a.py\n?? b\n"), "warn", "2 files are not committed and not in what was built, first a.py"),
        (Ran(command="c", exit=128, err="fatal: no\n"), "fail", "fatal: no"),
    ],
)  # fmt: skip
def test_what_is_not_committed_is_said(ran: Ran, status: str, said: str) -> None:
    """Provenance: ours; what is built is the commit."""
    line = tree_line(ran)

    assert (line.status, line.detail) == (status, said)


@pytest.mark.requirement("R0-3", "R4-5")
@pytest.mark.parametrize(
    ("ran", "want", "status", "said"),
    [
        (Ran(command="c", exit=0, out="x 1.2.3\n"), "1.2.3", "pass", "says 1.2.3"),
        (Ran(command="c", exit=0), "", "pass", "exit 0"),
        (Ran(command="c", exit=0, out="x 1.2.4\n"), "1.2.3", "fail", "no `1.2.3` in what it wrote: x 1.2.4"),
        (Ran(command="c", exit=2, out="1.2.3", err="no\n"), "1.2.3", "fail", "exit 2: no"),
        (Ran(command="c", exit=None, err="cannot start c"), "", "fail", "cannot start c"),
        (Ran(command="c", exit=1), "", "fail", "exit 1: it wrote nothing"),
    ],
)  # fmt: skip
def test_a_command_passes_when_it_ends_well_and_says_what_it_should(
    ran: Ran, want: str, status: str, said: str
) -> None:
    """Provenance: REQUIREMENTS.md R4-5."""
    line = ran_line("n", ran, want)

    assert (line.status, line.detail, line.command) == (status, said, "c")


LISTED = Ran(command="c", exit=0, out="v1.2.3\n")
SIGNED = Ran(command="v", exit=0)
HERE = Ran(command="r", exit=0, out="abc\n")


@pytest.mark.requirement("R0-2", "R0-22")
@pytest.mark.parametrize(
    ("ran", "status", "said"),
    [
        ((Ran(command="c", exit=0),), "warn", "no tag v1.2.3 yet"),
        ((LISTED, SIGNED, HERE, "abc"), "pass", "is signed, and stands on what was built"),
        ((LISTED, SIGNED, HERE, "abe"), "fail", "v1.2.3 stands on abc, and abe was built"),
        ((LISTED, SIGNED, Ran(command="r", exit=128, err="fatal: no\n"), "abe"), "fail", "stands on fatal: no"),
        ((LISTED, Ran(command="v", exit=1, err="error: no signature found"), HERE, "abc"), "fail", "no signature found"),
        ((Ran(command="c", exit=128, err="fatal: no"),), "fail", "fatal: no"),
    ],
)  # fmt: skip
def test_a_tag_is_signed_and_stands_on_what_was_built_or_is_not_there_yet(
    ran: tuple[Any, ...], status: str, said: str
) -> None:
    """Provenance: REQUIREMENTS.md R0-2, R0-22."""
    line = tag_line("1.2.3", *ran)

    assert (line.status, said in line.detail) == (status, True), line.detail
