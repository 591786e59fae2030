"""`codex-parity driver new` and `driver check`: files, words and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commandline import Ended, codex_parity, environment

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


def new(folder: Path, *more: str) -> Ended:
    """Write a Python driver into a folder."""
    return codex_parity(
        "driver", "new", "--language", "python", "--into", str(folder), *more, folder=folder
    )


def test_a_new_driver_passes_its_check(tmp_path: Path) -> None:
    """Provenance: issue 3, item 7: green before anything is replaced."""
    folder = tmp_path / "acme-codex"
    made = new(folder)
    checked = codex_parity("driver", "check", str(folder), folder=tmp_path)

    assert (made.code, checked.code) == (0, 0), made.err + checked.err
    assert {path.name for path in folder.iterdir()} >= {"driver.py", "sdk.py", "README.md", "subject.toml"}  # fmt: skip
    assert 'name = "acme-codex"' in (folder / "subject.toml").read_text("utf-8")
    assert f"next: `codex-parity driver check {folder}`" in made.out
    assert "34 of 34 probes passed" in checked.out


def test_a_probe_that_fails_says_what_to_fix_and_exits_with_3(tmp_path: Path) -> None:
    """Provenance: docs/your-sdk.md; errors.py, exit 3."""
    folder = tmp_path / "acme"
    new(folder, "--name", "acme")
    driver = folder / "driver.py"
    driver.write_text(driver.read_text("utf-8").replace("thread_id=thread.id", 'thread_id="t"'), "utf-8")  # fmt: skip
    checked = codex_parity("driver", "check", str(folder), folder=tmp_path)
    as_json = codex_parity("driver", "check", str(folder), "--json", folder=tmp_path)

    assert (checked.code, as_json.code) == (3, 3)
    assert "FAIL    hands on the thread id in each mode\n          thread_id in mode run is 't'" in checked.out  # fmt: skip
    assert "          fix: After the turn's outcome, hand on the id" in checked.out
    assert '          its last line: {"kind": "done"' in checked.out
    assert "33 of 34 probes passed, 1 failed" in checked.out
    (failed,) = [row for row in json.loads(as_json.out) if row["outcome"] == "fail"]
    assert failed["fix"].startswith("After the turn's outcome")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--name", "Acme"], "`Acme` cannot be the name of a subject"),
        (["--language", "cobol"], "'cobol' is not one of 'python', 'typescript', 'go'"),
    ],
)
def test_a_wrong_call_is_wrong_use(words: list[str], says: str, tmp_path: Path) -> None:
    """Provenance: errors.py, exit 2."""
    ended = new(tmp_path / "acme", *words)

    assert (ended.code, says in ended.err) == (2, True), ended.err
    assert not (tmp_path / "acme").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    """Provenance: ours."""
    (tmp_path / "mine").write_bytes(b"")
    ended = new(tmp_path, "--name", "acme")

    assert (ended.code, "is not empty" in ended.err) == (2, True), ended.err


def test_a_toolchain_that_is_missing_is_said_and_not_a_failed_probe(tmp_path: Path) -> None:
    """Provenance: errors.py, RuntimeMissing; on a PATH without go."""
    folder = tmp_path / "acme"
    codex_parity("driver", "new", "-l", "go", "-i", str(folder), folder=folder)
    ended = codex_parity(
        "driver", "check", str(folder), folder=tmp_path, env=environment(PATH=str(tmp_path))
    )

    assert ended.code == 3
    assert "no `go` on PATH @ acme" in ended.err
    assert "at fault: this machine" in ended.err
    assert "FAIL" not in ended.out
