"""CORE: what of a JSON value was lost between the wire and the caller, in the words of ``cannot_express``.

    null_absent  a null where nothing was, or nothing where a null was
    int_float    1 where 1.0 was, or the reverse
    big_int      the nearest double where an integer beyond 2^53 was

Anything else that differs is not a loss of types but a change, and is returned as such. Knows no SDK.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeGuard

from harness.jsonvalue import JsonValue, canonical

EXACT: Final = 2**53
"""Integers up to here are exact in a double (IEEE 754)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """The kinds of loss that occurred, and the ``$`` paths of differences that none of them explains."""

    losses: frozenset[str]
    changes: tuple[str, ...]


def compare(wire: JsonValue, surfaced: JsonValue) -> Fidelity:
    """Compare a value as codex wrote it with what the caller was given."""
    losses: set[str] = set()
    changes: list[str] = []
    _walk(wire, surfaced, "$", losses, changes)
    return Fidelity(losses=frozenset(losses), changes=tuple(changes))


def _walk(wire: JsonValue, got: JsonValue, path: str, losses: set[str], changes: list[str]) -> None:
    match wire, got:
        case dict(), dict():
            for key in sorted(wire.keys() | got.keys()):
                if key in wire and key in got:
                    _walk(wire[key], got[key], f"{path}.{key}", losses, changes)
                elif wire.get(key) is None and got.get(key) is None:
                    losses.add("null_absent")
                else:
                    changes.append(f"{path}.{key}")
        case list(), list() if len(wire) == len(got):
            for index, (one, other) in enumerate(zip(wire, got, strict=True)):
                _walk(one, other, f"{path}[{index}]", losses, changes)
        case _ if canonical(wire) != canonical(got):
            loss = _number_loss(wire, got)
            if loss is None:
                changes.append(path)
            else:
                losses.add(loss)


def _number_loss(wire: JsonValue, got: JsonValue) -> str | None:
    if not (_is_number(wire) and _is_number(got) and _same_double(wire, got)):
        return None
    return "big_int" if isinstance(wire, int) and abs(wire) > EXACT else "int_float"


def _is_number(value: JsonValue) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same_double(one: float, other: float) -> bool:
    try:
        return float(one) == float(other)
    except OverflowError:
        return False
