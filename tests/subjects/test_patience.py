"""A deadline that counts only time in which somebody could work."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from harness.subjects import patience
from harness.subjects.patience import expire, waiting_s

NOBODY = 2**22 + 1


async def _expires(seconds: float, pid: int, block_s: float = 0.0) -> tuple[bool, bool]:
    """Whether a timer outlives a loop that is blocked for a while, and whether it expires in the end."""
    timer = asyncio.timeout(None)
    outlived = False
    try:
        async with timer:
            clock = asyncio.create_task(expire(timer, seconds, pid))
            await asyncio.wait({clock}, timeout=0)
            until = time.monotonic() + block_s
            while time.monotonic() < until:
                pass  # a loop that is not served is what this is about
            await asyncio.wait({clock}, timeout=0.02)
            outlived = True
            await clock
            await asyncio.Event().wait()
    except TimeoutError:
        return outlived, True
    return outlived, False


@pytest.mark.parametrize("gone", [False, True])
def test_a_deadline_comes_to_its_end(*, gone: bool) -> None:
    """Ours: whoever sleeps, or is gone, is found in time."""
    assert asyncio.run(_expires(0.25, NOBODY if gone else os.getpid())) == (True, True)


def test_a_loop_that_was_not_served_takes_no_time_from_anybody() -> None:
    """Ours: one second of a blocked loop counts as two steps, so a deadline of half a second is not over."""
    assert asyncio.run(_expires(0.5, NOBODY, block_s=1.0)) == (True, True)


def test_waiting_for_the_processor_does_not_count_but_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ours: a process that never gets the processor still ends, at the longest."""
    asked: list[int] = []

    def always(pid: int) -> float:
        asked.append(pid)
        return time.monotonic()

    monkeypatch.setattr(patience, "waiting_s", always)
    monkeypatch.setattr(patience, "LONGEST", 5.0)

    assert asyncio.run(_expires(0.2, 7)) == (True, True)
    assert len(asked) > 6  # three steps would have done if it counted


def test_what_the_kernel_says_of_waiting_only_grows() -> None:
    """proc(5), schedstat; nothing where there is no such file."""
    first = waiting_s(os.getpid())

    assert 0.0 <= first <= waiting_s(os.getpid())
    assert waiting_s(NOBODY) == 0.0
    assert Path("/proc/self/schedstat").exists() or first == 0.0
