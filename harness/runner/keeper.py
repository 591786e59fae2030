"""IO: outlives a killed run and ends what it left. ``python -m harness.runner.keeper WORKSPACE``, stdin held by the run.

The run writes ``group N`` for each process group it makes and ``done`` when it has cleaned up by itself. End of file
without ``done`` means the run was killed: then every registered group and every process that lives in the workspace
(tools of a real codex too, which have groups of their own) is killed, and the workspace is removed. A second process is the only thing that survives ``kill -9``.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from harness.client.kernel import living_in


def main() -> int:
    """Wait for the run to end; clean up after it when it did not. Returns 0, or 1 when it had to kill."""
    workspace = Path(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        word, _, number = line.strip().partition(" ")
        if word == "done":
            return 0
        if word == "group":
            groups.add(int(number))
    for group in groups:
        kill_group(group)
    kill_below(workspace)
    shutil.rmtree(workspace, ignore_errors=True)
    return 1


def kill_group(group: int) -> None:
    """Kill a process group that the run made (on Windows: the process of that id and its children)."""
    if sys.platform == "win32":  # pragma: no cover - covered on Windows only
        with suppress(psutil.Error):
            process = psutil.Process(group)
            for child in [*process.children(recursive=True), process]:
                child.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def below(workspace: Path) -> list[psutil.Process]:
    """Every process that lives in ``workspace``, this one left out."""
    found = []
    for pid in living_in(workspace):
        with suppress(psutil.Error):
            found.append(psutil.Process(pid))
    return found


def kill_below(workspace: Path) -> int:
    """Kill every process that lives in ``workspace``; returns how many there were."""
    found = below(workspace)
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(found, timeout=5)
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
