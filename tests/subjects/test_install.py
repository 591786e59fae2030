"""Environments of subjects: where they lie, when they are complete, how a failure is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing
from harness.subjects.base import Install, Subject, load_subject
from harness.subjects.install import command, environment, install, ready
from harness.subjects.packager import MARKER
from tests.subjects.fake import ROOT, SCHEMAS, bounded, fake

NOTHING = "# nothing is needed\n"
VENV_S = 170
"""Making an empty virtual environment takes 5 s on an idle machine, and these run beside others."""


def pinned(folder: Path, pins: str = NOTHING) -> Subject:
    """A Python subject in ``folder`` whose pins are these."""
    folder.mkdir(exist_ok=True)
    (folder / "requirements.txt").write_text(pins, "utf-8")
    return replace(
        fake("good"),
        folder=folder,
        runtime="python",
        command=("{runtime}", "{here}/driver.py", "{env}", "{python}"),
        install=Install(kind="pip", pins="requirements.txt"),
    )


def complete(subject: Subject, home: Path) -> Path:
    """An environment that looks installed."""
    env = environment(subject, home)
    python = env / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    python.parent.mkdir(parents=True)
    python.write_bytes(b"")
    (env / MARKER).write_text("{}", "utf-8")
    return env


def test_changed_pins_make_another_environment(tmp_path: Path) -> None:
    """Provenance: ours; an old environment never serves new pins."""
    one, two = (
        environment(pinned(tmp_path / "s", pins), tmp_path) for pins in ("a==1\n", "a==2\n")
    )

    assert one != two
    assert one.parent == tmp_path.resolve() / "subjects"
    assert one.name.startswith("fake-")
    assert len(one.name) == len("fake-") + 12


def test_a_subject_without_an_install_is_ready_where_it_lies(tmp_path: Path) -> None:
    """Provenance: subjects/reference."""
    subject = load_subject(ROOT.subjects / "reference", SCHEMAS)

    assert command(subject, tmp_path) == [sys.executable, "-m", "harness.subjects.reference"]
    assert bounded(install(subject, tmp_path, print)) == subject.folder
    assert sys.executable in ready(subject, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_subject_that_is_not_installed_says_what_to_run(tmp_path: Path) -> None:
    """Provenance: ours."""
    with pytest.raises(
        RuntimeMissing,
        match=r"(?s)fake 1\.0 is not installed @ fake.*codex-parity subject install fake",
    ):
        ready(pinned(tmp_path / "s"), tmp_path)


def test_a_complete_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    """Provenance: ours; no network and no process when it is there."""
    subject = pinned(tmp_path / "s")
    env = complete(subject, tmp_path)
    told: list[str] = []

    assert bounded(install(subject, tmp_path, told.append)) == env
    assert told == []
    argv = command(subject, tmp_path)
    assert argv[0].startswith(str(env))
    assert argv[1:] == [f"{subject.folder}/driver.py", str(env), sys.executable]


@pytest.mark.process
@pytest.mark.timeout(180)
def test_an_environment_that_was_left_half_made_is_made_anew(tmp_path: Path) -> None:
    """Provenance: ours; an installation may be killed at any point."""
    subject = pinned(tmp_path / "s")
    env = environment(subject, tmp_path)
    (env / "ruin").mkdir(parents=True)
    told: list[str] = []

    assert bounded(install(subject, tmp_path, told.append), VENV_S) == env
    assert told == ["fake: installing fake 1.0 (pip)"]
    assert not (env / "ruin").exists()
    assert [path.name for path in env.parent.iterdir()] == [env.name]
    assert str(env) in ready(subject, tmp_path)


@pytest.mark.process
@pytest.mark.timeout(180)
def test_a_packager_that_fails_is_quoted_and_leaves_nothing(tmp_path: Path) -> None:
    """Provenance: ours; the requirement is refused before any network is asked."""
    subject = pinned(tmp_path / "s", "./there-is-no-such-package\n")

    with pytest.raises(
        RuntimeMissing,
        match=r"(?s)pip could not install the SDK \(exit \d+\).*there-is-no-such-package.*package index reachable",
    ):
        bounded(install(subject, tmp_path, print), VENV_S)
    assert list((tmp_path / "subjects").iterdir()) == []


def test_a_python_that_is_too_old_is_told(tmp_path: Path) -> None:
    """Provenance: schemas/subject.json, runtime_min."""
    subject = replace(pinned(tmp_path / "s"), runtime_min=(99,), get="Get Python 99.")

    with pytest.raises(RuntimeMissing, match=r"Python is too old: .*\s+Get Python 99\."):
        bounded(install(subject, tmp_path, print))


def test_a_node_that_is_not_there_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: schemas/subject.json, get; an empty PATH has no node."""
    monkeypatch.setenv("PATH", str(tmp_path))
    subject = load_subject(ROOT.subjects / "openai-typescript", SCHEMAS)

    with pytest.raises(
        RuntimeMissing, match=r"no `node` on PATH @ openai-typescript\s+Install Node\.js 18"
    ):
        bounded(install(subject, tmp_path, print))
