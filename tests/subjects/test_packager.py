"""What is kept: whole or not there, whatever happens on the way; and what is said of a packager that fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing
from harness.subjects.packager import complete, digest_of, keep, on_path, run_tool
from tests.subjects.fake import bounded


async def fill(folder: Path) -> None:
    (folder / "sdk").write_text("whole", "utf-8")


def test_what_was_made_is_there_whole_and_marked(tmp_path: Path) -> None:
    """Provenance: ours; a ruin of an earlier attempt goes away."""
    kept = tmp_path / "env"
    kept.mkdir()
    (kept / "ruin").write_text("half", "utf-8")

    bounded(keep(kept, fill, {"sdk": "x"}))

    assert complete(kept)
    assert sorted(path.name for path in kept.iterdir()) == ["installed.json", "sdk"]
    assert [path.name for path in tmp_path.iterdir()] == ["env"]


def test_what_was_interrupted_is_not_there(tmp_path: Path) -> None:
    """Provenance: issue text, "an interrupted install is not taken for a good one"."""

    async def interrupted(folder: Path) -> None:
        await fill(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bounded(keep(tmp_path / "env", interrupted, {}))

    assert not complete(tmp_path / "env")
    assert list(tmp_path.iterdir()) == []


def test_of_two_that_make_the_same_the_first_one_stays(tmp_path: Path) -> None:
    """Provenance: ours; two runs may install at the same time."""
    kept = tmp_path / "env"

    async def overtaken(folder: Path) -> None:
        await keep_first()
        (folder / "sdk").write_text("second", "utf-8")

    async def keep_first() -> None:
        kept.mkdir()
        (kept / "sdk").write_text("first", "utf-8")
        (kept / "installed.json").write_text("{}", "utf-8")

    bounded(keep(kept, overtaken, {}))

    assert (kept / "sdk").read_text("utf-8") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["env"]


def test_a_place_that_cannot_be_taken_is_told(tmp_path: Path) -> None:
    """Provenance: ours; a folder that is in the way and is no result of ours."""

    async def blocked(folder: Path) -> None:
        (tmp_path / "env").write_text("a file", "utf-8")

    with pytest.raises(OSError, match="env"):
        bounded(keep(tmp_path / "env", blocked, {}))


def test_the_key_is_the_content_and_what_is_said_beside_it(tmp_path: Path) -> None:
    """Provenance: ours; two files are not one file with both texts."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("ab", "utf-8")
    two.write_text("c", "utf-8")
    first = digest_of([one, two])
    one.write_text("a", "utf-8")
    two.write_text("bc", "utf-8")

    assert first != digest_of([one, two]) != digest_of([one, two], "python3.12")
    assert len(first) == 12


@pytest.mark.process
def test_of_a_long_complaint_the_first_and_the_last_lines_are_told() -> None:
    """Provenance: npm names the cause first and its usage after it, pip the other way round."""
    script = "import sys; print('\\n'.join(f'line {n}.' for n in range(50)), file=sys.stderr); sys.exit(3)"

    with pytest.raises(
        RuntimeMissing, match=r"(?s)it failed \(exit 3\).*line 0\..*\.\.\..*line 49\. @ x"
    ) as caught:
        bounded(run_tool([sys.executable, "-c", script], where="x", complaint="it failed"))
    assert "line 25." not in str(caught.value)


@pytest.mark.process
def test_a_packager_that_does_not_start_or_does_not_end_is_told(tmp_path: Path) -> None:
    """Provenance: ours."""
    with pytest.raises(RuntimeMissing, match=r"it failed: cannot start (?s:.*)Get it\."):
        bounded(run_tool([str(tmp_path / "no")], where="x", complaint="it failed", get="Get it."))
    argv = [sys.executable, "-c", "import threading; threading.Event().wait(60)"]
    with pytest.raises(RuntimeMissing, match=r"no end within 0\.2 s"):
        bounded(run_tool(argv, where="x", complaint="it failed", timeout_s=0.2))


@pytest.mark.process
def test_a_packager_gets_our_environment_and_what_is_set_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Provenance: ours; without our own, a packager finds neither its cache nor its proxy."""
    monkeypatch.setenv("PARITY_OURS", "1")
    script = "import os; print(os.environ['PARITY_OURS'], os.environ['PARITY_MORE'])"
    argv = [sys.executable, "-c", script]

    said = bounded(run_tool(argv, where="x", complaint="", env={"PARITY_MORE": "2"}))

    assert said.split() == ["1", "2"]


def test_a_program_that_is_not_there_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Provenance: ours."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RuntimeMissing, match=r"no `npm` on PATH @ x\n  Get it\."):
        on_path("npm", "x", "Get it.")
