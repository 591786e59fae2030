"""CORE: all generated scenarios of drift: each class of mutation meets each kind of place of the schema once.

What is expected is what the official TypeScript SDK does with the line: it hands on what ``JSON.parse`` gives
(PROTOCOLS.md 2.5, 2.6). What is mutated is read off the schema, so a new field or item type changes the scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from harness.generate import fields, kinds, texts
from harness.generate.base import Base, Case
from harness.wire.shapes import ExecShapes

MUTATIONS: Final[tuple[Callable[[Base], Iterator[Case]], ...]] = (
    fields.extra,
    fields.missing_in_items,
    fields.missing,
    fields.words,
    fields.nulls,
    kinds.types,
    kinds.types_of_events,
    texts.twice,
    texts.old,
    texts.tokens,
    texts.numbers,
    texts.order,
)


def cases(shapes: ExecShapes, recorded: Mapping[str, Sequence[str]]) -> list[Case]:
    """All scenarios of drift that are made by mutation, sorted by name.

    Args:
        shapes: of ``exec-events.json``.
        recorded: lines of each recording of codex 0.169.0 by its name.
    """
    base = Base(shapes, recorded)
    return sorted((case for make in MUTATIONS for case in make(base)), key=lambda case: case.name)
