"""Sentences about ``harness.report.drift``: what a person reads of the drift between releases."""

from __future__ import annotations

from harness.real.drift import Change, Severity, Step
from harness.report import drift
from harness.report.drift import (
    STYLE,
    TEMPLATE,
    examples,
    fails,
    html,
    markdown,
    matrix,
    side_by_side,
    worst,
)
from harness.root import PACKAGE
from tests.real.turns import STARTED, TURN, completed, item, turn

SOURCES = {name: (PACKAGE / "report" / "assets" / name).read_text("utf-8") for name in (TEMPLATE, STYLE)}  # fmt: skip


def change(severity: Severity = "breaking", what: str = "turn.completed.usage", scenarios: int = 1) -> Change:  # fmt: skip
    return Change(
        kind="field",
        what=what,
        severity=severity,
        before="integer",
        after="absent",
        scenarios=tuple(f"exec.s.{number}" for number in range(scenarios)),
    )


def step(*changes: Change) -> Step:
    return Step(older="0.1.0", newer="0.2.0", changes=changes, compared=7)


def test_markdown_tells_each_change_and_each_quiet_step() -> None:
    text = markdown([step(change(what="a|b")), step()])
    assert "| breaks a reader | field: `a\\|b` | integer | absent | exec.s.0 |" in text
    assert "Nothing changed in 7 scenarios." in text


def test_many_scenarios_are_counted_and_not_listed() -> None:
    assert examples(change(scenarios=5)) == "exec.s.0, exec.s.1, exec.s.2 and 2 more"
    assert examples(change(scenarios=3)) == "exec.s.0, exec.s.1, exec.s.2"


def test_the_worst_severity_decides() -> None:
    assert worst([change("information"), change("breaking")]) == "breaking"
    assert worst([change("breaking"), change("meaning")]) == "meaning"
    assert worst([]) is None


def test_the_last_step_alone_decides_whether_a_run_fails() -> None:
    broken, fine = step(change("breaking")), step(change("information"))
    assert fails([fine, broken], "breaking")
    assert not fails([broken, fine], "breaking")
    assert fails([broken, fine], "information")
    assert fails([step(change("meaning"))], "breaking")
    assert not fails([broken], "meaning")
    assert not fails([broken], None)
    assert not fails([step()], "information")
    assert not fails([], "information")


def test_the_table_has_a_row_per_change_and_a_column_per_step() -> None:
    early, late = change("breaking", "b"), change("breaking", "a")
    worse = change("meaning", "c")
    rows = matrix([step(change("information", "d"), early), step(late, early), step(worse)])
    assert [row.what for row in rows] == ["c", "b", "a", "d"]
    assert [row.severity for row in rows] == ["meaning", "breaking", "breaking", "information"]
    assert rows[1].cells == (early, early, None)
    assert rows[2].cells == (None, late, None)
    assert rows[0].kind == "field"


def test_the_page_holds_every_change_and_no_markup_of_others() -> None:
    page = html([step(change(what="<script>\u202e")), step()], SOURCES)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert SOURCES[STYLE] in page
    assert "Nothing changed in 7 scenarios." in page
    assert "2 steps, 1 changes" in page
    assert "no release" in html([], SOURCES)
    assert drift.WORDS["breaking"] in page


def test_two_recordings_stand_beside_each_other_by_the_kind_of_their_lines() -> None:
    older = [turn(STARTED, TURN, completed(42))]
    newer = [turn(STARTED, item("completed", "error"), TURN, completed(84), "text", "7")]
    ids = [turn({**STARTED, "thread_id": f"01a1fd9f-56de-7fe3-a877-3d035204010{n}"}) for n in "ab"]
    assert [row[0] for row in side_by_side([ids[0]], [ids[1]])] == ["="]
    signs = [row[0] for row in side_by_side(older, newer)]
    assert signs == ["=", "+", "=", "~", "+", "+"]
    assert [row[0] for row in side_by_side(newer, older)] == ["=", "-", "=", "~", "-", "-"]
