"""What the kernel says of processes that others started."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.client.kernel import (
    ExitStatus,
    asleep,
    is_alive,
    kill,
    living_children,
    living_in,
    settle,
    was_started_as,
)

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


@pytest.mark.requirement("P-9")
def test_who_names_a_folder_in_its_environment_lives_in_it(tmp_path: Path) -> None:
    """Measured on 0.169.0: tools of codex have groups of their own and lose their parent; their environment stays."""
    tool = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        env={"TOOL_HOME": str(tmp_path / "1" / "home")},
        start_new_session=True,
    )
    assert tool.stdin is not None
    try:
        assert living_in(tmp_path) == {tool.pid}
        assert living_in(tmp_path / "1") == {tool.pid}
        assert living_in(tmp_path / "2") == frozenset()
        assert was_started_as(tool.pid, Path(sys.executable))
        assert not was_started_as(2**22 + 1, Path(sys.executable))
    finally:
        tool.stdin.close()
        tool.wait(20)
    assert living_in(tmp_path) == frozenset()


TELLS = sys.platform == "linux" and tuple(map(int, platform.release().split(".")[:2])) >= (6, 15)


@pytest.mark.skipif(
    not TELLS, reason="Linux tells the exit status of somebody else's child from 6.15 on"
)
@pytest.mark.parametrize(
    ("program", "ended"),
    [("import sys; sys.stdin.read(); sys.exit(7)", "exit 7"), ("import os; os.kill(os.getpid(), 9)", "signal SIGKILL")],
)  # fmt: skip
def test_the_kernel_tells_how_a_process_ended(program: str, ended: str) -> None:
    """Linux: PIDFD_GET_INFO with PIDFD_INFO_EXIT."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.stdin.read(); {program}"], stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    status = ExitStatus(process.pid)
    process.stdin.close()
    process.wait(20)
    assert status.close() == ended
    assert status.close() is None


def test_how_a_process_ended_is_not_told_while_it_lives_or_when_it_never_was(
    child: subprocess.Popen[bytes],
) -> None:
    """Provenance: ours."""
    assert ExitStatus(child.pid).close() is None
    assert ExitStatus(2**22 + 1).close() is None
