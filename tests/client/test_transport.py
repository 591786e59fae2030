"""The scripted process behaves as a real one does, as far as the client can tell."""

from __future__ import annotations

import asyncio

import pytest

from harness.client.transport import Script, ScriptedLauncher
from harness.errors import SpawnFailed
from tests.pair import bounded


def test_a_script_is_played_and_what_the_client_did_is_remembered() -> None:
    """Ours: the Protocol's second implementation."""

    async def play() -> None:
        launch = ScriptedLauncher(scripts=[Script(stdout=(b"a", b"b"), stderr=b"e", returncode=3)])
        child = await launch(["codex", "x"], env={"A": "1"})
        await child.write(b"hi")
        await child.close_stdin()

        assert repr(launch.started[0][2]) == "ScriptedProcess(chunks=2, returncode=None)"
        assert [await child.read() for _ in range(4)] == [b"a", b"b", b"", b""]
        assert await child.wait() == 3
        assert await child.stop() == 3
        assert (child.returncode, child.stderr) == (3, b"e")

        ((argv, env, process),) = launch.started
        assert (argv, env) == (["codex", "x"], {"A": "1"})
        assert (process.stdin, process.stdin_closed, process.stops) == (b"hi", True, 0)
        assert repr(process) == "ScriptedProcess(chunks=0, returncode=3)"

    bounded(play())


def test_a_hanging_script_ends_when_it_is_stopped() -> None:
    """Ours."""

    async def play() -> None:
        launch = ScriptedLauncher(scripts=[Script(stdout=(b"a",), hangs=True)])
        child = await launch(["codex"], env=None)
        assert await child.read() == b"a"
        reader = asyncio.create_task(child.read())

        assert await child.stop() == -2
        assert await reader == b""
        assert launch.started[0][2].stops == 1

    bounded(play())


def test_past_the_last_script_the_start_fails() -> None:
    """Ours: how a missing binary is played."""
    launch = ScriptedLauncher(scripts=[])

    with pytest.raises(SpawnFailed, match="cannot start /nope: No such file"):
        bounded(launch(["/nope"], env=None))
