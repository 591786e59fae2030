"""The ledger of this tree holds, and stops holding when it is broken in any direction."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.commandline import ROOT, Ended, run_module

ASKED = {"R0": 22, "R1": 37, "R2": 15, "R3": 60, "R4": 31, "F": 25, "P": 29}
"""How many ids each source has in REQUIREMENTS.md."""


def held(folder: Path) -> Ended:
    """Hold the ledger of a checkout against its tests."""
    return run_module("harness.ledger", "--check", folder=folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the ledger is made of."""
    for name in ("fixtures/requirements", "fixtures/scenarios", "subjects", "schemas", "tests"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.json?")
        )
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs/checklist.md", tmp_path / "docs")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file."""
    text = path.read_text("utf-8")
    assert old in text, f"{old} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_id_of_the_requirements_is_in_the_ledger_once() -> None:
    """Provenance: REQUIREMENTS.md, all tables; numbered without a gap."""
    ids = [
        one["id"]
        for path in (ROOT / "fixtures/requirements").glob("*.toml")
        for one in tomllib.loads(path.read_text("utf-8"))["requirement"]
    ]
    wanted = [
        f"{source}{number}" if source == "F" else f"{source}-{number}"
        for source, count in ASKED.items()
        for number in range(1, count + 1)
    ]

    assert sorted(ids) == sorted(wanted)


@pytest.mark.requirement("R0-20", "R1-36", "R3-54", "F22", "P-1")
@pytest.mark.process
def test_the_ledger_of_this_tree_holds_and_its_page_is_what_it_gives(checkout: Path) -> None:
    """Provenance: issue 6, point 9; the copy is what the breaks below are made in."""
    for folder in (ROOT, checkout):
        ended = held(folder)
        assert (ended.code, ended.err) == (0, ""), ended.err
        assert "requirements and their tests fit each other" in ended.out


@pytest.mark.requirement("P-1")
@pytest.mark.process
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("tests/wire/test_jsontext.py", '"R1-4", ', "", None),
        ("tests/repo/test_tree.py", '"P-16", ', "", "P-16: no test names it"),
        ("tests/repo/test_tree.py", '"P-15"', '"P-99"', "names P-99, which is no requirement"),
        ("tests/repo/test_tree.py", '"P-15"', '"P-15", "R3-1"', "R3-1: open (the run service"),
        ("tests/repo/test_tree.py", '"P-15"', "NAME", "no literal"),
        ("fixtures/requirements/003.toml", 'open = "the run service over Redis Streams is not begun"', "", "R3-1: no test names it"),
        ("fixtures/requirements/003.toml", 'open = "the run service over Redis Streams is not begun"', 'open = ""', "003.toml $.requirement[0]"),
        ("fixtures/requirements/000.toml", '"R0-1"', '"R0-2"', "R0-2: stands there 2 times"),
        ("docs/checklist.md", "| proven |", "| done |", "docs/checklist.md is stale"),
    ],
)  # fmt: skip
def test_each_direction_fails_when_it_is_broken(
    file: str, old: str, new: str, told: str | None, checkout: Path
) -> None:
    """Provenance: issue 6, point 9. Without one of two marks the requirement is still proven: only the page is stale."""
    edit(checkout / file, old, new)

    ended = held(checkout)

    assert ended.code in {3, 5}, ended.out
    assert (told or "docs/checklist.md is stale") in ended.err


@pytest.mark.process
def test_a_ledger_with_a_problem_writes_no_page(checkout: Path) -> None:
    """Provenance: ours; the page would say proven of what nothing proves."""
    edit(checkout / "tests/repo/test_tree.py", '"P-15"', '"P-99"')
    before = (checkout / "docs/checklist.md").read_text("utf-8")

    ended = run_module("harness.ledger", "--write", folder=checkout)

    assert ended.code == 5
    assert (checkout / "docs/checklist.md").read_text("utf-8") == before


@pytest.mark.process
@pytest.mark.parametrize(
    ("inside", "code", "told"),
    [
        ("", 5, "P-1: no test of it was run"),
        ("<failure/>", 5, "test_every_skip_has_a_reason failed"),
    ],
)
def test_a_run_in_which_the_tests_did_not_pass_proves_nothing(
    inside: str, code: int, told: str, checkout: Path
) -> None:
    """Provenance: REQUIREMENTS.md F22: passing tests. Here one test was run and all others were not."""
    (checkout / "junit.xml").write_text(
        f'<testsuites><testcase classname="tests.repo.test_tree" name="test_every_skip_has_a_reason">{inside}</testcase></testsuites>',
        "utf-8",
    )

    ended = run_module("harness.ledger", "--check", "--junit", "junit.xml", folder=checkout)

    assert (ended.code, told in ended.err) == (code, True), ended.err


@pytest.mark.process
def test_the_command_shows_each_requirement_and_can_show_only_what_is_open(checkout: Path) -> None:
    """Provenance: issue 6, point 9."""
    whole, rest = (
        run_module("harness.ledger", *words, folder=checkout).out for words in ([], ["--open"])
    )

    assert len(re.findall(r"^\S+ +(?:proven|part|open) ", whole, re.MULTILINE)) == sum(
        ASKED.values()
    )
    assert "tests/repo/test_ledger.py::test_each_direction_fails_when_it_is_broken" in whole
    assert " proven " not in re.sub(r"^\d+ requirements.*", "", rest, flags=re.MULTILINE)
