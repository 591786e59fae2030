"""The Markdown summary of a CI job."""

from __future__ import annotations

import re

import pytest

from harness.report.markdown import BYTES, LINES, code, escape, render
from tests.report import runs
from tests.report.runs import ONE, TWO
from tests.report.test_html import hostile_run


def test_failures_come_first_each_with_the_command_that_shows_it_again() -> None:
    """FIELD.md row 46."""
    lines = render(runs.model(runs.rich_run())).split("\n")

    assert lines[0] == "## ✗ left diverges: 1 new cause in 1 result"
    start = lines.index("### 1 new cause")
    assert lines[start + 2] == "- **contract** only left: &#96;item.text&#96; is otherwise"
    assert lines[start + 3] == (
        f"  1 cell; flaky: {ONE} 3 of 4 plays differ; `codex-parity replay {ONE} --subject left`"
    )
    assert (
        start
        < lines.index("### Not judged, or stale")
        < lines.index("### 1 known cause")
        < lines.index("### Not verified")
    )


def test_the_table_counts_verdicts_per_sdk() -> None:
    """Ours."""
    text = render(runs.model(runs.rich_run()))

    assert "| SDK | match | divergence | known | not applicable | could not run |" in text
    assert "| left 1.2.3 | 1 | 1 | 0 | 0 | 0 |" in text


def test_the_lane_is_named() -> None:
    """DESIGN: a mock run says nothing of the real codex."""
    assert "Lane: mock only: not verified against real codex. Run `run-1`, exit 0." in render(
        runs.played(runs.result("left"), runs.result("right"))
    )


def test_a_run_without_anything_to_tell_is_short() -> None:
    """Ours."""
    text = render(runs.played(runs.result("left"), runs.result("right")))

    assert "###" not in text
    assert text.startswith("## ✓ Parity")


def test_a_run_without_any_result_has_a_table_without_columns() -> None:
    """Ours: an interrupted run."""
    text = render(runs.model([runs.header()]))

    assert text.startswith("## … Interrupted")
    assert "| SDK |\n|---|\n" in text


def test_a_shared_cause_names_all_who_show_it_and_a_known_one_its_reason_or_issue() -> None:
    """Ours."""
    expected = runs.difference(known=runs.known(because=None), fingerprint="9" * 12)
    bare = runs.difference(
        known=runs.known(because=None, issue=None, reason="intended"), fingerprint="8" * 12
    )
    text = render(
        runs.played(
            runs.divergence("left", runs.difference(), expected, bare), runs.divergence("right")
        )
    )

    assert "**contract** left and right: " in text
    assert f"- left, 1 cell, as {ONE}: sdk-bug, https://example.org/issues/1" in text
    assert f"- left, 1 cell, as {ONE}: intended, " in text


def test_a_crowd_is_cut_and_counted() -> None:
    """FIELD.md row 46: at most 60 lines."""
    new = [
        runs.difference(fingerprint=f"{number:012x}", path=f"$.a{number}") for number in range(40)
    ]
    known = [
        runs.difference(fingerprint=f"{number:012x}", known=runs.known(because=f"so {number}"))
        for number in range(100, 140)
    ]
    names = [f"sdk-{number}" for number in range(12)]
    head = runs.header(
        subjects=[runs.subject("reference"), *(runs.subject(name) for name in names)],
        scenarios=[ONE, TWO],
    )
    results = [
        runs.divergence("sdk-0", *new, *known),
        *(runs.result(name, "incomplete") for name in names[1:]),
    ]
    end = runs.footer(*results, exit=1, not_verified=[f"thing {number}" for number in range(30)])
    text = render(runs.played(*results, head=head, end=end))

    assert len(text.rstrip().split("\n")) <= LINES
    assert "| and 5 more |" in text
    assert "- ... and 35 more causes" in text
    assert "- ... and 7 more" in text
    assert "- ... and 30 more" in text
    assert text.endswith("- ... and 38 more\n")


def test_hostile_and_long_values_stay_one_short_line_of_text() -> None:
    """REPORTS.md 3.4: a summary above 1 MiB is lost as a whole."""
    text = render(runs.model(hostile_run()))

    assert "<script>" not in re.sub("`[^`]*`", "", text)
    assert "\u202e" not in text
    assert len(text.encode()) < BYTES
    assert max(map(len, text.split("\n"))) < 1000


def test_long_lines_are_cut() -> None:
    """Ours."""
    text = render(
        runs.played(
            runs.divergence("left", runs.difference(sentence="x" * 5000)), runs.result("right")
        )
    )

    assert any(line.endswith("xxx ...") for line in text.split("\n"))


def test_text_is_not_read_as_markdown() -> None:
    """CommonMark: numeric character references are text."""
    assert (
        escape("*a* [b](c) <d> | @e #1 `f`")
        == "&#42;a&#42; &#91;b&#93;(c) &#60;d&#62; &#124; &#64;e &#35;1 &#96;f&#96;"
    )


@pytest.mark.parametrize(
    ("text", "span"), [("a b", "`a b`"), ("a`b", "`` a`b ``"), ("a``b`", "``` a``b` ```")]
)
def test_a_code_span_cannot_be_left(text: str, span: str) -> None:
    """CommonMark, code spans: the fence is longer than any run of backticks inside."""
    assert code(text) == span


def test_the_rate_of_what_is_flaky_is_told() -> None:
    """Provenance: issue text, item 4."""
    flaky = runs.difference(
        known=runs.known(flaky={"rate": "7 of 20", "measured": "2026-11-21"}), fingerprint="c" * 12
    )
    *lines, last = runs.run(
        runs.divergence("left"), runs.result("right", "known", differences=[flaky])
    )
    text = render(runs.model([*lines, runs.rerun(), last]))

    assert f"  1 cell; flaky: {ONE} 3 of 4 plays differ; `codex-parity" in text
    assert "The port has no such field. Flaky: 7 of 20 plays." in text


@pytest.mark.requirement("R0-13", "F19")
def test_the_slowest_play_of_each_sdk_stands_in_its_row() -> None:
    """Provenance: issue 6, point 10; a column and no line more, in bands."""
    lines = runs.timed_run(left_ms=900, reference_ms=100)
    text = render(runs.model(lines))

    assert "| SDK | match | slowest play |\n|---|--:|---|\n" in text
    assert (
        f"| left 1.2.3 | 1 | {ONE} stream, 0.2 to 1 s, first event 0.2 to 1 s, beside the reference 4 to 10 times |"
        in text
    )


def test_a_subject_that_was_not_played_has_an_empty_field_there() -> None:
    """Provenance: ours."""
    lines = runs.timed_run()
    lines[0]["subjects"] = [runs.subject("reference"), runs.subject("left"), runs.subject("right")]
    lines[-1:] = [runs.result("right"), runs.footer(runs.result("left"), runs.result("right"))]

    assert "| right 1.2.3 | 1 |  |" in render(runs.model(lines))
