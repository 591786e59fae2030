"""What is to be released, from which commit, with which changelog."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from harness.errors import UsageFault
from harness.gate.commands import Commands
from harness.gate.intake import draft, stage, take_in
from harness.gate.record import Intake

pytestmark = [pytest.mark.process]


def taken(folder: Path, release: str | None = None, log: Path | None = None) -> Intake:
    """The intake of a gate that is called in ``folder``."""
    commands = Commands(folder=folder / "reports", cwd=folder)
    return asyncio.run(take_in(commands, release, log))


def git(folder: Path, *words: str) -> None:
    """A command of git, with a name for the commit."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project with a commit, a tag and a changelog."""
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "acme"\nversion = "1.2.0"\n', "utf-8")
    (folder / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.0\n\n- Added a thing.\n", "utf-8")
    (folder / ".gitignore").write_text("reports/\n", "utf-8")
    git(folder, "init", "--initial-branch", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    git(folder, "tag", "v1.2.0")
    return folder


@pytest.mark.requirement("R4-3", "R4-14")
def test_a_checkout_says_its_release_commit_branch_tag_and_changelog(checkout: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-3."""
    found = taken(checkout)

    assert (found.release, found.branch, found.tag) == ("acme 1.2.0", "main", "v1.2.0")
    assert found.commit is not None
    assert len(found.commit) == 40
    assert (found.changelog, found.dirty) == ("CHANGELOG.md", False)
    assert draft(found, checkout, None) == "- Added a thing."
    assert stage(found, ()).status == "pass"


def test_changes_that_are_not_committed_and_a_detached_head_are_told(checkout: Path) -> None:
    """Provenance: ours; what is judged is not what a commit holds."""
    (checkout / "new.txt").write_text("x", "utf-8")
    git(checkout, "checkout", "--detach")
    found = taken(checkout)

    assert (found.branch, found.dirty) == (None, True)
    assert stage(found, ()).status == "warn"


def test_a_folder_without_git_version_and_changelog_is_told_and_does_not_block(
    tmp_path: Path,
) -> None:
    """Provenance: ours; an SDK in another language has no pyproject.toml."""
    found = taken(tmp_path)
    told = stage(found, ())

    assert found == Intake(
        release="a release without a name",
        commit=None,
        branch=None,
        tag=None,
        dirty=None,
        changelog=None,
    )
    assert (told.status, told.exit, len(told.findings)) == ("warn", 0, 3)
    assert draft(found, tmp_path, None) is None
    assert draft(found, tmp_path, tmp_path / "nowhere") is None


def test_a_person_names_release_and_changelog_and_fragments_are_a_changelog(tmp_path: Path) -> None:
    """Provenance: ours."""
    (tmp_path / "fragments").mkdir()
    (tmp_path / "fragments/+one.fix.md").write_text("Mended one.\n", "utf-8")
    found = taken(tmp_path, "acme 2", tmp_path / "fragments")

    assert (found.release, found.changelog) == ("acme 2", "fragments")
    assert draft(found, tmp_path, tmp_path / "fragments") == "#### Fixes\n\n- Mended one."


def test_what_the_gate_itself_writes_makes_no_tree_dirty_and_a_broken_index_is_no_clean_one(
    checkout: Path,
) -> None:
    """Provenance: ours; a project need not ignore reports/."""
    (checkout / ".gitignore").unlink()
    git(checkout, "commit", "--all", "-m", "two")
    assert taken(checkout).dirty is False
    (checkout / ".git/index").write_bytes(b"garbage")
    found = taken(checkout)

    assert found.dirty is None
    assert "git cannot say" in stage(found, ()).detail


def test_files_that_cannot_be_read_are_told_and_not_thrown(checkout: Path) -> None:
    """Provenance: ours."""
    (checkout / "pyproject.toml").write_text("[project", "utf-8")
    (checkout / "CHANGELOG.md").write_bytes(b"\xff")

    assert taken(checkout).release == "a release without a name"
    with pytest.raises(UsageFault, match="not UTF-8"):
        draft(taken(checkout), checkout, None)


@pytest.mark.requirement("R4-3")
def test_a_known_blocker_blocks_before_anything_is_looked_at(checkout: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-3: blockers are part of the intake."""
    told = stage(taken(checkout), ("the upload is broken",))

    assert (told.status, told.exit) == ("fail", 1)
    assert told.detail == "blocker: the upload is broken"
