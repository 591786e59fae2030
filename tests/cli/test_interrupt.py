"""A run that is interrupted leaves no process, no footer, and the next run starts clean."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.commandline import PROGRAM, ROOT, codex_parity, environment, mutant

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]
if sys.platform == "win32":
    pytest.skip(reason="POSIX signals", allow_module_level=True)


def begin(out: Path, temp: Path) -> subprocess.Popen[str]:
    """Start a run over scenarios whose codex hangs, and come back when the first play is going on."""
    run = subprocess.Popen(
        [*PROGRAM, "run", "--subject", mutant("leaves_child", out), "--filter", "family:cancel,family:stream",
         "--no-golden", "--out", str(out)],
        cwd=ROOT, env=environment(TMPDIR=str(temp)), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8",
        start_new_session=True,
    )  # fmt: skip
    assert run.stderr is not None
    for line in run.stderr:
        if line.startswith("playing"):
            return run
    raise AssertionError("the run ended before it began to play")


def below(temp: Path) -> list[psutil.Process]:
    """Processes that were started from inside a temp folder or have it as their own."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(str(temp) in word for word in process.cmdline()) or process.environ().get(
                "TMPDIR", ""
            ).startswith(str(temp)):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.requirement("F6", "R2-15")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT", "SIGTERM"])
def test_an_interrupted_run_leaves_no_process_and_no_footer(name: str, tmp_path: Path) -> None:
    """Provenance: issue text; kill -9 of the harness or Ctrl-C in the middle."""
    # Short, because the path of the mock becomes a shebang.
    with tempfile.TemporaryDirectory(prefix="p-") as temp:
        run = begin(tmp_path / "out", Path(temp))
        started = below(Path(temp))
        os.kill(run.pid, signal.Signals[name])
        _, said = run.communicate(timeout=60)
        psutil.wait_procs([process for process in started if process.pid != run.pid], timeout=30)

        assert started
        assert [process.cmdline() for process in below(Path(temp))] == []
        assert list(Path(temp).iterdir()) == []
    lines = (tmp_path / "out/run.jsonl").read_text("utf-8").split("\n")
    assert run.returncode == {"SIGKILL": -9}.get(name, 130), said
    assert '"kind":"header"' in lines[0]
    assert not any('"kind":"footer"' in line for line in lines)


def test_the_next_run_starts_clean_and_a_report_of_the_interrupted_one_says_so(
    tmp_path: Path,
) -> None:
    """Provenance: issue text; a missing footer can never look green."""
    with tempfile.TemporaryDirectory(prefix="p-") as temp:
        run = begin(tmp_path / "out", Path(temp))
        run.kill()
        run.communicate(timeout=60)
        again = codex_parity("report", str(tmp_path / "out/run.jsonl"), folder=tmp_path / "out")
        text = (tmp_path / "out/index.html").read_text("utf-8")
        fresh = codex_parity(
            "run", "--subject", mutant("zero_usage", tmp_path), "--filter", "exec.items.agent-message", "--no-golden",
            folder=tmp_path / "out",
        )  # fmt: skip

    assert "interrupted" in text
    assert "interrupted" in again.out
    assert fresh.code == 1
    assert fresh.lines()[-1]["kind"] == "footer"
