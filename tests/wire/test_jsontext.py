"""One line of JSON to a value and back, as JavaScript does it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadLine
from harness.jsonvalue import NUMBER, PAIRS, JsonValue, canonical
from harness.wire.jsontext import decode, decode_whole, to_line

TEXT = st.text(st.characters(codec=None))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.requirement("R1-4", "F24")
@given(value=JSON)
def test_what_is_written_is_what_is_read(value: JsonValue) -> None:
    """Ours: round trip with numbers, surrogates and key order kept."""
    line = to_line(value)
    decoded = decode(line)

    assert canonical(decoded.value) == canonical(value)
    assert to_line(decoded.value) == line
    assert decoded.duplicate_keys == ()
    assert line.isascii()
    assert "\n" not in line


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "{",
        "NaN",
        "Infinity",
        "[-Infinity]",
        "{'a':1}",
        "\ufeff{}",
        '"\t"',
        "01",
        "{}{}",
        "\x0b1",
    ],
)
def test_what_json_parse_refuses_is_a_bad_line(line: str) -> None:
    """Measured on node 20.20.2: JSON.parse throws on each of these; Python alone would take NaN."""
    with pytest.raises(BadLine) as caught:
        decode(line)

    assert caught.value.line == line
    assert caught.value.reason
    assert str(caught.value) == f"Failed to parse item: {line}"


def test_nesting_beyond_the_parser_is_a_bad_line() -> None:
    """Ours: never a RecursionError to the caller."""
    with pytest.raises(BadLine):
        decode("[" * 200_000)


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ('{"a":1,"a":2}', ("$.a",)),
        ('{"item":{"id":"item_2","type":"web_search","id":"ws_1"}}', ("$.item.id",)),
        ('{"b":[1,{"x":1,"x":1,"y":0,"y":1}],"b":[0,{"x":1,"x":1}]}', ("$.b", "$.b[1].x")),
        ('{"a":{"b":1},"c":[{}]}', ()),
    ],
)
def test_a_key_that_stands_there_twice_is_named_and_the_last_one_counts(
    line: str, paths: tuple[str, ...]
) -> None:
    """Captured: web_search of codex 0.101.0 and later has `id` twice (PROTOCOLS.md 1.3)."""
    decoded = decode(line)

    assert decoded.duplicate_keys == paths
    assert decoded.value == json.loads(line)


def test_numbers_keep_their_digits_and_their_kind() -> None:
    """Ours: 2^53+1 stays whole and 1.0 stays a float, so that the comparison can tell."""
    line = "[9007199254740993,1.0,1,-0,1e2]"

    assert to_line(decode(line).value) == "[9007199254740993,1.0,1,0,100.0]"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5000])
def test_a_number_out_of_range_is_read_as_infinite_and_written_as_null(number: str) -> None:
    """Measured on node 20.20.2: JSON.parse gives Infinity, JSON.stringify makes null of it."""
    decoded = decode(f'{{"a":[{number},"x",{{"b":1}}]}}')

    assert to_line(decoded.value) == '{"a":[null,"x",{"b":1}]}'


@given(value=JSON)
def test_what_has_no_key_twice_is_read_alike_whole(value: JsonValue) -> None:
    """Ours: the two ways to read differ in what JavaScript drops, and in nothing else."""
    line = to_line(value)

    assert canonical(decode_whole(line)) == canonical(value)


def test_nothing_that_stands_on_the_line_is_lost() -> None:
    """Ours: an SDK may hand on bytes that it never parsed."""
    digits = "9" * 5000

    assert decode_whole('[{"a":1,"b":2,"a":3}]') == [{PAIRS: [["a", 1], ["a", 3], ["b", 2]]}]
    assert decode_whole("[1e999,-1e999,1.5]") == [{NUMBER: "1e999"}, {NUMBER: "-1e999"}, 1.5]
    assert decode_whole(digits) == {NUMBER: digits}
    for line in ("NaN", "{", "[" * 100_000):
        with pytest.raises(BadLine):
            decode_whole(line)
