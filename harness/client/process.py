"""The one module of the project that starts processes: asyncio outside, signals, pipes and Windows inside.

Why its own ``SubprocessProtocol`` and not ``asyncio.create_subprocess_exec``: up to Python 3.13 ``Process.wait`` returns
only when every pipe is closed, so a grandchild that keeps stdout open would hold a dead child for ever, and
``Process.send_signal`` polls, which steals the exit status from the child watcher. Here the exit and the two ends of
file are three separate facts.

It must not know codex: no argv, no environment variable, no line of output means anything to it.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.errors import SpawnFailed

Ladder: TypeAlias = Sequence[tuple[str, float]]

STOP_LADDER: Final[Ladder] = (("SIGINT", 2.0), ("SIGTERM", 2.0), ("SIGKILL", 2.0))
"""How a child is stopped: signal, then seconds until the next rung.

SIGINT comes first because only it makes codex end the shell command it is running: codex puts tools into process
groups of their own, and SIGTERM or SIGKILL leave them alive (REQUIREMENTS.md fact 2, measured on 0.169.0).
"""

KILL_NOW: Final[Ladder] = (("SIGKILL", 2.0),)
"""The ladder of a caller who has no patience and nothing to save."""

DRAIN_GRACE_S: Final = 0.5
"""How long after the death of a child its pipes may stay open; beyond that a grandchild holds them."""

HIGH_WATER: Final = 1 << 20
"""Bytes of unread output at which the child is no longer read, so that it waits for a slow reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A process that ran to its end: exit status (negative: signal number) and all that it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


class _Pump(asyncio.SubprocessProtocol):
    """Collects what the event loop hands over. Each fact has its own flag; waiters are woken on every change."""

    def __init__(self, stderr_to: Callable[[bytes], None] | None) -> None:
        self.chunks: deque[bytes] = deque()
        self.unread = 0
        self.stderr = bytearray()
        self.stdout_open = True
        self.stderr_open = True
        self.stdin_open = True
        self.stdin_full = False
        self.exited = False
        self.released = False
        self._stderr_to = stderr_to
        self._transport: asyncio.SubprocessTransport | None = None
        self._waiters: set[asyncio.Future[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            self.chunks.append(data)
            self.unread += len(data)
            if self.unread >= HIGH_WATER:
                self._stdout().pause_reading()
        elif self._stderr_to is not None:
            self._stderr_to(data)
        else:
            self.stderr += data
        self._changed()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 0:
            self.stdin_open = False
        elif fd == 1:
            self.stdout_open = False
        else:
            self.stderr_open = False
        self._changed()

    def process_exited(self) -> None:
        self.exited = True
        self._changed()

    def connection_lost(self, exc: Exception | None) -> None:
        self.released = True
        self._changed()

    def pause_writing(self) -> None:
        """Called by the stdin pipe when its buffer is over the high-water mark."""
        self.stdin_full = True

    def resume_writing(self) -> None:
        """Called by the stdin pipe when its buffer has been drained."""
        self.stdin_full = False
        self._changed()

    def take(self, limit: int) -> bytes:
        """The next chunk of stdout, at most ``limit`` bytes; resumes a paused pipe when the backlog is small again."""
        chunk = self.chunks.popleft()
        if len(chunk) > limit:
            self.chunks.appendleft(chunk[limit:])
            chunk = chunk[:limit]
        before, self.unread = self.unread, self.unread - len(chunk)
        if before >= HIGH_WATER > self.unread:
            self.resume_stdout()
        return chunk

    def resume_stdout(self) -> None:
        """Read on: a pipe that is closed or was never paused is left as it is."""
        if self.stdout_open:
            self._stdout().resume_reading()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until ``true()``; it is asked after every change."""
        while not true():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)

    async def within(self, seconds: float, true: Callable[[], bool]) -> None:
        """``until``, for ``seconds`` at most; the caller looks for itself whether it came true."""
        late = asyncio.Event()

        def expire() -> None:
            late.set()
            self._changed()

        timer = asyncio.get_running_loop().call_later(seconds, expire)
        try:
            await self.until(lambda: true() or late.is_set())
        finally:
            timer.cancel()

    def _stdout(self) -> asyncio.ReadTransport:
        assert self._transport is not None, "pipes speak only after connection_made"
        return cast("asyncio.ReadTransport", self._transport.get_pipe_transport(1))

    def _changed(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)


class Child:
    """A running child process with its three pipes. Made by ``start``; ended by ``wait`` and released by ``stop``."""

    def __init__(
        self, transport: asyncio.SubprocessTransport, pump: _Pump, *, own_group: bool
    ) -> None:
        self._transport = transport
        self._pump = pump
        self._own_group = own_group
        self.pid: Final = transport.get_pid()

    def __repr__(self) -> str:
        state = "running" if self.returncode is None else f"returncode={self.returncode}"
        return f"<Child {self.pid} {state}>"

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal; None while the child lives."""
        return self._transport.get_returncode() if self._pump.exited else None

    @property
    def stderr(self) -> bytes:
        """What the child has written to standard error so far."""
        return bytes(self._pump.stderr)

    @property
    def unread(self) -> int:
        """Bytes of stdout that are here and have not been read: ``HIGH_WATER`` and one chunk at most while it lives."""
        return self._pump.unread

    async def write(self, data: bytes) -> None:
        """Write to the child's stdin and wait until it has taken enough; a child that does not read is no error.

        Run it beside ``read``: a child that writes much before it reads would otherwise wait for us for ever.
        """
        pump = self._pump
        if data and pump.stdin_open:
            stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))
            stdin.write(data)
            await pump.until(lambda: not (pump.stdin_full and pump.stdin_open))

    async def close_stdin(self) -> None:
        """Close the child's stdin once all that was written has been taken; closing twice is no error."""
        if self._pump.stdin_open:
            stdin = self._transport.get_pipe_transport(0)
            assert stdin is not None, "stdin is always a pipe here"
            stdin.close()

    async def read(self, limit: int = 65536) -> bytes:
        """The next chunk of stdout, 1 to ``limit`` bytes, or ``b""`` at its end.

        The end is the end of file, not the death of the child: a grandchild may hold the pipe. After ``stop`` what the
        child had written can still be read.
        """
        pump = self._pump
        await pump.until(lambda: bool(pump.chunks) or not pump.stdout_open)
        return pump.take(limit) if pump.chunks else b""

    async def wait(self) -> int:
        """Wait for the child's death and the last of its stderr; returns the exit status, negative for a signal.

        stdout must be read meanwhile, or a child that writes much never ends. stderr that a grandchild keeps open is
        waited for ``DRAIN_GRACE_S`` at most.
        """
        pump = self._pump
        await pump.until(lambda: pump.exited)
        await pump.within(DRAIN_GRACE_S, lambda: not pump.stderr_open)
        returncode = self.returncode
        assert returncode is not None, "an exited child has a status"
        return returncode

    async def stop(self, ladder: Ladder = STOP_LADDER) -> int:
        """End the child, rung by rung, and release its pipes; of a dead child only the pipes are released.

        Args:
            ladder: (signal name, seconds until the next rung); after the last rung the child is killed. On Windows
                every rung terminates it.

        Returns:
            The exit status, negative for a signal.
        """
        pump = self._pump
        for name, grace_s in ladder:
            if pump.exited:
                break
            self._send(name)
            await pump.within(grace_s, lambda: pump.exited)
        if not pump.exited:
            self._send("SIGKILL")
        await pump.until(lambda: pump.exited)
        if self._own_group:
            self._send("SIGKILL")
        await self._release()
        return await self.wait()

    async def _release(self) -> None:
        pump = self._pump
        pump.resume_stdout()
        await pump.within(DRAIN_GRACE_S, lambda: not (pump.stdout_open or pump.stderr_open))
        if pump.stdin_open:
            stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))
            # One that is closing and has nothing left to write may have forgotten its loop already.
            if not stdin.is_closing() or stdin.get_write_buffer_size():
                stdin.abort()
        self._transport.close()
        await pump.within(DRAIN_GRACE_S, lambda: pump.released)

    def _send(self, name: str) -> None:
        try:
            if sys.platform == "win32":  # pragma: no cover - Windows has one way to end a process
                if not self._pump.exited:
                    self._transport.kill()
            elif self._own_group:
                os.killpg(self.pid, signal.Signals[name])
            else:
                os.kill(self.pid, signal.Signals[name])
        except (ProcessLookupError, PermissionError):
            # Gone between the look and the signal (macOS says EPERM for a group of zombies).
            return


async def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None,
    cwd: str | None = None,
    own_group: bool = False,
    stderr_to: Callable[[bytes], None] | None = None,
) -> Child:
    """Start a process with three pipes.

    Args:
        argv: the program and its arguments; the program is looked up on PATH when it has no slash.
        env: the whole environment, or None to inherit ours.
        cwd: its working directory, or None for ours.
        own_group: make it the leader of a new session; ``stop`` then signals the whole group and sweeps it.
        stderr_to: called with each chunk of stderr instead of collecting it in ``Child.stderr``.

    Raises:
        SpawnFailed: the operating system refused: missing, not executable, not a program, no such ``cwd``, or an
            argument that holds a NUL.
    """
    pump = _Pump(stderr_to)
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.subprocess_exec(
            lambda: pump,
            *argv,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=own_group,
        )
    except OSError as error:
        raise SpawnFailed(argv[0], error) from error
    except ValueError as error:
        raise SpawnFailed(argv[0], OSError(errno.EINVAL, str(error))) from error
    return Child(transport, pump, own_group=own_group)


async def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    stdin: bytes = b"",
    timeout_s: float,
) -> Completed:
    """Run a process to its end and return all that it wrote; nothing of its process group is left.

    Raises:
        SpawnFailed: see ``start``.
        TimeoutError: it had not ended after ``timeout_s``; it has been stopped.
    """
    child = await start(argv, env=env, cwd=cwd, own_group=True)
    feeder = asyncio.create_task(_feed(child, stdin))
    reader = asyncio.create_task(_read_all(child))
    try:
        async with asyncio.timeout(timeout_s):
            await child.wait()
            await asyncio.wait({reader}, timeout=DRAIN_GRACE_S)
    finally:
        returncode = await child.stop(KILL_NOW)
        await asyncio.wait({feeder, reader})
    return Completed(returncode=returncode, stdout=reader.result(), stderr=child.stderr)


async def _feed(child: Child, data: bytes) -> None:
    await child.write(data)
    await child.close_stdin()


async def _read_all(child: Child) -> bytes:
    parts = []
    while chunk := await child.read():
        parts.append(chunk)
    return b"".join(parts)
