"""What a person at a terminal sees."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, RenderableType

from harness.report.summary import summarise
from harness.report.terminal import details, overview, summary_json
from tests.report import runs
from tests.report.runs import ONE, Line
from tests.report.test_html import hostile_run


def printed(parts: tuple[RenderableType, ...], *, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=200,
        highlight=False,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
    )
    for part in parts:
        console.print(part)
    return stream.getvalue()


def seen(lines: list[Line]) -> str:
    return printed(overview(runs.model(lines)))


def test_the_overview_has_the_table_the_new_causes_the_known_ones_and_what_to_do() -> None:
    """Ours: one screen."""
    text = seen(runs.rich_run())

    assert text.startswith(
        "✗ left diverges: 1 new cause in 1 result\nmock only: not verified against real codex"
    )
    for part in (
        "left: left-sdk 1.2.3, Python 3.11.9",
        "⊘ could not run",
        "~ contract  only left  `item.text` is otherwise",
        "surfaced  surfaced.events  turn 0 event 2 item.completed/agent_message  $.item.text",
        "bug of the SDK: 1 cause",
        f"right, 1 cell, as {ONE}: The port has no such field.",
        "gone (2 scenarios): go is not installed",
        f"next: codex-parity replay {ONE} --subject left",
    ):
        assert part in text, part


def test_a_green_run_needs_no_advice() -> None:
    """Ours."""
    assert "next:" not in seen(runs.run(runs.result("left"), runs.result("right")))


def test_an_interrupted_run_says_so_and_what_to_do() -> None:
    """schemas/run.json: never green."""
    text = seen(runs.run(runs.result("left"))[:-1])

    assert text.startswith("… Interrupted: 1 of 2 results are here")
    assert "next: run it again to its end" in text
    assert "no result" in text


@pytest.mark.parametrize(
    ("code", "said"),
    [(5, "next: it is so"), (3, "next: it is so (exit 3)"), (1, "next: it is so (exit 1)")],
)
def test_every_other_end_gives_its_reason(code: int, said: str) -> None:
    """DESIGN, exit codes."""
    results = [runs.result("left"), runs.result("right")]

    assert said in seen(
        runs.run(*results, end=runs.footer(*results, exit=code, exit_reason="it is so"))
    )


def test_many_causes_are_counted_beyond_the_twentieth() -> None:
    """Ours: a cut is never silent."""
    many = [
        runs.difference(fingerprint=f"{number:012x}", path=f"$.a{number}", level="behaviour")
        for number in range(23)
    ]
    text = seen(runs.run(runs.divergence("left", *many), runs.divergence("right", many[0])))

    assert "... and 3 more, in the report" in text
    assert "left and right" in text


def test_a_known_cause_without_a_sentence_shows_its_issue() -> None:
    """Ours."""
    issue = runs.difference(known=runs.known(because=None, reason="other"))
    bare = runs.difference(known=runs.known(because=None, issue=None), fingerprint="9" * 12)
    text = seen(
        runs.run(runs.result("left", "known", differences=[issue, bare]), runs.result("right"))
    )

    assert "other: 1 cause" in text
    assert "https://example.org/issues/1" in text
    assert "no reason was written down" in text


def test_the_details_show_both_values_the_answer_and_why_it_is_known() -> None:
    """Ours: `replay` shows every difference with its plane, path and level."""
    text = printed(details(runs.model(runs.rich_run())))

    for part in (
        "✗ divergence  exec.items.web-search  left",
        "expected: The item is handed on with its action. (PROTOCOLS.md 1.3)",
        "~ changed  contract  surfaced  stream  surfaced.events  [0123456789ab]",
        'reference  "hi"',
        'SDK        "ho"',
        "The SDK's: reference and golden agree, the SDK stands alone.",
        "SDK        nothing there",
        "known: bug of the SDK, The port has no such field.",
    ):
        assert part in text, part


def test_a_known_difference_without_words_and_a_long_value_are_shown_too() -> None:
    """Ours."""
    one = runs.difference(
        known=runs.known(because=None, issue=None, reason="odd"), reference="x" * 5000, sdk=1
    )
    text = printed(
        details(runs.played(runs.result("left", "known", differences=[one]), runs.result("right")))
    )

    assert "known: odd, " in text
    assert "[cut: 5,002 characters" in text


@pytest.mark.parametrize("show", [overview, details])
def test_a_value_from_an_sdk_sends_no_escape_to_the_terminal(show: object) -> None:
    """Ours: ESC, bidi and console markup are text."""
    assert callable(show)
    lines = hostile_run()
    text = printed(show(runs.model(lines)))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "␛[31m" in text


def test_console_markup_in_a_value_is_text() -> None:
    """rich: `[bold]` in a string would style it."""
    text = printed(
        overview(
            runs.played(
                runs.divergence("left", runs.difference(sentence="[red]x[/red]")),
                runs.result("right"),
            )
        ),
        colour=True,
    )

    assert "[red]x[/red]" in text


def test_the_summary_is_that_of_summary_json() -> None:
    """Ours."""
    model = runs.model(runs.rich_run())

    assert summary_json(model) == summarise(model)


def test_the_rate_of_what_is_flaky_is_shown() -> None:
    """Provenance: issue text, item 4: with its rate, declared or not."""
    flaky = runs.difference(
        known=runs.known(flaky={"rate": "7 of 20", "measured": "2026-11-21"}), fingerprint="c" * 12
    )
    *lines, last = runs.run(
        runs.divergence("left"), runs.result("right", "known", differences=[flaky])
    )
    model = runs.model([*lines, runs.rerun(), last])

    short, long = printed(overview(model)), printed(details(model))
    assert f"flaky: {ONE} 3 of 4 plays differ" in short
    assert "flaky: 7 of 20 plays, measured 2026-11-21" in short
    assert "flaky: 3 of 4 plays differ, those after the first alone" in long
    assert "flaky: 7 of 20 plays" in long
    steady = runs.rerun(differing=4, causes={"0123456789ab": 4})
    assert "\n  4 of 4 plays differ" in printed(details(runs.model([*lines, steady, last])))


def test_which_declared_outcome_was_seen_is_shown() -> None:
    """Provenance: issue text, item 4."""
    assert "one of 2 declared outcomes: reference `one`, SDK `two`" in printed(
        details(runs.model(runs.rich_run()))
    )


@pytest.mark.requirement("R0-13", "F19")
def test_the_slowest_plays_of_each_sdk_are_told_in_bands() -> None:
    """Provenance: issue 6, point 10; never an assertion, only where the time went."""
    text = seen(runs.timed_run(left_ms=900, reference_ms=100))

    assert "slowest plays" in text
    (row,) = (line for line in text.split("\n") if line.startswith("left ") and ONE in line)
    assert row.count("0.2 to 1 s") == 3
    assert "4 to 10 times" in row
    assert "slowest" not in seen(runs.run(runs.result("left"), runs.result("right")))


def test_a_play_without_a_process_has_no_time_of_one() -> None:
    """Provenance: ours."""
    lines = runs.timed_run()
    lines[3] = runs.observation("left", mode="run", timing=runs.timing(20, processes=[]))

    assert "under 50 ms" in seen(lines)
    assert " -  " in seen(lines)
