"""The keeper cleans up after a run that was killed, and does nothing after one that was not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.process

WAIT_S = 20


def stranger(workspace: Path, *, own_session: bool) -> subprocess.Popen[bytes]:
    """A process started from inside the workspace that waits for ever and says when it is up."""
    program = workspace / "cells" / "1" / "bin" / "codex"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("import sys\nprint('up', flush=True)\nsys.stdin.read()\n", "utf-8")
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=own_session,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"up"
    return process


def keeper(workspace: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "harness.runner.keeper", str(workspace)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait(WAIT_S)


@pytest.mark.requirement("F6", "P-9", "R2-15")
def test_a_killed_run_leaves_no_process_and_no_workspace(tmp_path: Path) -> None:
    """Provenance: ours; end of file without `done` is what kill -9 of the run looks like to the keeper."""
    workspace = tmp_path / "parity-1"
    inside = stranger(workspace, own_session=True)
    group = stranger(tmp_path / "elsewhere", own_session=True)
    watch = keeper(workspace)
    assert watch.stdin is not None
    watch.stdin.write(f"group {group.pid}\n".encode())

    watch.stdin.close()

    assert watch.wait(WAIT_S) == 1
    assert inside.wait(WAIT_S) < 0
    assert group.wait(WAIT_S) < 0
    assert not workspace.exists()
    finish(inside)
    finish(group)


def test_a_run_that_cleaned_up_is_left_alone(tmp_path: Path) -> None:
    """Provenance: ours; `done` ends the keeper without a look at any process."""
    workspace = tmp_path / "parity-1"
    inside = stranger(workspace, own_session=True)
    watch = keeper(workspace)
    assert watch.stdin is not None

    watch.stdin.write(b"done\n")
    watch.stdin.close()

    assert watch.wait(WAIT_S) == 0
    assert psutil.pid_exists(inside.pid)
    assert workspace.exists()
    finish(inside)


def test_a_group_that_is_gone_already_is_no_error(tmp_path: Path) -> None:
    """Provenance: ours; drivers that ended well are still in the keeper's list."""
    workspace = tmp_path / "parity-1"
    gone = stranger(workspace, own_session=True)
    finish(gone)
    watch = keeper(workspace)
    assert watch.stdin is not None

    watch.stdin.write(f"group {gone.pid}\n".encode())
    watch.stdin.close()

    assert watch.wait(WAIT_S) == 1
