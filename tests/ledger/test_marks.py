"""Marks are read off the source of a test file, and only those that a person can check by reading."""

from __future__ import annotations

import pytest

from harness.errors import HarnessFault
from harness.ledger.marks import Mark, read

PATH = "tests/x/test_y.py"


def marks(*lines: str) -> set[tuple[str, str]]:
    """The marks of a file with these lines."""
    return {(one.id, one.test) for one in read("\n".join(lines), PATH)}


def test_a_test_names_requirements_at_its_head_in_its_cases_and_in_a_table_it_uses() -> None:
    """Provenance: issue 6, point 9; one mechanism that is checked without running a test."""
    found = marks(
        "import pytest",
        'CASES = [pytest.param(1, marks=pytest.mark.requirement("R0-3"))]',
        'MORE: list = [pytest.param(1, marks=pytest.mark.requirement("R0-4"))]',
        "OTHER = 1",
        "class A: pass",
        "A.b = 1",
        '@pytest.mark.requirement("R0-1", "R0-2")',
        "def test_one(): ...",
        "",
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=[pytest.mark.requirement("R0-5")])])',
        "async def test_two(x): ...",
        "",
        '@pytest.mark.parametrize("x", CASES)',
        '@pytest.mark.parametrize("y", MORE)',
        '@pytest.mark.requirement("R0-4")',
        "def test_three(x, y): ...",
    )

    assert found == {
        ("R0-1", f"{PATH}::test_one"),
        ("R0-2", f"{PATH}::test_one"),
        ("R0-5", f"{PATH}::test_two"),
        ("R0-3", f"{PATH}::test_three"),
        ("R0-4", f"{PATH}::test_three"),
    }


def test_a_requirement_named_twice_by_a_test_is_one_mark() -> None:
    """Provenance: ours."""
    text = '@pytest.mark.requirement("F1", "F1")\ndef test_one(): ...'

    assert read(text, PATH) == (Mark(id="F1", test=f"{PATH}::test_one"),)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["@pytest.mark.requirement()", "def test_a(): ..."], "without an id"),
        (['@pytest.mark.requirement("F1", why=1)', "def test_a(): ..."], "without an id"),
        (["@pytest.mark.requirement(NAME)", "def test_a(): ..."], "no literal"),
        (["@pytest.mark.requirement(1)", "def test_a(): ..."], "no literal"),
        (['@pytest.mark.requirement("F1")', "def helper(): ..."], "helper, which is no test"),
        (['pytestmark = pytest.mark.requirement("F1")'], "beside a test"),
        (["def test_a():", '    pytest.mark.requirement("F1")'], "beside a test"),
    ],
)
def test_a_mark_that_proves_nothing_is_refused_with_its_place(
    lines: list[str], message: str
) -> None:
    """Provenance: ours; a mark that nobody counts would look like evidence."""
    with pytest.raises(HarnessFault, match=message) as caught:
        marks(*lines)

    assert PATH in str(caught.value)
