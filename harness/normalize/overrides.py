"""``--config key=value`` as codex reads it: a dotted key and a TOML value, laid over what came before.

Source: PROTOCOLS.md 2.3, and probes of the released 0.169.0 binary. Knows nothing of command lines.
"""

from __future__ import annotations

import math
import tomllib
from datetime import date, time
from typing import Final

from harness.jsonvalue import JsonValue

_I64: Final = range(-(2**63), 2**63)


class BadOverride(Exception):  # a refusal by codex, not an error of ours
    """codex ends with status 1: ``Error parsing -c overrides`` (measured on 0.169.0)."""


class _NotToml(Exception):  # a branch of the reading, not an error
    """The value is no TOML to codex' parser: the raw string counts."""


def apply_override(config: dict[str, JsonValue], override: str) -> None:
    """Lay one ``key=value`` over ``config`` in place.

    The first ``=`` cuts, key and raw value are trimmed, the key is split at every ``.`` (quotes do not protect), a
    level that is no table is replaced by one.

    Raises:
        BadOverride: there is no ``=``, or the key is empty.
    """
    key, equals, raw = override.partition("=")
    key = key.strip()
    if not equals:
        raise BadOverride(f"Invalid override (missing '='): {override}")
    if not key:
        raise BadOverride(f"Empty key in override: {override}")
    *levels, last = key.split(".")
    table = config
    for level in levels:
        below = table.get(level)
        if not isinstance(below, dict):
            below = {}
            table[level] = below
        table = below
    table[last] = toml_value(raw)


def toml_value(raw: str) -> JsonValue:
    """The value of ``raw`` as TOML, else ``raw`` trimmed and without its outer quotes.

    Integers, floats and booleans keep their types. A date or time is its text: 0.169.0 hands it on as a string
    (``invalid type: string "2026-01-02", expected i64``). What JSON lacks, ``nan`` and the infinities, becomes
    ``{"$toml": text}``.
    """
    try:
        return _json(tomllib.loads(f"_x_ = {raw.strip()}")["_x_"])
    except (tomllib.TOMLDecodeError, _NotToml, RecursionError):
        return raw.strip().strip("\"'")


def _json(value: object) -> JsonValue:
    match value:
        case bool() | str():
            return value
        case int():
            if value not in _I64:
                raise _NotToml
            return value
        case float():
            return value if math.isfinite(value) else {"$toml": str(value)}
        case list():
            return [_json(child) for child in value]
        case dict():
            return {str(key): _json(child) for key, child in value.items()}
        case _:
            assert isinstance(value, date | time), "because tomllib makes no other type"
            return value.isoformat().replace("+00:00", "Z")
