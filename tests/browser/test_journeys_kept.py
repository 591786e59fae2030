"""What ``codex-parity journeys`` leaves behind, in a real browser. Provenance: issue text, item 5; REQUIREMENTS.md F15."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness.journeys.browser import find_chromium
from harness.journeys.walk import NAMES
from harness.runner.leftovers import remove, workspaces
from tests.browser import pages
from tests.browser.conftest import lacking
from tests.commandline import PROGRAM, ROOT, environment
from tests.report import runs
from tests.report.runs import SCHEMAS, Line

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(400)]

QUICK = ("--pace", "0.1")
HANG = "<script>addEventListener('load', () => setTimeout(() => { for (;;); }, 300))</script>"


@pytest.fixture(autouse=True)
def tools() -> None:
    """Chromium, Playwright, ffmpeg and ffprobe of this machine."""
    if find_spec("playwright") is None:
        lacking("no Playwright in this environment")
    if find_chromium() is None:
        lacking("no Chromium on this machine")
    for name in ("ffmpeg", "ffprobe"):
        if program(name) is None:
            lacking(f"no {name} on this machine")


def program(name: str) -> Path | None:
    """Where a program is."""
    folders = [Path(one) for one in os.environ["PATH"].split(os.pathsep)]
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How a walk ended, and what it left in its folder."""

    code: int
    said: str
    out: Path

    def summary(self, name: str) -> dict[str, Any]:
        """The summary of a journey, which fits its published form."""
        found = json.loads((self.out / name / "summary.json").read_bytes())
        assert SCHEMAS.first_problem("journey", found) is None
        return dict(found)

    def assertions(self, name: str) -> list[dict[str, Any]]:
        """The assertions of a journey."""
        text = (self.out / name / "assertions.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    def statuses(self) -> dict[str, str]:
        """How each journey ended, by the summary of the walk, which fits its published form."""
        found = json.loads((self.out / "summary.json").read_bytes())
        assert SCHEMAS.first_problem("journeys", found) is None
        assert found["exit"] == self.code
        return {one["journey"]: one["status"] for one in found["journeys"]}


def walked(report: Path, out: Path, *words: str, **changes: str) -> Left:
    """Walk as a person would, in a process of its own; nothing of it lives on, nothing stays in its temp folder."""
    with tempfile.TemporaryDirectory(prefix="p-") as name:
        temp = Path(name)
        done = subprocess.run(
            [*PROGRAM, "journeys", str(report), "--out", str(out), *QUICK, *words],
            check=False, cwd=ROOT, env=environment(TMPDIR=name, **changes), capture_output=True, encoding="utf-8", timeout=300,
        )  # fmt: skip
        assert below(temp) == []
        assert [one.name for one in temp.iterdir()] == []
    return Left(code=done.returncode, said=done.stdout + done.stderr, out=out)


def below(temp: Path) -> list[psutil.Process]:
    """Processes that have a folder as their temp folder, or name it."""
    found = []
    for process in psutil.process_iter():
        try:
            named = any(str(temp) in word for word in process.cmdline())
            if named or process.environ().get("TMPDIR") == str(temp):
                found.append(process)
        except psutil.Error:
            continue
    return found


def without(folder: Path, *gone: str) -> str:
    """A PATH that has every program of ours but these."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for path in Path(place).iterdir() if Path(place).is_dir() else ():
            target = folder / path.name
            if path.name not in gone and not target.is_symlink():
                target.symlink_to(path)
    return str(folder)


def links(index: Path) -> set[str]:
    """The targets of an index, its own anchors left out."""
    text = index.read_text("utf-8")
    return {one for one in re.findall(r"\]\(([^)]+)\)", text) if not one.startswith("#")}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small report that fails."""
    return pages.with_run_file(pages.failing_lines(), tmp_path_factory.mktemp("report"))


@pytest.mark.requirement("F15", "R4-11", "R4-12", "R4-18")
def test_every_journey_leaves_pictures_a_video_assertions_and_a_summary(
    report: Path, tmp_path: Path
) -> None:
    """Provenance: issue text: at least one PNG, a WebM of 1 to 60 s, assertions, summary, an index that links all."""
    left = walked(report, tmp_path / "out")

    assert left.code == 0, left.said
    assert left.statuses() == dict.fromkeys(NAMES, "pass")
    for name in NAMES:
        folder, summary = left.out / name, left.summary(name)
        kept = {one["path"]: one for one in summary["files"]}
        there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
        assert there == {*kept, "summary.json"}
        assert all(
            hashlib.sha256((folder / path).read_bytes()).hexdigest() == one["sha256"]
            for path, one in kept.items()
        )
        shots = [path for path in kept if path.endswith(".png")]
        assert shots
        assert all((folder / one).read_bytes().startswith(b"\x89PNG") for one in shots)
        assert all(line["ok"] for line in left.assertions(name))
        assert len(left.assertions(name)) == summary["assertions"]["count"] > 4
        measure(folder / "video.webm", summary)
    every = {one.relative_to(left.out).as_posix() for one in left.out.rglob("*") if one.is_file()}
    assert links(left.out / "index.md") == every - {"index.md"}


def measure(video: Path, summary: dict[str, Any]) -> None:
    """ffprobe says of a video what its summary says."""
    asked = ["-show_entries", "format=duration:stream=nb_read_frames", "-of", "json"]
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", *asked, str(video)],
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    told = json.loads(done.stdout)
    frames, seconds = int(told["streams"][0]["nb_read_frames"]), float(told["format"]["duration"])
    assert 1 <= seconds <= 60
    assert frames > 10
    assert (frames, seconds) == (summary["video"]["frames"], summary["video"]["seconds"])


@pytest.mark.requirement("R4-4", "R4-12", "R4-18")
def test_without_ffmpeg_the_frames_stay_and_it_is_a_warning(report: Path, tmp_path: Path) -> None:
    """Provenance: issue text, frames and `warn + fallback`; never a pass, and said at the terminal."""
    path = without(tmp_path / "bin", "ffmpeg", "ffprobe")
    left = walked(report, tmp_path / "out", "--journey", "copy-replay", PATH=path)
    summary = left.summary("copy-replay")
    frames = [one["path"] for one in summary["files"] if one["path"].startswith("frames/")]

    assert left.code == 0, left.said
    assert left.statuses() == {"copy-replay": "warn"}
    assert summary["fallback"] == "frames in place of a video: no ffmpeg"
    assert "frames in place of a video: no ffmpeg" in left.said
    assert len(frames) > 10
    assert (left.out / "copy-replay" / frames[0]).read_bytes().startswith(b"\xff\xd8")
    assert {f"copy-replay/{one}" for one in frames} <= links(left.out / "index.md")


@pytest.mark.requirement("R4-4")
def test_a_video_that_nobody_measured_is_a_warning(report: Path, tmp_path: Path) -> None:
    """Provenance: issue text, the check of the video is in the product where ffprobe exists, else told."""
    path = without(tmp_path / "bin", "ffprobe")
    left = walked(report, tmp_path / "out", "--journey", "copy-replay", PATH=path)

    assert left.statuses() == {"copy-replay": "warn"}
    assert left.summary("copy-replay")["fallback"] == "the video was not measured: no ffprobe"


@pytest.mark.requirement("R4-4")
def test_an_ffmpeg_that_fails_leaves_the_frames(report: Path, tmp_path: Path) -> None:
    """Provenance: ours; an ffmpeg without the encoder is as good as none."""
    path = without(tmp_path / "bin", "ffmpeg")
    broken = tmp_path / "bin/ffmpeg"
    broken.write_text("#!/bin/sh\necho Unknown encoder >&2\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    left = walked(report, tmp_path / "out", "--journey", "copy-replay", PATH=path)

    assert left.statuses() == {"copy-replay": "warn"}
    assert "ffmpeg ended with 1: Unknown encoder" in left.summary("copy-replay")["fallback"]
    assert not (left.out / "copy-replay/video.webm").exists()


@pytest.mark.requirement("F15", "R4-12")
def test_a_page_that_shows_another_command_than_the_run_file_fails(
    report: Path, tmp_path: Path
) -> None:
    """Provenance: issue text; the clipboard is held against run.jsonl, not against the page alone."""
    other = tmp_path / "report"
    other.mkdir()
    (other / "index.html").write_bytes((report / "index.html").read_bytes())
    text = (report / "run.jsonl").read_text("utf-8")
    (other / "run.jsonl").write_text(text.replace("codex-parity replay", "codex-parity show"), "utf-8")  # fmt: skip
    left = walked(other, tmp_path / "out", "--journey", "copy-replay", "--journey", "dark")
    failed = [one for one in left.assertions("copy-replay") if not one["ok"]]

    assert left.code == 1, left.said
    assert left.statuses() == {"copy-replay": "fail", "dark": "pass"}
    assert {one["what"] for one in failed} == {
        "the page shows the command of the run file",
        "the clipboard holds the command of the run file",
    }
    assert (left.out / "copy-replay/video.webm").is_file()
    assert list((left.out / "copy-replay").glob("*.png"))


@pytest.mark.requirement("F15")
def test_a_report_whose_script_is_broken_fails_and_leaves_all_artifacts(
    report: Path, tmp_path: Path
) -> None:
    """Provenance: issue text, a failing assertion still leaves all artifacts, the others still run."""
    other = changed(report, tmp_path / "report", "void begin();", "void begun();")
    left = walked(other, tmp_path / "out", "--journey", "open", "--journey", "narrow")

    assert left.code == 1
    assert left.statuses() == {"open": "fail", "narrow": "fail"}
    for name in ("open", "narrow"):
        assert [one["what"] for one in left.assertions(name) if not one["ok"]] == [
            "the walk comes to its end"
        ]
        assert "Timeout" in left.summary(name)["reason"]
        assert (left.out / name / "video.webm").is_file()
        assert list((left.out / name).glob("*.png"))


@pytest.mark.requirement("F15")
def test_a_page_that_hangs_is_ended_by_the_deadline(report: Path, tmp_path: Path) -> None:
    """Provenance: issue text; the renderer is busy for ever, the browser and its profile are gone all the same."""
    text = POLICY.sub(HANG, (report / "index.html").read_text("utf-8"))
    other = changed(report, tmp_path / "report", "", "", text=text)
    left = walked(other, tmp_path / "out", "--journey", "open", "--deadline", "2")

    assert left.code == 1
    assert left.statuses() == {"open": "fail"}
    assert "no end within 2 s" in left.summary("open")["reason"]
    assert (left.out / "open/video.webm").is_file()
    assert list((left.out / "open").glob("*.png"))


POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
BROKEN = {
    "open": ("<main ", '<img src="http://127.0.0.1:9/x.png" alt=""><main ', {"requests that leave the files of the report", "errors, warnings and dialogs"}),
    "filter": ("${hits.size} of", "${hits.size + 1} of", {"what the filter leaves"}),
    "first-divergence": ("<b>codex-parity</b>", "<style>.diffs { display: none } .here { margin-top: -9999px }</style>", {"the place stands in the window"}),
    "expand": ('`✗ ${grave}`', '" ✓"', {"its mark says whether it differs"}),
    "copy-replay": ("writeText(this.cell.replay)", 'writeText(this.cell.replay + " ")', {"the clipboard holds what the page shows", "the clipboard holds the command of the run file"}),
    "dark": ("</head>", "<style>h1 { color: #333 !important }</style></head>", {"contrast of h1"}),
    "keyboard": ("</head>", "<script>addEventListener('keydown', () => dispatchEvent(new MouseEvent('mousedown')))</script></head>", {"events of a mouse or a finger"}),
    "narrow": ("</head>", "<style>#cell-view { width: 600px }</style></head>", {"width of the cell in pixels"}),
}  # fmt: skip


@pytest.mark.requirement("F15", "R4-12")
@pytest.mark.parametrize("name", NAMES)
def test_a_journey_notices_a_page_that_is_wrong_in_its_way(
    report: Path, tmp_path: Path, name: str
) -> None:
    """Provenance: ours; an assertion that nothing can break shows nothing."""
    old, new, wanted = BROKEN[name]
    text = POLICY.sub("", (report / "index.html").read_text("utf-8"))
    left = walked(changed(report, tmp_path / "report", old, new, text), tmp_path / "out", "--journey", name)  # fmt: skip

    assert left.code == 1, left.said
    assert {one["what"] for one in left.assertions(name) if not one["ok"]} >= wanted


def changed(report: Path, folder: Path, old: str, new: str, text: str | None = None) -> Path:
    """A copy of a report whose page is otherwise."""
    folder.mkdir()
    (folder / "run.jsonl").write_bytes((report / "run.jsonl").read_bytes())
    page = (report / "index.html").read_text("utf-8") if text is None else text
    assert old in page
    (folder / "index.html").write_text(page.replace(old, new), "utf-8")
    return folder


@pytest.mark.requirement("F15")
def test_a_report_of_several_pages_is_walked_across_them(tmp_path: Path) -> None:
    """Provenance: issue text, also one split over several pages."""
    split = pages.with_run_file(pages.failing_lines(), tmp_path / "report", limit=1)
    names = ("first-divergence", "copy-replay", "keyboard")
    left = walked(split, tmp_path / "out", *(word for name in names for word in ("--journey", name)))  # fmt: skip

    assert list((split / "scenarios").glob("*.html"))
    assert left.statuses() == dict.fromkeys(names, "pass"), left.said


@pytest.mark.requirement("F15")
def test_a_green_run_leads_to_its_first_known_difference_and_says_so(tmp_path: Path) -> None:
    """Provenance: issue text, in a green run the first known difference."""
    green = [line for line in pages.failing_lines() if not of(line, "left", "gone")]
    for line in green:
        if line["kind"] == "header":
            line["subjects"] = [runs.subject("reference"), runs.subject("right")]
        if line["kind"] == "footer":
            line.update(counts={"known": 1, "not_applicable": 1}, exit=0, exit_reason="parity")
    left = walked(pages.with_run_file(green, tmp_path / "report"), tmp_path / "out", "--journey", "first-divergence")  # fmt: skip

    assert left.statuses() == {"first-divergence": "pass"}, left.said
    assert left.assertions("first-divergence")[0]["step"] == (
        "Nothing is red; to the first that differs: known"
    )


def of(line: Line, *subjects: str) -> bool:
    """Whether a line of a run is about one of these."""
    return line.get("subject") in subjects


def test_a_run_in_which_nothing_differs_offers_no_jump_and_that_alone_is_no_pass(
    tmp_path: Path,
) -> None:
    """Provenance: issue text, not applicable with its reason, counted; nothing walked is exit 4."""
    equal = runs.run(runs.result("left"), runs.result("right"))
    left = walked(pages.with_run_file(equal, tmp_path / "report"), tmp_path / "out", "--journey", "first-divergence")  # fmt: skip

    assert left.code == 4
    assert left.statuses() == {"first-divergence": "not_applicable"}
    assert left.summary("first-divergence")["reason"] == "no cell of the run differs (2 cells)"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("name", "send"),
    [
        ("SIGINT", getattr(os, "killpg", os.kill)),
        *((one, os.kill) for one in ("SIGINT", "SIGTERM", "SIGKILL")),
    ],
    ids=["Ctrl-C", "SIGINT", "SIGTERM", "SIGKILL"],
)
def test_an_interrupted_walk_leaves_no_browser_and_no_profile(
    report: Path, tmp_path: Path, name: str, send: Callable[[int, int], None]
) -> None:
    """Provenance: issue text; Ctrl-C, which the driver and Chromium get too, or a signal to us alone. The next walk starts clean."""
    out = tmp_path / "out"
    # Short, because Chromium makes a socket in it.
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        temp = Path(folder)
        begun = subprocess.Popen(
            [*PROGRAM, "journeys", str(report), "--out", str(out), *QUICK],
            cwd=ROOT, env=environment(TMPDIR=folder, PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        assert begun.stdout is not None
        assert begun.stdout.readline().startswith("pass")
        started = below(temp)
        words = [word for one in started for word in one.cmdline()]
        send(begun.pid, signal.Signals[name])
        begun.communicate(timeout=60)
        psutil.wait_procs([one for one in started if one.pid != begun.pid], timeout=30)

        assert any(word.startswith("--headless") for word in words)
        assert begun.returncode == {"SIGKILL": -9}.get(name, 130)
        assert [one.cmdline() for one in below(temp)] == []
        if name == "SIGKILL":  # what only a later `codex-parity gc` can remove
            list(remove(workspaces(temp, 0)))
        assert list(temp.iterdir()) == []
    assert not (out / "summary.json").exists()
    again = walked(report, out, "--journey", "copy-replay")
    assert again.statuses() == {"copy-replay": "pass"}
    assert {one.name for one in out.iterdir()} == {"copy-replay", "index.md", "summary.json"}
