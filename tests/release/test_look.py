"""``harness/release/look.py`` on small checkouts; the whole is `nox -s release_check`, which needs a package index."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.errors import UsageFault
from harness.release.lines import Line
from harness.release.look import check

pytestmark = pytest.mark.process

WHO = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> None:
    """Run git there."""
    subprocess.run(["git", *WHO, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository whose package cannot be built, with one lock file, one recording and one codex."""
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "missing"\n[project]\nname = "x"\nversion = "1.2.3"\n',
        "CHANGELOG.md": "## 1.2.3\n\n- x\n",
        "changelog.d/+a.fix.md": "x",
        "subjects/s/requirements.txt": "a==1\n",
        "subjects/reference/subject.toml": 'version = "1.2.2"\n',
        "fixtures/wire/0.1.0/provenance.json": json.dumps({"binary_sha256": "0" * 64}),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    codex = tmp_path / ".parity" / "codex" / "0.1.0"
    codex.mkdir(parents=True)
    (codex / "codex").write_bytes(b"another")
    (codex / "release.json").write_text(json.dumps({"binary": "codex"}), encoding="utf-8")
    return tmp_path


def looked(folder: Path) -> dict[str, Line]:
    """The lines by name; of several with one name the last."""
    told: list[Line] = []
    lines = asyncio.run(check(folder, "1.2.3", told.append))
    assert told == lines
    return {one.name: one for one in lines}


@pytest.mark.requirement("R0-1", "R0-2", "R0-3", "R1-35", "R4-5", "R4-21", "F21")
def test_every_line_has_its_word_and_the_command_it_ran(checkout: Path) -> None:
    """Provenance: issue 6, item 8."""
    lines = looked(checkout)

    assert {name: line.status for name, line in lines.items()} == {
        "version": "pass",
        "version elsewhere": "fail",
        "changelog": "pass",
        "changelog fragments": "fail",
        "tree": "warn",
        "build": "fail",
        "pins: subjects/s/requirements.txt": "fail",
        "binary: codex 0.1.0": "fail",
        "tag": "warn",
    }
    assert all(line.command for line in lines.values())
    assert lines["build"].command == "python -m build"


@pytest.fixture
def signer(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A key of somebody whose signatures the checkout knows."""
    key = tmp_path_factory.mktemp("keys") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    known = key.with_name("known")
    known.write_text(f"n@example.org {key.with_suffix('.pub').read_text('utf-8')}", "utf-8")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingkey": str(key),
        "gpg.ssh.allowedSignersFile": str(known),
    }.items():
        git(checkout, "config", name, value)
    return key


@pytest.mark.requirement("R0-2", "R0-22", "F21")
@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")
@pytest.mark.usefixtures("signer")
def test_a_signed_tag_passes_on_what_was_built_and_fails_elsewhere(checkout: Path) -> None:
    """Provenance: REQUIREMENTS.md R0-2, R0-22; a tag that git itself signed and verifies."""
    git(checkout, "tag", "-s", "v1.2.3", "-m", "x")

    here = looked(checkout)["tag"]
    git(checkout, "commit", "-q", "--allow-empty", "-m", "later")
    elsewhere = looked(checkout)["tag"]

    assert (here.status, here.detail) == (
        "pass",
        "v1.2.3 is signed, and stands on what was built",
    )
    assert (elsewhere.status, "was built" in elsewhere.detail) == ("fail", True)


@pytest.mark.requirement("R0-22", "F21")
def test_nothing_is_tagged_pushed_or_written(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Provenance: REQUIREMENTS.md R0-22: pushing is a person's."""
    remote = tmp_path_factory.mktemp("remote")
    git(remote, "init", "-q", "--bare")
    git(checkout, "remote", "add", "origin", str(remote))
    git(checkout, "config", "push.default", "current")

    def state() -> list[str]:
        return [
            subprocess.run(
                ["git", *words], cwd=folder, check=True, capture_output=True, encoding="utf-8"
            ).stdout
            for folder, words in (
                (checkout, ["show-ref"]),
                (checkout, ["status", "--porcelain", "--ignored"]),
                (remote, ["for-each-ref"]),
            )
        ]

    before = state()
    looked(checkout)

    assert state() == before
    assert before[2] == ""


@pytest.mark.requirement("R0-22", "F21")
def test_a_tag_without_a_signature_fails(checkout: Path) -> None:
    """Provenance: REQUIREMENTS.md R0-22."""
    git(checkout, "tag", "-a", "v1.2.3", "-m", "x")

    assert looked(checkout)["tag"].status == "fail"


def test_a_folder_that_is_no_checkout_is_wrong_use(tmp_path: Path) -> None:
    """Provenance: ours."""
    with pytest.raises(UsageFault, match="no checkout"):
        looked(tmp_path)
