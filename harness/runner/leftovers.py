"""IO: what runs and installations left on this machine that nobody needs any more. Finds and removes, ends no process."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from harness.subjects import install, variants
from harness.subjects.base import Subject
from harness.subjects.runtimes import node_folder
from harness.wire.schemas import SchemaSet

_NAME: Final = re.compile(r"parity-(real-)?[a-z0-9_]{8}")
_ROOMS: Final = frozenset({"mock", "cells", "seats", "bin", "work", "codex-home", "home", "tmp"})
"""What a workspace may hold; a folder with anything else in it is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A folder that can go, why, and how many bytes its files hold."""

    path: Path
    why: str
    size: int


def workspaces(temp: Path, older_than_s: float) -> list[Leftover]:
    """Workspaces of runs that were killed together with their keeper.

    Args:
        temp: where the system keeps temporary folders.
        older_than_s: a younger one may belong to a run that is just beginning.
    """
    named = [path for path in sorted(temp.iterdir()) if _NAME.fullmatch(path.name)]
    used = _words_of_processes() if named else frozenset()
    found = []
    for path in named:
        age = time.time() - path.stat().st_mtime
        if (
            path.is_dir()
            and not path.is_symlink()
            and {child.name for child in path.iterdir()} <= _ROOMS
            and age >= older_than_s
            and not any(word == str(path) or word.startswith(f"{path}{os.sep}") for word in used)
        ):
            why = f"a workspace without a run, {age / 60:.0f} min old"
            found.append(Leftover(path=path, why=why, size=_size(path)))
    return found


def _words_of_processes() -> frozenset[str]:
    """Every word of every command line, and every working folder, on this machine."""
    found: set[str] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            found.update(process.cmdline())
        with suppress(psutil.Error):
            found.add(process.cwd())
    return frozenset(found)


def installations(
    home: Path, subjects: Sequence[Subject], folder: Path, schemas: SchemaSet
) -> list[Leftover]:
    """Environments and runtimes that no pins of this checkout, with this Python, lead to.

    Args:
        home: where they are kept, such as ``.parity``.
        subjects: every subject of the checkout.
        folder: its ``subjects/``.
        schemas: the contracts; ``matrix`` is used.
    """
    needed = {install.environment(one, home) for one in subjects}
    for one in subjects:
        if variants.read_matrix(one, schemas) is not None:
            needed |= {
                install.environment(cell, home) for cell in variants.cells(one, schemas, folder)
            }
    needed |= {node_folder(pins, home) for pins in (folder / "runtimes").glob("node*")}
    there = [
        path
        for room in ("subjects", "runtimes")
        for path in sorted((home.resolve() / room).glob("*-*"))
        if path.is_dir()
    ]
    return [
        Leftover(path=path, why="no pins of this checkout lead here", size=_size(path))
        for path in there
        if path not in needed and not _is_being_made(path)
    ]


def _is_being_made(path: Path) -> bool:
    """Whether it is the unfinished folder of an installation that goes on (``packager.keep``)."""
    making = re.search(r"\.new-(\d+)$", path.name)
    return making is not None and psutil.pid_exists(int(making[1]))


def remove(leftovers: Sequence[Leftover]) -> Iterator[Leftover]:
    """Remove them; gives those that are still there, in part or whole."""
    for one in leftovers:
        shutil.rmtree(one.path, ignore_errors=True)
        if one.path.exists():
            yield one


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size if path.is_file() and not path.is_symlink() else 0
    return total
