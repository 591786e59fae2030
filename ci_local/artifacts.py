"""IO: artifacts and caches as folders: what upload-artifact, download-artifact and cache do, read from their sources.

Of the actions in the versions that the workflows pin: which folder an artifact begins at, hidden files left out, a name only
once, and a pattern that fits one artifact alone unpacks it without a folder of its own (download-artifact, since version 5).
"""

from __future__ import annotations

import fnmatch
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ci_local.errors import ActionFailed

_WILD: Final = ("*", "?", "[")


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What the jobs of one run of a workflow uploaded, one folder per name."""

    folder: Path

    def upload(self, name: str, patterns: str, *, workspace: Path, nothing: str) -> str:
        """Keep files of a workspace; returns what was done.

        Args:
            name: the artifact's.
            patterns: files, folders or globs, one a line, relative to the workspace.
            workspace: the job's folder.
            nothing: ``warn``, ``error`` or ``ignore``: what no file at all means.

        Raises:
            ActionFailed: there is one of that name, or no file and ``nothing`` is ``error``.
        """
        target = self.folder / name
        if target.exists():
            raise ActionFailed(f"an artifact `{name}` is there already")
        lines = [line.strip() for line in patterns.split("\n") if line.strip()]
        files = sorted({file for line in lines for file in _files(workspace, line)})
        if not files:
            if nothing == "error":
                raise ActionFailed(f"no files were found with the path: {patterns}")
            return f"no artifact `{name}`: no files were found"
        starts = {_start(workspace, line) for line in lines}
        root = Path(os.path.commonpath(starts))
        root = root.parent if root.is_file() else root
        for file in files:
            copy = target / file.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        return f"artifact `{name}`: {len(files)} files"

    def download(self, *, name: str, pattern: str, merge: bool, path: Path) -> str:
        """Put artifacts into ``path``; returns what was done.

        Args:
            name: one artifact; empty: all that fit ``pattern``.
            pattern: a glob over names; empty: all.
            merge: all into ``path`` itself.
            path: the folder.

        Raises:
            ActionFailed: there is no artifact ``name``. A pattern that fits none is no error.
        """
        there = sorted(one.name for one in self.folder.iterdir()) if self.folder.is_dir() else []
        if name and name not in there:
            raise ActionFailed(
                f"Artifact '{name}' not found; there is {', '.join(there) or 'none'}"
            )
        chosen = [name] if name else fnmatch.filter(there, pattern or "*")
        for one in chosen:
            alone = bool(name) or merge or len(chosen) == 1
            shutil.copytree(self.folder / one, path if alone else path / one, dirs_exist_ok=True)
        return f"{len(chosen)} artifacts: {', '.join(chosen) or 'none'}"


@dataclass(frozen=True, slots=True)
class Caches:
    """What is kept from run to run, one folder per key."""

    folder: Path

    def restore(
        self, key: str, prefixes: Iterable[str], *, paths: str, workspace: Path
    ) -> str | None:
        """Put what was kept back into the workspace; returns the key that it had, None when nothing fits."""
        found = self._find(key, prefixes)
        if found is None:
            return None
        for line in _lines(paths):
            if (found / line).exists():
                shutil.copytree(found / line, workspace / line, dirs_exist_ok=True, symlinks=True)
        return found.name

    def save(self, key: str, *, paths: str, workspace: Path) -> str:
        """Keep folders of the workspace under a key that is not there yet; returns what was done."""
        target = self.folder / key
        there = [line for line in _lines(paths) if (workspace / line).is_dir()]
        if target.exists() or not there:
            return f"nothing kept as {key}: {'it is there' if there else 'no such folder'}"
        for line in there:
            shutil.copytree(workspace / line, target / line, symlinks=True)
        return f"kept as {key}"

    def _find(self, key: str, prefixes: Iterable[str]) -> Path | None:
        if (self.folder / key).is_dir():
            return self.folder / key
        there = sorted(self.folder.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for prefix in prefixes:
            for one in there:
                if one.name.startswith(prefix):
                    return one
        return None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _files(workspace: Path, pattern: str) -> list[Path]:
    found: list[Path] = []
    for one in _matches(workspace, pattern):
        inside = [one] if one.is_file() else [path for path in one.rglob("*") if path.is_file()]
        found += [path for path in inside if not _hidden(path.relative_to(workspace))]
    return found


def _matches(workspace: Path, pattern: str) -> list[Path]:
    if any(sign in pattern for sign in _WILD):
        return list(workspace.glob(pattern))
    return [workspace / pattern] if (workspace / pattern).exists() else []


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _start(workspace: Path, pattern: str) -> Path:
    """The part of a pattern before its first wildcard: where the search begins."""
    path = workspace
    for part in Path(pattern).parts:
        if any(sign in part for sign in _WILD):
            break
        path /= part
    return path
