"""A wrong mock: the ``codex.script`` of a cell, rewritten before the unchanged client starts it.

``codex.script`` holds the code of the mock beside the compiled script (``mock_codex/bundle.py``). A mutant replaces a piece
of that code's source, or an operation of the script; all else is the mock as it is built. A piece that is not there exactly
once is an error, so that a mutant cannot turn into a copy that changes nothing.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

import mock_codex
from mock_codex.bundle import MODULES, body, compiled_modules
from mock_codex.compiler import Compiled, CompiledTurn, Operation

Patch = tuple[str, str, str]
"""(module of the mock, text, what stands there instead)."""

_HOME = Path(mock_codex.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongMock:
    """What is wrong with a mock: pieces of its code, or the operations of each turn. Called with a ``codex.script``.

    Args:
        patches: what stands elsewhere in its code.
        operations: what it plays instead of what a turn says; None: what the turn says.
    """

    patches: tuple[Patch, ...] = ()
    operations: Callable[[CompiledTurn], Sequence[Operation]] | None = None

    def __call__(self, script: bytes) -> bytes:
        """The script with the wrong mock in it."""
        head, _, rest = script.partition(b"\n")
        built, place, compiled = marshal.loads(rest)  # noqa: S302 - made by `mock-codex build`
        modules = _modules(self.patches) if self.patches else built
        return head + b"\n" + body(modules, place, self._played(compiled))

    def _played(self, compiled: Compiled) -> Compiled:
        if self.operations is None:
            return compiled
        profile, known, turns = compiled
        changed = tuple((*turn[:3], tuple(self.operations(turn)), turn[4]) for turn in turns)
        return profile, known, changed


def sources(patches: Sequence[Patch]) -> list[tuple[str, str, str]]:
    """The mock's modules with the patches in them, as ``compiled_modules`` takes them.

    Raises:
        LookupError: a text to replace does not stand exactly once in its module.
    """
    found = []
    for name in MODULES:
        path = _HOME / f"{name}.py"
        text = path.read_text("utf-8")
        for module, old, new in patches:
            if module == name:
                if text.count(old) != 1:
                    raise LookupError(f"{text.count(old)} times in {name}.py: {old}")
                text = text.replace(old, new)
        found.append((f"mock_codex.{name}", str(path), text))
    return found


@cache
def _modules(patches: tuple[Patch, ...]) -> tuple[tuple[str, CodeType], ...]:
    # Once per driver process: compiling costs more than a play.
    return compiled_modules(sources(patches))
