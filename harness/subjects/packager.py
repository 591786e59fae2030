"""IO: runs packagers (npm, pip, uv) and keeps what they made: a folder by content key, whole or not there.

    <home>/<kind>/<name>-<12 hex of the pins>/           kept; complete when it holds ``installed.json``
    <home>/<kind>/<name>-<12 hex>.new-<pid>/             being made; renamed when done, so a killed install leaves no ruin

Knows no subject: what is installed and from which pins its callers say.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.client import process
from harness.errors import RuntimeMissing, SpawnFailed

MARKER: Final = "installed.json"
INSTALL_S: Final = 300.0
"""How long a packager may take: a slow line and 60 MB of Node."""

NPM: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
"""From the lock alone, and nothing of the packages runs on installation."""

_AGAIN: Final = "Is the package index reachable? Then run `codex-parity subject install` again; nothing half-made is kept."
_STDERR_LINES: Final = 10
"""Of a long complaint the first and the last lines: npm names the cause first, pip last."""


def digest_of(files: Iterable[Path], *more: str) -> str:
    """12 hex digits over the contents of files, and texts beside them."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes() + b"\0")
    for text in more:
        digest.update(text.encode())
    return digest.hexdigest()[:12]


def complete(folder: Path) -> bool:
    """Whether a kept folder was finished."""
    return (folder / MARKER).is_file()


async def keep(
    folder: Path, make: Callable[[Path], Awaitable[None]], facts: Mapping[str, str]
) -> None:
    """Make a folder whole: in another place first, then in one step where it belongs.

    Args:
        folder: where it is to be; what is there without the marker is a ruin and goes away.
        make: fills the empty folder that it is given.
        facts: what the marker says.
    """
    new = folder.with_name(f"{folder.name}.new-{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        await make(new)
        (new / MARKER).write_text(json.dumps(dict(facts)), "utf-8")
        _move_in(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _move_in(new: Path, folder: Path) -> None:
    if folder.exists() and not complete(folder):
        shutil.rmtree(folder)
    try:
        new.rename(folder)
    except OSError:
        # Another installation of the same pins was faster; its result is as good as ours.
        if not complete(folder):
            raise


def on_path(name: str, where: str, get: str | None) -> str:
    """A program on PATH.

    Raises:
        RuntimeMissing: there is none; ``get`` says how to get it.
    """
    found = shutil.which(name)
    if found is None:
        raise RuntimeMissing(f"no `{name}` on PATH", where=where, hint=get)
    return found


async def run_tool(
    argv: Sequence[str],
    *,
    where: str,
    complaint: str,
    get: str | None = None,
    timeout_s: float = INSTALL_S,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    again: str = _AGAIN,
) -> str:
    """Run a packager to its end and return its stdout.

    Args:
        argv: the program and its arguments.
        where: for whom, for the error.
        complaint: what it means when it fails, one clause.
        get: how to get the program, for the error.
        timeout_s: its time.
        cwd: its working folder; None: ours.
        env: what is set beside our environment.
        again: what to do when it failed, one sentence.

    Raises:
        RuntimeMissing: it does not start, fails, or does not end; its last lines are quoted.
    """
    whole = None if env is None else {**os.environ, **env}
    place = None if cwd is None else str(cwd)
    try:
        ended = await process.run(argv, env=whole, cwd=place, timeout_s=timeout_s)
    except SpawnFailed as error:
        raise RuntimeMissing(f"{complaint}: {error}", where=where, hint=get) from error
    except TimeoutError as error:
        what = f"{complaint}: no end within {timeout_s:g} s"
        raise RuntimeMissing(what, where=where, hint=again) from error
    if ended.returncode != 0:
        said = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip().split("\n")
        if len(said) > 2 * _STDERR_LINES:
            said = [*said[:_STDERR_LINES], "...", *said[-_STDERR_LINES:]]
        told = "\n  ".join(said)
        raise RuntimeMissing(
            f"{complaint} (exit {ended.returncode})\n  {told}", where=where, hint=again
        )
    return ended.stdout.decode("utf-8", "replace")


async def npm_ci(
    folder: Path, pins: Iterable[Path], *flags: str, where: str, complaint: str, get: str | None
) -> None:
    """Install what a lock names into ``folder``; ``pins`` are the lock and the ``package.json`` beside it.

    Raises:
        RuntimeMissing: no npm, or it failed.
    """
    npm = on_path("npm", where, get)
    for path in pins:
        shutil.copyfile(path, folder / path.name)
    await run_tool([npm, *NPM, *flags], where=where, complaint=complaint, get=get, cwd=folder)


def venv_python(env: Path) -> Path:
    """The interpreter of a virtual environment."""
    return env / "Scripts" / "python.exe" if sys.platform == "win32" else env / "bin" / "python"
