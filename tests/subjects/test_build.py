"""Recipes for drivers in compiled languages, and what a failed build says."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing
from harness.subjects import build
from harness.subjects.base import Install, Subject
from harness.subjects.install import command, environment, install
from tests.subjects.fake import bounded, fake

TOOL = """#!{python}
import os, pathlib, sys
if "broken" in pathlib.Path("main.go").read_text():
    sys.exit("main.go:1: expected declaration")
out = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
out.parent.mkdir(parents=True)
out.write_text("built in " + os.getcwd())
"""


def built(folder: Path, source: str = "package main") -> Subject:
    """A Go subject in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text("module m\n", "utf-8")
    (folder / "main.go").write_text(source, "utf-8")
    pins = Install(kind="go", pins="go.mod")
    changes = {"runtime": "go", "command": ("{env}/bin/driver",), "install": pins, "get": "Get Go."}
    return replace(fake("good"), folder=folder, **changes)  # type: ignore[arg-type]  # the names are checked by replace


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `go` that builds nothing but says where it was called."""
    program = tmp_path / "path" / "go"
    program.parent.mkdir()
    program.write_text(TOOL.format(python=sys.executable), "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def test_sources_and_pins_make_the_environment(tmp_path: Path) -> None:
    """Provenance: ours; a driver that was changed must not be played as it was before."""
    before = environment(built(tmp_path / "s"), tmp_path)
    after = environment(built(tmp_path / "s", "package main // changed"), tmp_path)

    assert before != after
    assert build.sources("go", tmp_path / "s") == ("go.mod", "main.go")


@pytest.mark.process
def test_a_driver_is_built_in_its_folder_into_its_environment(tmp_path: Path, tool: Path) -> None:
    """Provenance: build.py: an SDK beside the folder can be a dependency by path."""
    subject = built(tmp_path / "s")
    told: list[str] = []

    env = bounded(install(subject, tmp_path, told.append))

    assert tool.is_file()
    assert (env / "bin/driver").read_text("utf-8") == f"built in {tmp_path / 's'}"
    assert command(subject, tmp_path) == [f"{env}/bin/driver"]
    assert told == ["fake: installing fake 1.0 (go)"]
    assert [
        path.name for path in (tmp_path / "s").iterdir() if path.suffix not in {".go", ".mod"}
    ] == []


@pytest.mark.process
def test_a_build_that_fails_is_quoted_and_says_to_repair_it(tmp_path: Path, tool: Path) -> None:
    """Provenance: ours; it is seldom the package index."""
    with pytest.raises(
        RuntimeMissing,
        match=r"(?s)go could not build the driver \(exit 1\).*expected declaration.*Repair what it says above",
    ):
        bounded(install(built(tmp_path / "s", "broken"), tmp_path, print))
    assert tool.is_file()
    assert list((tmp_path / "subjects").iterdir()) == []


def test_a_toolchain_that_is_not_there_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: schemas/subject.json, get: a missing runtime is said and counted, never a verdict."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RuntimeMissing, match=r"no `go` on PATH @ fake\s+Get Go\."):
        bounded(install(built(tmp_path / "s"), tmp_path, print))


@pytest.mark.parametrize("kind", build.RECIPES)
def test_a_recipe_writes_only_where_it_is_told(kind: str) -> None:
    """Provenance: build.py; every recipe puts its result into the environment being made."""
    recipe = next(found for name, found in build.RECIPES.items() if name == kind)
    words = [word for step in recipe.steps for word in step] + list(recipe.env.values())

    assert any("{new}" in word for word in words)
    assert build.filled({"a": "{new}:{cache}"}, Path("/n"), Path("/c")) == {"a": "/n:/c"}
