"""Which event answers which."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.align import Numbering, Row, align, item_id, kind_of, same
from harness.compare.sequences import MAX_EDITS
from harness.jsonvalue import JsonValue, allow_deep_values
from tests.compare.streams import DONE, TURN, Event, command, message, notice, shifted

EVENTS: list[JsonValue] = [
    TURN,
    message(0),
    message(1),
    message(0, "other"),
    command(2, "started"),
    command(2, "completed"),
    notice(),
    DONE,
    "text",
    {"no": "type"},
]
STREAMS = st.lists(st.sampled_from(EVENTS), max_size=10)


@given(STREAMS, STREAMS)
def test_the_rows_hold_both_streams_in_their_own_order(
    left: list[JsonValue], right: list[JsonValue]
) -> None:
    """Ours: reading one column gives back that stream."""
    rows = align(left, right).rows

    assert [row.left_index for row in rows if row.left_index is not None] == list(range(len(left)))
    assert [row.right_index for row in rows if row.right_index is not None] == list(
        range(len(right))
    )
    assert Row(None, None) not in rows


def test_one_event_inserted_at_the_head_of_a_thousand_is_one_row() -> None:
    """REPORTS.md 0: a positional diff reports three changes for each event that follows."""
    stream = [message(number, f"text {number}") for number in range(1000)]
    extra: Event = {"type": "item.completed", "item": {"id": "item_0", "type": "error"}}

    for right in ([extra, *stream], [extra, *shifted(stream)]):
        aligned = align(stream, right)
        assert [row for row in aligned.rows if None in row] == [Row(None, 0)]
        assert not aligned.bounded


def test_leftovers_are_paired_by_item_before_kind() -> None:
    """REPORTS.md 1.3: pair leftovers by type, item type and item id."""
    left = [message(0, "a"), message(1, "b")]
    right = [message(1, "changed")]

    assert align(left, right).rows == (Row(0, None), Row(1, 0))


def test_leftovers_of_one_kind_are_paired_in_order() -> None:
    """Ours: ids that shifted do not prevent it."""
    assert align([message(0, "a")], [message(1, "b")]).rows == (Row(0, 0),)


def test_an_item_whose_type_was_changed_is_paired_by_its_id() -> None:
    """Ours: a port's own name for an item."""
    renamed: Event = {"type": "item.completed", "item": {"id": "item_0", "type": "assistant"}}

    assert align([message(0)], [renamed]).rows == (Row(0, 0),)


def test_an_event_renamed_or_without_a_type_is_paired_by_its_members() -> None:
    """Ours: a port's own name for an event."""
    renamed: Event = {**DONE, "type": "TurnCompleted"}
    bare: Event = {"usage": DONE["usage"]}

    assert align([DONE], [renamed]).rows == align([DONE], [bare]).rows == (Row(0, 0),)


def test_known_types_never_stand_for_each_other() -> None:
    """PROTOCOLS.md 1.2: a start that is missing is not an end that changed."""
    left = [command(0, "started")]
    right = [command(1, "completed")]

    assert align(left, right).rows == (Row(0, None), Row(None, 0))


def test_what_is_no_object_answers_only_what_is_none() -> None:
    """Ours: an SDK may hand on anything."""
    assert align([5], ["text"]).rows == (Row(0, 0),)
    assert align([5], [TURN]).rows == (Row(0, None), Row(None, 0))


def test_a_part_too_different_to_search_is_said_so() -> None:
    """REPORTS.md 1.1: fall back to a block and say so."""
    words = ["a", "b"] * MAX_EDITS
    others = ["b", "b", "a", "a", "a"] * MAX_EDITS

    assert align([notice(word) for word in words], [notice(word) for word in others]).bounded


def test_sameness_is_of_types_too_and_not_of_key_order() -> None:
    """REPORTS.md 1.2: Python calls 1, 1.0 and True equal."""
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same([1], [1.0])
    assert not same([1], [True])
    assert not same([1], [2])


def test_kind_and_id_are_words_or_nothing() -> None:
    """Ours: whatever an SDK puts there."""
    assert kind_of({"type": 5, "item": {"type": []}}) == (None, None)
    assert kind_of({"type": "x", "item": 5}) == ("x", None)
    assert kind_of(5) == (None, None)
    assert item_id(5) is item_id({"item": {"id": 5}}) is None


def test_values_too_deep_for_the_quick_look_are_the_same_all_the_same() -> None:
    """Ours: marshal stops at 2,000 levels, our programs at DEEPEST frames."""
    before = sys.getrecursionlimit()
    allow_deep_values()
    try:
        text = "[" * 2500 + "{}" + "]" * 2500
        assert same(json.loads(text), json.loads(text))
        assert not same(json.loads(text.replace("{}", "1")), json.loads(text.replace("{}", "1.0")))
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("size", [1, 511, 512, 513, 1024, 1500])
@pytest.mark.parametrize("at", [0, 1, 0.5, -1])
def test_equal_ends_of_any_length_are_found_up_to_the_one_event_that_differs(
    size: int, at: float
) -> None:
    """Ours: the ends are held against each other in blocks; a block's border must not hide or move anything."""
    left = [message(number, f"text {number}") for number in range(size)]
    index = {0: 0, 1: min(1, size - 1), 0.5: size // 2, -1: size - 1}[at]
    right = [*left[:index], message(index, "other"), *left[index + 1 :]]

    aligned = align(left, right)

    assert [row for row in aligned.rows if row not in aligned.exact] == [Row(index, index)]
    assert [row for row in align(left, [notice(), *left]).rows if None in row] == [Row(None, 0)]
    assert [row for row in align([*left, notice()], left).rows if None in row] == [Row(size, None)]


def test_numbers_are_equal_exactly_for_events_equal_but_for_ids() -> None:
    """Ours: they stand for canonical bytes in all that follows the alignment."""
    numbering = Numbering([message(0), message(1), notice()], [message(7), message(7, "other")])

    assert numbering.of_left(0) == numbering.of_left(1) == numbering.of_right(0)
    assert len({numbering.of_left(0), numbering.of_left(2), numbering.of_right(1)}) == 3
    assert numbering.of_left(0) == numbering.of_left(0)
