"""Mirror of ``mock_codex/surroundings.py``."""

from __future__ import annotations

import pytest

from mock_codex.surroundings import Refusal, World


def test_the_empty_world_has_nothing() -> None:
    """Ours: the base of every other world."""
    world = World()
    assert world.env("HOME") is None
    assert not world.exists("/")
    assert not world.is_folder("/")
    assert world.creatable("x") is None
    assert list(world.upward("/w")) == ["/w"]
    assert not world.stdin_is_terminal()
    assert world.read_stdin() == b""
    assert world.release() == {"help": {}, "features": []}
    world.say("nothing")


def test_reading_in_the_empty_world_fails_as_the_system_does() -> None:
    """Ours: the peer shows number and text of the error."""
    with pytest.raises(FileNotFoundError) as raised:
        World().read("x")
    assert raised.value.errno == 2


def test_a_refusal_tells_what_is_printed() -> None:
    """Ours."""
    assert str(Refusal(0, "help", "")) == "help"
    assert str(Refusal(2, "", "error")) == "error"
