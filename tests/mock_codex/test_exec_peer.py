"""Mirror of ``mock_codex/exec_peer.py``: it must say what the real binary said, to every recorded argv."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mock_codex import exec_peer
from tests.mock_codex.small_world import (
    CASES,
    THREAD,
    SmallWorld,
    answer,
    argv_of,
    recorded,
    world_of,
)

READING = "Reading prompt from stdin...\n"


def test_the_peer_says_what_the_real_binary_said_to_every_argv() -> None:
    """Captured: codex 0.169.0, tests/mock_codex/probes.json; most of the mock's command line is held by this."""
    ours = {case["name"]: answer(argv_of(case), world_of(case)) for case in CASES}
    assert ours == {case["name"]: recorded(case) for case in CASES}


@pytest.mark.parametrize(
    "spelling",
    [THREAD, THREAD.upper(), THREAD.replace("-", ""), f"{{{THREAD}}}", f"urn:uuid:{THREAD}"],
)
def test_every_spelling_of_a_known_thread_resumes_it_under_its_canonical_id(spelling: str) -> None:
    """Captured: codex 0.169.0 resumed a thread by each spelling and reported the lower-case id."""
    said = answer(["exec", "--json", "resume", spelling], SmallWorld(), THREAD)
    assert said == {"accepted": "hello", "stderr": READING, "thread": THREAD}


def test_a_known_name_is_resumed() -> None:
    """Ours: scripts may use names as thread ids; codex resumes by thread name too (help of `resume`)."""
    said = answer(["exec", "resume", "my-thread"], SmallWorld(), "my-thread")
    assert said == {"accepted": "hello", "stderr": READING, "thread": "my-thread"}


def test_resume_last_begins_a_new_thread_even_if_threads_are_known() -> None:
    """Ours: the mock has no history; the real one without any session does the same (captured)."""
    assert "thread" not in answer(["exec", "resume", "--last"], SmallWorld(), THREAD)


@pytest.mark.parametrize("name", [THREAD, "my-thread"])
def test_forking_a_known_thread_begins_a_new_one_without_reading_stdin(name: str) -> None:
    """Captured: `fork` of an existing id printed thread.started with a new id and nothing on stderr."""
    assert answer(["exec", "fork", name], SmallWorld(), name) == {"accepted": None, "stderr": ""}


def test_an_older_release_is_judged_by_what_its_own_help_says() -> None:
    """Captured: tests/mock_codex/probes-older.json, of which test_profiles.py asks all."""

    class Older(SmallWorld):
        profile = "0.58.0"

        def release(self) -> dict[str, object]:
            text = (Path(exec_peer.__file__).parent / "data" / "codex-0.58.0.json").read_text(
                "utf-8"
            )
            return dict(json.loads(text))

    assert "accepted" in answer(["exec", "--json"], Older())
    assert answer(["exec", "--no-such-option"], Older())["exit"] == 2


def test_a_terminal_on_stdin_without_a_prompt_is_refused() -> None:
    """PROTOCOLS.md 1.6, from source."""
    said = answer(["exec"], SmallWorld(terminal=True))
    assert said["exit"] == 1
    assert str(said["stderr"]).startswith("No prompt provided. Either specify one as an argument")


def test_a_terminal_on_stdin_with_a_prompt_is_not_read() -> None:
    """PROTOCOLS.md 2.7: only a non-TTY stdin is appended to the prompt."""
    assert answer(["exec", "hi"], SmallWorld(terminal=True)) == {"accepted": "hi", "stderr": ""}


def test_a_new_worktree_is_said_not_to_be_played() -> None:
    """Ours: a managed worktree needs git."""
    said = answer(["exec", "--worktree"], SmallWorld())
    assert said == {"exit": 98, "stdout": "", "stderr": "mock-codex: --worktree is not played\n"}


def test_reviewing_against_a_base_has_a_prompt_of_its_own() -> None:
    """Captured: the human output of `review --title x --base y` shows this text as the user's."""
    said = answer(["exec", "review", "--base", "y"], SmallWorld())
    assert said["accepted"] == "changes against 'y'"


def test_a_prompt_of_utf_32_big_endian_is_refused_by_its_name() -> None:
    """Ours, after the captured little-endian case."""
    said = answer(["exec"], SmallWorld(stdin=b"\0\0\xfe\xff\0\0\0a"))
    assert "input appears to be UTF-32BE." in str(said["stderr"])


def test_images_of_both_levels_come_outer_first() -> None:
    """PROTOCOLS.md 2.7: both levels take images."""
    line = exec_peer.parse(["exec", "-ia,b", "resume", "-i", "c", "id"], SmallWorld())
    assert exec_peer.images(line) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("words", "thread"),
    [
        (["resume", THREAD], THREAD),
        (["resume", THREAD.upper()], THREAD),
        (["resume", "other"], None),
        (["resume"], None),
        (["resume", "--last", THREAD], None),
        (["fork", THREAD], None),
        ([], None),
    ],
)
def test_the_thread_that_is_resumed_is_known_before_anything_is_judged(
    words: list[str], thread: str | None
) -> None:
    """Ours: whether a turn begins without its prompt must be known before stdin is read."""
    line = exec_peer.parse(["exec", *words], SmallWorld())
    assert exec_peer.known_thread(line, frozenset({THREAD})) == thread
