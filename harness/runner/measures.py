"""IO: what the kernel says a process has spent and holds, and whether it is at rest. Judges nothing.

Of one process only, never of its children: a client is measured, not the codex it started.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from harness.client.exec_session import ExecSession, Need
from harness.jsonvalue import JsonValue
from harness.wire.jsontext import to_line

REST_S: Final = 0.2
"""How long no process may have used the processor before all of them are taken to be at rest."""

_SAMPLES: Final = 10
_ASLEEP: Final = frozenset({"S", "D", "I", "Z", "X"})
_ENOUGH: Final = 1 << 17
_CHUNK: Final = 1 << 16


def cpu_ns(pid: int) -> int | None:
    """Nanoseconds of processor time that a process has used, all its threads together; None when it is gone."""
    if sys.platform == "linux":
        # The clock of another process (clock_getcpuclockid(3)); /proc counts in hundredths of a second.
        with suppress(OSError):
            return time.clock_gettime_ns((~pid << 3) | 2)
    else:  # pragma: no cover - systems other than Linux
        with suppress(psutil.Error):
            times = psutil.Process(pid).cpu_times()
            return int((times.user + times.system) * 1e9)
    return None


def peak_bytes(pid: int) -> int | None:
    """The most memory a process has held since ``reset_peak``; where the kernel keeps no such mark, what it holds now."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").split("\n"):
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return held_bytes(pid)


def held_bytes(pid: int) -> int | None:
    """The memory a process holds now (resident set), in bytes; None when it is gone."""
    with suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return None


def reset_peak(pid: int) -> None:
    """Let ``peak_bytes`` begin anew (Linux, see proc(5), clear_refs)."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")


async def at_rest(pids: Iterable[int], stop: Callable[[], bool], seconds: float) -> bool:
    """Wait until none of these processes has used the processor for ``REST_S`` while all of them slept.

    Args:
        pids: those that are gone are at rest.
        stop: asked all the while; when it says so, the answer does not matter any more.
        seconds: how long to wait at most.

    Returns:
        whether they came to rest in time.
    """
    pids = tuple(pids)
    deadline = time.monotonic() + seconds
    still, before = 0, None
    while not stop() and time.monotonic() < deadline:
        now = [cpu_ns(pid) for pid in pids]
        still = still + 1 if now == before and all(map(_sleeps, pids)) else 0
        if still >= _SAMPLES:
            return True
        before = now
        await asyncio.sleep(REST_S / _SAMPLES)
    return False


def _sleeps(pid: int) -> bool:
    """Whether no thread of a process wants the processor: one that waits for its turn has used none either."""
    with suppress(OSError):
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return all(_state(thread) in _ASLEEP for thread in threads)
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_RUNNING
    return True


def _state(thread: Path) -> str:
    try:
        text = (thread / "stat").read_text("ascii", "replace")
    except OSError:
        return "X"
    return text.rpartition(")")[2].split()[0]


def reading_ns(events: list[JsonValue]) -> float | None:
    """Nanoseconds per byte that the core of the reference client takes here and now to read these events and say them.

    The unit of a client's time: what is slow on this machine in this second is slow for both. The quicker of two, of as
    many events as make 128 KiB; None when there is none.
    """
    lines: list[str] = []
    size = 0
    for event in events:
        lines.append(to_line(event))
        size += len(lines[-1]) + 1
        if size >= _ENOUGH:
            break
    if not lines:
        return None
    data = "".join(f"{line}\n" for line in lines).encode("ascii")
    return min(_read(data) for _ in range(2)) / len(data)


def _read(data: bytes) -> int:
    # A tracer, such as one that measures coverage, would make the unit many times as long.
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        before = time.thread_time_ns()
        session = ExecSession()
        for first in range(0, len(data), _CHUNK):
            session.receive_data(data[first : first + _CHUNK])
        while not isinstance(event := session.next_event(), Need):
            to_line(event.raw)
        return time.thread_time_ns() - before
    finally:
        sys.settrace(tracer)
