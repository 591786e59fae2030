"""Real processes: pipes, deadlocks, signals, deaths. Every child is a few lines of Python."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from pathlib import Path

import psutil
import pytest

from harness.client import process
from harness.client.process import KILL_NOW, Child
from harness.errors import SpawnFailed
from tests.pair import bounded, until

pytestmark = pytest.mark.process

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")

# Signals are blocked and waited for: one that comes between two lines is not lost, as it is with signal.pause().
STUBBORN = """
import os, signal, sys
names = {getattr(signal, name) for name in sys.argv[1:] if name.startswith("SIG")}
signal.pthread_sigmask(signal.SIG_BLOCK, names)
os.write(1, b"ready\\n")
while True:
    os.write(1, signal.Signals(signal.sigwait(names)).name.encode() + b"\\n")
    if "exit" in sys.argv:
        os._exit(7)
"""


def python(code: str, *arguments: str) -> list[str]:
    """A command line that runs ``code`` in a Python that starts fast."""
    return [sys.executable, "-I", "-S", "-c", code, *arguments]


async def read_all(child: Child) -> bytes:
    """What is left of the child's stdout."""
    parts = []
    while part := await child.read():
        parts.append(part)
    return b"".join(parts)


async def started(code: str, *arguments: str, own_group: bool = False) -> Child:
    """A child that has said that it is ready."""
    child = await process.start(python(code, *arguments), env=None, own_group=own_group)
    assert (await child.read()).split() == [b"ready"]
    return child


def gone(pid: int) -> bool:
    """Whether the kernel says, within five seconds, that the process is dead; a corpse nobody has buried counts."""
    try:
        fd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        if fd is None:
            return len(psutil.wait_procs([psutil.Process(pid)], timeout=5)[0]) == 1
    except (ProcessLookupError, psutil.NoSuchProcess):
        return True
    try:
        return select.select([fd], [], [], 5)[0] == [fd]
    finally:
        os.close(fd)


def test_a_process_is_run_to_its_end_with_its_status_and_both_outputs(tmp_path: Path) -> None:
    """Ours: stdin, environment and working directory reach it."""
    code = (
        "import os, sys; sys.stderr.write(os.environ['A']);"
        "sys.stdout.write(sys.stdin.read() + os.getcwd()); sys.exit(3)"
    )

    done = bounded(
        process.run(
            python(code), env={**os.environ, "A": "x"}, cwd=str(tmp_path), stdin=b"in ", timeout_s=5
        )
    )

    assert (done.returncode, done.stderr) == (3, b"x")
    assert done.stdout.decode() == f"in {tmp_path.resolve()}"


def test_a_child_that_writes_much_before_it_reads_much_does_not_deadlock() -> None:
    """Ours: 4 MB each way, far beyond every pipe (R2-6)."""
    code = (
        "import sys; sys.stdout.write('y' * 4_000_000); sys.stdout.flush();"
        "sys.stdout.write(str(len(sys.stdin.buffer.read())))"
    )

    done = bounded(process.run(python(code), stdin=b"x" * 4_000_000, timeout_s=5))

    assert len(done.stdout) == 4_000_007
    assert done.stdout.endswith(b"y4000000")


@pytest.mark.parametrize(
    "code", ["pass", "import sys; sys.stdin.close()", "import os; os._exit(0)"]
)
def test_a_child_that_does_not_read_its_stdin_is_no_error(code: str) -> None:
    """Ours: EPIPE never reaches the caller; in node it is an uncaught exception."""
    assert bounded(process.run(python(code), stdin=b"x" * 1_000_000, timeout_s=5)).returncode == 0


def test_writing_to_a_dead_child_and_closing_twice_is_no_error() -> None:
    """Ours."""

    async def play() -> None:
        child = await process.start(python("pass"), env=None)
        await child.wait()
        await child.write(b"x" * 1_000_000)
        await child.close_stdin()
        await child.close_stdin()
        await child.stop()
        await child.write(b"late")
        await child.close_stdin()

    bounded(play())


@pytest.mark.requirement("R3-33", "F6")
@posix
def test_stop_begins_with_sigint_and_goes_no_further_when_that_is_enough() -> None:
    """REQUIREMENTS.md fact 2: only SIGINT makes codex end its shell command."""

    async def play() -> None:
        child = await started(STUBBORN, "SIGINT", "SIGTERM", "exit")

        assert await child.stop() == 7
        assert await read_all(child) == b"SIGINT\n"
        assert gone(child.pid)

    bounded(play())


@pytest.mark.requirement("R3-33", "F6")
@posix
def test_a_child_that_ignores_everything_is_killed_after_every_rung() -> None:
    """Ours: the ladder, and what the child wrote on its way is still there to read."""

    async def play() -> None:
        child = await started(STUBBORN, "SIGINT", "SIGTERM")

        assert await child.stop((("SIGINT", 0.2), ("SIGTERM", 0.2))) == -9
        assert await read_all(child) == b"SIGINT\nSIGTERM\n"
        assert child.returncode == -9
        assert repr(child) == f"<Child {child.pid} returncode=-9>"
        assert gone(child.pid)

    bounded(play())


def test_stopping_a_dead_child_gives_its_status_again_and_again() -> None:
    """Ours: never raises when it is gone already."""

    async def play() -> None:
        child = await process.start(python("import sys; print('x'); sys.exit(4)"), env=None)

        assert await child.wait() == 4
        assert [await child.stop(), await child.stop()] == [4, 4]
        assert (await read_all(child)).split() == [b"x"]

    bounded(play())


@posix
def test_two_who_stop_the_same_child_both_get_its_status() -> None:
    """Ours."""

    async def play() -> None:
        child = await started(STUBBORN, "SIGINT")
        assert repr(child) == f"<Child {child.pid} running>"
        assert child.returncode is None

        assert set(await asyncio.gather(child.stop(KILL_NOW), child.stop(KILL_NOW))) == {-9}

    bounded(play())


@posix
def test_a_child_that_kills_itself_has_the_negative_number_of_its_signal() -> None:
    """Ours: as subprocess has it."""
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    assert bounded(process.run(python(code), timeout_s=5)).returncode == -9


GRANDCHILD = """
import subprocess, sys
inner = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import threading; threading.Event().wait(60)"])
print("ready", inner.pid, flush=True)
"""


@posix
def test_the_death_of_a_child_is_seen_though_a_grandchild_holds_its_pipes() -> None:
    """Ours: asyncio's own wait() would wait for the grandchild (Python 3.11 to 3.13)."""

    async def play() -> None:
        child = await process.start(python(GRANDCHILD), env=None)
        pid = int((await child.read()).split()[1])
        try:
            assert await child.wait() == 0
            assert await child.stop() == 0
            assert await child.read() == b""
            assert psutil.pid_exists(pid)
        finally:
            os.kill(pid, 9)

    bounded(play())


@pytest.mark.requirement("F6", "P-9")
@posix
def test_a_child_in_its_own_group_takes_its_grandchildren_with_it() -> None:
    """Ours: what `run` uses, so that nothing is left."""

    async def play() -> int:
        child = await process.start(python(GRANDCHILD), env=None, own_group=True)
        pid = int((await child.read()).split()[1])
        await child.wait()
        await child.stop()
        return pid

    assert gone(bounded(play()))


def test_a_run_beyond_its_time_is_stopped_and_says_so() -> None:
    """Ours."""
    before = set(psutil.Process().children())

    with pytest.raises(TimeoutError):
        bounded(
            process.run(
                python("import threading; threading.Event().wait(60)"),
                stdin=b"x" * 1_000_000,
                timeout_s=0.1,
            )
        )

    assert set(psutil.Process().children()) <= before


@posix
def test_a_binary_that_cannot_be_started_is_one_clear_error(tmp_path: Path) -> None:
    """R2-6: missing, not executable, not a program, a folder, a NUL."""
    plain = tmp_path / "plain"
    plain.write_text("not a program", encoding="utf-8")
    program = tmp_path / "program"
    program.write_text("not a program either", encoding="utf-8")
    program.chmod(0o755)

    for path, reason in (
        (str(tmp_path / "nope"), "No such file or directory"),
        (str(plain), "Permission denied"),
        (str(program), "Exec format error"),
        (str(tmp_path), "Permission denied"),
        ("a\0b", "embedded null byte"),
    ):
        with pytest.raises(SpawnFailed) as caught:
            bounded(process.start([path], env=None))
        assert str(caught.value) == f"cannot start {path}: {reason}"
        assert caught.value.path == path


def test_a_slow_reader_holds_the_child_back_and_gets_everything() -> None:
    """Ours (R1-7): of 8 MB about one lies here, the rest waits in the pipe and in the child."""

    async def play() -> bytes:
        code = "import sys; sys.stdout.write('a' * 8_000_000)"
        child = await process.start(python(code), env=None)
        await until(lambda: child.unread >= process.HIGH_WATER)
        with pytest.raises(TimeoutError):  # a child that could write on would end well within this
            await asyncio.wait_for(child.wait(), 0.1)
        first = await child.read(10)
        assert child.unread < process.HIGH_WATER + 1_000_000
        rest = await read_all(child)
        await child.stop()
        return first + rest

    data = bounded(play())

    assert len(data) == data.count(b"a") == 8_000_000


@posix
def test_what_a_child_writes_while_it_is_stopped_is_not_lost() -> None:
    """Ours: reading was paused, so its last words lie in the pipe when it dies."""
    code = (
        "import os, signal\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})\n"
        f"data = b'a' * {process.HIGH_WATER}\n"
        "while data: data = data[os.write(1, data):]\n"
        "signal.sigwait({signal.SIGINT})\n"
        "os.write(1, b'b' * 60_000)\n"
        "os._exit(7)\n"
    )

    async def play() -> bytes:
        child = await process.start(python(code), env=None)
        await until(lambda: child.unread >= process.HIGH_WATER)
        assert await child.stop() == 7
        return await read_all(child)

    data = bounded(play())

    assert (data.count(b"a"), data.count(b"b")) == (process.HIGH_WATER, 60_000)


def test_stderr_can_go_elsewhere_as_it_comes() -> None:
    """Ours."""
    heard: list[bytes] = []

    async def play() -> bytes:
        child = await process.start(
            python("import sys; sys.stderr.write('oh')"), env=None, stderr_to=heard.append
        )
        await child.wait()
        await child.stop()
        return child.stderr

    assert bounded(play()) == b""
    assert b"".join(heard) == b"oh"


@posix
def test_a_child_that_outlives_its_ladder_is_killed() -> None:
    """Ours: whatever the ladder says, the child is dead afterwards."""

    async def play() -> int:
        child = await started(STUBBORN, "SIGTERM")
        return await child.stop((("SIGTERM", 0.01),))

    assert bounded(play()) == -9


def test_a_chunk_is_never_longer_than_asked() -> None:
    """Ours."""

    async def play() -> list[bytes]:
        child = await process.start(python("print('abcdef', end='')"), env=None)
        await child.wait()
        parts = [await child.read(4), await child.read(4), await child.read(4)]
        await child.stop()
        return parts

    assert bounded(play()) == [b"abcd", b"ef", b""]


def test_a_cancelled_task_leaves_no_child() -> None:
    """Ours: `run` ends its process on every way out."""
    before = set(psutil.Process().children())

    async def play() -> None:
        async with asyncio.timeout(0.1):
            await process.run(python("import threading; threading.Event().wait(60)"), timeout_s=60)

    with pytest.raises(TimeoutError):
        bounded(play())

    assert set(psutil.Process().children()) <= before


HEIR = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("ready", flush=True)
"""


@posix
def test_a_dead_child_whose_stdin_is_just_closing_is_released() -> None:
    """Ours: a run of 456 cells once died of it; asyncio forgets its loop one turn before it tells that the pipe is closed."""

    async def scenario() -> int:
        loop = asyncio.get_running_loop()
        child = await started(HEIR, own_group=True)
        assert await read_all(child) == b""
        await child.wait()
        # Wakes up after the pipe has forgotten its loop and before the child is told.
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await child.close_stdin()
        await turn
        return await child.stop(KILL_NOW)

    assert bounded(scenario()) == 0
