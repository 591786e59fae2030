"""Mirror of ``mock_codex/clap_texts.py``: the words of clap in codex 0.169.0."""

from __future__ import annotations

import pytest

from mock_codex.clap_texts import jaro, similar, wording
from mock_codex.command_line import Problem, read
from tests.mock_codex.small_world import CASES, Case, argv_of


def _words(case: Case) -> str:
    with pytest.raises(Problem) as raised:
        read(argv_of(case))
    return wording(raised.value)


def test_a_refused_command_line_is_refused_in_the_words_of_clap() -> None:
    """Captured: codex 0.169.0, tests/mock_codex/probes.json."""
    refused = [case for case in CASES if case.get("exit") == 2]
    assert {case["name"]: _words(case) for case in refused} == {
        case["name"]: case["stderr"] for case in refused
    }


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("", "", 1.0),
        ("", "a", 0.0),
        ("abc", "xyz", 0.0),
        ("martha", "marhta", 0.944),
        ("dixon", "dicksonx", 0.767),
        ("color", "yolo", 0.783),
    ],
)
def test_likeness_is_jaro(left: str, right: str, expected: float) -> None:
    """The textbook pairs of the Jaro measure, and one captured pair (`--color` suggests `--yolo`)."""
    assert jaro(left, right) == pytest.approx(expected, abs=0.001)


def test_nothing_is_like_a_word_when_there_is_nothing() -> None:
    """Ours."""
    assert similar("word", ()) is None
