"""Matching of two sequences of numbers: patience anchors, Myers in the gaps, with a bound on the search.

Pure integers: knows nothing of events. Sources: REPORTS.md 1.1 (patience with Myers in the gaps was the fastest method
with the right count) and E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

MAX_EDITS: Final = 1000
"""Edits a gap may hold before the search in it is given up: at the bound it costs about half a million steps."""


class Pair(NamedTuple):
    """Two indices that belong together."""

    left: int
    right: int


class Gap(NamedTuple):
    """Two half-open ranges: ``left:left_end`` against ``right:right_end``."""

    left: int
    left_end: int
    right: int
    right_end: int


def gaps_between(whole: Gap, pairs: Sequence[Pair]) -> list[Gap]:
    """What lies in ``whole`` between sorted ``pairs``, where both sides have something."""
    gaps: list[Gap] = []
    left, right = whole.left, whole.right
    for one, other in [*pairs, Pair(whole.left_end, whole.right_end)]:
        if left < one and right < other:
            gaps.append(Gap(left, one, right, other))
        left, right = one + 1, other + 1
    return gaps


def match(left: Sequence[int], right: Sequence[int]) -> tuple[list[Pair], bool]:
    """The pairs of equal numbers, ascending on both sides; and whether a gap was given up.

    Numbers that stand once on each side are anchors (their longest common subsequence); what lies between anchors is
    searched again, and by Myers where there is none. Anchors are chosen for sense, so the whole need not be the longest.
    """
    pairs: list[Pair] = []
    bounded = False
    todo = [Gap(0, len(left), 0, len(right))]
    while todo:
        gap = _trim(left, right, todo.pop(), pairs)
        if gap.left == gap.left_end or gap.right == gap.right_end:
            continue
        anchors = _anchors(left, right, gap)
        if anchors:
            pairs.extend(anchors)
            todo.extend(gaps_between(gap, anchors))
            continue
        found = _search(left, right, gap)
        if found is None:
            bounded = True
        else:
            pairs.extend(found)
    return sorted(pairs), bounded


def _trim(left: Sequence[int], right: Sequence[int], gap: Gap, pairs: list[Pair]) -> Gap:
    start, end, other, other_end = gap
    while start < end and other < other_end and left[start] == right[other]:
        pairs.append(Pair(start, other))
        start, other = start + 1, other + 1
    while start < end and other < other_end and left[end - 1] == right[other_end - 1]:
        end, other_end = end - 1, other_end - 1
        pairs.append(Pair(end, other_end))
    return Gap(start, end, other, other_end)


def _anchors(left: Sequence[int], right: Sequence[int], gap: Gap) -> list[Pair]:
    ours = Counter(left[gap.left : gap.left_end])
    theirs = Counter(right[gap.right : gap.right_end])
    unique = {number for number, count in ours.items() if count == 1 == theirs[number]}
    where = {right[at]: at for at in range(gap.right, gap.right_end) if right[at] in unique}
    shared = [
        Pair(at, where[left[at]]) for at in range(gap.left, gap.left_end) if left[at] in unique
    ]
    return _longest_ascending(shared)


def _longest_ascending(pairs: Sequence[Pair]) -> list[Pair]:
    """Patience sorting: the longest run of pairs that ascends on the right, too."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, pair in enumerate(pairs):
        pile = bisect_left(tops, pair.right)
        before.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [pair.right]
        piles[pile : pile + 1] = [index]
    run: list[Pair] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _search(left: Sequence[int], right: Sequence[int], gap: Gap) -> list[Pair] | None:
    """Myers on what both sides have: a number that one side lacks is in no common subsequence, and costs edits."""
    ours = range(gap.left, gap.left_end)
    theirs = range(gap.right, gap.right_end)
    shared = {left[at] for at in ours} & {right[at] for at in theirs}
    ours_kept = [at for at in ours if left[at] in shared]
    theirs_kept = [at for at in theirs if right[at] in shared]
    found = longest_common([left[at] for at in ours_kept], [right[at] for at in theirs_kept])
    if found is None:
        return None
    return [Pair(ours_kept[one], theirs_kept[other]) for one, other in found]


def longest_common(left: Sequence[int], right: Sequence[int]) -> list[Pair] | None:
    """Myers: a longest common subsequence as pairs, or None when it takes more than :data:`MAX_EDITS` edits.

    ``reach[k]`` is how far on the left the best path on diagonal ``k`` has come.
    """
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(len(left) + len(right), MAX_EDITS) + 1):
        history.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            at = _step(reach, diagonal, edits)
            while (
                at < len(left) and at - diagonal < len(right) and left[at] == right[at - diagonal]
            ):
                at += 1
            reach[diagonal] = at
            if at >= len(left) and at - diagonal >= len(right):
                return _trace(history, len(left), len(right))
    return None


def _step(reach: dict[int, int], diagonal: int, edits: int) -> int:
    if _comes_from_above(reach, diagonal, edits):
        return reach[diagonal + 1]
    return reach[diagonal - 1] + 1


def _comes_from_above(reach: dict[int, int], diagonal: int, edits: int) -> bool:
    if diagonal == -edits:
        return True
    return diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]


def _trace(history: list[dict[int, int]], at: int, other: int) -> list[Pair]:
    pairs: list[Pair] = []
    for edits in range(len(history) - 1, -1, -1):
        reach, diagonal = history[edits], at - other
        start = _step(reach, diagonal, edits)
        while at > start:
            at, other = at - 1, other - 1
            pairs.append(Pair(at, other))
        if _comes_from_above(reach, diagonal, edits):
            other -= 1
        else:
            at -= 1
    return pairs[::-1]
