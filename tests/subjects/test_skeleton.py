"""The skeletons of `driver new`: each works before anything in it is replaced, and is formatted as its language does it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageFault
from harness.runner.probing import probe_driver
from harness.subjects import skeleton
from harness.subjects.base import load_subject
from harness.subjects.install import install
from tests.subjects.fake import ROOT, SCHEMAS, bounded

NEEDS = {"python": sys.executable, "typescript": "node", "go": "go", "rust": "cargo", "csharp": "dotnet", "elixir": "mix"}  # fmt: skip
FORMATTERS = {
    "go": ["gofmt", "-l", "."],
    "rust": ["cargo", "fmt", "--check"],
    "elixir": ["mix", "format", "--check-formatted"],
}


def toolchain(language: str) -> None:
    """Skip, with the reason, where the language's tools are not on this machine or too old for the skeleton."""
    program = shutil.which(NEEDS[language])
    if program is None:
        pytest.skip(reason=f"no `{NEEDS[language]}` on PATH: the {language} skeleton was not run")
    if language == "elixir":
        found = said([shutil.which("elixir") or "elixir", "--short-version"], ROOT.home).strip()
        if tuple(map(int, found.split(".")[:2])) < (1, 18):
            pytest.skip(reason=f"Elixir {found} has no JSON module: the skeleton was not run")


def said(argv: list[str], cwd: Path) -> str:
    """What a tool wrote; it must have ended with 0."""
    ended = subprocess.run(
        argv, cwd=cwd, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.process
@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", skeleton.LANGUAGES)
def test_a_new_driver_passes_every_probe_as_it_is(language: str, tmp_path: Path) -> None:
    """Provenance: issue 3, item 7. What cannot be built here is a counted skip; what does not build is a failure."""
    toolchain(language)
    folder = tmp_path / "new"
    skeleton.write(language, f"new-{language}", folder)
    subject = load_subject(folder, SCHEMAS)
    bounded(install(subject, ROOT.home, print), 500)

    rows = bounded(probe_driver(subject, SCHEMAS, ROOT.home), 200)

    assert [(row.probe, row.detail) for row in rows if row.outcome != "pass"] == []
    assert len(rows) > 30


@pytest.mark.process
@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", FORMATTERS)
def test_a_skeleton_is_formatted_by_the_formatter_of_its_language(
    language: str, tmp_path: Path
) -> None:
    """Provenance: ours; nox -s lint does the Python one."""
    toolchain(language)
    skeleton.write(language, skeleton.PLACE_OF_NAME, tmp_path / "new")

    assert said(FORMATTERS[language], tmp_path / "new") == ""


@pytest.mark.parametrize("language", skeleton.LANGUAGES)
def test_a_skeleton_is_a_subject_with_a_readme_and_marks_what_to_replace(
    language: str, tmp_path: Path
) -> None:
    """Provenance: issue 3, item 7; also for the languages that cannot be run here."""
    written = skeleton.write(language, "acme-codex", tmp_path / "new")
    subject = load_subject(tmp_path / "new", SCHEMAS)
    texts = {path.name: path.read_text("utf-8") for path in written}

    assert (subject.name, subject.sdk, subject.version) == ("acme-codex", "acme-codex", "0.0.0")
    assert "README.md" in texts
    assert not any(skeleton.PLACE_OF_NAME in text for text in texts.values())
    code = [name for name in texts if re.match(r"(?i)sdk\.", name)]
    assert len(code) == 1
    assert "REPLACE" in texts[code[0]]
    longest = {name: text.count("\n") for name, text in texts.items() if name != "Cargo.lock"}
    assert {name: lines for name, lines in longest.items() if lines > 250} == {}


@pytest.mark.parametrize("name", ["", "Acme", "a--b", "-a", "a_b", "../a", "a\n"])
def test_a_name_that_files_cannot_be_kept_under_is_refused(name: str, tmp_path: Path) -> None:
    """Provenance: schemas/subject.json, name."""
    with pytest.raises(UsageFault, match="cannot be the name of a subject"):
        skeleton.write("python", name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Provenance: ours."""
    (tmp_path / "mine").write_bytes(b"")

    with pytest.raises(UsageFault, match=r"is not empty\n  Nothing is overwritten"):
        skeleton.write("python", "acme", tmp_path)
    with pytest.raises(UsageFault, match="is not empty"):
        skeleton.write("python", "acme", tmp_path / "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_languages_are_the_folders() -> None:
    """Provenance: ours."""
    folders = {path.name for path in skeleton.FOLDER.iterdir() if path.is_dir()}

    assert folders == set(skeleton.LANGUAGES)


def test_a_subject_may_stay_out_of_the_default_set(tmp_path: Path) -> None:
    """Provenance: schemas/subject.json, default."""
    skeleton.write("python", "acme", tmp_path / "acme")
    subject = load_subject(tmp_path / "acme", SCHEMAS)
    file = tmp_path / "acme" / "subject.toml"
    text = file.read_text("utf-8").replace(
        'runtime = "python"', 'runtime = "python"\ndefault = false'
    )
    file.write_text(text, "utf-8")

    assert subject.default
    assert load_subject(tmp_path / "acme", SCHEMAS) == replace(subject, default=False)
