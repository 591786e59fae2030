"""What an SDK's own repository gets: outputs of a step, and baselines that lie there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commandline import codex_parity, environment, mutant

pytestmark = pytest.mark.process
SCENARIO = "exec.items.agent-message"


def test_a_run_is_handed_on_as_outputs_and_a_missing_one_as_its_exit_code(tmp_path: Path) -> None:
    """Provenance: issue 6, point 1: declared outputs of the action."""
    broken = mutant("zero_usage", tmp_path / "mutants")
    ended = codex_parity("run", "--subject", broken, "--filter", SCENARIO, "--no-golden", folder=tmp_path / "run")  # fmt: skip
    told = codex_parity("outputs", str(tmp_path / "run"), "--ended", str(ended.code), folder=tmp_path)  # fmt: skip
    none = codex_parity("outputs", str(tmp_path / "none"), "--ended", "2", folder=tmp_path)

    assert ended.code == 1
    assert "exit=1\n" in told.out
    assert "divergence=1\n" in told.out
    assert none.out.startswith("exit=2\nreason=codex-parity ended before it wrote a report\nmatch=0")  # fmt: skip
    assert (told.code, none.code) == (0, 0)


def test_a_terminal_that_has_not_every_character_is_no_reason_to_fail(tmp_path: Path) -> None:
    """Provenance: ours: a pipe on Windows has the code page of the machine, and a report begins with a check mark."""
    ended = codex_parity("report", str(_a_run(tmp_path)), folder=tmp_path, env=environment(PYTHONIOENCODING="cp1252"))  # fmt: skip

    assert ended.code == 0, ended.err
    assert "\\u" in ended.out
    assert "diverges: 2 new causes" in ended.out


def _a_run(folder: Path) -> Path:
    ended = codex_parity("run", "--subject", mutant("zero_usage", folder / "mutants"), "--filter", SCENARIO, "--no-golden", folder=folder / "run")  # fmt: skip
    assert ended.code == 1, ended.err
    return folder / "run" / "run.jsonl"


def test_outside_of_a_checkout_a_baseline_lies_where_the_command_is_called(tmp_path: Path) -> None:
    """Provenance: ours: the repository of an SDK holds what is expected of it, not the installed package."""
    broken = mutant("zero_usage", tmp_path / "mutants")
    words = ["run", "--subject", broken, "--filter", SCENARIO, "--no-golden", "--rerun", "0"]
    home = tmp_path / "sdk"
    home.mkdir()
    out = home / "reports/parity"

    before = codex_parity(*words, folder=out, cwd=home)
    update = codex_parity("baseline", "update", "--reason", "sdk-bug", "--because", "it counts nothing", folder=out, cwd=home)  # fmt: skip
    after = codex_parity(*words, folder=out, cwd=home, env=environment(CI="true"))
    check = codex_parity("baseline", "check", folder=out, cwd=home)

    (written,) = (home / "fixtures/baselines").iterdir()
    assert (before.code, update.code, after.code, check.code) == (1, 0, 0, 0), after.out + after.err
    assert str(written) in update.out.replace("\n", "")
    assert "it counts nothing" in written.read_text("utf-8")
