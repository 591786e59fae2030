"""What the client needs of a process, as a Protocol, and the twin of ``process.py`` that lives in memory.

The twin plays chunks of bytes and an exit status; a test or an example can see a whole turn without starting anything.
It must not know what the bytes mean.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.errors import SpawnFailed


class Process(Protocol):
    """A started program with three pipes; ``process.Child`` says what each member does."""

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal; None while it lives."""

    @property
    def stderr(self) -> bytes:
        """All of its standard error so far."""

    async def write(self, data: bytes) -> None:
        """Write to its stdin; that it does not read is no error."""

    async def close_stdin(self) -> None:
        """Close its stdin."""

    async def read(self) -> bytes:
        """The next chunk of its stdout; ``b""`` at the end."""

    async def wait(self) -> int:
        """Wait for its death; returns the exit status."""

    async def stop(self) -> int:
        """End it, whatever that takes; returns the exit status. Of a dead process the pipes are released."""


class Launcher(Protocol):
    """Starts a program: ``process.start`` or a ``ScriptedLauncher``.

    Raises:
        SpawnFailed: it could not be started.
    """

    async def __call__(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        """Start ``argv`` with ``env`` as its whole environment, None to inherit ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a scripted process does.

    Args:
        stdout: chunks in the order in which ``read`` gives them.
        stderr: all of its standard error.
        returncode: how it ends by itself.
        hangs: it waits after the last chunk until it is stopped.
        stopped: the status with which it ends when it is stopped; the default is that of SIGINT.
    """

    stdout: tuple[bytes, ...] = ()
    stderr: bytes = b""
    returncode: int = 0
    hangs: bool = False
    stopped: int = -2


class ScriptedProcess:
    """A process in memory. ``stdin`` is what it was given, ``stops`` how often it was stopped while alive."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._chunks = deque(script.stdout)
        self._over = asyncio.Event()
        self._returncode: int | None = None
        self.stdin = b""
        self.stdin_closed = False
        self.stops = 0

    def __repr__(self) -> str:
        return f"ScriptedProcess(chunks={len(self._chunks)}, returncode={self._returncode})"

    @property
    def returncode(self) -> int | None:
        """Exit status, None while it lives."""
        return self._returncode

    @property
    def stderr(self) -> bytes:
        """All of its standard error."""
        return self._script.stderr

    async def write(self, data: bytes) -> None:
        """Take bytes for stdin."""
        self.stdin += data

    async def close_stdin(self) -> None:
        """Note that stdin was closed."""
        self.stdin_closed = True

    async def read(self) -> bytes:
        """The next chunk; ``b""`` after the last, which a hanging process gives only once it is stopped."""
        if self._chunks:
            return self._chunks.popleft()
        await self._end()
        return b""

    async def wait(self) -> int:
        """The exit status; a hanging process has one only once it is stopped."""
        return await self._end()

    async def stop(self) -> int:
        """End it if it lives."""
        if self._returncode is None:
            self.stops += 1
            self._finish(self._script.stopped)
        return await self._end()

    async def _end(self) -> int:
        if not self._script.hangs and self._returncode is None:
            self._finish(self._script.returncode)
        await self._over.wait()
        assert self._returncode is not None, "over means that it has a status"
        return self._returncode

    def _finish(self, returncode: int) -> None:
        self._returncode = returncode
        self._over.set()


@dataclass(slots=True, kw_only=True)
class ScriptedLauncher:
    """Starts scripted processes, one script after the other, and remembers every start.

    Args:
        scripts: what the processes do, in the order of their start; past the last one the start fails.
    """

    scripts: Iterable[Script]
    started: list[tuple[list[str], dict[str, str], ScriptedProcess]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scripts = iter(self.scripts)

    async def __call__(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        """Start the next script.

        Raises:
            SpawnFailed: there is none.
        """
        script = next(iter(self.scripts), None)
        if script is None:
            raise SpawnFailed(argv[0], FileNotFoundError(2, "No such file or directory"))
        process = ScriptedProcess(script)
        self.started.append((list(argv), dict(env or {}), process))
        return process
