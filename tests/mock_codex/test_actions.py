"""Mirror of ``mock_codex/actions.py``."""

from __future__ import annotations

import pytest

from mock_codex.actions import Match

ANY, NEW = Match(), Match(any_thread=False)
ON_A, ON_B = Match(any_thread=False, resumes="a"), Match(any_thread=False, resumes="b")
SAID, ON_A_SAID = Match(stdin="p"), Match(any_thread=False, resumes="a", stdin="p")


@pytest.mark.parametrize(
    ("wide", "narrow"), [(ANY, NEW), (ANY, ON_A), (ANY, SAID), (ON_A, ON_A_SAID), (SAID, ON_A_SAID)]
)
def test_a_match_covers_every_narrower_one_and_not_the_reverse(wide: Match, narrow: Match) -> None:
    """Ours: a covered turn is never played."""
    assert wide.covers(narrow)
    assert not narrow.covers(wide)


def test_matches_meet_when_one_thread_may_fit_both() -> None:
    """Ours: whether stdin was read must not depend on the prompt."""
    assert ANY.meets(ON_A)
    assert ON_A.meets(SAID)
    assert ON_A.meets(ON_A_SAID)
    assert not ON_A.meets(ON_B)


@pytest.mark.parametrize(
    ("one", "other"), [(ON_A, ON_B), (NEW, ON_A), (ON_A, SAID), (SAID, Match(stdin="q"))]
)
def test_matches_that_differ_cover_neither_way(one: Match, other: Match) -> None:
    """Ours."""
    assert not one.covers(other)
    assert not other.covers(one)
