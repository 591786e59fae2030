"""Artifacts and caches do what the actions do, where that can surprise."""

from __future__ import annotations

from pathlib import Path

import pytest

from ci_local.artifacts import Artifacts, Caches
from ci_local.errors import ActionFailed


def names(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())  # fmt: skip


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace with reports, a hidden file among them."""
    folder = tmp_path / "work"
    for name in ("reports/a/run.jsonl", "reports/a/.hidden/x", "reports/b/run.jsonl", "log.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        ("reports/a", ["run.jsonl"]),
        ("reports", ["a/run.jsonl", "b/run.jsonl"]),
        ("log.txt", ["log.txt"]),
        ("reports/*/run.jsonl", ["a/run.jsonl", "b/run.jsonl"]),
        ("reports/a\nlog.txt", ["log.txt", "reports/a/run.jsonl"]),
        ("reports/a\nreports/none", ["a/run.jsonl"]),
    ],
)
def test_an_artifact_begins_where_its_paths_part(
    patterns: str, wanted: list[str], work: Path, tmp_path: Path
) -> None:
    """Provenance: actions/upload-artifact v5.0.0, src/shared/search.ts; hidden files stay behind."""
    kept = Artifacts(tmp_path / "kept")

    kept.upload("one", patterns, workspace=work, nothing="error")

    assert names(tmp_path / "kept" / "one") == wanted


def test_no_file_is_a_warning_or_an_error_and_a_name_is_used_once(
    work: Path, tmp_path: Path
) -> None:
    """Provenance: actions/upload-artifact v5.0.0, if-no-files-found and overwrite."""
    kept = Artifacts(tmp_path / "kept")

    assert "no files" in kept.upload("none", "nothing/*", workspace=work, nothing="warn")
    with pytest.raises(ActionFailed, match="no files"):
        kept.upload("none", "nothing", workspace=work, nothing="error")
    kept.upload("one", "log.txt", workspace=work, nothing="warn")
    with pytest.raises(ActionFailed, match="there already"):
        kept.upload("one", "log.txt", workspace=work, nothing="warn")


@pytest.mark.parametrize(
    ("name", "pattern", "merge", "wanted"),
    [
        ("shard-1", "", False, ["run.jsonl"]),
        ("", "shard-*", False, ["shard-1/run.jsonl", "shard-2/run.jsonl"]),
        ("", "shard-2", False, ["run.jsonl"]),
        ("", "plan*", False, []),
        ("", "", True, ["run.jsonl"]),
    ],
)
def test_one_artifact_alone_gets_no_folder(
    name: str, pattern: str, *, merge: bool, wanted: list[str], work: Path, tmp_path: Path
) -> None:
    """Provenance: actions/download-artifact v6.0.0, src/download-artifact.ts: with one match a pattern unpacks as a name does."""
    kept = Artifacts(tmp_path / "kept")
    for number, folder in enumerate("ab", 1):
        kept.upload(f"shard-{number}", f"reports/{folder}", workspace=work, nothing="error")
    target = tmp_path / "target"
    target.mkdir()

    kept.download(name=name, pattern=pattern, merge=merge, path=target)

    assert names(target) == wanted


def test_an_artifact_that_is_not_there_fails_by_name(tmp_path: Path) -> None:
    """Provenance: actions/download-artifact v6.0.0."""
    with pytest.raises(ActionFailed, match="'plan' not found"):
        Artifacts(tmp_path / "kept").download(name="plan", pattern="", merge=False, path=tmp_path)


def test_a_cache_is_found_by_its_key_or_by_the_start_of_one(work: Path, tmp_path: Path) -> None:
    """Provenance: actions/cache v4.3.0: restore-keys; a key is written once."""
    kept = Caches(tmp_path / "caches")
    again = tmp_path / "again"

    assert kept.restore("night-1", ["night-"], paths="reports", workspace=again) is None
    assert "kept" in kept.save("night-1", paths="reports\nnone", workspace=work)
    assert "nothing kept" in kept.save("night-1", paths="reports", workspace=work)
    assert "no such folder" in kept.save("night-2", paths="none", workspace=work)
    assert kept.restore("night-2", ["day-", "night-"], paths="reports", workspace=again) == "night-1"  # fmt: skip
    assert "a/run.jsonl" in names(again / "reports")
    assert kept.restore("night-1", [], paths="reports", workspace=again) == "night-1"
