"""A world in memory for the peer, and the recorded answers of the real binary.

``CASES`` are those of ``probes.json``: what codex 0.169.0 said to each argv; ``answer`` is what our peer says to it.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from mock_codex import exec_peer
from mock_codex.surroundings import Refusal, World

Case: TypeAlias = dict[str, object]

_HERE = Path(__file__).parent
_RELEASE = _HERE.parents[1] / "mock_codex" / "data" / "codex-0.169.0.json"
RELEASE: dict[str, object] = json.loads(_RELEASE.read_text(encoding="utf-8"))
CASES: list[Case] = json.loads((_HERE / "probes.json").read_text(encoding="utf-8"))["cases"]
THREAD = "01a1fc4d-0e8e-7e21-bd85-d8f361f0d698"


def argv_of(case: Case) -> list[str]:
    """The words after the program's name."""
    argv = case["argv"]
    assert isinstance(argv, list)
    return argv


class SmallWorld(World):
    """Files below ``/w``, which is the current folder and a git repository unless said otherwise."""

    def __init__(
        self,
        *,
        stdin: bytes = b"hello",
        files: dict[str, str] | None = None,
        git: bool = True,
        env: dict[str, str] | None = None,
        terminal: bool = False,
    ) -> None:
        self.stdin = stdin
        self.variables = env or {}
        self.terminal = terminal
        self.said = ""
        found = {**({".git/HEAD": ""} if git else {}), **(files or {})}
        self.files = {
            f"/w/{name}": text.encode(errors="surrogateescape") for name, text in found.items()
        }
        self.folders = {"/", "/w"}
        for name in self.files:
            self.folders.update(folder for folder in self.upward(posixpath.dirname(name)))

    def _full(self, path: str) -> str:
        return posixpath.normpath(posixpath.join("/w", path))

    def env(self, name: str) -> str | None:
        return self.variables.get(name)

    def exists(self, path: str) -> bool:
        return self._full(path) in self.files or self.is_folder(path)

    def is_folder(self, path: str) -> bool:
        return self._full(path) in self.folders

    def read(self, path: str) -> bytes:
        if self.is_folder(path):
            raise IsADirectoryError(21, "Is a directory", path)
        return self.files[self._full(path)] if self.exists(path) else super().read(path)

    def creatable(self, path: str) -> OSError | None:
        if self.is_folder(posixpath.dirname(self._full(path))):
            return None
        return FileNotFoundError(2, "No such file or directory")

    def upward(self, path: str) -> Iterator[str]:
        folder = self._full(path)
        while folder != "/":
            yield folder
            folder = posixpath.dirname(folder)
        yield folder

    def stdin_is_terminal(self) -> bool:
        return self.terminal

    def read_stdin(self) -> bytes:
        return self.stdin

    def say(self, text: str) -> None:
        self.said += text

    def release(self) -> dict[str, object]:
        return RELEASE


def world_of(case: Case) -> SmallWorld:
    """The world in which the real binary was asked."""
    files, env, stdin = case.get("files", {}), case.get("env", {}), case.get("stdin", "hello")
    assert isinstance(files, dict)
    assert isinstance(env, dict)
    assert isinstance(stdin, str)
    data = stdin.encode(errors="surrogateescape")
    return SmallWorld(stdin=data, files=files, git=bool(case.get("git", True)), env=env)


def answer(argv: list[str], world: SmallWorld, *known: str) -> dict[str, object]:
    """What the peer says, in the form of ``probes.json``; ``thread`` only if one is resumed."""
    try:
        invocation = exec_peer.judge(exec_peer.parse(argv, world), world, frozenset(known))
    except Refusal as refusal:
        text = world.said + refusal.stderr
        return {"exit": refusal.status, "stdout": refusal.stdout, "stderr": text}
    said: dict[str, object] = {"accepted": invocation.prompt, "stderr": world.said}
    return {**said, "thread": invocation.thread} if invocation.thread else said


def recorded(case: Case) -> dict[str, object]:
    """What the real binary said."""
    return {key: case[key] for key in ("accepted", "exit", "stdout", "stderr") if key in case}
