"""Sentences about ``harness.real.bisect``: the first release that shows something, with few questions."""

from __future__ import annotations

import math

import pytest

from harness.errors import UsageFault
from harness.real.bisect import Found, bisect

VERSIONS = [f"0.{number}.0" for number in range(100)]


def since(first: int, *skipped: int) -> tuple[Found, list[str]]:
    """The search when `new` shows from ``first`` on; the skipped releases cannot be played."""
    questions: list[str] = []

    def probe(version: str) -> frozenset[str] | None:
        questions.append(version)
        number = VERSIONS.index(version)
        if number in skipped:
            return None
        return frozenset({"always"} | ({"new"} if number >= first else set()))

    return bisect(VERSIONS, probe), questions


@pytest.mark.requirement("F11")
@pytest.mark.parametrize("first", range(1, 100))
def test_the_first_release_is_named_whatever_it_is(first: int) -> None:
    found, questions = since(first)
    assert (found.first, found.last) == (VERSIONS[first], VERSIONS[first - 1])
    assert found.new == {"new"}
    assert found.between == ()
    assert len(questions) == len(set(questions)) <= 2 + math.ceil(math.log2(100))


def test_both_ends_are_asked_first() -> None:
    _, questions = since(50)
    assert questions[:2] == ["0.0.0", "0.99.0"]


def test_ends_that_show_the_same_end_the_search() -> None:
    found, questions = since(1000)
    assert found.first is None
    assert found.why_not == "both ends show the same"
    assert len(questions) == 2


def test_what_is_gone_is_not_new() -> None:
    found = bisect(["a", "b"], lambda version: frozenset({"x"} if version == "a" else ()))
    assert (found.first, found.why_not) == (None, "the newest shows only less than the oldest")


@pytest.mark.parametrize(("skipped", "named"), [(0, "0.0.0"), (99, "0.99.0")])
def test_an_end_that_cannot_be_played_is_named(skipped: int, named: str) -> None:
    found, _ = since(50, skipped)
    assert found.why_not == f"it cannot be played with codex {named}"
    assert found.first is None


def test_releases_that_cannot_be_played_may_be_the_first_and_are_said() -> None:
    found, _ = since(50, 49, 48)
    assert (found.last, found.between, found.first) == ("0.47.0", ("0.48.0", "0.49.0"), "0.50.0")


def test_two_releases_need_two_questions() -> None:
    found = bisect(["a", "b"], frozenset)
    assert (found.last, found.first, found.new) == ("a", "b", frozenset("b"))
    assert [version for version, _ in found.asked] == ["a", "b"]


def test_one_release_has_no_step() -> None:
    with pytest.raises(UsageFault, match="one release has no step: a"):
        bisect(["a"], lambda _: frozenset())
