"""What the kernel says of a process: never compared with a clock, only with the process itself."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.runner import measures

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="other kernels tell less"),
]

NOBODY = 2**22 + 1
WORKS = "import sys\nfor line in sys.stdin:\n  sum(range(3000000)); x = b'x' * 50000000; del x; print('done', flush=True)"
SPINS = "print('on', flush=True)\nwhile True: pass"


@contextmanager
def python(program: str) -> Iterator[subprocess.Popen[str]]:
    """A Python that runs a program; killed in the end."""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def work(process: subprocess.Popen[str]) -> None:
    """Let it work once."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"


def test_the_time_of_a_process_grows_only_while_it_works() -> None:
    """clock_getcpuclockid(3)."""
    with python(WORKS) as process:
        work(process)
        rested = asyncio.run(measures.at_rest([process.pid], lambda: False, 20))
        before = measures.cpu_ns(process.pid)
        assert rested
        assert measures.cpu_ns(process.pid) == before
        work(process)
        after = measures.cpu_ns(process.pid)

    assert before is not None
    assert after is not None
    assert after - before > 1_000_000


def test_the_peak_of_memory_is_kept_until_it_is_reset() -> None:
    """proc(5): VmHWM and clear_refs."""
    with python(WORKS) as process:
        work(process)
        peak, held = measures.peak_bytes(process.pid), measures.held_bytes(process.pid)
        measures.reset_peak(process.pid)
        again = measures.peak_bytes(process.pid)

    assert peak is not None
    assert held is not None
    assert again is not None
    assert peak - held > 40_000_000
    assert again - held < 10_000_000


def test_a_process_that_works_is_not_at_rest() -> None:
    """Ours: what goes on may still change."""
    with python(SPINS) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert not asyncio.run(measures.at_rest([process.pid], lambda: False, 0.6))


def test_nobody_waits_for_rest_once_it_does_not_matter() -> None:
    """Ours: what is already known is not waited for."""
    with python(SPINS) as process:
        assert not asyncio.run(measures.at_rest([process.pid], lambda: True, 1000))


def test_a_process_that_is_gone_has_no_measures_and_is_at_rest() -> None:
    """Ours."""
    assert measures.cpu_ns(NOBODY) is None
    assert measures.peak_bytes(NOBODY) is None
    measures.reset_peak(NOBODY)
    assert asyncio.run(measures.at_rest([NOBODY], lambda: False, 20))


def test_the_unit_of_time_is_per_byte_and_of_something() -> None:
    """Ours: the core of the reference reads and says these events."""
    unit = measures.reading_ns([{"type": "turn.started"}] * 20_000)

    assert unit is not None
    assert unit > 0
    assert measures.reading_ns([]) is None
