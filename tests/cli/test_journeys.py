"""``codex-parity journeys`` where nothing can be walked: exit codes, and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.report.files import write_all
from tests.commandline import ROOT, codex_parity, environment
from tests.report import runs

pytestmark = pytest.mark.process

NO_PLAYWRIGHT = "import sys; sys.modules['playwright'] = None; from harness.cli import main; main()"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The report of a small run, with its run file."""
    folder = tmp_path / "report"
    folder.mkdir()
    lines = [json.dumps(line) for line in runs.rich_run()]
    (folder / "run.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    write_all(folder / "run.jsonl", folder, runs.SCHEMAS)
    return folder


@pytest.mark.requirement("R4-4")
def test_without_a_browser_nothing_was_walked_and_that_is_no_pass(
    report: Path, tmp_path: Path
) -> None:
    """Provenance: issue text; zero cases is never a pass."""
    (tmp_path / "bin").mkdir()
    done = codex_parity(
        "journeys", str(report), "--out", str(tmp_path / "out"), folder=tmp_path,
        env=environment(PATH=str(tmp_path / "bin"), PLAYWRIGHT_BROWSERS_PATH=str(tmp_path / "bin")),
    )  # fmt: skip

    assert done.code == 4
    assert "no Chromium on this machine" in done.err
    assert "apt-get install chromium ffmpeg" in done.err
    assert not (tmp_path / "out/summary.json").exists()


def test_without_playwright_the_extra_is_named(report: Path, tmp_path: Path) -> None:
    """Provenance: issue text, what to install; everything else of the room is imported without it."""
    (tmp_path / "bin").mkdir()
    chromium = tmp_path / "bin" / ("chromium.exe" if os.name == "nt" else "chromium")
    chromium.write_text("", "utf-8")
    chromium.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", NO_PLAYWRIGHT, "journeys", str(report), "--out", str(tmp_path / "out")],
        check=False, env=environment(PATH=str(tmp_path / "bin")), cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60,
    )  # fmt: skip

    assert done.returncode == 4, done.stderr
    assert "codex-parity[journeys]" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--journey", "filtr"], "Did you mean filter?"),
        (["--journey", "zzz"], "There are: open, filter,"),
    ],
)
def test_a_journey_that_does_not_exist_is_refused(
    report: Path, words: list[str], said: str
) -> None:
    """Provenance: ours."""
    done = codex_parity("journeys", str(report), *words, folder=report)

    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize("gone", ["index.html", "run.jsonl"])
def test_a_folder_that_is_no_report_is_refused(report: Path, gone: str) -> None:
    """Provenance: ours; without run.jsonl nobody knows what the page must show."""
    (report / gone).unlink()
    done = codex_parity("journeys", str(report), folder=report)

    assert done.code == 2
    assert f"no {gone}" in done.err


def test_a_folder_of_somebody_else_is_not_removed(report: Path, tmp_path: Path) -> None:
    """Provenance: ours; journeys have short names such as `open` and `filter`."""
    mine = tmp_path / "out/filter/notes.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", "utf-8")
    done = codex_parity("journeys", str(report), "--out", str(tmp_path / "out"), folder=report)

    assert done.code == 2
    assert "a folder that no walk has made" in done.err
    assert mine.read_text("utf-8") == "mine"
