"""CORE: versions of an SDK compared by their numbers, and ranges of them as a baseline writes them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final

_PART: Final = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")
_OPERATORS: Final[dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def is_range(text: str) -> bool:
    """Whether this is a range of versions: ``>=0.150``, ``>=0.104,<0.120``, ``==0.1.0``."""
    return all(_PART.fullmatch(part) for part in text.split(","))


def in_range(version: str, limits: str) -> bool:
    """Whether a version is in a range; numbers count, a missing one is 0 (``0.150`` is ``0.150.0``)."""
    for part in limits.split(","):
        found = _PART.fullmatch(part)
        assert found is not None, "is_range was asked when the file was read"
        if not _OPERATORS[found[1]](*_aligned(version_numbers(version), version_numbers(found[2]))):
            return False
    return True


def version_numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version, in order."""
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _aligned(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    length = max(len(one), len(two))
    return one + (0,) * (length - len(one)), two + (0,) * (length - len(two))
