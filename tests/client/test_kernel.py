"""What the kernel says of processes that others started."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from harness.client.kernel import asleep, is_alive, kill, living_children, settle

pytestmark = pytest.mark.process


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A child that lives until its stdin is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    yield process
    assert process.stdin is not None
    process.stdin.close()
    process.wait(20)


def test_a_child_is_a_living_child_until_it_ends(child: subprocess.Popen[bytes]) -> None:
    """Provenance: ours; a zombie that nobody reaped yet has ended."""
    assert child.pid in living_children(os.getpid())

    asyncio.run(kill([child.pid]))

    assert not is_alive(child.pid)
    assert child.pid not in living_children(os.getpid())


def test_a_process_that_stays_is_left_after_settling(child: subprocess.Popen[bytes]) -> None:
    """Provenance: ours; settling waits, it does not kill."""
    assert asyncio.run(settle([child.pid], 0.05)) == {child.pid}


def test_a_process_that_ends_by_itself_settles(child: subprocess.Popen[bytes]) -> None:
    """Provenance: ours."""
    assert child.stdin is not None
    child.stdin.close()

    assert asyncio.run(settle([child.pid], 20)) == frozenset()


def test_a_pid_that_never_was_is_neither_alive_nor_a_parent() -> None:
    """Provenance: ours; 2**22 is the largest pid Linux gives."""
    assert not is_alive(2**22 + 1)
    assert living_children(2**22 + 1) == frozenset()
    asyncio.run(kill([2**22 + 1]))


async def _until(true: Callable[[], bool]) -> None:
    """Ask again in every turn of the loop; a minute is never needed."""
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(true):
            pass


def test_a_process_that_reads_a_pipe_sleeps_and_one_that_counts_does_not(
    child: subprocess.Popen[bytes],
) -> None:
    """Provenance: ours; a child that waits, waited for, is a tree that sleeps."""

    asyncio.run(_until(lambda: asleep(child.pid)))
    assert not asleep(os.getpid())
    assert asleep(2**22 + 1)
