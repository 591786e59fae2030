"""Two streams of one turn: one cause, one finding."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.difference import ABSENT, Finding
from harness.compare.events import MAX_EXPLAINED, StreamComparer, about
from harness.compare.sequences import MAX_EDITS
from harness.jsonvalue import JsonValue
from tests.compare.streams import DONE, STARTED, TURN, Event, command, message, notice, shifted

STREAM: list[Event] = [
    STARTED,
    TURN,
    message(0, "plan"),
    command(1, "started"),
    command(1, "completed"),
    message(2, "done"),
    DONE,
]


def compare(left: Sequence[JsonValue], right: Sequence[JsonValue]) -> list[Finding]:
    return StreamComparer(check="surfaced.events").compare(0, left, right)[0]


def classes(left: Sequence[JsonValue], right: Sequence[JsonValue]) -> list[tuple[str, str]]:
    return [(one.cls, one.path) for one in compare(left, right)]


def test_a_stream_is_equal_to_itself_and_to_itself_with_ids_renamed() -> None:
    """Ours: ids compare up to renaming."""
    renamed = shifted(STREAM, 40)
    renamed[0] = {**STARTED, "thread_id": "U"}

    assert compare(STREAM, STREAM) == compare(STREAM, renamed) == []


def test_one_inserted_item_that_shifts_all_ids_is_one_difference() -> None:
    """REPORTS.md 0: ordinal placeholders report 15,739 operations here."""
    extra: Event = {"type": "item.completed", "item": {"id": "item_0", "type": "error"}}

    (found,) = compare(STREAM, [*STREAM[:2], extra, *shifted(STREAM[2:])])

    assert found == Finding(
        check="surfaced.events",
        cls="extra",
        where="turn 0 event 2 item.completed/error",
        about=("item.completed", "error"),
        sdk=extra,
    )


def test_a_dropped_event_is_missing() -> None:
    """Ours: one row without a partner."""
    (found,) = compare(STREAM, STREAM[:3] + STREAM[4:])

    assert (found.cls, found.reference, found.sdk) == ("missing", STREAM[3], ABSENT)
    assert found.where == "turn 0 event 3 item.started/command_execution"


def test_an_event_said_twice_is_a_duplicate() -> None:
    """REPORTS.md 1.2: a diff library that ignores order loses it."""
    assert classes(STREAM, [*STREAM[:4], STREAM[3], *STREAM[4:]]) == [("duplicate", "$")]


def test_a_field_that_changed_is_named_inside_its_event() -> None:
    """Ours: fields are compared inside one pair."""
    right = copy.deepcopy(STREAM)
    cast("Event", right[6]["usage"])["output_tokens"] = 2.0
    right[2] = message(0, "plans")

    found = compare(STREAM, right)

    assert [(one.cls, one.path, one.where) for one in found] == [
        ("changed", "$.item.text", "turn 0 event 2 item.completed/agent_message"),
        ("type_changed", "$.usage.output_tokens", "turn 0 event 6 turn.completed"),
    ]


def test_an_item_that_takes_the_id_of_another_is_an_id_mismatch() -> None:
    """REPORTS.md 1.3: plain erasure of ids misses it."""
    right = copy.deepcopy(STREAM)
    cast("Event", right[5]["item"])["id"] = "item_0"

    (found,) = compare(STREAM, right)

    assert (found.cls, found.path) == ("id_mismatch", "$.item.id")
    assert (found.reference, found.sdk) == ("item_2", "item_0")


def test_an_id_that_became_null_is_a_changed_field() -> None:
    """Ours: what is no string is no id."""
    right = copy.deepcopy(STREAM)
    cast("Event", right[5]["item"])["id"] = None

    assert classes(STREAM, right) == [("type_changed", "$.item.id")]


@pytest.mark.requirement("R1-16")
def test_parallel_items_in_another_order_are_order_only() -> None:
    """REPORTS.md 0: 149 legal swaps are 844 changes to a positional diff."""
    left = [
        TURN,
        command(0, "started", "a"),
        command(1, "started", "b"),
        command(0, "completed", "a"),
        command(1, "completed", "b"),
        DONE,
    ]
    right = [left[0], left[2], left[1], left[4], left[3], left[5]]

    for other in (right, shifted(right)):
        (found,) = compare(left, other)
        assert (found.cls, found.path, found.grave) == ("order_only", "$", False)


def test_ids_given_in_the_other_order_are_order_only_too() -> None:
    """PROTOCOLS.md 1.4: ids are counted in order of first use."""
    left = [command(0, "started", "a"), command(1, "started", "b"), DONE]
    right = [command(0, "started", "b"), command(1, "started", "a"), DONE]

    assert classes(left, right) == [("order_only", "$")]


def test_an_event_moved_across_the_end_of_the_turn_is_grave() -> None:
    """PROTOCOLS.md 1.4: turn.completed comes last; moving it is no interleaving."""
    (found,) = compare(STREAM, [*STREAM[:5], DONE, STREAM[5]])

    assert (found.cls, found.grave) == ("order_only", True)


def test_a_notice_may_float_between_items() -> None:
    """PROTOCOLS.md 1.2: a top-level error is not necessarily fatal and belongs to no item."""
    (found,) = compare([TURN, notice(), message(0), DONE], [TURN, message(0), notice(), DONE])

    assert (found.cls, found.grave) == ("order_only", False)


@pytest.mark.requirement("R1-16")
def test_the_order_within_an_item_counts() -> None:
    """REPORTS.md 1.3: an item that ends before it starts is no interleaving."""
    left = [command(0, "started"), command(0, "completed"), DONE]
    right = [command(0, "completed"), command(0, "started"), DONE]

    assert sorted({cls for cls, _path in classes(left, right)}) == ["extra", "missing"]


def test_another_order_does_not_hide_mixed_up_thread_ids() -> None:
    """Ours: ids are checked lane by lane."""
    left = [STARTED, command(0, "started", "a"), command(1, "started", "b"), STARTED]
    right = [STARTED, left[2], left[1], {**STARTED, "thread_id": "U"}]

    assert classes(left, right) == [("order_only", "$"), ("id_mismatch", "$.thread_id")]


def test_what_is_given_up_is_said() -> None:
    """REPORTS.md 1.1: never silently."""
    left = [notice(word) for word in ["a", "b"] * MAX_EDITS]
    right = [notice(word) for word in ["b", "b", "a", "a", "a"] * MAX_EDITS]

    _found, notes = StreamComparer(check="surfaced.events").compare(3, left, right)

    assert notes == ["turn 3: too different to align in full, some events are paired by kind only"]


def test_a_stream_that_differs_everywhere_names_every_field() -> None:
    """Ours: beyond a bound our own walk explains instead of deepdiff."""
    count = MAX_EXPLAINED + 5
    left = [message(number, f"text {number}") for number in range(count)]
    right = [message(number, f"words {number}") for number in range(count)]

    assert classes(left, right) == [("changed", "$.item.text")] * count


def test_an_event_without_types_is_about_nothing() -> None:
    """Ours: an SDK may hand on anything."""
    assert (about("text"), about({"item": {"type": "error"}})) == ((), ("error",))


@pytest.mark.requirement("R1-1", "R1-17", "R1-31")
@given(
    st.randoms(use_true_random=False), st.integers(0, 6), st.sampled_from(["drop", "twice", "type"])
)
def test_each_mutation_of_a_real_stream_is_one_finding(
    random_: random.Random, at: int, mutation: str
) -> None:
    """Ours: each real mutation is reported, renaming beside it is not."""
    right = copy.deepcopy(STREAM)
    match mutation:
        case "drop":
            del right[at]
        case "twice":
            right.insert(at, copy.deepcopy(right[at]))
        case _:
            right[at]["type"] = "something.else"
    wanted = {"drop": "missing", "twice": "duplicate", "type": "changed"}[mutation]

    found = compare(STREAM, shifted(right, random_.randrange(9)))

    assert [one.cls for one in found] == [wanted]


@given(st.permutations([0, 0, 0, 1, 1, 2, 2, 2]))
def test_any_interleaving_of_lanes_is_at_most_order_only(order: list[int]) -> None:
    """REPORTS.md 1.3: order within a lane is kept, so nothing but the order differs."""
    lanes = {
        lane: [command(lane, "updated", f"{lane}.{step}") for step in range(order.count(lane))]
        for lane in set(order)
    }
    left = [event for lane in sorted(lanes) for event in lanes[lane]]
    taken = dict.fromkeys(lanes, 0)
    right = []
    for lane in order:
        right.append(lanes[lane][taken[lane]])
        taken[lane] += 1

    assert classes(left, right) == ([] if left == right else [("order_only", "$")])


@pytest.mark.parametrize("events", [[], STREAM])
def test_a_stream_against_nothing_is_missing_or_extra_event_by_event(events: list[Event]) -> None:
    """Ours: the borders."""
    assert [cls for cls, _path in classes(events, [])] == ["missing"] * len(events)
    assert [cls for cls, _path in classes([], events)] == ["extra"] * len(events)
