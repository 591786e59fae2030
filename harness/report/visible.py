"""Makes hostile or invisible text visible and long text short, for every report. CORE: text in, text out.

The one place where a value that came from an SDK becomes something to look at. Control characters, bidirectional
marks, line separators, unusual spaces, private and unassigned characters and lone surrogates become ``␛`` or
``<U+202E>``; what is left is safe in XML 1.0 and on a terminal. Escaping for a format (HTML, XML, Markdown) comes after
and belongs to that format.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue

ROOM: Final = 1200
"""Characters of one value that a report shows before it cuts."""

_DELETE: Final = 0x7F
_C0_END: Final = 0x20
_CONTROL_PICTURES: Final = 0x2400
_PICTURE_OF_DELETE: Final = "␡"
_LEAD: Final = 60
"""Characters of common text that stay in front of a difference when a value is cut around it."""

Run: TypeAlias = tuple[bool, str]


def visible(text: str, *, keep: str = "") -> str:
    """``text`` with everything invisible made visible.

    Args:
        keep: control characters that stay as they are, such as ``"\\n"`` where the place can show lines.
    """
    return "".join(piece for _, piece in runs(text, keep=keep))


def runs(text: str, *, keep: str = "") -> list[Run]:
    """``text`` in pieces, each with whether it stands for an invisible character."""
    if text.isprintable():
        return [(False, text)] if text else []
    pieces: list[Run] = []
    plain: list[str] = []
    for char in text:
        if char.isprintable() or char in keep:
            plain.append(char)
            continue
        if plain:
            pieces.append((False, "".join(plain)))
            plain = []
        pieces.append((True, _sign(char)))
    if plain:
        pieces.append((False, "".join(plain)))
    return pieces


def _sign(char: str) -> str:
    code = ord(char)
    if code < _C0_END:
        return chr(_CONTROL_PICTURES + code)
    return _PICTURE_OF_DELETE if code == _DELETE else f"<U+{code:04X}>"


def json_text(value: JsonValue) -> str:
    """A JSON value on one line, keys in the order given, characters as they are. Not yet visible.

    What JSON itself would escape is left to :func:`visible`, but for line ends, tabs, quotes and backslashes.
    """
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def sha(text: str) -> str:
    """First 12 hex digits of the SHA-256 of ``text`` as UTF-8; lone surrogates count as three bytes each."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A value as shown: text before the difference, the differing middle, text after it, and what was cut.

    The three texts are raw: whoever shows them makes them visible. ``note`` is empty when nothing was cut.
    """

    before: str = ""
    mark: str = ""
    after: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The whole of it in one piece."""
        return f"{self.before}{self.mark}{self.after}"


def whole(text: str, *, room: int = ROOM) -> Shown:
    """Show a value that is not compared; a long one keeps its head and its tail."""
    if len(text) <= room:
        return Shown(before=text)
    half = room // 2
    return Shown(before=f"{text[:half]} … {text[-half:]}", note=_note(text))


def pair(left: str, right: str, *, room: int = ROOM) -> tuple[Shown, Shown]:
    """Show two values side by side, the differing middle marked; long ones are cut around it."""
    same = left == right
    start = 0 if same else _common_prefix(left, right)
    end = 0 if same else _common_suffix(left, right, start)
    return _around(left, start, end, room, same=same), _around(right, start, end, room, same=same)


def _around(text: str, start: int, end: int, room: int, *, same: bool) -> Shown:
    if same:
        return whole(text, room=room)
    middle = text[start : len(text) - end]
    if len(text) <= room:
        return Shown(before=text[:start], mark=middle, after=text[len(text) - end :])
    before = text[:start]
    if len(before) > _LEAD:
        before = f"… {before[-_LEAD:]}"
    left = max(room - 2 * _LEAD, _LEAD)
    after = text[len(text) - end :]
    if len(middle) > left:
        middle = f"{middle[: left // 2]} … {middle[-(left // 2) :]}"
    if len(after) > _LEAD:
        after = f"{after[:_LEAD]} …"
    return Shown(before=before, mark=middle, after=after, note=_note(text))


def _note(text: str) -> str:
    return f"cut: {len(text):,} characters, sha256 {sha(text)}"


def _common_prefix(left: str, right: str) -> int:
    """Length of the common beginning, by halving: Python compares slices faster than a loop compares characters."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(left: str, right: str, start: int) -> int:
    low, high = 0, min(len(left), len(right)) - start
    while low < high:
        middle = (low + high + 1) // 2
        if (
            left[len(left) - middle : len(left) - low]
            == right[len(right) - middle : len(right) - low]
        ):
            low = middle
        else:
            high = middle - 1
    return low
