"""IO: what the kernel says about processes that others started. Starts none (``client/process.py`` does)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import psutil


def living_children(pid: int) -> frozenset[int]:
    """Pids of the live (not zombie) descendants of a process; empty when it is gone."""
    with suppress(psutil.NoSuchProcess):
        return frozenset(
            child.pid
            for child in psutil.Process(pid).children(recursive=True)
            if is_alive(child.pid)
        )
    return frozenset()


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie has ended."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


async def settle(pids: Iterable[int], seconds: float) -> frozenset[int]:
    """Give processes up to ``seconds`` to end by themselves; returns those that did not."""
    deadline = asyncio.get_running_loop().time() + seconds
    left = frozenset(pid for pid in pids if is_alive(pid))
    while left and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
        left = frozenset(pid for pid in left if is_alive(pid))
    return left


async def kill(pids: Iterable[int]) -> None:
    """Kill processes and wait until the kernel has ended them (5 s at most)."""
    pids = tuple(pids)
    for pid in pids:
        with suppress(psutil.Error):
            psutil.Process(pid).kill()
    await settle(pids, 5)
