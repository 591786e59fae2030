"""The bytes that a script makes codex write."""

from __future__ import annotations

import json

import pytest

from harness.emitted import Turn, turns, values
from harness.jsonvalue import JsonValue

KEPT = 65_536


def turn(*actions: dict[str, JsonValue], **more: JsonValue) -> Turn:
    (found,) = turns({"turns": [{"do": [*actions], **more}]}, keep=KEPT)
    return found


def data(*actions: dict[str, JsonValue], **more: JsonValue) -> list[bytes | None]:
    return [step.data for step in turn(*actions, **more).steps]


@pytest.mark.parametrize(
    ("action", "written"),
    [
        ({"line": {"b": 1, "a": "\u00e4"}}, '{"b":1,"a":"ä"}\n'.encode()),
        ({"json": '{"a": 1.0}'}, b'{"a": 1.0}\n'),
        ({"raw": "{"}, b"{"),
        ({"hex": "ff 00"}, b"\xff\x00"),
        ({"bytewise": "{}"}, b"{}\n"),
        ({"split": {"json": "{}", "at": [1]}}, b"{}\n"),
        ({"repeat": {"times": 2, "json": "[%N%]"}}, b"[0]\n[1]\n"),
        ({"fill": {"json": '"%FILL%"', "bytes": 5}}, b'"xxx"\n'),
        ({"thread_started": {}}, b'{"type":"thread.started","thread_id":"t"}\n'),
        (
            {"item": {"event": "started", "ref": "a", "body": {"type": "x"}}},
            b'{"type":"item.started","item":{"id":"item_0","type":"x"}}\n',
        ),
        ({"exit": 1}, None),
        ({"stderr": "warn"}, None),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_action_writes_what_the_schema_says(
    action: dict[str, JsonValue], written: bytes | None
) -> None:
    """schemas/scenario.json, `$defs/action`."""
    (step,) = turn(action, thread="t").steps

    assert step.data == written
    assert step.size == len(written or b"")


def test_the_line_end_holds_for_the_lines_that_follow() -> None:
    """schemas/scenario.json, `eol`."""
    assert data({"json": "1"}, {"eol": "\r\n"}, {"json": "2"}) == [b"1\n", None, b"2\r\n"]


def test_items_are_counted_by_their_name_and_usage_is_summed_over_a_thread() -> None:
    """schemas/scenario.json, `item` and `turn_completed`."""
    one: dict[str, JsonValue] = {"item": {"event": "started", "ref": "a", "body": {"type": "x"}}}
    two: dict[str, JsonValue] = {"item": {"event": "completed", "ref": "b", "body": {"type": "x"}}}
    first, second, again = data(one, two, one)

    assert first == again
    assert b"item_1" in (second or b"")
    usage: dict[str, JsonValue] = {"turn_completed": {"usage": {"input_tokens": 2}}}
    found = turns({"turns": [{"thread": "t", "do": [usage]}, {"thread": "t", "do": [usage]}]})
    assert [json.loads(each.steps[0].data or b"")["usage"]["input_tokens"] for each in found] == [
        2,
        4,
    ]


def test_what_follows_the_first_bytes_of_a_large_action_is_counted() -> None:
    """Ours: a cut is never silent, and the sum is that of the journal."""
    (many,) = turn({"repeat": {"times": 100_000, "json": '{"n":%N%}'}}).steps
    (long,) = turn({"fill": {"json": "[%FILL%]", "bytes": 200_000, "with": "ab"}}).steps
    (text,) = turn({"json": "x" * 70_000}).steps

    assert many.size == sum(len(f'{{"n":{number}}}\n') for number in range(100_000))
    assert len(many.data or b"") == KEPT
    assert (long.size, len(long.data or b"")) == (200_001, KEPT)
    assert (text.size, len(text.data or b"")) == (70_001, KEPT)


def test_a_turn_says_what_chooses_it_and_an_unknown_action_is_shown_as_it_is() -> None:
    """Ours: a script of a newer version is still shown."""
    assert turn(match={"stdin": "a", "thread": None}).chosen_by == 'stdin "a", thread null'
    assert turn().chosen_by == "the next turn in order"
    (step,) = turn({"new": {"a": 1}}).steps
    assert (step.told, step.data) == ('{"a": 1}', None)


@pytest.mark.parametrize(
    "script", [{}, {"turns": "x"}, {"turns": ["x", {"do": "y"}, {"do": ["z"]}]}]
)
def test_a_script_of_an_odd_form_does_not_break_the_page(script: dict[str, JsonValue]) -> None:
    """Ours: the report shows what it was given."""
    assert all(one.steps == () for one in turns(script))


def test_parts_of_an_odd_form_count_as_empty() -> None:
    """Ours."""
    assert data({"split": "x"}) == [b"\n"]
    assert data({"turn_completed": {}}) == [b'{"type":"turn.completed","usage":{}}\n']


def test_the_lines_of_a_turn_are_values_where_they_are_json() -> None:
    """wire/lines.py: LF ends a line, CR LF too; an empty line is none."""
    assert values(
        turn({"json": '{"a":1}'}, {"raw": "\n[1]\r\n"}, {"exit": 0}, {"raw": "{cut"})
    ) == (
        {"a": 1},
        [1],
        "{cut",
    )


@pytest.mark.parametrize("text", ['{"a":NaN}', '{"a":1e999}', "{"])
def test_a_line_that_has_no_canonical_bytes_is_a_text(text: str) -> None:
    """DESIGN: equality is that of canonical bytes; some scripts write what has none."""
    assert values(turn({"json": text})) == (text,)


def test_lines_too_deep_for_us_are_texts() -> None:
    """Ours: deep nesting is one of the scenarios."""
    deep = "[" * 60_000 + "]" * 60
    assert values(turn({"json": deep}))[0] == deep


def test_what_is_counted_is_what_would_be_made() -> None:
    """Law: the sizes of the first bytes and of all bytes agree."""
    actions: list[JsonValue] = [
        {"repeat": {"times": 1234, "json": '{"n":%N%,"m":%N%}'}},
        {"fill": {"json": '"\u00e4%FILL%"', "bytes": 5001, "with": "ab\u00e4"}},
        {"fill": {"json": "%FILL%", "bytes": 5}},
    ]
    script: dict[str, JsonValue] = {"turns": [{"do": actions}]}
    (whole,), (first,) = turns(script), turns(script, keep=100)

    assert first.size == whole.size == len(whole.data)
    assert whole.data.startswith(first.steps[0].data or b"?")
