"""The one line reader: where lines end, what is held, what broken bytes become."""

from __future__ import annotations

from itertools import pairwise
from typing import SupportsIndex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import Buffer

from harness.wire.lines import LineReader, lines_of

AWKWARD = st.lists(
    st.sampled_from(
        [
            b"\n",
            b"\r",
            b"\r\n",
            b"a",
            b"\xe2\x80\xa8",
            b"\xc2\x85",
            b"\xff",
            b"\xf0\x9f",
            b"\xe2\x82",
            b"{}",
        ]
    )
).map(b"".join)


@pytest.mark.requirement("R2-6", "R2-15", "F24")
@settings(max_examples=1000, deadline=None)
@given(data=AWKWARD | st.binary(), cuts=st.lists(st.integers(0, 60)))
def test_any_bytes_give_the_same_lines_whole_and_byte_by_byte_and_in_any_cut(
    data: bytes, cuts: list[int]
) -> None:
    """The state law of the reader; ours, after h11's fuzzing."""
    marks = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in pairwise(marks)]
    singles = [data[i : i + 1] for i in range(len(data))]
    expected = lines_of(data)

    for chunks in (pieces, singles):
        reader = LineReader()
        lines = [line for chunk in chunks for line in reader.feed(chunk)]
        assert [*lines, *reader.eof()] == expected


@given(data=AWKWARD)
def test_there_are_as_many_lines_as_line_feeds_and_one_more_if_something_follows(
    data: bytes,
) -> None:
    """PROTOCOLS.md 1.1: a line ends at LF and nowhere else."""
    assert len(lines_of(data)) == data.count(b"\n") + (not data.endswith(b"\n") and data != b"")


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"a\nb\n", ["a", "b"], id="LF"),
        pytest.param(b"a\r\nb\r\n", ["a", "b"], id="CRLF"),
        pytest.param(b"a\r\r\n", ["a\r"], id="only one CR belongs to the line end"),
        pytest.param(b"a\rb\n", ["a\rb"], id="a lone CR ends nothing"),
        pytest.param(b"a\nb", ["a", "b"], id="last line without line end"),
        pytest.param(b"a\r", ["a"], id="last line with half a line end"),
        pytest.param(b"a\n\n\nb\n", ["a", "", "", "b"], id="blank lines are lines"),
        pytest.param(b"\xef\xbb\xbfa\n", ["\ufeffa"], id="a byte order mark is kept"),
        pytest.param(
            "x\u2028y\u2029z\x85w\x0bv\x0cu\x1ct\n".encode(),
            ["x\u2028y\u2029z\x85w\x0bv\x0cu\x1ct"],
            id="no line end of Unicode is one here",
        ),
    ],
)
def test_a_line_ends_at_line_feed_only(data: bytes, lines: list[str]) -> None:
    """PROTOCOLS.md 1.1 and its head: codex 0.169.0 writes U+2028 raw inside strings."""
    assert lines_of(data) == lines


@pytest.mark.parametrize(
    ("broken", "marks"),
    [
        (b"\xff", 1),
        (b"\xe2\x82", 1),
        (b"\xf0\x9f\x98", 1),
        (b"\xed\xa0\x80", 3),
        (b"\xf0\x80\x80", 3),
        (b"\xf4\x90\x80\x80", 4),
    ],
)
def test_bytes_that_are_not_utf8_become_as_many_replacement_characters_as_in_node(
    broken: bytes, marks: int
) -> None:
    """Measured on node 20.20.2: the counts of its readline for the same bytes, whole and byte by byte."""
    assert lines_of(b"[" + broken + b"]\n") == ["[" + "\ufffd" * marks + "]"]


@pytest.mark.requirement("P-29")
def test_the_pieces_of_a_long_line_are_held_as_they_came_until_it_ends() -> None:
    """Ours: no piece is copied or searched again while the line grows, so the work is linear in its length."""
    reader = LineReader()
    pieces = [bytes([65 + index % 26]) * 1000 for index in range(200)]

    for piece in pieces:
        assert reader.feed(piece) == []

    assert all(held is piece for held, piece in zip(reader.held, pieces, strict=True))
    assert reader.feed(b"!\n") == [b"".join(pieces).decode() + "!"]
    assert reader.held == ()


class CountedBytes(bytes):
    """Bytes that count how many of them are searched."""

    searched = 0

    def __contains__(self, key: object) -> bool:
        CountedBytes.searched += len(self)
        return super().__contains__(key)  # type: ignore[operator]  # bytes take bytes and int

    def split(self, sep: Buffer | None = None, maxsplit: SupportsIndex = -1) -> list[bytes]:
        CountedBytes.searched += len(self)
        return super().split(sep, maxsplit)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_each_byte_is_searched_at_most_twice_whatever_the_chunks(size: int) -> None:
    """Ours: counted, not timed; a reader that rescans what it holds would search quadratically many."""
    data = b"x" * 50_000 + b"\n" + b"y" * 500
    reader = LineReader()
    CountedBytes.searched = 0

    for start in range(0, len(data), size):
        reader.feed(CountedBytes(data[start : start + size]))

    assert len(data) <= CountedBytes.searched <= 2 * len(data)


def test_the_repr_tells_how_much_is_held() -> None:
    """Ours: the state of the reader is its repr."""
    reader = LineReader()
    reader.feed(b"a\nbc")

    assert repr(reader) == "LineReader(held=2)"
    assert reader.eof() == ["bc"]
    assert reader.eof() == []
