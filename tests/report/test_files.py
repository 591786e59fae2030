"""Every report of a run is written beside it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.report import html
from harness.report.files import (
    SCENARIOS,
    clear,
    read_lines,
    read_model,
    write_all,
    write_overview,
)
from harness.report.model import RunContradiction
from harness.report.reading import RunUnreadable
from tests.report import runs
from tests.report.runs import Line
from tests.report.test_overview import ending, red, seen


def saved(lines: list[Line], path: Path, tail: bytes = b"") -> Path:
    data = b"".join(json.dumps(line).encode("ascii") + b"\n" for line in lines)
    path.write_bytes(data + tail)
    return path


def test_all_reports_are_written_and_name_where_they_are(tmp_path: Path) -> None:
    """Ours."""
    written = write_all(saved(runs.rich_run(), tmp_path / "run.jsonl"), tmp_path / "out" / "deep")

    assert sorted(path.name for path in (tmp_path / "out" / "deep").iterdir()) == [
        "allure-results",
        "badge.json",
        "ctrf.json",
        "index.html",
        "junit.xml",
        "summary.json",
        "summary.md",
    ]
    assert written.html.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(written.summary.read_text("utf-8"))["exit"] == 1
    assert ET.fromstring(written.junit.read_bytes()).tag == "testsuites"
    assert written.markdown.read_text("utf-8").startswith("## ")
    assert json.loads(written.ctrf.read_text("utf-8"))["reportFormat"] == "CTRF"
    assert len(list(written.allure.glob("*-result.json"))) == 6


def test_reports_replace_those_of_the_run_before(tmp_path: Path) -> None:
    """Ours: a result that is gone leaves no file behind."""
    write_all(saved(runs.rich_run(), tmp_path / "run.jsonl"), tmp_path)
    again = write_all(
        saved(runs.run(runs.result("left"), runs.result("right")), tmp_path / "run.jsonl"), tmp_path
    )

    assert len(list(again.allure.iterdir())) == 2
    assert json.loads(again.summary.read_text("utf-8"))["exit"] == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_same_run_gives_the_same_bytes_in_every_report(tmp_path: Path) -> None:
    """Ours: reports are a pure function of the run."""
    run = saved(runs.rich_run(), tmp_path / "run.jsonl")
    first, second = tmp_path / "one", tmp_path / "two"
    write_all(run, first)
    write_all(run, second)

    def content(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    assert content(first) == content(second)


def test_a_run_that_was_killed_in_the_middle_of_a_line_gives_its_reports(tmp_path: Path) -> None:
    """Ours: the torn last line is left out, and the run is interrupted."""
    lines = runs.run(runs.result("left"))[:-1]
    written = write_all(saved(lines, tmp_path / "run.jsonl", b'{"kind":"resu'), tmp_path)

    assert written.model.interrupted
    assert "Interrupted" in written.html.read_text("utf-8")
    assert json.loads(written.summary.read_text("utf-8"))["state"] == "interrupted"


def test_a_line_separator_inside_a_string_ends_no_line(tmp_path: Path) -> None:
    """wire/lines.py: a line ends at LF and nowhere else."""
    lines = runs.run(runs.result("left", reason="a\u2028b\u0085c"), runs.result("right"))
    path = tmp_path / "run.jsonl"
    path.write_bytes(
        b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    )

    assert read_model(path).cells[runs.ONE, "left"].result.reason == "a\u2028b\u0085c"


def test_empty_lines_are_passed_over_and_still_counted(tmp_path: Path) -> None:
    """Ours: the number in an error is that of the file."""
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"\n" + json.dumps(runs.header()).encode() + b"\n[]\n")

    with pytest.raises(RunUnreadable, match="line 3"):
        read_model(path)


@pytest.mark.parametrize("data", [b"{\n", b"[" * 100_000 + b"\n"], ids=["cut", "too deep"])
def test_what_is_not_json_is_refused_with_its_line(tmp_path: Path, data: bytes) -> None:
    """Ours: `what @ line N $`."""
    path = tmp_path / "run.jsonl"
    path.write_bytes(json.dumps(runs.header()).encode() + b"\n" + data)

    with pytest.raises(RunUnreadable, match=r"not JSON .* @ \S+run\.jsonl line 2"):
        read_model(path, runs.SCHEMAS)


def test_a_run_that_contradicts_itself_writes_no_report(tmp_path: Path) -> None:
    """Ours: an old report stays as it was."""
    run = saved(
        [*runs.run(runs.result("left"), runs.result("right")), runs.header()],
        tmp_path / "run.jsonl",
    )

    with pytest.raises(RunContradiction):
        write_all(run, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_pages_of_an_earlier_report_are_removed(tmp_path: Path) -> None:
    """Ours: a page that this report does not link to may not look like a part of it."""
    run = saved(runs.rich_run(), tmp_path / "run.jsonl")
    (tmp_path / SCENARIOS).mkdir()
    (tmp_path / SCENARIOS / "old.html").write_text("old", "utf-8")
    (tmp_path / SCENARIOS / "notes.txt").write_text("mine", "utf-8")
    write_all(run, tmp_path)

    assert [path.name for path in (tmp_path / SCENARIOS).iterdir()] == ["notes.txt"]


def test_a_report_that_is_too_large_is_written_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue: an index and one page per scenario."""
    monkeypatch.setattr(
        html.pages, "__kwdefaults__", {**(html.pages.__kwdefaults__ or {}), "limit": 1}
    )
    write_all(saved(runs.rich_run(), tmp_path / "run.jsonl"), tmp_path)

    assert {path.stem for path in (tmp_path / SCENARIOS).iterdir()} == {runs.ONE, runs.TWO}


def test_an_earlier_run_is_compared(tmp_path: Path) -> None:
    """Issue: comparison with the previous run when there is one."""
    before = saved(runs.run(runs.result("left"), runs.result("right")), tmp_path / "before.jsonl")
    now = saved(runs.run(runs.divergence("left"), runs.result("right")), tmp_path / "run.jsonl")
    written = write_all(now, tmp_path, previous=before)

    assert "1 new regression" in written.html.read_text("utf-8")
    assert "1 new regression" not in write_all(now, tmp_path).html.read_text("utf-8")


def test_the_lines_of_a_run_come_as_they_were_written_with_whether_the_last_was_cut(
    tmp_path: Path,
) -> None:
    """Provenance: issue text; a shard that was killed in the middle of a line."""
    lines = runs.rich_run()

    assert read_lines(saved(lines, tmp_path / "a"), runs.SCHEMAS) == (lines, False)
    assert read_lines(saved(lines[:3], tmp_path / "b", b'{"kind"'), runs.SCHEMAS) == (
        lines[:3],
        True,
    )


@pytest.mark.parametrize("tail", [b"nonsense\n", b'{"kind": "other"}\n'])
def test_a_wrong_line_is_told_with_its_file(tail: bytes, tmp_path: Path) -> None:
    """Provenance: issue text; of many files one is wrong."""
    path = saved(runs.rich_run()[:2], tmp_path / "run.jsonl", tail)

    with pytest.raises(RunUnreadable) as told:
        read_lines(path, runs.SCHEMAS)
    assert str(told.value.where).startswith(f"{path} line 3 $")


def test_what_a_run_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    """Provenance: a command that fails leaves no older report that could be taken for its own."""
    write_all(saved(runs.rich_run(), tmp_path / "run.jsonl"), tmp_path)
    (tmp_path / "mine.txt").write_text("kept", "utf-8")
    clear(tmp_path)
    clear(tmp_path / "nowhere")

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_overview_is_written_beside_the_legs(tmp_path: Path) -> None:
    """Provenance: issue text."""
    page = write_overview(seen(linux_mock=red(), macos_mock=ending(0)), tmp_path)

    assert page == tmp_path / "index.html"
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["exit"] == 1
    assert (tmp_path / "summary.md").read_text("utf-8").startswith("## ")
