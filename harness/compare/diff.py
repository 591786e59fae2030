"""How two JSON values of one pair differ, field by field. The only module that knows deepdiff.

deepdiff explains, it never decides: with its defaults it calls different JSON equal in four ways (REPORTS.md 1.2). Its
options are pinned, and our own walk over the same pair adds whatever deepdiff did not name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias, cast

from deepdiff import DeepDiff

from harness.compare.align import same
from harness.compare.difference import ABSENT, DifferenceClass, Side
from harness.jsonvalue import JsonValue

Steps: TypeAlias = tuple["str | int", ...]
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class FieldDifference(NamedTuple):
    """One field: class, ``$`` path below the pair, both sides."""

    cls: DifferenceClass
    path: str
    reference: Side
    sdk: Side


def field_differences(
    reference: JsonValue, sdk: JsonValue, *, explain: bool = True
) -> list[FieldDifference]:
    """All fields in which two values differ, in the order of their paths; empty only if canonical bytes are equal.

    ``null`` against absent is missing or extra; ``1``, ``1.0`` and ``true`` are of different types.

    Args:
        reference: one value.
        sdk: the other.
        explain: False leaves deepdiff out (0.3 ms a pair), for a stream in which every event differs.
    """
    if same(reference, sdk):
        return []
    found = set(_named_by_deepdiff(reference, sdk)) if explain else set()
    found.update(
        steps
        for steps in list(_walk((), reference, sdk))
        if not any(_related(steps, named) for named in found)
    )
    result = []
    for steps in found:
        sides = _at(reference, steps), _at(sdk, steps)
        result.append(FieldDifference(_class(*sides), path_text(steps), *sides))
    return sorted(result, key=lambda one: one.path)


def path_text(steps: Steps) -> str:
    """``$.item.text``; a position as ``[3]``, a key that is no plain word as ``["a.b"]``."""
    parts = ["$"]
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN.fullmatch(step):
            parts.append(f".{step}")
        else:
            parts.append(f"[{json.dumps(step)}]")
    return "".join(parts)


def _named_by_deepdiff(reference: JsonValue, sdk: JsonValue) -> Iterator[Steps]:
    tree = DeepDiff(
        reference,
        sdk,
        ignore_private_variables=False,
        zip_ordered_iterables=True,
        verbose_level=2,
        view="tree",
    )
    for nodes in tree.values():
        for node in nodes:
            yield tuple(cast("list[str | int]", node.path(output_format="list")))


def _walk(steps: Steps, reference: JsonValue, sdk: JsonValue) -> Iterator[Steps]:
    """Every leaf that differs, by type and by canonical bytes: what deepdiff is measured against."""
    if isinstance(reference, dict) and isinstance(sdk, dict):
        for key in reference.keys() | sdk.keys():
            if key in reference and key in sdk:
                yield from _walk((*steps, key), reference[key], sdk[key])
            else:
                yield (*steps, key)
    elif isinstance(reference, list) and isinstance(sdk, list):
        shorter = min(len(reference), len(sdk))
        for index in range(shorter):
            yield from _walk((*steps, index), reference[index], sdk[index])
        yield from ((*steps, index) for index in range(shorter, max(len(reference), len(sdk))))
    elif not same(reference, sdk):
        yield steps


def _related(steps: Steps, other: Steps) -> bool:
    shorter = min(len(steps), len(other))
    return steps[:shorter] == other[:shorter]


def _at(value: JsonValue, steps: Steps) -> Side:
    for step in steps:
        match value, step:
            case dict(), str() if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return ABSENT
    return value


def _class(reference: Side, sdk: Side) -> DifferenceClass:
    if sdk is ABSENT:
        return "missing"
    if reference is ABSENT:
        return "extra"
    return "changed" if type(reference) is type(sdk) else "type_changed"
