"""Matching two sequences of numbers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harness.compare.sequences import MAX_EDITS, Gap, Pair, gaps_between, longest_common, match

FEW = st.lists(st.integers(0, 3), max_size=14)


def length_of_longest(left: list[int], right: list[int]) -> int:
    """The textbook table, quadratic and plain."""
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            better = max(table[i][j + 1], table[i + 1][j])
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else better
    return table[-1][-1]


@given(FEW, FEW)
def test_pairs_are_equal_and_ascend_on_both_sides(left: list[int], right: list[int]) -> None:
    """Ours: what makes it a matching."""
    pairs, bounded = match(left, right)

    assert not bounded
    assert all(left[pair.left] == right[pair.right] for pair in pairs)
    assert all(a.left < b.left and a.right < b.right for a, b in pairwise(pairs))


@given(FEW, FEW)
def test_the_search_without_anchors_finds_a_longest_common_subsequence(
    left: list[int], right: list[int]
) -> None:
    """Myers 1986: a shortest edit script is found."""
    found = longest_common(left, right)

    assert found is not None
    assert len(found) == length_of_longest(left, right)
    assert all(left[pair.left] == right[pair.right] for pair in found)
    assert all(a.left < b.left and a.right < b.right for a, b in pairwise(found))


@given(FEW, FEW)
def test_a_match_finds_something_where_there_is_something(
    left: list[int], right: list[int]
) -> None:
    """Ours: anchors may cost a pair, never all of them."""
    pairs, _bounded = match(left, right)

    assert bool(pairs) == bool(set(left) & set(right))
    assert len(pairs) <= length_of_longest(left, right)


def test_an_anchor_that_crosses_another_gives_way_to_the_longer_run() -> None:
    """Patience sorting: 9 moved from the end to the head."""
    pairs, _bounded = match([1, 2, 3, 9, 4], [9, 1, 2, 3, 4])

    assert pairs == [Pair(0, 1), Pair(1, 2), Pair(2, 3), Pair(4, 4)]


def test_a_gap_with_too_many_edits_is_given_up_and_said_so() -> None:
    """REPORTS.md 1.1: an unbounded search takes more than a second on a thousand unlike events."""
    left = [0, 1] * MAX_EDITS
    right = [1, 1, 0, 0, 0] * MAX_EDITS

    pairs, bounded = match(left, right)

    assert bounded
    assert len(pairs) < len(left)


def test_streams_with_nothing_in_common_need_no_search() -> None:
    """REPORTS.md 1.1, worst cases: disjoint streams."""
    assert match([1, 1] * 5000, [2, 2] * 5000) == ([], False)


def test_gaps_are_where_both_sides_have_something_between_pairs() -> None:
    """Ours: half-open ranges."""
    whole = Gap(0, 6, 0, 6)

    assert gaps_between(whole, [Pair(1, 1), Pair(2, 4)]) == [Gap(0, 1, 0, 1), Gap(3, 6, 5, 6)]
    assert gaps_between(whole, []) == [whole]
