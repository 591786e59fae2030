"""Declared outcomes in a comparison: each of the set is right, anything else is told with the set."""

from __future__ import annotations

import pytest

from harness.compare.compare import Comparison, compare
from harness.compare.declared import ONE_OF, allowed, settle, single
from harness.jsonvalue import JsonValue
from harness.observation import Mode, Normalised
from harness.outcomes import Alternative, Covers, OutcomeSet

Facts = dict[str, JsonValue]
STARTED: JsonValue = {"type": "thread.started", "thread_id": "t"}
TURN: JsonValue = {"type": "turn.started"}
ITEM: JsonValue = {
    "type": "item.completed",
    "item": {"id": "item_0", "type": "agent_message", "text": "hi"},
}
OTHER: JsonValue = {
    "type": "item.completed",
    "item": {"id": "item_0", "type": "agent_message", "text": "ho"},
}


def declared(
    check: str,
    *facts: JsonValue,
    at: int | None = None,
    covers: tuple[Covers, ...] = (),
    modes: tuple[Mode, ...] = ("stream",),
) -> OutcomeSet:
    return OutcomeSet(
        check=check,
        at=at,
        modes=modes,
        alternatives=tuple(
            Alternative(name=f"way-{index}", because="so", source="ours", fact=fact, covers=covers)
            for index, fact in enumerate(facts)
        ),
    )


TWO_OR_THREE = declared("surfaced.events", [STARTED, TURN], [STARTED, TURN, ITEM], at=0)
SIGNALS = declared("lifecycle.signals", [[]], [["SIGINT"]])


def compared(left: Facts, right: Facts, *sets: OutcomeSet) -> Comparison:
    return compare(
        Normalised(mode="stream", facts=left),
        Normalised(mode="stream", facts=right),
        checks=tuple(left.keys() | right.keys()),
        scenario_level="contract",
        outcomes=sets,
    )


def events(*turns: list[JsonValue]) -> Facts:
    return {"surfaced.events": [*turns]}


def test_two_sides_that_each_show_a_right_outcome_agree() -> None:
    """Provenance: issue text, item 4: a cancel that may see 2 or 3 events."""
    seen = compared(events([STARTED, TURN]), events([STARTED, TURN, ITEM]), TWO_OR_THREE)

    assert (seen.differences, seen.states) == ((), {"surfaced.events": "equal"})
    assert [row.to_json() for row in seen.taken] == [
        {"at": 0, "declared": ["way-0", "way-1"], "reference": "way-0", "sdk": "way-1"}
    ]


def test_without_the_set_the_same_two_sides_differ() -> None:
    """Provenance: ours; what the test above would miss if compare never looked."""
    assert compared(events([STARTED, TURN]), events([STARTED, TURN, ITEM])).differences


def test_an_outcome_outside_is_one_difference_to_the_nearest_right_one_and_shows_the_set() -> None:
    """Provenance: issue text, item 4; nearest, so that the cause is told and not the distance of two outcomes."""
    seen = compared(events([STARTED, TURN]), events([STARTED, TURN, OTHER]), TWO_OR_THREE)

    (one,) = seen.differences
    assert (one.path, one.reference, one.sdk) == ("$.item.text", "hi", "ho")
    assert "none of the 2 declared outcomes (way-0, way-1)" in one.sentence
    assert seen.taken[0].outside


def test_two_sides_that_agree_outside_the_set_do_not_pass() -> None:
    """Provenance: ours; an agreement of two wrongs is not parity."""
    assert compared(events([TURN]), events([TURN]), TWO_OR_THREE).states == {
        "surfaced.events": "differs"
    }


def test_a_reference_outside_the_set_is_told_too() -> None:
    """Provenance: ours; mine or theirs."""
    seen = compared({"lifecycle.signals": [["SIGTERM"]]}, {"lifecycle.signals": [[]]}, SIGNALS)

    (one,) = seen.differences
    assert (one.reference, one.sdk) == (["SIGTERM"], [])
    assert seen.taken[0].reference is None


def test_what_is_beside_the_element_of_a_set_is_compared_as_ever() -> None:
    """Provenance: ours."""
    seen = compared(
        events([STARTED, TURN], [ITEM]), events([STARTED, TURN, ITEM], [OTHER]), TWO_OR_THREE
    )

    (one,) = seen.differences
    assert one.where.startswith("turn 1")
    assert "declared outcomes" not in one.sentence


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (events(), events([STARTED])),
        ({}, {"surfaced.events": None}),
    ],
)
def test_a_set_says_nothing_of_what_one_side_never_reached(left: Facts, right: Facts) -> None:
    """Provenance: ours; a turn that is not there is no outcome of it."""
    assert settle(left, right, [TWO_OR_THREE], "stream").taken == ()


def test_a_whole_check_that_is_absent_and_another_mode_are_left_alone() -> None:
    """Provenance: ours."""
    facts: Facts = {"lifecycle.signals": [[]]}

    assert settle(facts, {}, [SIGNALS], "stream").taken == ()
    assert settle(facts, facts, [SIGNALS], "run").taken == ()


@pytest.mark.parametrize(
    ("host", "covers", "inside"),
    [
        ("hung", (), False),
        ("hung", ("crash",), False),
        ("hung", ("hang",), True),
        ("crashed", ("crash",), True),
    ],
)
def test_a_set_does_not_cover_a_host_that_hangs_or_crashes_unless_it_says_so(
    host: str, covers: tuple[Covers, ...], inside: bool
) -> None:
    """Provenance: issue text, item 4."""
    one = declared("lifecycle.signals", [[]], [["SIGINT"]], covers=covers)
    facts: Facts = {"lifecycle.signals": [[]], "lifecycle.host": host}

    (row,) = settle(facts, facts, [one], "stream").taken
    assert (not row.outside) is inside


def test_a_golden_keeps_what_was_allowed_and_agrees_with_each_of_it() -> None:
    """Provenance: issue text, item 4; whichever alternative chance gave when it was recorded."""
    golden = allowed(events([STARTED, TURN], [ITEM]), [TWO_OR_THREE], "stream")

    assert golden == {"surfaced.events": [{ONE_OF: ["way-0", "way-1"]}, [ITEM]]}
    for turn in ([STARTED, TURN], [STARTED, TURN, ITEM]):
        assert compared(golden, events(turn, [ITEM]), TWO_OR_THREE).differences == ()
        assert compared(events(turn, [ITEM]), golden, TWO_OR_THREE).differences == ()


def test_a_golden_tells_the_nearest_right_outcome_to_one_that_is_outside() -> None:
    """Provenance: ours; on either side of the comparison."""
    golden = allowed(events([STARTED, TURN]), [TWO_OR_THREE], "stream")
    wrong = events([STARTED, TURN, OTHER])

    (one,) = compared(golden, wrong, TWO_OR_THREE).differences
    (two,) = compared(wrong, golden, TWO_OR_THREE).differences
    assert (one.reference, one.sdk) == ("hi", "ho")
    assert (two.reference, two.sdk) == ("ho", "hi")


def test_a_golden_keeps_what_is_outside_the_set_as_it_was() -> None:
    """Provenance: ours; a golden must not turn a wrong outcome into a right one."""
    facts = events([TURN])

    assert allowed(facts, [TWO_OR_THREE, SIGNALS], "stream") == facts
    assert allowed(facts, [TWO_OR_THREE], "run") == facts


def test_a_note_that_is_there_already_is_kept() -> None:
    """Provenance: harness.compare.checks: the words of the SDK's error end the sentence."""
    one = declared("surfaced.outcome", ["end"], ["stopped"])
    seen = compared(
        {"surfaced.outcome": ["end"], "surfaced.error": [None]},
        {"surfaced.outcome": ["error"], "surfaced.error": [{"class": "E", "message": "m"}]},
        one,
    )

    (first, *_) = seen.differences
    assert 'E: "m"; none of the 2 declared outcomes' in first.sentence


def test_the_report_shows_of_a_golden_only_what_has_one_value() -> None:
    """Provenance: ours."""
    golden = allowed(
        {**events([STARTED, TURN]), "lifecycle.signals": [[]], "sent.cwd": ["<CWD>"]},
        [TWO_OR_THREE, SIGNALS],
        "stream",
    )

    assert single(golden) == {"sent.cwd": ["<CWD>"]}
