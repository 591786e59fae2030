"""The commands of a gate: each is run to its end and kept."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shlex
import sys
from pathlib import Path

import pytest

from harness.gate.commands import Commands, Ran

pytestmark = [pytest.mark.process]


def python(program: str) -> tuple[str, ...]:
    """A command that runs a program of Python."""
    return (sys.executable, "-c", program)


def ran(folder: Path, *argv: str, timeout_s: float = 30) -> tuple[Ran, Commands]:
    """One command in a folder of its own."""
    commands = Commands(folder=folder / "bundle", cwd=folder)
    return asyncio.run(commands.run("candidate", "it", argv, timeout_s=timeout_s)), commands


def kept(commands: Commands) -> list[dict[str, object]]:
    """The lines of commands.jsonl."""
    text = (commands.folder / "commands.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


@pytest.mark.requirement("R4-5", "P-24")
def test_a_command_is_kept_with_what_it_wrote_how_it_ended_and_the_hash_of_its_log(
    tmp_path: Path,
) -> None:
    """Provenance: REQUIREMENTS.md R4-5, P-24."""
    argv = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    ended, commands = ran(tmp_path, *argv)
    (line,) = kept(commands)
    log = (commands.folder / str(line["log"])).read_bytes()

    assert (ended.exit, ended.out, ended.said) == (7, "out\n", "err")
    assert (line["status"], line["exit"], line["argv"], line["cwd"]) == ("fail", 7, [*argv], ".")
    assert line["log_sha256"] == hashlib.sha256(log).hexdigest()
    assert log.startswith(f"$ {shlex.join(argv)}\nout\n\n[stderr]\nerr\n".encode())
    assert "PATH" in line["env"]  # type: ignore[operator]
    assert isinstance(line["seconds"], float)


def test_a_program_that_cannot_be_started_has_no_exit_status_and_says_why(tmp_path: Path) -> None:
    """Provenance: ours; a missing program is not a program that failed."""
    ended, commands = ran(tmp_path, "no-such-program-here", "--version")

    assert ended.exit is None
    assert "cannot start no-such-program-here" in ended.said
    assert kept(commands)[0]["exit"] is None


def test_a_command_without_an_end_is_ended_and_keeps_what_it_wrote(tmp_path: Path) -> None:
    """Provenance: ours; nothing is lost, nothing is left running."""
    program = "import signal; print('began', flush=True); signal.pause()"
    ended, commands = ran(tmp_path, *python(program), timeout_s=1)

    assert ended.exit is None
    assert "began" in ended.out
    assert ended.said == "no end within 1 s"
    assert kept(commands)[0]["note"] == "no end within 1 s"


@pytest.mark.requirement("R4-27")
def test_a_secret_of_the_environment_is_in_no_log_and_in_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: REQUIREMENTS.md R4-27: redacted where it is recorded."""
    secret = "tok-4711-and-more"
    monkeypatch.setenv("UPLOAD_TOKEN", secret)
    ended, commands = ran(tmp_path, *python("import os; print(os.environ['UPLOAD_TOKEN'])"), secret)
    text = b"".join(path.read_bytes() for path in commands.folder.rglob("*") if path.is_file())

    assert ended.out == "<secret UPLOAD_TOKEN>\n"
    assert secret.encode() not in text
    assert b"<secret UPLOAD_TOKEN>" in text


def test_the_line_of_an_error_is_told_and_not_what_stands_behind_it(tmp_path: Path) -> None:
    """Provenance: ours; `error: what @ where` is followed by a hint and a fault."""
    ended, commands = ran(tmp_path, *python("print('error: no such thing\\n  hint')"))
    commands.judge("warn", "it was not needed")
    (line,) = kept(commands)

    assert ended.said == "error: no such thing"
    assert (line["status"], line["note"]) == ("warn", "it was not needed")
    assert ran(tmp_path, *python(""))[0].said == "it wrote nothing"


def test_our_own_program_is_the_one_that_runs_the_gate(tmp_path: Path) -> None:
    """Provenance: ours; another codex-parity on PATH would be another version."""
    ended, commands = ran(tmp_path, "codex-parity", "--version")

    assert ended.exit == 0
    assert "codex-parity" in ended.out
    assert kept(commands)[0]["argv"] == ["codex-parity", "--version"]


def test_python_is_the_interpreter_of_the_gate_and_no_path_of_this_machine(tmp_path: Path) -> None:
    """Provenance: ours; a bundle is read elsewhere."""
    ended, commands = ran(tmp_path, "python", "-c", "import sys; print(sys.executable)")

    assert ended.out.strip() == sys.executable
    assert kept(commands)[0]["argv"][0] == "python"  # type: ignore[index]
