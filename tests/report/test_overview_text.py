"""The overview as Markdown of a job, and as a page."""

from __future__ import annotations

import re
from pathlib import Path

from harness.report import overview_text
from harness.report.markdown import LINES
from harness.report.overview import Overview, overview
from harness.report.overview_text import html, markdown
from harness.root import PACKAGE
from tests.report import runs
from tests.report.runs import ONE, Line
from tests.report.test_overview import PLAN, ending, red, seen

SOURCES = {
    name: (PACKAGE / "report" / "assets" / name).read_text("utf-8")
    for name in overview_text.SOURCES
}
HOSTILE = "<script>alert(1)</script> \u202e`|"


def hostile() -> Overview:
    bad = runs.difference(sentence=HOSTILE, sdk=1)
    return seen(linux_mock=red(bad), macos_mock=ending(0))


def many() -> Overview:
    """More legs, failures and differences than a job's summary has room for."""
    legs = {}
    for number in range(20):
        rows = [
            runs.difference(fingerprint=f"{number:06x}{index:06x}", path=f"$.a{index}", sentence=f"{number} {index} " + "x" * 400, sdk=1)
            for index in range(3)
        ]  # fmt: skip
        legs[f"leg-{number}"] = red(*rows)
    return overview(PLAN, legs)


def test_failures_come_first_each_with_its_replay_command_then_the_legs() -> None:
    """Provenance: issue text."""
    text = markdown(seen(linux_mock=red(), macos_mock=ending(0)))
    lines = text.split("\n")

    assert lines[0] == "## ✗ 2 legs: a difference that no baseline explains"
    assert lines[2] == f"1 divergence (linux-mock). Plan `{PLAN[:12]}`, exit 1."
    start = lines.index("### 1 failure")
    assert lines[start + 2] == (
        "- **contract** only left (linux-mock, 1 cell): &#96;item.text&#96; is otherwise; "
        f"`codex-parity replay {ONE} --subject left`"
    )
    table = lines.index("| leg | exit | scenarios | verdicts |")
    assert start < table < lines.index("### Not alike in all legs")
    assert lines[table + 2] == "| linux-mock | 1 | 1 | 1 match, 1 divergence |"


def test_legs_at_parity_are_short() -> None:
    """Provenance: nobody reads a long summary of nothing."""
    text = markdown(seen(linux_mock=ending(0), macos_mock=ending(0)))

    assert text.startswith("## ✓ 2 legs: parity\n")
    assert "###" not in text


def test_a_summary_has_at_most_60_lines_and_counts_what_it_leaves_out() -> None:
    """Provenance: issue text."""
    text = markdown(many())

    assert text.count("\n") <= LINES
    assert "- ... and 49 more" in text
    assert "| and 9 more | | | |" in text
    assert "x" * 301 not in text


def test_what_a_run_says_is_neither_markup_nor_a_new_line() -> None:
    """Provenance: FIELD.md; values of an SDK stand in sentences."""
    text = markdown(hostile())

    assert "<script>" not in text
    assert "\u202e" not in text


def test_a_stale_entry_is_no_cell() -> None:
    """Provenance: schemas/overview.json."""
    green = (runs.result("left"), runs.result("right"))
    problem: Line = {"problem": "unused", "subject": "left", "entry": {}, "sentence": "is gone"}
    stale = runs.played(*green, end=runs.footer(*green, exit=5, baseline=[problem]))
    found = seen(a=stale, b=ending(0))

    assert "**stale** left (a): is gone; `codex-parity baseline check`" in markdown(found)


def test_an_exit_code_without_words_is_told_as_it_is() -> None:
    """Provenance: a run file of a newer version."""
    found = Overview(
        plan=PLAN,
        legs={"a": ending(0)},
        failures=(),
        apart=(),
        exit=77,
        exit_reason="new",
    )

    assert markdown(found).startswith("## ✗ 1 leg: exit 77\n")
    assert "1 leg: exit 77" in html(found, SOURCES)


def test_the_page_links_to_each_report_and_asks_nobody_for_anything(tmp_path: Path) -> None:
    """Provenance: issue text; a report is opened from a disk."""
    page = html(seen(linux_mock=red(), macos_mock=ending(0)), SOURCES)

    assert 'href="linux-mock/index.html"' in page
    assert 'href="macos-mock/index.html"' in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", page) == []
    assert "<script" not in page
    assert f"codex-parity replay {ONE} --subject left" in page
    assert "No failure" not in page


def test_the_page_of_legs_at_parity_says_so() -> None:
    """Provenance: issue text."""
    page = html(seen(linux_mock=ending(0), macos_mock=ending(0)), SOURCES)

    assert "✓ 2 legs: parity" in page
    assert "No failure" in page
    assert "Nothing differs in some legs only" in page


def test_the_page_shows_hostile_values_as_text() -> None:
    """Provenance: FIELD.md."""
    page = html(hostile(), SOURCES)

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
