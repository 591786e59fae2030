"""IO: what the kernel says about processes that others started. Starts none (``client/process.py`` does)."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

if sys.platform != "win32":
    import fcntl

_KERNEL_LISTS_CHILDREN: Final = any(Path("/proc/self/task").glob("*/children"))


def living_children(pid: int) -> frozenset[int]:
    """Pids of the live (not zombie) descendants of a process; empty when it is gone."""
    if _KERNEL_LISTS_CHILDREN:
        found: set[int] = set()
        parents = [pid]
        while parents:
            children = _children(parents.pop()) - found
            found |= children
            parents += children
    else:  # pragma: no cover - systems other than Linux
        found = set()
        with suppress(psutil.Error):
            found = {child.pid for child in psutil.Process(pid).children(recursive=True)}
    return frozenset(child for child in found if is_alive(child))


def _children(pid: int) -> set[int]:
    # psutil reads every process of the machine to find those of one: 2.7 ms here, at every gate of every play.
    found: set[int] = set()
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found.update(map(int, (task / "children").read_bytes().split()))
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie has ended."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def living_in(folder: Path) -> frozenset[int]:
    """Pids of the live processes whose command line, environment or working folder names something in ``folder``.

    Parents do not tell: the tools of a codex that was killed belong to whoever adopted them.
    """
    mark = os.fsencode(folder) + b"/"
    return frozenset(
        pid
        for pid in psutil.pids()
        if pid != os.getpid() and mark in _names_used_by(pid) and is_alive(pid)
    )


def was_started_as(pid: int, program: Path) -> bool:
    """Whether a word of the command line of a process is ``program``; also while its interpreter still starts."""
    with suppress(psutil.Error):
        return str(program) in psutil.Process(pid).cmdline()
    return False


def _names_used_by(pid: int) -> bytes:
    words: list[bytes] = []
    own = Path(f"/proc/{pid}")
    if _KERNEL_LISTS_CHILDREN:
        with suppress(OSError):
            words = [(own / "cmdline").read_bytes(), (own / "environ").read_bytes()]
            words.append(os.fsencode((own / "cwd").readlink()) + b"/")
    else:  # pragma: no cover - systems other than Linux
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            words = [os.fsencode(word) for word in process.cmdline()]
            words += [os.fsencode(word) for word in process.environ().values()]
            words.append(os.fsencode(process.cwd()) + b"/")
    return b"\0".join(words)


def asleep(pid: int) -> bool:
    """Whether a process and all its descendants wait for something: none runs, is ready to run, or is at the disk."""
    return all(_sleeps(one) for one in (pid, *living_children(pid)))


def _sleeps(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() in (psutil.STATUS_SLEEPING, psutil.STATUS_ZOMBIE)
    return True


class ExitStatus:
    """Watches a process that somebody else started, and says afterwards how it ended, where the kernel tells (Linux 6.15).

    Only its parent can wait for it; but a file descriptor of a process keeps its exit status (``PIDFD_GET_INFO``, linux
    ``include/uapi/linux/pidfd.h``).
    """

    def __init__(self, pid: int) -> None:
        self._fd: int | None = None
        with suppress(AttributeError, OSError):
            self._fd = os.pidfd_open(pid)

    def close(self) -> str | None:
        """``exit N`` or ``signal NAME``; None: it lives, or this kernel does not tell. The descriptor is closed."""
        if self._fd is None:
            return None
        fd, self._fd = self._fd, None
        info = bytearray(_PIDFD_INFO_BYTES)
        struct.pack_into("Q", info, 0, _PIDFD_INFO_EXIT)
        try:
            fcntl.ioctl(fd, _PIDFD_GET_INFO, info)
        except OSError:
            return None
        finally:
            os.close(fd)
        if not struct.unpack_from("Q", info, 0)[0] & _PIDFD_INFO_EXIT:
            return None
        (status,) = struct.unpack_from("i", info, _PIDFD_INFO_BYTES - 4)
        code = os.waitstatus_to_exitcode(status)
        return f"exit {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


_PIDFD_INFO_BYTES: Final = 64
_PIDFD_INFO_EXIT: Final = 1 << 3
_PIDFD_GET_INFO: Final = (3 << 30) | (_PIDFD_INFO_BYTES << 16) | (0xFF << 8) | 11


async def settle(pids: Iterable[int], seconds: float) -> frozenset[int]:
    """Give processes up to ``seconds`` to end by themselves; returns those that did not."""
    deadline = asyncio.get_running_loop().time() + seconds
    left = frozenset(pid for pid in pids if is_alive(pid))
    while left and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
        left = frozenset(pid for pid in left if is_alive(pid))
    return left


def sweep(folder: Path) -> frozenset[int]:
    """Kill every process that lives in ``folder``, and wait until the kernel has ended it (5 s at most).

    Returns:
        the pids of those that were killed; what a process started while it was killed is among them.
    """
    killed: set[int] = set()
    while left := living_in(folder) - killed:
        found: list[psutil.Process] = []
        for pid in left:
            with suppress(psutil.Error):
                found.append(psutil.Process(pid))
                found[-1].kill()
        psutil.wait_procs(found, timeout=5)
        killed |= left
    return frozenset(killed)


async def kill(pids: Iterable[int]) -> None:
    """Kill processes and wait until the kernel has ended them (5 s at most)."""
    pids = tuple(pids)
    for pid in pids:
        with suppress(psutil.Error):
            psutil.Process(pid).kill()
    await settle(pids, 5)
