"""IO: CPU load beside a run: one process per core that does nothing but compute. Started and stopped by pid."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from harness.client import process

_SPIN: Final = "while True: pass"


@asynccontextmanager
async def load(keeper: process.Child, *, wanted: bool) -> AsyncIterator[int]:
    """Keep every core busy as long as the body runs; yields how many processes do so (0: none was wanted).

    Args:
        keeper: told of each process, so that none outlives a killed run.
        wanted: whether to start any.
    """
    children: list[process.Child] = []
    try:
        for _ in range((os.cpu_count() or 1) if wanted else 0):
            child = await process.start(
                [sys.executable, "-I", "-S", "-c", _SPIN], env=None, own_group=True
            )
            children.append(child)
            await keeper.write(f"group {child.pid}\n".encode())
        yield len(children)
    finally:
        await asyncio.gather(*(child.stop(process.KILL_NOW) for child in children))
