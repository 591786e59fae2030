"""What a killed run and old pins left is found, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.root import find_root, load_schemas
from harness.runner.leftovers import installations, remove, workspaces
from harness.subjects import install
from harness.subjects.base import load_subject
from harness.subjects.runtimes import node_folder
from tests.commandline import ROOT

HOUR = 3600.0


def workspace(temp: Path, name: str = "parity-abcd1234", *, hours: float = 2) -> Path:
    """A workspace as a killed run leaves it, last touched so many hours ago."""
    folder = temp / name
    (folder / "cells" / "1").mkdir(parents=True)
    (folder / "cells" / "1" / "file").write_bytes(b"12345")
    past = folder.stat().st_mtime - hours * HOUR
    os.utime(folder, (past, past))
    return folder


def test_a_workspace_without_a_run_is_found_with_its_size_and_removed(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R0-14."""
    folder = workspace(tmp_path)
    real = workspace(tmp_path, "parity-real-abcd1234")

    found = workspaces(tmp_path, HOUR)

    assert [(one.path, one.size) for one in found] == [(folder, 5), (real, 5)]
    assert "120 min old" in found[0].why
    assert list(remove(found)) == []
    assert not folder.exists()


def test_what_is_young_named_otherwise_or_holds_something_else_stays(tmp_path: Path) -> None:
    """Provenance: ours; a folder of somebody else is never touched."""
    workspace(tmp_path, "parity-young123", hours=0.5)
    workspace(tmp_path, "parity-not-ours")
    (workspace(tmp_path, "parity-other123") / "thesis.txt").write_text("mine", "utf-8")
    os.utime(tmp_path / "parity-other123", (0, 0))
    (tmp_path / "parity-linked12").symlink_to(tmp_path)
    (tmp_path / "parity-file1234").write_text("", "utf-8")

    os.utime(tmp_path / "parity-file1234", (0, 0))

    assert workspaces(tmp_path, HOUR) == []


@pytest.mark.process
@pytest.mark.parametrize("how", ["named", "below", "cwd"])
def test_a_workspace_that_a_process_uses_stays(how: str, tmp_path: Path) -> None:
    """Provenance: ours; the keeper of a run names its workspace, a driver lives below it."""
    folder = workspace(tmp_path)
    word = {"named": str(folder), "below": str(folder / "cells"), "cwd": "x"}[how]
    cwd = folder / "cells" if how == "cwd" else tmp_path
    # It says that it runs, and lives until its stdin is closed.
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", word],
        cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        used = workspaces(tmp_path, HOUR)
        child.communicate()

    assert used == []
    assert [one.path for one in workspaces(tmp_path, HOUR)] == [folder]


def test_environments_that_no_pins_lead_to_are_found_and_those_that_are_needed_stay(
    tmp_path: Path,
) -> None:
    """Provenance: ours; the places are those that `subject install` gives."""
    root = find_root(ROOT)
    subject = load_subject(root.subjects / "openai-typescript")
    pins = root.subjects / "runtimes/node22"
    needed = [install.environment(subject, tmp_path), node_folder(pins, tmp_path)]
    old = tmp_path / "subjects/openai-typescript-000000000000"
    going_on = tmp_path / f"subjects/x-111111111111.new-{os.getpid()}"
    for folder in (*needed, old, going_on, tmp_path / "runtimes/uv"):
        folder.mkdir(parents=True)

    found = installations(tmp_path, [subject], root.subjects, load_schemas(root))

    assert [one.path for one in found] == [old]


def test_what_could_not_be_removed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Provenance: ours."""
    folder = workspace(tmp_path)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)

    assert [one.path for one in remove(workspaces(tmp_path, HOUR))] == [folder]
