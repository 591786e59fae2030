"""From differences to words."""

from __future__ import annotations

from itertools import product

import pytest

from harness.compare.compare import State
from harness.compare.difference import ABSENT, Difference, Level
from harness.compare.verdict import Decision, ThreeWay, Verdict, decide, three_way


def difference(name: str, level: Level = "contract") -> Difference:
    return Difference(
        mode="run",
        check="sent.stdin",
        plane="sent",
        cls="changed",
        path="$",
        level=level,
        reference=ABSENT,
        sdk=ABSENT,
        where="",
        fingerprint=name,
        sentence="",
    )


def decided(
    *names: str,
    expected: tuple[str, ...] = (),
    pinned: tuple[str, ...] = (),
    state: State = "equal",
    level: Level = "contract",
) -> Decision:
    return decide(
        differences=[difference(name, level) for name in names],
        states={"run/sent.stdin": state},
        expected=expected,
        pinned=pinned,
    )


@pytest.mark.parametrize(
    ("decision", "verdict"),
    [
        (decided(), Verdict.MATCH),
        (decided("a"), Verdict.DIVERGENCE),
        (decided("a", state="not_done"), Verdict.DIVERGENCE),
        (decided("a", expected=("a",)), Verdict.KNOWN),
        (decided("a", pinned=("a",)), Verdict.KNOWN),
        (decided("a", "b", pinned=("a",)), Verdict.DIVERGENCE),
        (decided("b", pinned=("a",)), Verdict.CHANGED),
        (decided(pinned=("a",)), Verdict.FIXED),
        (decided("b", expected=("b",), pinned=("a",)), Verdict.FIXED),
        (decided(expected=("a",)), Verdict.MATCH),
        (decided(state="not_done"), Verdict.INCOMPLETE),
        (decided("a", expected=("a",), state="not_done"), Verdict.INCOMPLETE),
        (decide(differences=[], states={}), Verdict.INCOMPLETE),
        (decided("a", level="behaviour"), Verdict.DIVERGENCE),
        (decided("a", level="cosmetic"), Verdict.MATCH),
        (decided("a", level="cosmetic", pinned=("a",)), Verdict.KNOWN),
    ],
)
def test_the_verdict_follows_from_differences_baseline_and_checks(
    decision: Decision, verdict: Verdict
) -> None:
    """DESIGN, "Comparison": the closed union, by example."""
    assert decision.verdict is verdict


def test_a_decision_names_the_fingerprints_behind_it_once_each() -> None:
    """Ours: what a baseline has to explain."""
    decision = decided("a", "b", "a", "c", expected=("c",), pinned=("d",))

    assert (decision.new, decision.known, decision.stale) == (("a", "b"), ("c",), ("d",))
    assert decision.reason == "2 causes instead of one cause of the baseline"


def test_checks_that_did_not_happen_are_named() -> None:
    """Ours: incomplete says what."""
    assert decided(state="not_done").reason.endswith("run/sent.stdin")


@pytest.mark.parametrize(
    ("golden_is_reference", "sdk_is_reference", "sdk_is_golden", "answer"),
    [
        (True, True, True, ThreeWay.MATCH),
        (True, False, False, ThreeWay.SDK_DIFFERS),
        (False, True, False, ThreeWay.GOLDEN_STALE),
        (False, False, True, ThreeWay.REFERENCE_DIFFERS),
        (False, False, False, ThreeWay.ALL_DIFFER),
    ],
)
def test_who_stands_apart_of_reference_golden_and_sdk(
    *, golden_is_reference: bool, sdk_is_reference: bool, sdk_is_golden: bool, answer: ThreeWay
) -> None:
    """DESIGN, "Three-way"."""
    found = three_way(
        reference_equals_golden=golden_is_reference,
        reference_equals_sdk=sdk_is_reference,
        sdk_equals_golden=sdk_is_golden,
    )

    assert found is answer
    assert found.sentence


def test_two_equalities_are_a_match_when_a_weakening_hid_the_third() -> None:
    """Ours: equality under weakenings is not transitive."""
    for equal in product([True, False], repeat=3):
        if sum(equal) == 2:
            found = three_way(
                reference_equals_golden=equal[0],
                reference_equals_sdk=equal[1],
                sdk_equals_golden=equal[2],
            )
            assert found is ThreeWay.MATCH
