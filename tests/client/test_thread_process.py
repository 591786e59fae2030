"""The public client against real processes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from harness.client.options import CancelToken, CodexOptions, ThreadOptions, TurnOptions
from harness.client.thread import Codex
from harness.errors import (
    Cancelled,
    ExecExited,
    SpawnFailed,
)
from harness.jsonvalue import JsonValue
from tests.pair import (
    bounded,
    read,
)

FAKE = """#!{python} -IS
import json, os, signal, sys
def say(**event):
    os.write(1, json.dumps(event).encode() + b"\\n")
prompt = sys.stdin.read() if "--no-stdin" not in sys.argv else ""
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
say(type="thread.started", thread_id="t1")
say(type="facts", pid=os.getpid(), argv=sys.argv[1:], env=dict(os.environ), prompt=len(prompt))
if prompt == "hang":
    say(type="heard", signal=signal.Signals(signal.sigwait({signal.SIGINT})).name)
    sys.exit(1)
if prompt == "fail":
    sys.stderr.write("x" * 200_000)
    sys.exit(3)
say(type="turn.completed", usage=dict(input_tokens=1, cached_input_tokens=0, output_tokens=1))
"""


@pytest.fixture
def codex(tmp_path: Path) -> Codex:
    """A client of a small program that speaks like codex; what it does is in the prompt."""
    if sys.platform == "win32":
        pytest.skip("a script is no program on Windows")
    path = tmp_path / "codex"
    path.write_text(FAKE.replace("{python}", sys.executable), encoding="utf-8")
    path.chmod(0o755)
    return Codex(CodexOptions(codex_path_override=str(path), env={"A": "1"}))


def facts(events: Sequence[JsonValue]) -> dict[str, JsonValue]:
    """What the program said of itself."""
    (found,) = (event for event in events if isinstance(event, dict) and event["type"] == "facts")
    assert isinstance(found, dict)
    return found


@pytest.mark.requirement("R2-6", "R2-11")
@pytest.mark.process
def test_a_real_process_gets_arguments_environment_and_a_large_prompt(codex: Codex) -> None:
    """R2-8, R2-11."""
    thread = codex.start_thread(ThreadOptions(model="m"))

    events, error = bounded(read(thread.run_streamed("p" * 1_000_000)))

    assert error is None
    assert facts(events)["argv"] == ["exec", "--experimental-json", "--model", "m"]
    assert facts(events)["prompt"] == 1_000_000
    assert facts(events)["env"] == {
        "A": "1",
        "CODEX_INTERNAL_ORIGINATOR_OVERRIDE": "codex_parity_reference",
        **({"LC_CTYPE": "C.UTF-8"} if "LC_CTYPE" in json.dumps(facts(events)["env"]) else {}),
    }
    assert thread.id == "t1"


@pytest.mark.requirement("R1-28", "R2-6")
@pytest.mark.process
def test_stderr_of_a_real_process_is_kept_whole(codex: Codex) -> None:
    """R2-6: more than a pipe holds."""
    with pytest.raises(ExecExited) as caught:
        bounded(codex.start_thread().run("fail"))

    assert caught.value.code == 3
    assert caught.value.stderr == "x" * 200_000


@pytest.mark.process
def test_a_real_process_that_never_reads_its_prompt_is_no_broken_pipe(codex: Codex) -> None:
    """Ours: in node this is an uncaught EPIPE."""
    thread = codex.start_thread(ThreadOptions(model="--no-stdin"))

    events, error = bounded(read(thread.run_streamed("p" * 1_000_000)))

    assert error is None
    assert facts(events)["prompt"] == 0


@pytest.mark.requirement("R2-10")
@pytest.mark.process
def test_a_real_process_is_dead_when_the_block_has_been_left(codex: Codex) -> None:
    """R2-10, R2-15: proven by the kernel."""

    async def play() -> int:
        seen: list[JsonValue] = []
        async with codex.start_thread().run_streamed("hang") as events:
            async for event in events:
                seen.append(event.raw)
                if len(seen) == 2:
                    break
        pid = facts(seen)["pid"]
        assert isinstance(pid, int)
        assert not psutil.pid_exists(pid)
        return pid

    assert bounded(play())


@pytest.mark.process
def test_a_real_process_is_ended_by_sigint_when_its_turn_is_cancelled(codex: Codex) -> None:
    """REQUIREMENTS.md fact 2: SIGINT first; what it says on its way out is still seen."""
    token = CancelToken()

    seen: list[JsonValue] = []

    async def play() -> None:
        async for event in codex.start_thread().run_streamed("hang", TurnOptions(cancel=token)):
            seen.append(event.raw)
            if len(seen) == 2:
                token.cancel()

    with pytest.raises(Cancelled):
        bounded(play())
    pid = facts(seen)["pid"]

    assert seen[-1] == {"type": "heard", "signal": "SIGINT"}
    assert isinstance(pid, int)
    assert not psutil.pid_exists(pid)


@pytest.mark.requirement("R2-6")
@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_a_binary_that_is_not_executable_is_one_clear_error(tmp_path: Path) -> None:
    """R2-6."""
    path = tmp_path / "codex"
    path.write_text("x", encoding="utf-8")
    missing = os.fspath(tmp_path / "nope")

    for binary, reason in (
        (str(path), "Permission denied"),
        (missing, "No such file or directory"),
    ):
        thread = Codex(CodexOptions(codex_path_override=binary)).start_thread()
        with pytest.raises(SpawnFailed, match=f"^cannot start {binary}: {reason}$"):
            bounded(thread.run("x"))
