"""``codex-parity show``: a run at the terminal, without playing."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.commandline import PROGRAM, ROOT, codex_parity, environment
from tests.report import runs
from tests.report.runs import ONE, TWO


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    """A run with a divergence of ``left``, a known one of ``right`` and a subject that could not run."""
    path = tmp_path / "run.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in runs.rich_run()), "utf-8")
    return path


@pytest.mark.process
def test_a_scenario_is_shown_for_all_subjects_those_that_differ_first(run_file: Path) -> None:
    """Ours: an id or a glob; exit 0, for nothing is judged anew."""
    ended = codex_parity("show", "exec.*", "--run", str(run_file), folder=run_file.parent)

    assert ended.code == 0, ended.err
    assert ended.out.index(f"{ONE}  right") < ended.out.index(f"{TWO}  left")
    assert "\x1b" not in ended.out
    assert " \n" not in ended.out


@pytest.mark.process
def test_one_subject_is_shown_alone(run_file: Path) -> None:
    """Ours."""
    ended = codex_parity("show", ONE, "-s", "left", "--run", str(run_file), folder=run_file.parent)

    assert ended.code == 0, ended.err
    assert f"{ONE}  left" in ended.out
    assert f"{ONE}  right" not in ended.out


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("exec.items.web-serch",), f"Did you mean {ONE}?"),
        (("zzz",), "It has 2 scenarios."),
        ((ONE, "-s", "nobody"), "It has left, right, gone."),
        ((ONE, "--run", "nowhere.jsonl"), "no run file at nowhere.jsonl"),
    ],
)
def test_what_the_run_does_not_have_exits_2_and_says_what_it_has(
    words: tuple[str, ...], said: str, run_file: Path
) -> None:
    """Ours."""
    given = words if "--run" in words else (*words, "--run", str(run_file))
    ended = codex_parity("show", *given, folder=run_file.parent)

    assert ended.code == 2
    assert said in ended.err


@pytest.mark.process
def test_what_an_interrupted_run_never_judged_is_said(run_file: Path) -> None:
    """Ours: nothing to see is not the same as nothing to tell."""
    lines = run_file.read_text("utf-8").split("\n")
    kept = [
        line
        for line in lines
        if line and json.loads(line)["kind"] not in {"result", "rerun", "footer"}
    ]
    run_file.write_text("\n".join(kept) + "\n", "utf-8")
    ended = codex_parity("show", ONE, "--run", str(run_file), folder=run_file.parent)

    assert ended.code == 2
    assert f"ended before `{ONE}` was judged" in ended.err


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_on_a_terminal_it_is_coloured_and_goes_through_the_pager(run_file: Path) -> None:
    """Ours: PAGER is the user's, and what comes out of it is what he sees."""
    import pty
    import subprocess

    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [*PROGRAM, "show", ONE, "--run", str(run_file)],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment(PAGER="sed s/^/paged:/", TERM="xterm-256color"),
    )
    os.close(theirs)
    text = b""
    try:
        while data := os.read(ours, 65536):
            text += data
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        os.close(ours)
    _, err = child.communicate()

    assert child.returncode == 0, err
    assert b"paged:" in text
    assert b"\x1b[" in text
