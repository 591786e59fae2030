"""Mirror of ``mock_codex/command_line.py``: words are understood or refused as clap does in codex 0.169.0."""

from __future__ import annotations

import pytest

from mock_codex.command_line import Problem, read
from tests.mock_codex.small_world import CASES, THREAD, Case, argv_of


def _ends_in_the_parser(case: Case) -> bool:
    return case.get("exit") == 2 or (case.get("exit") == 0 and case["stdout"] != "")


def _refused(case: Case) -> bool:
    try:
        read(argv_of(case))
    except Problem:
        return True
    return False


def test_words_are_refused_exactly_where_clap_refused_them() -> None:
    """Captured: exit 2, help and version are the parser's; every other end came later."""
    ours = {case["name"]: _refused(case) for case in CASES}
    assert ours == {case["name"]: _ends_in_the_parser(case) for case in CASES}


def test_the_argv_of_the_typescript_sdk_is_understood() -> None:
    """PROTOCOLS.md 2.2: the exact order of the official SDK."""
    before = "--experimental-json --config a=1 --model m --sandbox read-only --cd /w --add-dir /x"
    after = "--add-dir /y --skip-git-repo-check --output-schema /s.json --config b=2 resume"
    line = read(["exec", *before.split(), *after.split(), THREAD, "--image", "i.png"])
    assert line.command == "resume"
    assert line.positional("resume", "SESSION_ID") == THREAD
    assert line.joined("config") == ["a=1", "b=2"]
    assert line.joined("image") == ["i.png"]
    assert line.joined("add-dir") == ["/x", "/y"]
    assert line.value("cd") == "/w"
    assert line.has("json")


def test_an_image_before_resume_swallows_the_subcommand() -> None:
    """PROTOCOLS.md 2.7: `--image` of `exec` is greedy; captured on 0.169.0."""
    line = read(["exec", "--image", "a.png", "resume", THREAD])
    assert line.command == "exec"
    assert line.joined("image") == ["a.png", "resume", THREAD]


def test_the_deeper_level_wins_and_configs_are_joined() -> None:
    """Captured: `-m a resume -m b` is accepted; PROTOCOLS.md 2.6 (3): `-c` of both sides merge."""
    line = read(["-c", "a=1", "exec", "-m", "a", "-c", "a=2", "resume", "-m", "b", "-c", "a=3"])
    assert line.value("model") == "b"
    assert line.joined("config") == ["a=1", "a=2", "a=3"]
    assert line.deepest("config") == ["a=3"]
    assert line.deepest("enable") == []
    assert line.value("cd") is None
    assert line.positional("resume", "SESSION_ID") is None


def test_a_problem_knows_what_was_given_before() -> None:
    """Ours: the usage line of a subcommand shows it."""
    with pytest.raises(Problem) as raised:
        read(["exec", "resume", "--json", THREAD, "--nope", "x"])
    assert raised.value.kind == "unknown long"
    assert raised.value.given == ("json", "SESSION_ID")
    assert raised.value.rest == ("x",)
