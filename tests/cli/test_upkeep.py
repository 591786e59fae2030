"""``tail`` and ``gc`` as a person meets them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commandline import PROGRAM, ROOT, codex_parity, environment
from tests.report import runs

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def written(path: Path, lines: list[runs.Line]) -> Path:
    """A run file."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_tail_of_a_finished_run_ends_with_it(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R0-14; the exit of `tail` is not that of the run."""
    results = [runs.result("left"), runs.divergence("right", runs.difference())]
    path = written(tmp_path / "run.jsonl", runs.run(*results))

    ended = codex_parity("tail", str(path), folder=tmp_path)

    assert ended.code == 0, ended.err
    assert f"divergence     right {runs.ONE}\n" in ended.out
    assert ended.out.endswith("with exit 1: 1 divergence\n")


def test_tail_waits_for_the_rest_of_a_run(tmp_path: Path) -> None:
    """Provenance: ours; a line is said when it is whole."""
    lines = [
        json.dumps(line) + "\n" for line in runs.run(runs.result("left"), runs.result("right"))
    ]
    path = tmp_path / "run.jsonl"
    path.write_text(lines[0] + lines[1][:20], "utf-8")
    with subprocess.Popen(
        [*PROGRAM, "tail", str(path)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", env=environment()
    ) as watcher:  # fmt: skip
        assert watcher.stdout is not None
        assert watcher.stdout.readline().startswith("run run-1 since")
        with path.open("a", encoding="utf-8") as file:
            file.write(lines[1][20:] + "".join(lines[2:]))
        rest = watcher.stdout.read()

    assert watcher.returncode == 0
    assert rest.endswith("with exit 0: parity: all match\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--once"], "the run goes on, or was killed"), (["--patience", "0.3"], "the run was killed, or hangs")],
)  # fmt: skip
def test_tail_of_a_run_without_an_end_exits_4(words: list[str], told: str, tmp_path: Path) -> None:
    """Provenance: ours; a run without a footer is never a finished one."""
    path = written(tmp_path / "run.jsonl", runs.run(runs.result("left"))[:-1])

    ended = codex_parity("tail", *words, str(path), folder=tmp_path)

    assert ended.code == 4
    assert told in ended.err


@pytest.mark.parametrize("text", ["no run\n", "[]\n"])
def test_tail_of_something_else_is_wrong_use(text: str, tmp_path: Path) -> None:
    """Provenance: ours."""
    (tmp_path / "x.jsonl").write_text(text, "utf-8")

    ended = codex_parity("tail", str(tmp_path / "x.jsonl"), folder=tmp_path)

    assert ended.code == 2
    assert "@ line 1 $" in ended.err


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout whose folder for temporary files and whose cache hold something old."""
    for name in ("subjects", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "fixtures/scenarios").mkdir(parents=True)
    for name in ("tmp/parity-abcd1234/cells", ".parity/subjects/openai-typescript-000000000000"):
        (tmp_path / name).mkdir(parents=True)
    os.utime(tmp_path / "tmp/parity-abcd1234", (0, 0))
    return tmp_path


def test_gc_says_what_would_go_and_removes_it_when_told(machine: Path) -> None:
    """Provenance: REQUIREMENTS.md R0-14: a dry run first."""
    env = environment(TMPDIR=str(machine / "tmp"))
    old, install = (
        machine / "tmp/parity-abcd1234",
        machine / ".parity/subjects/openai-typescript-000000000000",
    )

    dry = codex_parity("gc", "--installs", folder=machine, cwd=machine, env=env)
    assert dry.code == 0, dry.err
    assert str(old) in dry.out
    assert str(install) in dry.out
    assert "would remove 2 folders" in dry.out
    assert old.exists()

    first = codex_parity("gc", "--yes", folder=machine, cwd=machine, env=env)
    assert "removed 1 folder," in first.out
    assert (old.exists(), install.exists()) == (False, True)

    codex_parity("gc", "--installs", "--yes", folder=machine, cwd=machine, env=env)
    assert not install.exists()
    assert (
        "would remove 0 folders, 0.0 MB\n"
        in codex_parity("gc", folder=machine, cwd=machine, env=env).out
    )
