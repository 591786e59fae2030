"""JSON values of a script, checked one by one: each function takes a value and its ``$.path`` and gives it back typed.

Rejects with ``what @ $.path``. Must not know what a script consists of (``scenario.py`` does).
"""

from __future__ import annotations

import math

from mock_codex.actions import JsonValue


class ScriptInvalid(Exception):
    """The script cannot be played. ``str()`` is ``what @ $.path``."""

    def __init__(self, what: str, path: str) -> None:
        super().__init__(f"{what} @ {path}")
        self.what = what
        self.path = path


def object_of(
    value: object, path: str, allowed: set[str], required: tuple[str, ...] = ()
) -> dict[str, JsonValue]:
    """An object whose keys are all ``allowed`` and that has every ``required`` one."""
    if not isinstance(value, dict):
        raise ScriptInvalid("not an object", path)
    for key in value:
        if key not in allowed:
            raise ScriptInvalid(f"unknown key {key!r}", path)
    for key in required:
        if key not in value:
            raise ScriptInvalid(f"`{key}` is missing", path)
    return value


def array_of(value: JsonValue, path: str) -> list[JsonValue]:
    """An array."""
    if not isinstance(value, list):
        raise ScriptInvalid("not an array", path)
    return value


def text_of(value: JsonValue, path: str) -> str:
    """A string that UTF-8 can say."""
    if not isinstance(value, str):
        raise ScriptInvalid("not a string", path)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ScriptInvalid(
            "a lone surrogate is not UTF-8; write its bytes with `hex`", path
        ) from error
    return value


def one_line(value: JsonValue, path: str) -> str:
    """A string without a line feed."""
    text = text_of(value, path)
    if "\n" in text:
        raise ScriptInvalid("more than one line; use `raw`", path)
    return text


def one_of(value: JsonValue, path: str, allowed: tuple[str, ...]) -> str:
    """One of the ``allowed`` words."""
    if not isinstance(value, str) or value not in allowed:
        raise ScriptInvalid(f"is none of {', '.join(map(repr, allowed))}", path)
    return value


def integer(value: JsonValue, path: str, least: int | None, most: int | None) -> int:
    """An integer, both bounds included; None: no bound."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ScriptInvalid("not an integer", path)
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = " ".join(
            f"{word} {bound}"
            for word, bound in (("from", least), ("to", most))
            if bound is not None
        )
        raise ScriptInvalid(f"{value} is not {bounds}", path)
    return value


def hex_bytes(value: JsonValue, path: str) -> bytes:
    """The bytes of pairs of hex digits."""
    try:
        return bytes.fromhex(text_of(value, path))
    except ValueError as error:
        raise ScriptInvalid("not pairs of hex digits", path) from error


def refuse_unwritable(value: JsonValue, path: str) -> None:
    """Refuse what compact JSON in UTF-8 cannot say: lone surrogates, NaN and infinities."""
    match value:
        case str():
            text_of(value, path)
        case float():
            if not math.isfinite(value):
                raise ScriptInvalid("not a JSON number", path)
        case list():
            for index, entry in enumerate(value):
                refuse_unwritable(entry, f"{path}[{index}]")
        case dict():
            for key, entry in value.items():
                text_of(key, path)
                refuse_unwritable(entry, f"{path}.{key}")
        case _:
            pass
