"""Command lines are aligned flag by flag."""

from __future__ import annotations

from typing import Final

from harness.report.commandline import command_lines, meaning, units

WORDS: Final = [
    "exec",
    "--experimental-json",
    "--model",
    "m",
    "--config",
    "a=1",
    "resume",
    "t-1",
    "-",
]


def test_a_flag_and_its_value_are_one_unit() -> None:
    """PROTOCOLS.md 2.7: which flags take a value."""
    assert units(WORDS) == [
        ("exec",),
        ("--experimental-json",),
        ("--model", "m"),
        ("--config", "a=1"),
        ("resume",),
        ("t-1",),
        ("-",),
    ]


def test_a_flag_whose_value_is_lacking_stands_alone() -> None:
    """Ours."""
    assert units(["exec", "--model"]) == [("exec",), ("--model",)]


def test_equal_command_lines_have_no_row_that_differs() -> None:
    """Ours."""
    (line,) = command_lines([[*WORDS]], [[*WORDS]])

    assert not line.differs
    assert {row.state for row in line.rows} == {"equal"}


def test_missing_extra_and_moved_flags_are_told_apart() -> None:
    """DESIGN: the order of arguments is cosmetic, a lost flag is not."""
    (line,) = command_lines(
        [["exec", "--cd", "/w", "--model", "m", "--json"]],
        [["exec", "--json", "--cd", "/w", "--oss"]],
    )
    states: dict[str, str] = {}
    for row in line.rows:
        shown = row.reference or row.sdk
        assert shown is not None
        states[shown.text] = row.state

    assert states["--model m"] == "missing"
    assert states["--oss"] == "extra"
    assert "order_only" in states.values()
    assert line.differs


def test_an_invocation_that_one_side_lacks_is_all_missing() -> None:
    """Ours."""
    more = command_lines([["exec"], ["exec"]], [["exec"]])
    fewer = command_lines(None, [["exec"]])

    assert [row.state for row in more[1].rows] == ["missing"]
    assert [row.state for row in fewer[0].rows] == ["extra"]


def test_facts_of_an_odd_form_count_as_no_words() -> None:
    """Ours: the report shows what it was given."""
    assert command_lines("exec", 3) == ()
    assert command_lines([["exec", 1]], ["exec"])[0].rows[0].state == "missing"


def test_an_empty_word_can_be_seen() -> None:
    """Ours."""
    (line,) = command_lines([["--model", ""]], [["--model", ""]])

    assert line.rows[0].reference is not None
    assert line.rows[0].reference.text == "--model ''"


def test_a_unit_says_what_it_does_when_somebody_knows() -> None:
    """PROTOCOLS.md 2.7."""
    assert meaning(("-m", "x")) == "the model to ask"
    assert meaning(("resume",)) == "take up a thread; its id follows"
    assert meaning(("-",)) == "the prompt comes from standard input"
    assert meaning(("t-1",)) == ""
    assert meaning(()) == ""
