"""The text of the executable ``codex`` on POSIX: it starts the base interpreter bare and unpacks ``codex.script``.

Why not a console script: a virtual environment and ``site`` cost three times what the interpreter itself costs, and
the mock starts once per turn. ``-I`` and ``-S`` keep both out, ``-X utf8`` makes argv and environment UTF-8 with
surrogates whatever the locale is. ``codex.script`` holds the compiled code of the modules that a play needs beside the
compiled script, so nothing is searched and a read-only installation is as fast.
Must not know files or processes.
"""

from __future__ import annotations

SHEBANG_LIMIT = 127
"""Bytes of the first line that every Linux reads; older kernels cut there silently."""

MARSHAL_OF = "mock-codex 2"
"""Raise the number when the content of ``codex.script`` changes its form."""

BOOT = f"""\
import marshal, sys
with open(sys.argv[0].rpartition("/")[0] + "/codex.script" if "/" in sys.argv[0] else "codex.script", "rb") as file:
    head, _, body = file.read().partition(b"\\n")
mine = "{MARSHAL_OF} %s %x" % (sys.implementation.cache_tag, sys.hexversion)
if head.decode("ascii", "replace") != mine:
    sys.stderr.write("mock-codex: codex.script is for " + repr(head) + ", this is " + mine + "; build it again\\n")
    sys.exit(96)
modules, place, compiled = marshal.loads(body)
package = sys.modules["mock_codex"] = type(sys)("mock_codex")
package.__path__ = [place]
for name, code in modules:
    module = sys.modules[name] = type(sys)(name)
    exec(code, vars(module))
sys.modules["mock_codex.player"].play(sys.argv[0], sys.argv[1:], compiled, place)
"""
"""Run by the bare interpreter with the launcher's path as ``sys.argv[0]``."""


def head(cache_tag: str | None, version: int) -> bytes:
    """The first line of ``codex.script``: who may read it. ``marshal`` and bytecode differ between interpreters."""
    return f"{MARSHAL_OF} {cache_tag} {version:x}\n".encode()


def posix(interpreter: bytes) -> bytes:
    """The launcher for an interpreter's path.

    A path that a first line cannot hold (long, or with a space) goes through ``/bin/sh``, which quotes. That shell adds
    PWD, SHLVL and ``_`` to the environment; ``sh`` in ``sys._xoptions`` tells the mock not to journal them.
    """
    first = b"#!" + interpreter + b" -ISXutf8\n"
    if len(first) <= SHEBANG_LIMIT and not set(interpreter) & set(b" \t\n\r"):
        return first + BOOT.encode()
    code = f"import sys\ndel sys.argv[0]\n{BOOT}".encode()
    call = b" ".join((_quoted(interpreter), b"-IS -X utf8 -X sh -c", _quoted(code)))
    return b"#!/bin/sh\nexec " + call + b' "$0" "$@"\n'


def _quoted(word: bytes) -> bytes:
    """One word for ``sh``, whatever bytes it holds."""
    return b"'" + word.replace(b"'", b"'\"'\"'") + b"'"
