"""Runtimes that are asked for by version: what is found, what is fetched, what is said when there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing
from harness.subjects.base import load_subject
from harness.subjects.install import command, install
from harness.subjects.matrix import Address
from harness.subjects.runtimes import find_python, install_node, node_folder, node_program, own_node
from harness.subjects.variants import at
from tests.subjects.fake import ROOT, SCHEMAS, bounded

pytestmark = pytest.mark.process

PINS = ROOT.subjects / "runtimes" / "node22"
NODE = load_subject(ROOT.subjects / "openai-typescript", SCHEMAS)
CELL = at(NODE, Address(name="openai-typescript", runtime="node22"), ROOT.subjects)
OWN = f"python{sys.version_info[0]}.{sys.version_info[1]}"


def quiet(_: str) -> None:
    """Nobody watches."""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on PATH and no pyenv; the folder on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return folder


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)


def test_the_python_that_runs_us_is_taken_for_its_own_version(bare: Path) -> None:
    """Provenance: ours."""
    assert bounded(find_python(OWN, bare, "x", quiet)) == sys.executable


@pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand for Pythons")
def test_a_python_is_looked_for_on_path_and_in_pyenv_and_must_be_what_it_is_called(
    bare: Path, tmp_path: Path
) -> None:
    """Provenance: pyenv; its shim on PATH may start nothing, and a name proves nothing."""
    program(bare / "python3.99", "echo 3.98")
    program(tmp_path / "pyenv/versions/3.99.1/bin/python", "exit 127")
    right = tmp_path / "pyenv/versions/3.99.0/bin/python"
    program(right, "echo 3.99")

    assert bounded(find_python("python3.99", bare, "x", quiet)) == str(right)


def test_a_python_that_is_nowhere_is_told_with_how_to_get_it(bare: Path) -> None:
    """Provenance: issue text, "what the machine lacks is said"."""
    with pytest.raises(RuntimeMissing, match=r"no Python 3\.99 on PATH or in pyenv @ x(?s:.*)uv"):
        bounded(find_python("python3.99", bare, "x", quiet))


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for uv")
def test_uv_is_asked_and_then_fetches(bare: Path, tmp_path: Path) -> None:
    """Provenance: uv python find, uv python install; a stand-in for uv that finds what it installed."""
    fetched = tmp_path / "fetched"
    program(
        bare / "uv",
        f'case "$2" in install) : > "{fetched}" ;; find) test -e "{fetched}" && echo /uv/python ;; esac',
    )
    told: list[str] = []

    assert bounded(find_python("python3.99", tmp_path, "x", told.append)) == "/uv/python"
    assert told == ["x: fetching Python 3.99 with uv"]
    assert bounded(find_python("python3.99", tmp_path, "x", told.append)) == "/uv/python"
    assert len(told) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for uv")
def test_what_uv_says_when_it_cannot_fetch_is_quoted(bare: Path, tmp_path: Path) -> None:
    """Provenance: ours; a machine without a network."""
    program(bare / "uv", "echo 'dns error' >&2; exit 2")

    with pytest.raises(RuntimeMissing, match=r"(?s)uv could not fetch it \(exit 2\).*dns error"):
        bounded(find_python("python3.99", tmp_path, "x", quiet))


def test_a_node_that_is_not_installed_says_what_to_run(tmp_path: Path) -> None:
    """Provenance: ours."""
    with pytest.raises(RuntimeMissing, match=r"node22 is not installed @ x\n.*subject install x"):
        node_program(PINS, tmp_path, "x")


def test_a_machine_without_node_has_none_of_its_own(bare: Path) -> None:
    """Provenance: ours; one that does not start is none either."""
    assert own_node() is None
    if sys.platform != "win32":
        program(bare / "node", "exit 1")
        assert own_node() is None
        program(bare / "node", "echo v20.1.2")
        assert own_node() == "node20"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for npm")
def test_a_platform_without_this_node_is_told(bare: Path, tmp_path: Path) -> None:
    """Provenance: ours; a stand-in for npm that finds no package for this platform."""
    program(bare / "npm", "exit 0")
    told: list[str] = []

    with pytest.raises(
        RuntimeMissing, match=r"npm has no node22 for (?s:.*)subject pin node22@VERSION"
    ):
        bounded(install_node(CELL, tmp_path, told.append))
    assert len(told) == 1
    assert list((tmp_path / "runtimes").iterdir()) == []


@pytest.mark.timeout(300)
def test_a_pinned_node_is_fetched_once_and_starts_the_driver(tmp_path: Path) -> None:
    """Provenance: the npm package of the binary. Needs the network, unless the tests' own home has it."""
    kept = node_folder(PINS, ROOT.home)
    if kept.is_dir():
        (tmp_path / "runtimes").mkdir()
        (tmp_path / "runtimes" / kept.name).symlink_to(kept, target_is_directory=True)
    try:
        bounded(install_node(CELL, tmp_path, quiet), 280)
        bounded(install(CELL, ROOT.home, quiet), 280)
    except RuntimeMissing as error:
        pytest.skip(reason=str(error))
    told: list[str] = []

    bounded(install_node(CELL, tmp_path, told.append))
    assert told == []
    assert command(CELL, ROOT.home)[0] == node_program(PINS, ROOT.home, "x")
