"""The wheel and the source release of this tree, built once and looked through as `codex-parity release check` does.

Provenance: REQUIREMENTS.md R0-2 to R0-5. Built without an environment of its own, so no index is needed for it.
"""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.release.contents import contents_lines
from harness.release.look import sdist_files, wheel_files
from tests.commandline import ROOT

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


def tracked() -> list[str]:
    """Every file of the repository that is there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    ).stdout.split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def run(folder: Path, *words: str, **env: str) -> str:
    """Run a module of Python there; what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, check=False, capture_output=True, encoding="utf-8",
        env={**os.environ, **env},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(place: Path, form: str) -> Path:
    """The wheel or the sdist of what the repository holds, which the index would take."""
    tree, out = place / "tree", place / "dist"
    for name in tracked():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    run(tree, "build", "--no-isolation", f"--{form}", "--outdir", str(out), ".")
    (package,) = out.iterdir()
    assert run(place, "twine", "check", "--strict", str(package)).count("PASSED") == 1
    return package


def wrong(kind: str, files: Mapping[str, bytes]) -> list[str]:
    """The lines of the checklist that such a package does not pass."""
    lines = contents_lines(kind, files, tracked(), "x")
    assert len(lines) >= 8
    return [f"{line.name}: {line.detail}" for line in lines if line.status != "pass"]


@pytest.mark.requirement("R0-3", "R0-5", "F21")
def test_the_source_release_of_this_tree_holds_what_it_must_and_nothing_else(
    tmp_path: Path,
) -> None:
    assert wrong("sdist", sdist_files(built(tmp_path, "sdist"))) == []


@pytest.mark.requirement("R0-2", "R0-3", "R0-4", "F21")
def test_the_wheel_of_this_tree_holds_what_it_must_and_works_in_an_empty_folder(
    tmp_path: Path,
) -> None:
    """With the dependencies that are here: installing them is left to `codex-parity release check`."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()

    wheel = built(tmp_path, "wheel")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    (about,) = installed.glob("*.dist-info/METADATA")
    metadata = email.message_from_bytes(about.read_bytes())
    env = {"PYTHONPATH": str(installed)}
    listed = run(empty, "harness.cli", "list", **env)
    place = run(empty, "trace", "--listfuncs", "--module", "harness.errors", **env)

    assert wrong("wheel", wheel_files(wheel)) == []
    assert (metadata["Name"], metadata["Version"]) == ("codex-parity", version)
    assert "exec.items.agent-message" in listed
    assert f"filename: {installed}/harness/errors.py" in place
