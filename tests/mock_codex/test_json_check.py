"""Mirror of ``mock_codex/json_check.py``."""

from __future__ import annotations

import pytest

from mock_codex.json_check import problem


@pytest.mark.parametrize(
    "text", ["{}", " \n null \n", '{"a":[1,2.5e3,"\\u00e9"]}', "1e999", '{"a":1,"a":2}']
)
def test_json_is_accepted(text: str) -> None:
    """Captured: codex 0.169.0 took such schema files."""
    assert problem(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("  ", "EOF while parsing a value at line 1 column 2"),
        ('{"a":1} x', "trailing characters at line 1 column 9"),
        ("\ufeff{}", "expected value at line 1 column 1"),
        ("undefined", "expected value at line 1 column 1"),
    ],
)
def test_serde_s_words_are_said(text: str, said: str) -> None:
    """Captured: codex 0.169.0 about such schema files."""
    assert problem(text) == said


@pytest.mark.parametrize("text", ['{"a":NaN}', "{nope", '{"a":1,}', "[" * 100_000])
def test_what_serde_refuses_for_another_reason_is_refused_too(text: str) -> None:
    """Captured that it is refused; the reason is only rough (module docstring)."""
    assert " at line 1 column " in str(problem(text))
