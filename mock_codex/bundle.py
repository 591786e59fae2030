"""The content of ``codex.script``: who may read it, the code that plays, the compiled script.

Must not know files: ``shell.py`` reads the sources and writes what is made here.
"""

from __future__ import annotations
import __future__

import ast
import json
import marshal
from types import CodeType

from mock_codex.compiler import Compiled, compile_script
from mock_codex.scenario import parse_script
from mock_codex.values import ScriptInvalid

MODULES = (
    "flags",
    "command_line",
    "thread_id",
    "surroundings",
    "settings",
    "exec_peer",
    "journal",
    "kernel",
    "offspring",
    "player",
)
"""What every play needs, in the order in which they can be run; the rest is loaded from its folder when needed."""


class BuildRefused(Exception):
    """Nothing is built. ``str()`` says why, with ``@ <script's name> $.path`` if a script is bad."""


def compiled_modules(sources: list[tuple[str, str, str]]) -> tuple[tuple[str, CodeType], ...]:
    """The code of a play, for all scripts of a build.

    Args:
        sources: (module, file name for tracebacks, text) in the order in which they can be run.
    """
    return tuple((name, _compiled(text, file)) for name, file, text in sources)


def body(modules: tuple[tuple[str, CodeType], ...], place: str, compiled: Compiled) -> bytes:
    """The rest of ``codex.script``; ``place`` is the folder of this package, for what is seldom needed."""
    return marshal.dumps((modules, place, compiled))  # type: ignore[arg-type]  # typeshed leaves out code objects


def _compiled(text: str, file: str) -> CodeType:
    """The code without docstrings and without the run-time import of ``__future__``, a fiftieth of a start."""
    tree = ast.parse(text, file)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    ]
    flags = __future__.annotations.compiler_flag
    code: CodeType = compile(tree, file, "exec", flags=flags, dont_inherit=True, optimize=2)
    return code


def plan(document: bytes, sources: list[tuple[str, str, str]], place: str) -> dict[str, bytes]:
    """The bodies of all scripts of ``{"scripts": {NAME: SCRIPT, ...}}``, by name.

    Raises:
        BuildRefused: the document, a name or a script is not of the form.
    """
    try:
        scripts = json.loads(document)["scripts"].items()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BuildRefused('stdin is not {"scripts": {NAME: SCRIPT, ...}}') from error
    modules = compiled_modules(sources)
    bodies: dict[str, bytes] = {}
    for name, script in scripts:
        _refuse_name(name)
        try:
            compiled = compile_script(parse_script(script))
        except ScriptInvalid as invalid:
            raise BuildRefused(f"{invalid.what} @ <{name}> {invalid.path}") from invalid
        bodies[name] = body(modules, place, compiled)
    return bodies


def _refuse_name(name: str) -> None:
    """A name becomes a folder below the one that was asked for, on every system."""
    parts = name.replace("\\", "/").split("/")
    if not all(parts) or ":" in name or {".", ".."} & {*parts}:
        raise BuildRefused(f"{name!r} cannot be the name of a folder")
