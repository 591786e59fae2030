"""IO: a deadline that counts only time in which the harness and the driver could work.

On a machine that is busy elsewhere a driver waits for the processor, and so do we. Neither is the SDK's doing: a play that
is cut off for it would be told as a hang. A driver that hangs sleeps or spins, and is found in its time.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

STEP_S: Final = 0.1
"""How often time is counted; a step that took more than twice as long counts as two."""

LONGEST: Final = 6.0
"""However busy the machine is, a play takes no more than this many times its deadline."""


async def expire(timer: asyncio.Timeout, seconds: float, pid: int) -> None:
    """Let a timer expire when ``seconds`` of time that counts have passed.

    Args:
        timer: has been entered; it expires now when this returns.
        seconds: of time in which process ``pid`` ran or slept while this loop was served.
        pid: the process that is waited for; one that is gone waits for nothing.
    """
    loop = asyncio.get_running_loop()
    left, last = seconds, time.monotonic() + seconds * LONGEST
    while left > 0 and (now := time.monotonic()) < last:
        waited = waiting_s(pid)
        await asyncio.sleep(min(STEP_S, left))
        took = min(time.monotonic() - now, 2 * STEP_S)
        left -= max(took - max(waiting_s(pid) - waited, 0.0), 0.0)
    timer.reschedule(loop.time())


def waiting_s(pid: int) -> float:
    """Seconds that a process has wanted the processor and not had it (its first thread); 0 where no kernel says so."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9
    return 0.0
