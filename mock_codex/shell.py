"""The console script ``mock-codex``: builds mocks, and plays where a copy of it is ``codex`` (Windows).

It reads, writes and exits, and so does ``player.py``, which runs one invocation; all else in the mock is CORE.
What only building needs is imported there, because on Windows every play begins here.
"""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

from mock_codex.player import play

_USAGE = """\
mock-codex plays the part of the codex executable in tests of Codex SDKs.

  mock-codex build --out DIR   reads {"scripts": {NAME: SCRIPT, ...}} on stdin, writes DIR/NAME/codex and
                               DIR/NAME/codex.script, prints one JSON line per script
  mock-codex --help            this text

A copy that lies beside a codex.script plays it: it takes codex's command line, writes what the script says and
journals each stage in journal/ beside itself.
"""


def main() -> None:
    """The console script: plays the ``codex.script`` beside it if there is one, else builds mocks."""
    program = Path(sys.argv[0]).absolute()
    script = program.with_name("codex.script")
    if script.exists():
        head, _, body = script.read_bytes().partition(b"\n")
        if head != _head().rstrip():
            sys.stderr.write(
                f"mock-codex: codex.script is for {head!r}, this is {_head()!r}; build it again\n"
            )
            sys.exit(96)
        _, place, compiled = marshal.loads(body)  # noqa: S302 - made by `build`
        play(str(program), sys.argv[1:], compiled, place)
    match sys.argv[1:]:
        case ["-h" | "--help"]:
            sys.stdout.write(_USAGE)
        case ["build", "--out", folder]:
            sys.exit(_build(Path(folder), sys.stdin.buffer.read()))
        case _:
            sys.stderr.write(_USAGE)
            sys.exit(2)


def _head() -> bytes:
    from mock_codex.launcher import head

    return head(sys.implementation.cache_tag, sys.hexversion)


def _build(folder: Path, document: bytes) -> int:
    """Write the mocks of all scripts, or none of them; gives the exit status."""
    import json

    from mock_codex.bundle import MODULES, BuildRefused, plan

    place = Path(__file__).resolve().parent
    files = [place / f"{name}.py" for name in MODULES]
    sources = [
        (f"mock_codex.{file.stem}", str(file), file.read_text(encoding="utf-8")) for file in files
    ]
    try:
        bodies = plan(document, sources, str(place))
    except BuildRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    for name, body in bodies.items():
        cell = folder / name
        cell.mkdir(parents=True, exist_ok=True)
        script = cell / "codex.script"
        script.write_bytes(_head() + body)
        codex = _write_launcher(cell)
        built = {"name": name, "codex": str(codex), "script": str(script)}
        sys.stdout.write(json.dumps(built) + "\n")
    return 0


def _write_launcher(cell: Path) -> Path:
    if sys.platform == "win32":
        import shutil
        import sysconfig

        codex = cell / "codex.exe"
        shutil.copyfile(Path(sysconfig.get_path("scripts")) / "mock-codex.exe", codex)
        return codex
    import os

    from mock_codex.launcher import posix

    codex = cell / "codex"
    codex.write_bytes(posix(os.fsencode(getattr(sys, "_base_executable", None) or sys.executable)))
    codex.chmod(0o755)
    return codex


if __name__ == "__main__":
    main()
