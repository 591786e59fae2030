"""Each check's way of comparing, and which check tells what."""

from __future__ import annotations

import pytest

from harness.compare.checks import Sides, findings_of
from harness.compare.difference import ABSENT, Finding
from harness.jsonvalue import JsonValue
from tests.compare.streams import DONE, TURN, message, notice

RESULT: dict[str, JsonValue] = {
    "items": [{"id": "item_0", "type": "agent_message", "text": "hi"}],
    "final_response": "hi",
    "usage": None,
}


def findings(
    check: str,
    left: JsonValue,
    right: JsonValue,
    *declared: str,
    **others: tuple[JsonValue, JsonValue],
) -> list[Finding]:
    facts = {name.replace("__", "."): pair for name, pair in others.items()}
    sides = Sides(
        reference={check: left} | {name: pair[0] for name, pair in facts.items()},
        sdk={check: right} | {name: pair[1] for name, pair in facts.items()},
        checks=frozenset({check, *declared, *facts}),
    )
    return findings_of(check, sides)


def told(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.cls, one.path, one.where) for one in found]


@pytest.mark.parametrize(
    ("check", "left", "right", "expected"),
    [
        ("sent.invocations", 1, 2, [("changed", "$", "")]),
        ("sent.stdin", ["a", "b"], ["a", "c"], [("changed", "$", "invocation 1")]),
        ("sent.stdin", [None], [""], [("type_changed", "$", "invocation 0")]),
        ("sent.argv", [{"command": "exec", "model": "a"}], [{"command": "exec"}], [("missing", "$.model", "invocation 0")]),
        (
            "sent.argv",
            [{"command": "exec", "model": "a"}],
            [{"command": "exec", "rejected": "why"}],
            [("extra", "$.rejected", "invocation 0")],
        ),
        ("sent.argv_text", [["a"]], [["b"]], [("changed", "$", "invocation 0")]),
        (
            "sent.env",
            [{"A": {"set": "1"}, "B": "removed", "C": {"set": "1"}, "a.b": "removed"}],
            [{"B": {"set": "1"}, "C": {"set": "1"}, "D": {"set": "1"}}],
            [
                ("missing", "$.A", "invocation 0"),
                ("type_changed", "$.B", "invocation 0"),
                ("extra", "$.D", "invocation 0"),
                ("missing", '$["a.b"]', "invocation 0"),
            ],
        ),
        ("sent.schema", [{"json": {"a": 1}}], [{"json": {"a": 1.0}}], [("type_changed", "$.json.a", "invocation 0")]),
        ("sent.images", [[["a", True]]], [[["a", False]]], [("changed", "$[0][1]", "invocation 0")]),
        (
            "sent.requests",
            [{"model": "a", "tools": ["x"]}, {"model": "b"}],
            [{"model": "c", "tools": ["x"]}],
            [("changed", "$.model", "request 0"), ("missing", "$", "request 1")],
        ),
        ("surfaced.thread_id", ["T"], [None], [("type_changed", "$", "turn 0")]),
        (
            "surfaced.error",
            [{"kind": "exec", "class": "A"}],
            [{"kind": "parse", "class": "B"}],
            [("changed", "$.class", "turn 0"), ("changed", "$.kind", "turn 0")],
        ),
        ("lifecycle.lazy", [0], [1], [("changed", "$", "turn 0")]),
        (
            "lifecycle.alive",
            {"at_end": [0, None], "after": 0},
            {"at_end": [1, None], "after": 2},
            [("changed", "$.at_end[]", "turn 0"), ("changed", "$.after", "after the last turn")],
        ),
        ("lifecycle.ending", ["exit 0"], ["killed"], [("changed", "$", "invocation 0")]),
        ("lifecycle.signals", [[]], [["SIGTERM"]], [("changed", "$", "invocation 0")]),
        ("lifecycle.files", ["a", "b"], ["b", "b", "c"], [("missing", "$", ""), ("extra", "$", ""), ("extra", "$", "")]),
        ("lifecycle.host", "ok", "hung", [("changed", "$", "")]),
    ],
)  # fmt: skip
def test_each_check_names_what_differs_and_where(
    check: str, left: JsonValue, right: JsonValue, expected: list[tuple[str, str, str]]
) -> None:
    """Ours: one example per way of comparing."""
    assert told(findings(check, left, right)) == expected
    assert findings(check, left, left) == []


@pytest.mark.parametrize(
    ("check", "left", "right", "closed"),
    [
        ("surfaced.outcome", ["end"], ["error"], [True]),
        ("surfaced.error", [{"kind": "a", "class": "A"}], [{"kind": "b", "class": "B"}], [False, True]),
        ("lifecycle.host", "ok", "hung", [True]),
        ("sent.stdin", ["a"], ["b"], [False]),
    ],
)  # fmt: skip
def test_only_values_of_a_closed_vocabulary_are_marked_closed(
    check: str, left: JsonValue, right: JsonValue, closed: list[bool]
) -> None:
    """Ours: they go into the fingerprint."""
    assert [one.closed for one in findings(check, left, right)] == closed


def test_a_missing_invocation_is_told_by_the_count_of_invocations() -> None:
    """Ours: one cause, one difference."""
    counts: tuple[JsonValue, JsonValue] = (2, 1)

    assert findings("sent.stdin", ["a", "b"], ["a"], sent__invocations=counts) == []
    assert told(findings("sent.stdin", ["a", "b"], ["a"])) == [("missing", "$", "invocation 1")]
    assert told(findings("sent.stdin", ["a"], ["a", "b"])) == [("extra", "$", "invocation 1")]


def test_a_turn_that_was_never_reached_is_told_by_the_outcomes() -> None:
    """Ours: one cause, one difference."""
    outcomes: tuple[JsonValue, JsonValue] = (["end", "end"], ["none"])
    streams: tuple[JsonValue, JsonValue] = ([[TURN], [TURN]], [[TURN]])

    assert findings("surfaced.events", *streams, surfaced__outcome=outcomes) == []
    assert told(findings("surfaced.events", *streams)) == [("missing", "$", "turn 1")]
    assert told(findings("surfaced.outcome", *outcomes)) == [
        ("changed", "$", "turn 0"),
        ("missing", "$", "turn 1"),
    ]


def test_result_and_error_keep_silent_where_the_outcome_tells() -> None:
    """Ours: a turn that ended otherwise has another result by nature."""
    outcomes: tuple[JsonValue, JsonValue] = (["result"], ["error"])
    error: JsonValue = {"kind": "exec"}

    assert findings("surfaced.result", [RESULT], [None], surfaced__outcome=outcomes) == []
    assert findings("surfaced.error", [None], [error], surfaced__outcome=outcomes) == []
    assert told(findings("surfaced.result", [RESULT], [None])) == [("type_changed", "$", "turn 0")]
    same: tuple[JsonValue, JsonValue] = (["error"], ["error"])
    assert told(findings("surfaced.error", [None], [error], surfaced__outcome=same)) == [
        ("type_changed", "$", "turn 0")
    ]


def test_an_ending_in_an_error_says_the_error() -> None:
    """Ours: the first thing a reader asks; control characters stay escaped."""
    errors: tuple[JsonValue, JsonValue] = ([None], [{"class": "E", "message": "no\x1b"}])

    (found,) = findings("surfaced.outcome", ["end"], ["error"], surfaced__error=errors)

    assert found.note == 'E: "no\\u001b"'


def test_items_of_a_result_are_aligned_like_events() -> None:
    """Ours: a dropped item shifts all that follow."""
    items: list[JsonValue] = [
        {"id": f"item_{n}", "type": "agent_message", "text": f"{n}"} for n in range(4)
    ]
    left: JsonValue = {**RESULT, "items": items}
    right: JsonValue = {**RESULT, "items": items[1:], "usage": {}}

    found = findings("surfaced.result", [left], [right])

    assert told(found) == [("type_changed", "$.usage", "turn 0"), ("missing", "$.items[]", "turn 0 item 0 agent_message")]  # fmt: skip
    assert (found[1].reference, found[1].sdk) == (items[0], ABSENT)


def test_fields_order_and_ids_of_items_are_told_below_items() -> None:
    """Ours: the path is the result's, not the wrapper's."""
    one = RESULT["items"]
    two: JsonValue = [{"id": "item_0", "type": "agent_message", "text": "ho"}]
    first: JsonValue = {"id": "item_0", "type": "a"}
    second: JsonValue = {"id": "item_1", "type": "b"}

    assert told(findings("surfaced.result", [{"items": one}], [{"items": two}])) == [
        ("changed", "$.items[].text", "turn 0 item 0 agent_message")
    ]
    swapped = findings(
        "surfaced.result", [{"items": [first, second]}], [{"items": [second, first]}]
    )
    assert [(found.cls, found.path) for found in swapped] == [("order_only", "$.items")]
    assert told(findings("surfaced.result", [{"items": one}], [{"items": None}])) == [
        ("type_changed", "$.items", "turn 0")
    ]


def test_events_are_compared_turn_by_turn_and_notes_are_kept() -> None:
    """Ours: item ids begin anew in each turn."""
    left: JsonValue = [[message(0), DONE], [message(0), DONE]]
    right: JsonValue = [[message(0), DONE], [message(3), DONE]]

    assert findings("surfaced.events", left, right) == []

    hard: list[JsonValue] = [
        [notice(word) for word in words] for words in ("ab" * 999, "bbaaa" * 999)
    ]
    sides = Sides(
        reference={"surfaced.events": hard[:1]},
        sdk={"surfaced.events": hard[1:]},
        checks=frozenset({"surfaced.events"}),
    )
    findings_of("surfaced.events", sides)
    assert sides.notes[0].startswith("surfaced.events: turn 0: too different")


@pytest.mark.parametrize(
    ("checks", "theirs", "differs"),
    [
        ({"surfaced.outcome"}, ["end", "error"], True),
        ({"surfaced.outcome"}, ["end"], True),
        ({"surfaced.outcome"}, ["end", "end"], False),
        ({"surfaced.events"}, ["error"], False),
    ],
)
def test_an_outcome_that_differs_is_known_where_it_is_told(
    checks: set[str], theirs: list[JsonValue], *, differs: bool
) -> None:
    """Ours: one cause is told once, by a check that the scenario declares."""
    sides = Sides(
        reference={"surfaced.outcome": ["end", "end"]},
        sdk={"surfaced.outcome": theirs},
        checks=frozenset(checks),
    )

    assert sides.any_outcome_differs() is differs
