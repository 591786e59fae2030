"""Mirror of ``mock_codex/faults.py``."""

from __future__ import annotations

import pytest

from mock_codex.actions import Bytewise, Fill, JsonValue, Repeat, Split
from mock_codex.faults import cut, filling, item_line, line, repeating, single_bytes


def test_a_line_is_compact_and_raw_as_serde_writes_it() -> None:
    """PROTOCOLS.md 1.1 and [H]: no spaces, keys in order, U+2028 and its like raw, controls escaped."""
    value: JsonValue = {"b": [1, 1.0, None, True], "a": '\u2028\u2029\x85é\U0001f600\x1f"\\'}
    assert line(value) == '{"b":[1,1.0,null,true],"a":"\u2028\u2029\x85é\U0001f600\\u001f\\"\\\\"}'


def test_a_line_in_single_bytes_ends_with_its_line_end() -> None:
    """Ours: schemas/scenario.json, `bytewise`."""
    assert single_bytes(Bytewise(text="é"), "\r\n") == [b"\xc3", b"\xa9", b"\r", b"\n"]
    assert single_bytes(Bytewise(text=""), "") == []


def test_a_repeated_line_is_its_parts_with_the_line_end_in_the_last() -> None:
    """Ours: schemas/scenario.json, `repeat`."""
    assert repeating(Repeat(parts=("é", "", "b"), times=3), "\r\n") == (
        ("é".encode(), b"", b"b\r\n"),
        3,
    )


def test_an_item_carries_its_counted_id_first_and_may_carry_another() -> None:
    """PROTOCOLS.md 1.3: the duplicate key of web_search."""
    text = item_line("started", "item_2", {"type": "web_search", "id": "ws_1", "query": ""})
    assert text == (
        '{"type":"item.started","item":{"id":"item_2","type":"web_search","id":"ws_1","query":""}}'
    )


@pytest.mark.parametrize(
    ("at", "parts"),
    [
        ((1,), [b"\xc3", b"\xa9a\r\n"]),
        ((2, 3), [b"\xc3\xa9", b"a", b"\r\n"]),
    ],
)
def test_a_line_is_cut_at_bytes_even_inside_a_character(
    at: tuple[int, ...], parts: list[bytes]
) -> None:
    """Ours: schemas/scenario.json, `split`."""
    assert cut(Split(text="éa", at=at), "\r\n") == parts


def test_a_cut_at_the_end_of_an_unended_line_makes_no_empty_write() -> None:
    """Ours."""
    assert cut(Split(text="ab", at=(2,)), "") == [b"ab"]


@pytest.mark.parametrize(
    ("unit", "size"), [("x", 1_000), ("é", 1_001), ("abc", 100), ("long unit", 10)]
)
def test_a_filled_line_has_exactly_the_bytes_asked_for(unit: str, size: int) -> None:
    """Ours: schemas/scenario.json, `fill`; bytes that no whole unit fills are `x`."""
    head, repeated, repeats, tail = filling(
        Fill(head='{"é', tail='"}', unit=unit, size=size), "\r\n"
    )
    data = head + repeated * repeats + tail
    assert len(data) == size + 2
    assert data.startswith('{"é'.encode())
    assert data.endswith(b'"}\r\n')
    data.decode()
