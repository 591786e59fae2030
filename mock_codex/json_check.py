"""Whether a text is JSON as Rust's serde takes it, without loading Python's ``json`` for a text that is.

``json`` costs as much time as the rest of a mock's start, because it loads ``re``; the scanner below it is in C.
"""

from __future__ import annotations

from _json import make_scanner

_SPACE = " \t\n\r"


class _Rules:
    """What the C scanner asks for: strict strings, no NaN."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int

    @staticmethod
    def parse_constant(name: str) -> None:
        raise ValueError(name)


def problem(text: str) -> str | None:
    """What serde says first about the text; None: it is JSON. The place is serde's, the reason only roughly."""
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        _, end = make_scanner(_Rules())(text, start)  # type: ignore[arg-type]  # C reads these five attributes only
    except (StopIteration, ValueError) as error:
        place = error.value if isinstance(error, StopIteration) else getattr(error, "pos", start)
        if not text.strip(_SPACE):
            return _said("EOF while parsing a value", text, len(text) - 1)
        return _said("expected value", text, place)
    except RecursionError:
        return _said("recursion limit exceeded", text, start)
    rest = len(text) - len(text[end:].lstrip(_SPACE))
    return None if rest == len(text) else _said("trailing characters", text, rest)


def _said(reason: str, text: str, place: int) -> str:
    before = text[: place + 1]
    return f"{reason} at line {before.count(chr(10)) + 1} column {len(before) - before.rfind(chr(10)) - 1}"
