"""Mirror of ``mock_codex/shell.py``: the console script, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mock_codex.shell import main
from tests.mock_codex.processes import EXEC, LIMIT_S, Mock, build, is_posix

pytestmark = pytest.mark.process


def call(*argv: str) -> subprocess.CompletedProcess[str]:
    """Run the console script."""
    return subprocess.run(
        [sys.executable, "-m", "mock_codex.shell", *argv],
        input="", capture_output=True, encoding="utf-8", timeout=LIMIT_S, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_says_what_it_is(word: str) -> None:
    """Ours."""
    done = call(word)
    assert (done.returncode, done.stderr) == (0, "")
    assert "mock-codex build --out DIR" in done.stdout


@pytest.mark.parametrize("argv", [[], ["build"], ["build", "--out"], ["play"]])
def test_other_words_are_a_usage_error(argv: list[str]) -> None:
    """Ours: exit 2 is usage."""
    done = call(*argv)
    assert (done.returncode, done.stdout) == (2, "")
    assert "mock-codex build --out DIR" in done.stderr


def test_a_build_says_what_it_built(tmp_path: Path) -> None:
    """Ours: one JSON line per script."""
    done = build(tmp_path, {"a": {"turns": []}, "b/c": {"turns": []}})
    assert (done.returncode, done.stderr) == (0, "")
    built = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert [entry["name"] for entry in built] == ["a", "b/c"]
    for entry in built:
        folder = tmp_path / entry["name"]
        assert Path(entry["codex"]).parent == folder
        assert Path(entry["script"]) == folder / "codex.script"
        assert os.access(entry["codex"], os.X_OK)


def test_one_bad_script_refuses_all_and_nothing_is_written(tmp_path: Path) -> None:
    """Ours: exit 2 with `what @ <name> $.path`."""
    bad = {"turns": [{"do": [{"exit": 0}, {"exit": 1}]}]}
    done = build(tmp_path, {"good": {"turns": []}, "bad": bad})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "never reached: the turn has ended before @ <bad> $.turns[0].do[1]\n"
    assert not list(tmp_path.iterdir())


def test_a_copy_of_the_console_script_beside_a_codex_script_plays_it(tmp_path: Path) -> None:
    """Ours: on Windows `codex.exe` is such a copy."""
    mock = Mock(tmp_path, {"do": [{"json": "{}"}, {"exit": 3}]})
    code = "from mock_codex.shell import main; main()"
    copy = tmp_path / "bin" / "copy.py"
    copy.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); {code}\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, copy, *EXEC],
        input=b"hi",
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, b"{}\n"), done.stderr
    assert mock.journal()["stdin"] == b"hi".hex()


def test_a_copy_beside_the_script_of_another_interpreter_refuses_it(tmp_path: Path) -> None:
    """Ours."""
    (tmp_path / "codex.script").write_bytes(b"mock-codex 0\n")
    copy = tmp_path / "codex"
    copy.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\nfrom mock_codex.shell import main\nmain()\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, copy], capture_output=True, timeout=LIMIT_S, check=False)
    assert (done.returncode, done.stdout) == (96, b"")
    assert done.stderr.endswith(b"build it again\n")


@pytest.mark.skipif(not is_posix(), reason="Windows has no first lines")
def test_the_launcher_names_the_base_interpreter_not_the_environment_s(tmp_path: Path) -> None:
    """Ours: a virtual environment costs a start that the mock does not need."""
    first = Mock(tmp_path, {"do": []}).codex.read_bytes().partition(b"\n")[0]
    assert first == b"#!" + os.fsencode(sys._base_executable) + b" -ISXutf8"  # type: ignore[attr-defined]  # private


def test_the_console_script_is_this_function() -> None:
    """Ours: pyproject.toml, `project.scripts`."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'mock-codex = "{main.__module__}:{main.__name__}"' in text
