"""Mirror of ``mock_codex/flags.py``: the tables agree with the help that the real binary prints."""

from __future__ import annotations

import re

import pytest

from mock_codex.flags import LEVELS, PROMPT, SESSION_ID
from tests.mock_codex.small_world import RELEASE

HIDDEN = {"experimental-json", "yolo"}


def _help_of(name: str) -> str:
    texts = RELEASE["help"]
    assert isinstance(texts, dict)
    text = texts[f"{name} --help"]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("name", ["codex", "exec", "resume", "fork", "review"])
def test_every_option_of_the_help_is_in_the_table_and_the_reverse(name: str) -> None:
    """Captured: `codex ... --help` of 0.169.0 shows letter, name and value of each option."""
    shown = re.findall(
        r"^  (?:-(\w), |    )--([\w-]+)(?: <([^>]+)>(\.\.\.)?)?$", _help_of(name), re.MULTILINE
    )
    table = [
        (option.short, option.long, option.metavar or "", "..." if option.greedy else "")
        for option in LEVELS[name].options
    ]
    assert sorted(table) == sorted(shown)


@pytest.mark.parametrize("name", ["codex", "exec", "resume", "fork", "review"])
def test_the_values_of_the_help_are_the_choices_of_the_table(name: str) -> None:
    """Captured: the help lists the possible values, except where each has a text of its own."""
    shown = re.findall(r"\[possible values: ([^\]]+)\]", _help_of(name))
    table = [", ".join(option.choices) for option in LEVELS[name].options if option.choices]
    assert sorted({*table} - {"on-request, never"}) == sorted({*shown})


def test_names_and_letters_find_their_option() -> None:
    """Ours: hidden spellings included."""
    level = LEVELS["exec"]
    assert {*level.by_long} - {option.long for option in level.options} == HIDDEN
    assert level.by_short["m"] is level.find("model")
    assert LEVELS["resume"].find("SESSION_ID") is SESSION_ID
    assert LEVELS["resume"].find("PROMPT") is PROMPT
    assert LEVELS["e"] is level
