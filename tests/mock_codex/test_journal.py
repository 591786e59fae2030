"""Mirror of ``mock_codex/journal.py``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mock_codex.journal import Journal, as_given, quoted

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "journal.json").read_text(encoding="utf-8")
)
NASTY = 'é\u2028\udcff"\\\n\x7f\U0001f600'


def test_a_new_journal_knows_only_the_start() -> None:
    """Ours: schemas/journal.json."""
    journal = Journal(pid=7, argv=["exec"], env={}, cwd="/w", started_ns=5)
    found = json.loads(journal.text())
    jsonschema.validate(found, SCHEMA)
    assert found == {
        "pid": 7, "stage": "started", "argv": ["exec"], "env": {}, "cwd": "/w", "stdin": None, "schema": None,
        "images": [], "signals": [], "spawned": [], "turn": None, "wrote": 0, "started_ns": 5, "ended_ns": None, "end": None,
    }  # fmt: skip


def test_a_full_journal_is_valid_and_loses_nothing() -> None:
    """Ours: schemas/journal.json; bytes that are not UTF-8 as lone surrogates."""
    journal = Journal(pid=7, argv=["exec", NASTY], env={NASTY: NASTY}, cwd=NASTY, started_ns=5)
    journal.stage, journal.stdin, journal.schema = "ended", b"\xff", b"{}"
    journal.images = [(NASTY, True), ("b", False)]
    journal.spawned = [11, 12]
    journal.signals, journal.turn, journal.wrote = ["SIGINT", "SIGTERM"], 0, 9
    journal.ended_ns, journal.end = 6, "exit 0"
    text = journal.text()
    assert text.isascii()
    found = json.loads(text)
    jsonschema.validate(found, SCHEMA)
    assert found["argv"][1] == found["cwd"] == found["env"][NASTY] == found["images"][0][0] == NASTY
    assert (found["stdin"], found["schema"], found["images"][1]) == ("ff", "7b7d", ["b", False])
    assert (found["signals"], found["turn"], found["wrote"]) == (["SIGINT", "SIGTERM"], 0, 9)
    assert (found["ended_ns"], found["end"], found["spawned"]) == (6, "exit 0", [11, 12])


@pytest.mark.parametrize("text", ["", "plain", 'web_search="live"', "a\\b", NASTY, "\t"])
def test_a_quoted_text_is_json_for_that_text(text: str) -> None:
    """Ours."""
    assert json.loads(quoted(text)) == text


COERCED = {"A": "1", "LC_CTYPE": "C.UTF-8"}


@pytest.mark.parametrize(
    ("env", "truth", "expected"),
    [
        ({"A": "1"}, None, {"A": "1"}),
        (COERCED, b"A=1\0", {"A": "1"}),
        (COERCED, b"A=1\0LC_CTYPE=C.UTF-8\0", COERCED),
        (COERCED, None, {"A": "1"}),
        ({**COERCED, "B": "2"}, None, {**COERCED, "B": "2"}),
        ({"LANG": "C", **COERCED}, None, {"LANG": "C", "A": "1"}),
        ({"LANG": "de_DE.UTF-8", **COERCED}, None, {"LANG": "de_DE.UTF-8", **COERCED}),
        ({"LC_ALL": "C", **COERCED}, None, {"LC_ALL": "C", **COERCED}),
        ({"LC_CTYPE": "de_DE.UTF-8"}, b"", {"LC_CTYPE": "de_DE.UTF-8"}),
    ],
)
def test_the_locale_that_python_sets_for_itself_is_not_the_caller_s(
    env: dict[str, str], truth: bytes | None, expected: dict[str, str]
) -> None:
    """PEP 538: in the C locale an isolated interpreter too adds LC_CTYPE to its environment."""
    assert as_given(env, {}, truth) == expected


def test_what_a_shell_adds_is_not_the_caller_s() -> None:
    """Ours: the launcher of a path that a first line cannot hold goes through /bin/sh."""
    env = {"PWD": "/", "OLDPWD": "/", "SHLVL": "1", "_": "x", "A": "1"}
    assert as_given(env, {"sh": True}, None) == {"A": "1"}
    assert as_given(env, {}, None) == env


def test_a_secret_of_the_environment_is_nowhere_in_a_journal_and_the_journal_says_so() -> None:
    """Ours: issue 6, redaction where data is recorded; schemas/journal.json, removed."""
    key = "sk-CANARY-é123"
    env = {"A": "x", "CODEX_API_KEY": key, "OPENAI_API_KEY": key, "S_TOKEN": "t", "E_TOKEN": ""}
    journal = Journal(pid=7, argv=["exec", f"k={key}", "t"], env=env, cwd=f"/{key}", started_ns=5)
    journal.stdin = journal.schema = f"{key} {key}\udcff".encode("utf-8", "surrogateescape")
    journal.images = [(key, True)]

    text = journal.text()

    found = json.loads(text)
    jsonschema.validate(found, SCHEMA)
    label = found["env"]["CODEX_API_KEY"]
    assert label.startswith("<secret sha256:")
    assert "CANARY" not in text
    assert key.encode().hex() not in text
    assert found["env"]["OPENAI_API_KEY"] == label
    assert found["env"]["S_TOKEN"] not in ("t", label)
    assert found["env"]["E_TOKEN"] == ""
    assert found["argv"] == ["exec", f"k={label}", "t"]
    assert bytes.fromhex(found["stdin"]) == f"{label} {label}".encode() + b"\xff"
    assert found["removed"] == {"CODEX_API_KEY": 9, "S_TOKEN": 1}
    assert journal.stdin.startswith(b"sk-CANARY"), "the mock itself reads what it was sent"
