"""Which tests name a requirement: ``@pytest.mark.requirement("R0-8")`` read off the source of a test file. CORE: runs none.

Only literal ids count, at a test function, at a case of its ``parametrize``, or in a table of the module that its decorators
name: what is computed could not be checked without running it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.errors import HarnessFault

MARK: Final = "requirement"
_Test: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A test that says it proves a requirement. ``test`` is ``path::name``, as pytest writes it, without its case."""

    id: str
    test: str


def read(text: str, path: str) -> tuple[Mark, ...]:
    """The marks of one test file, each once, in its order.

    Args:
        text: the source.
        path: the path of the file, relative to the project, with slashes.

    Raises:
        HarnessFault: a mark without an id, with an id that is no literal string, or at something that is no test.
    """
    tree = ast.parse(text)
    tables = _tables(tree)
    found: dict[Mark, None] = {}
    seen: set[ast.AST] = set()
    for test in (node for node in ast.walk(tree) if isinstance(node, _Test)):
        for call in _calls(test, tables):
            seen.add(call)
            if not test.name.startswith("test_"):
                raise HarnessFault(
                    f"`{MARK}` at {test.name}, which is no test", where=f"{path}:{call.lineno}"
                )
            for name in _ids(call, path):
                found[Mark(id=name, test=f"{path}::{test.name}")] = None
    for call in _marks(tree):
        if call not in seen:
            raise HarnessFault(
                f"`{MARK}` beside a test",
                where=f"{path}:{call.lineno}",
                hint="Write it at the test function.",
            )
    return tuple(found)


def _tables(tree: ast.Module) -> dict[str, list[ast.Call]]:
    """The marks in each value that has a name in the module."""
    found: dict[str, list[ast.Call]] = {}
    for node in tree.body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = list(_marks(node))
    return found


def _calls(test: _Test, tables: Mapping[str, list[ast.Call]]) -> Iterator[ast.Call]:
    for decorator in test.decorator_list:
        yield from _marks(decorator)
        for node in ast.walk(decorator):
            if isinstance(node, ast.Name):
                yield from tables.get(node.id, ())


def _marks(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_mark(node):
            yield node


def _is_mark(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == MARK


def _ids(call: ast.Call, path: str) -> Iterator[str]:
    if not call.args or call.keywords:
        raise HarnessFault(f"`{MARK}` without an id", where=f"{path}:{call.lineno}")
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            raise HarnessFault(
                f"`{MARK}` with an id that is no literal", where=f"{path}:{argument.lineno}"
            )
        yield argument.value
