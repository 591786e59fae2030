"""Builds mocks and starts them, with every wait bounded.

A ``Mock`` is a folder with the executable, as a cell of a run has it. Must not know what a script means.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

Journal: TypeAlias = dict[str, object]

LIMIT_S = 20
EXEC = ["exec", "--experimental-json", "--skip-git-repo-check"]
THREAD = "01a1fc4d-0e8e-7e21-bd85-d8f361f0d698"
OTHER = "01a1fc4d-0e8e-7e21-bd85-d8f361f0d699"


def build(folder: Path, scripts: dict[str, object]) -> subprocess.CompletedProcess[str]:
    """Run ``mock-codex build`` as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "mock_codex.shell", "build", "--out", str(folder)],
        input=json.dumps({"scripts": scripts}),
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
    )


class Mock:
    """One mock with one script."""

    def __init__(
        self,
        folder: Path,
        *turns: dict[str, object],
        known: tuple[str, ...] = (),
        profile: str = "0.169.0",
    ) -> None:
        script = {"profile": profile, "turns": list(turns), "known_threads": list(known)}
        done = build(folder, {"bin": script})
        assert done.returncode == 0, done.stderr
        self.codex = Path(json.loads(done.stdout)["codex"])
        self.folder = folder

    def run(
        self,
        *argv: str | bytes,
        stdin: bytes = b"hello",
        env: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Play to the end."""
        return subprocess.run(
            [self.codex, *(argv or EXEC)],
            input=stdin,
            env=env or {},
            cwd=self.folder,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )

    @contextmanager
    def start(
        self, *argv: str, stdin: bytes | None = b"hello"
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Play while something is done; ``stdin`` None leaves it open. Whatever is left is killed."""
        process = subprocess.Popen(
            [self.codex, *(argv or EXEC)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={},
            cwd=self.folder,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            if stdin is not None:
                process.stdin.write(stdin)
                process.stdin.close()
            yield process
        finally:
            process.kill()
            process.wait(LIMIT_S)
            for stream in (process.stdin, process.stdout, process.stderr):
                stream.close()

    def journals(self) -> list[Journal]:
        """All journals, oldest first."""
        files = sorted((self.codex.parent / "journal").glob("*.json"))
        return [json.loads(file.read_text(encoding="ascii")) for file in files]

    def journal(self) -> Journal:
        """The only journal."""
        (found,) = self.journals()
        return found

    def reached(self, stage: str) -> Journal:
        """The only journal as soon as it is at this stage."""
        return self.when(lambda journal: journal["stage"] == stage)

    def when(self, fits: Callable[[Journal], bool]) -> Journal:
        """The only journal as soon as it fits."""
        pause, limit = threading.Event(), time.monotonic() + LIMIT_S
        while time.monotonic() < limit:
            found = self.journals()
            if found and fits(found[0]):
                return found[0]
            pause.wait(0.002)
        raise AssertionError(f"was not reached: {self.journals()}")


def interpreter() -> str:
    """The interpreter that launchers name."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def exit_status(process: subprocess.Popen[bytes]) -> int:
    """How it ended, by itself."""
    return process.wait(LIMIT_S)


def is_posix() -> bool:
    """Whether signals and first lines mean something here."""
    return os.name == "posix"
