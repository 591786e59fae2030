"""Pins that our own command writes: the same as the committed ones, without what is never installed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing, UsageFault
from harness.subjects.base import load_subject
from harness.subjects.pins import pin, without_optional
from tests.subjects.fake import ROOT, SCHEMAS, bounded, fake

LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "pins"},
        "node_modules/a": {"integrity": "x", "optionalDependencies": {"a-linux": "1"}},
        "node_modules/a-linux": {"integrity": "y", "optional": True},
    },
}


def test_a_lock_loses_what_is_optional_and_nothing_else() -> None:
    """Provenance: npm ci refuses a lock that names some platforms and not all."""
    left = json.loads(without_optional(json.dumps(LOCK)))

    assert left == {
        "lockfileVersion": 3,
        "packages": {"": {"name": "pins"}, "node_modules/a": {"integrity": "x"}},
    }


def test_a_subject_without_an_install_and_one_that_is_built_cannot_be_pinned() -> None:
    """Provenance: schemas/subject.json, install."""
    with pytest.raises(UsageFault, match=r"fake has no \[install\]"):
        bounded(pin(fake("good"), "2.0"))
    built = [
        one
        for path in sorted(ROOT.subjects.glob("*/subject.toml"))
        if (one := load_subject(path.parent, SCHEMAS)).install is not None
        and one.install.kind not in ("npm", "pip")
    ]
    for subject in built:
        with pytest.raises(UsageFault, match="is built"):
            bounded(pin(subject, "2.0"))


def test_without_uv_the_pins_of_a_python_package_are_not_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: ours; pip knows the hashes of this platform's wheels alone."""
    monkeypatch.setenv("PATH", str(tmp_path))
    subject = load_subject(ROOT.subjects / "openai-codex-sdk", SCHEMAS)

    with pytest.raises(RuntimeMissing, match=r"no `uv` on PATH @ openai-codex-sdk\n.*install uv"):
        bounded(pin(subject, "0.1.5"))


@pytest.mark.process
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("name", "version"), [("openai-typescript", "0.104.0"), ("codex-sdk-python", "0.98.0")]
)
def test_the_command_writes_what_is_committed(name: str, version: str, tmp_path: Path) -> None:
    """Provenance: the package index. Needs the network, and uv for PyPI."""
    subject = load_subject(ROOT.subjects / name, SCHEMAS)
    folder = subject.folder / "pins" / version
    try:
        place = bounded(pin(replace(subject, folder=tmp_path), version), 170)
    except RuntimeMissing as error:
        pytest.skip(reason=str(error))

    assert place == tmp_path / "pins" / version
    assert {path.name: path.read_text("utf-8") for path in place.iterdir()} == {
        path.name: path.read_text("utf-8") for path in folder.iterdir()
    }
    shutil.rmtree(place)
