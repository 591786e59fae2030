"""Events are arranged side by side."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.report.timeline import (
    EventRow,
    FoldedRow,
    Timeline,
    _Rows,
    timeline,
    timelines,
    title,
)


def message(number: int, text: str = "hi") -> JsonValue:
    return {
        "type": "item.completed",
        "item": {"id": f"item_{number}", "type": "agent_message", "text": text},
    }


TURN: JsonValue = {"type": "turn.started"}
DONE: JsonValue = {"type": "turn.completed", "usage": {"input_tokens": 1}}


def shape(found: Timeline) -> list[str]:
    return [f"equal {row.count}" if isinstance(row, FoldedRow) else row.kind for row in found.rows]


def opened(found: Timeline) -> list[EventRow]:
    return [row for row in found.rows if isinstance(row, EventRow)]


def test_equal_streams_are_one_fold() -> None:
    """Ours: what is equal takes one line."""
    found = timeline(0, [TURN, message(0), DONE], [TURN, message(0), DONE], None)

    assert shape(found) == ["equal 3"]
    assert (found.reference_count, found.sdk_count, found.golden_count) == (3, 3, None)


def test_a_missing_event_leaves_a_gap_and_the_rest_equal() -> None:
    """REPORTS.md 0.1: one inserted event is one difference."""
    found = timeline(0, [TURN, message(0), DONE], [TURN, DONE], None)

    assert shape(found) == ["equal 1", "missing", "equal 1"]
    assert opened(found)[0].sdk is None
    assert opened(found)[0].title == "item.completed / agent_message / item_0"


def test_an_added_event_is_extra_and_a_repeated_one_a_duplicate() -> None:
    """DESIGN, "Comparison": classes of a difference."""
    assert shape(timeline(0, [TURN], [TURN, message(0)], None)) == ["equal 1", "extra"]
    assert shape(timeline(0, [TURN, message(0)], [TURN, message(0), message(0)], None)) == [
        "equal 2",
        "duplicate",
    ]


def test_a_moved_event_is_not_missing() -> None:
    """REPORTS.md 0.5: interleaving is its own class."""
    found = timeline(
        0, [message(0, "a"), message(1, "b")], [message(0, "b"), message(1, "a")], None
    )

    assert sorted(shape(found)) == ["equal 1", "order_only", "order_only"]


def test_a_changed_event_shows_its_fields() -> None:
    """Ours."""
    found = timeline(0, [TURN, message(0, "a")], [TURN, message(0, "b")], None)
    (row,) = opened(found)

    assert row.fields is not None
    assert [one.path for one in row.fields.differing] == ["item.text"]


def test_ids_that_are_only_renamed_do_not_open_a_row_unless_the_comparison_names_them() -> None:
    """REPORTS.md 0.4: ids compare up to renaming."""
    one, two = [message(0)], [message(5)]

    assert shape(timeline(0, one, two, None)) == ["equal 1"]
    assert shape(timeline(0, one, two, None, suspects=frozenset({0}))) == ["changed"]


def test_the_golden_agrees_with_one_side_or_has_its_own_event() -> None:
    """DESIGN: reference, golden and SDK, three ways."""
    with_reference = timeline(0, [message(0, "a")], [message(0, "b")], [message(0, "a")])
    with_sdk = timeline(0, [message(0, "a")], [message(0, "b")], [message(0, "b")])
    alone = timeline(0, [message(0, "a")], [message(0, "b")], [message(0, "c")])

    assert opened(with_reference)[0].golden == "= reference"
    assert opened(with_sdk)[0].golden == "= SDK"
    golden = opened(alone)[0].golden
    assert not isinstance(golden, str | None)
    assert '"c"' in golden.text


def test_a_golden_that_alone_differs_opens_the_row() -> None:
    """DESIGN: R=S!=G, the golden is stale."""
    found = timeline(
        0,
        [TURN, DONE],
        [TURN, DONE],
        [TURN, {**DONE, "usage": {}}] if isinstance(DONE, dict) else [],
    )

    assert shape(found) == ["equal 1", "golden"]


def test_an_event_the_golden_lacks_is_told_from_both_sides() -> None:
    """Ours."""
    extra = timeline(0, [TURN], [TURN, message(0)], [TURN])
    missing = timeline(0, [TURN, message(0)], [TURN], [TURN])
    both = timeline(0, [TURN, message(0)], [TURN, message(0)], [TURN])

    assert opened(extra)[0].golden == "= reference"
    assert opened(missing)[0].golden == "= SDK"
    assert opened(both)[0].golden == "absent"


def test_an_extra_event_that_the_golden_has_is_the_goldens_too() -> None:
    """Ours: S=G!=R, the reference moved."""
    found = timeline(0, [TURN], [TURN, message(0)], [TURN, message(0)])

    assert opened(found)[0].golden == "= SDK"


def test_an_event_that_only_the_golden_has_is_a_row_of_its_own() -> None:
    """Ours."""
    found = timeline(0, [TURN], [TURN], [TURN, message(0)])

    assert shape(found) == ["equal 1", "golden"]
    assert opened(found)[0].reference_index is None


def test_turns_are_compared_each_on_its_own() -> None:
    """schemas/run.json: surfaced.events is a list per turn."""
    found = timelines([[TURN], [DONE]], [[TURN]], [[TURN], [DONE]], {})

    assert [shape(turn) for turn in found] == [["equal 1"], ["missing"]]
    assert [turn.turn for turn in found] == [0, 1]


def test_facts_of_an_odd_form_do_not_break_the_page() -> None:
    """Ours: the report shows what it was given."""
    assert timelines(None, None, None, {}) == ()
    assert shape(timelines([TURN], [TURN], None, {})[0]) == ["equal 1"]
    assert title("text") == "not an event"
    assert title({"type": 1}) == "an event without a type"


def test_a_stretch_says_where_it_begins_on_either_side() -> None:
    """Ours: whoever shows it finds its events on both sides."""
    found = timeline(0, [TURN, message(0), DONE], [message(0), DONE], None)
    *_, fold = found.rows

    assert isinstance(fold, FoldedRow)
    assert (fold.start, fold.sdk_start, fold.count) == (1, 0, 2)


def test_a_stretch_ends_where_one_side_leaps() -> None:
    """Ours: `start + n` and `sdk_start + n` must belong together for every row of a stretch."""
    built = _Rows()
    built.same(0, 0, TURN)
    built.same(1, 2, TURN)
    built.close()

    assert [row.count for row in built.rows if isinstance(row, FoldedRow)] == [1, 1]


def test_a_fold_names_the_kinds_it_holds_up_to_four() -> None:
    """Ours."""
    kinds: list[JsonValue] = [{"type": f"kind.{number}"} for number in range(6)]
    (fold,) = timeline(0, kinds, kinds, None).rows

    assert isinstance(fold, FoldedRow)
    assert fold.titles == "kind.0, kind.1, kind.2, kind.3, …"
