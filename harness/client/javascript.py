"""How JavaScript writes a value as text, where the official TypeScript SDK leaves the writing to it.

``JSON.stringify`` for TOML strings and schema files, template literals for numbers, U+FFFD for what UTF-8 cannot hold. Two
accidents of JavaScript are not imitated: keys that look like array indexes keep their place, and integers keep their digits
beyond 2^53.

It must not know what the text is for.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Final

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_FIXED_POINT_DIGITS: Final = 21
_LEADING_ZEROS: Final = 6


def well_formed(text: str) -> str:
    """The text with every lone surrogate replaced by U+FFFD, as Node does when it encodes UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def quote(text: str) -> str:
    """A JSON string as ``JSON.stringify`` writes it: only ``"``, ``\\``, controls and lone surrogates are escaped."""
    return _SURROGATE.sub(
        lambda lone: f"\\u{ord(lone.group()):04x}", json.dumps(text, ensure_ascii=False)
    )


def number(value: float) -> str:
    """A finite number as ``${value}`` writes it: ``1.0`` is ``1``, ``1e21`` is ``1e+21``, integers are whole.

    Source: ECMAScript, Number::toString. Python's ``repr`` finds the same shortest digits and lays them out differently.
    """
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    raw = whole + fraction
    digits = raw.strip("0")
    # ``point`` is where the decimal point stands, counted from the first digit that is not zero.
    point = len(whole) + int(exponent or 0) - (len(raw) - len(raw.lstrip("0")))
    return sign + _laid_out(digits, point)


def _laid_out(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= _FIXED_POINT_DIGITS:
        return digits + "0" * (point - count)
    if 0 < point <= _FIXED_POINT_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if -_LEADING_ZEROS < point <= 0:
        return f"0.{'0' * -point}{digits}"
    head = digits if count == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{head}e{point - 1:+d}"


def stringify(value: object) -> str:
    """A JSON value as ``JSON.stringify`` writes it: compact, keys in their order, not ASCII only, NaN as ``null``.

    Raises:
        TypeError: a value that JSON does not have, or a key that is no string.
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int | float):
        return number(value) if math.isfinite(value) else "null"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(stringify, value))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_key(key)}:{stringify(child)}' for key, child in value.items())}}}"
    raise TypeError(f"{type(value).__name__} is not JSON")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key is {type(key).__name__}, not str")
    return quote(key)
