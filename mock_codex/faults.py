"""Actions -> bytes: the lines, and the ways in which lines can be wrong.

Real codex serialises with serde: no spaces, keys in struct order, U+2028 and its like raw (PROTOCOLS.md 1.1).
Must not know files, processes or turns; the caller (``compiler.py``) knows where in a turn a line stands.
"""

from __future__ import annotations

import json
from itertools import pairwise

from mock_codex.actions import Bytewise, Fill, JsonValue, Repeat, Split


def line(value: JsonValue) -> str:
    """One JSON value as codex would print it, without a line end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def item_line(event: str, item_id: str, body: dict[str, JsonValue]) -> str:
    """An item event. The text is joined, not built from a dict: ``web_search`` carries ``id`` twice (PROTOCOLS.md 1.3)."""
    return f'{{"type":"item.{event}","item":{{"id":{line(item_id)},{line(body)[1:]}}}'


def cut(action: Split, eol: str) -> list[bytes]:
    """The line with its end, one element per write."""
    data = (action.text + eol).encode()
    marks = [0, *action.at, len(data)]
    return [data[begin:end] for begin, end in pairwise(marks) if begin < end]


def single_bytes(action: Bytewise, eol: str) -> list[bytes]:
    """The line with its end, one element per byte and write."""
    data = (action.text + eol).encode()
    return [data[place : place + 1] for place in range(len(data))]


def repeating(action: Repeat, eol: str) -> tuple[tuple[bytes, ...], int]:
    """Many lines as (parts, times): the number of the line stands between the parts, the last holds the line end."""
    *parts, last = (part.encode() for part in action.parts)
    return (*parts, last + eol.encode()), action.times


def filling(action: Fill, eol: str) -> tuple[bytes, bytes, int, bytes]:
    """A long line as (head, unit, repeats, tail), so that a script of a huge line stays small.

    Whole repeats of the unit, then ``x`` for the bytes that are left over.
    """
    head, tail, unit = action.head.encode(), action.tail.encode(), action.unit.encode()
    repeats, rest = divmod(action.size - len(head) - len(tail), len(unit))
    return head, unit, repeats, b"x" * rest + tail + eol.encode()
