"""Requirements and tests are held against each other in both directions."""

from __future__ import annotations

from harness.ledger.entries import Book, Claim, Entry
from harness.ledger.fold import Ledger, fold
from harness.ledger.marks import Mark


def entry(name: str, claim: Claim = "proven", *features: str) -> Entry:
    """A requirement with a claim."""
    why = "" if claim == "proven" else "not begun"
    return Entry(id=name, says="Something is so", map="N", features=features, claim=claim, why=why)


def ledger(*entries: Entry, **tests: str) -> Ledger:
    """A ledger of one document; ``R0_1="a b"``: tests a and b name R0-1."""
    book = Book(source="000", title="Remaining work", entries=entries)
    return fold(
        [book],
        [
            Mark(id=name.replace("_", "-"), test=test)
            for name, named in tests.items()
            for test in named.split()
        ],
    )


def test_a_ledger_that_holds_shows_for_each_requirement_the_tests_that_name_it() -> None:
    """Provenance: issue 6, point 9."""
    found = ledger(
        entry("R0-1", "proven", "F1"), entry("R0-2", "part"), entry("F1", "open"),
        R0_1="t::b t::a", R0_2="t::a",
    )  # fmt: skip

    assert found.problems == ()
    assert [row.tests for row in found.rows] == [("t::a", "t::b"), ("t::a",), ()]
    assert found.counts() == {"proven": 1, "part": 1, "open": 1}


def test_a_requirement_without_a_test_and_without_a_reason_is_a_problem() -> None:
    """Provenance: issue 6, point 9, first direction; removing a mark makes it red (REQUIREMENTS.md P-1)."""
    (problem,) = ledger(entry("R0-1")).problems

    assert problem.startswith("R0-1: no test names it")
    assert '@pytest.mark.requirement("R0-1")' in problem


def test_a_requirement_proven_in_part_needs_a_test_too() -> None:
    """Provenance: ours; half a proof is one, no proof is none."""
    (problem,) = ledger(entry("R0-1", "part")).problems

    assert problem.startswith("R0-1: no test names it")


def test_a_test_that_names_no_requirement_is_a_problem_and_the_nearest_is_named() -> None:
    """Provenance: issue 6, point 9, second direction."""
    first, second = ledger(entry("R0-12", "open"), R0_13="t::a", zzz="t::b").problems

    assert first == "t::a: names R0-13, which is no requirement; did you mean R0-12?"
    assert second == "t::b: names zzz, which is no requirement"


def test_an_open_requirement_that_a_test_names_is_a_problem() -> None:
    """Provenance: issue 6, point 9: open means that nothing shows it."""
    (problem,) = ledger(entry("R0-1", "open"), R0_1="t::a").problems

    assert problem.startswith("R0-1: open (not begun), yet t::a names it")


def test_an_id_that_stands_twice_and_a_feature_that_is_none_are_problems() -> None:
    """Provenance: ours."""
    found = ledger(entry("R0-1", "open"), entry("R0-1", "open", "F9"))

    assert found.problems == (
        "R0-1: stands there 2 times",
        "R0-1: carried by F9, which is no feature",
    )
