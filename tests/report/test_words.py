"""Words, glyphs, small phrases."""

from __future__ import annotations

from typing import get_args

import pytest

from harness.compare.difference import DifferenceClass, Level
from harness.compare.verdict import ThreeWay
from harness.report import words
from harness.report.records import Merged, Shard, Verdict


def test_everything_that_has_a_tone_has_a_glyph_and_a_word_of_its_own() -> None:
    """REPORTS.md 3.3: colour is never alone."""
    for table in (words.VERDICT, words.CLASS, words.LEVEL):
        shown = [(word.glyph, word.word) for word in table.values()]
        assert all(glyph and word for glyph, word in shown)
        assert len({glyph for glyph, _ in shown}) == len(shown)


def test_no_verdict_class_level_or_answer_is_without_words() -> None:
    """DESIGN: closed unions."""
    assert set(words.VERDICT) == set(get_args(Verdict))
    assert set(words.CLASS) == set(get_args(DifferenceClass))
    assert set(words.LEVEL) == set(get_args(Level))
    assert set(words.THREE_WAY) == {"", *(one.value for one in ThreeWay)}


@pytest.mark.requirement("P-23")
def test_the_mock_lane_says_what_it_does_not_prove() -> None:
    """DESIGN: a mock run says nothing of the real codex."""
    assert words.lane("mock", None) == "mock only: not verified against real codex"
    assert words.lane("real", "0.169.0").startswith("verified against real codex 0.169.0: ")


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 scenarios"), (1, "1 scenario"), (2, "2 scenarios")]
)
def test_counts_are_spelled(count: int, text: str) -> None:
    """Ours."""
    assert words.plural(count, "scenario") == text


def test_an_odd_plural_is_given() -> None:
    """Ours."""
    assert words.plural(2, "check differs", "checks differ") == "2 checks differ"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcdef"), "a, b, c, d and 2 more"),
    ],
)
def test_names_are_listed(names: list[str], text: str) -> None:
    """Ours."""
    assert words.listed(names) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(640, "640 ms"), (12_340, "12.3 s"), (245_000, "4 min 5 s")]
)
def test_durations_are_spelled(milliseconds: float, text: str) -> None:
    """Ours."""
    assert words.duration(milliseconds) == text


def test_a_command_can_be_typed_as_it_is_shown() -> None:
    """POSIX shell quoting."""
    assert words.quoted(("codex-parity", "it's", "", "a b")) == "codex-parity 'it'\\''s' '' 'a b'"


@pytest.mark.parametrize(
    ("since", "text"),
    [
        ("0.1.9", "0.1.9"),
        ("<=0.46.0", "0.46.0 or before (the oldest that was played)"),
        (
            ">0.46.0,<=0.80.0",
            "0.80.0 (0.46.0, the one before it that was played, does not show it)",
        ),
    ],
)
def test_since_which_version_is_said_in_words(since: str, text: str) -> None:
    """Provenance: harness/baseline/since.py."""
    assert words.since_version(since) == text


def test_a_shard_and_a_joined_run_say_what_they_are() -> None:
    """Provenance: decisions/0016; the report of a shard is never taken for that of the whole."""
    shard = Shard(plan="p", leg="linux-mock", name="linux-mock-1", shards=("linux-mock-1", "x"))
    merged = Merged(plan="p", leg="linux-mock", shards=("linux-mock-1", "x"), notes=())

    assert words.part(shard, None) == ", shard linux-mock-1 of 2"
    assert words.part(None, merged) == ", joined from 2 shards"
    assert words.part(None, None) == ""
