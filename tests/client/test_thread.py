"""The public client: turns, options and errors, in memory."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.client.options import CodexOptions, ThreadOptions, TurnOptions
from harness.client.thread import Input
from harness.client.transport import Script
from harness.errors import (
    BadLine,
    ExecExited,
    InvalidOption,
    SpawnFailed,
    TurnFailed,
)
from harness.jsonvalue import JsonValue
from tests.pair import (
    COMPLETED,
    HI,
    PLAIN,
    STARTED,
    THREAD_ID,
    TURN,
    Pair,
    bounded,
    left,
    read,
    wire,
)

FAILED: JsonValue = {"type": "turn.failed", "error": {"message": "no luck"}}


@pytest.mark.requirement("R1-6", "R2-4", "R2-9")
def test_a_turn_has_its_items_answer_and_usage_and_names_the_thread() -> None:
    """PROTOCOLS.md 2.6 (R2-9)."""
    pair = Pair(wire(*PLAIN))
    assert repr(pair.thread) == "Thread(None)"

    turn = bounded(pair.thread.run("Say hi."))

    assert turn.final_response == "Hi!"
    assert [item.id for item in turn.items] == ["item_0"]
    assert turn.usage is not None
    assert pair.thread.id == THREAD_ID
    assert pair.argv == ["/codex", "exec", "--experimental-json"]
    assert (pair.process.stdin, pair.process.stdin_closed) == (b"Say hi.", True)


@pytest.mark.requirement("R2-8", "R2-10")
def test_a_stream_hands_out_the_events_as_they_came_and_then_ends() -> None:
    """PROTOCOLS.md 2.5 (R2-8)."""
    pair = Pair(wire(*PLAIN))

    assert bounded(read(pair.thread.run_streamed("x"))) == (list(PLAIN), None)
    assert pair.process.returncode == 0
    assert pair.process.stops == 0


@pytest.mark.requirement("R1-6", "R2-4")
def test_the_second_turn_of_a_thread_resumes_it() -> None:
    """PROTOCOLS.md 2.2 (R2-12)."""
    pair = Pair(wire(*PLAIN), wire(TURN, COMPLETED), thread=ThreadOptions(thread_source="s"))

    async def play() -> None:
        await pair.thread.run("one")
        await pair.thread.run("two")

    bounded(play())

    first, second = (argv for argv, _, _ in pair.launcher.started)
    assert first[3:] == ["--thread-source", "s"]
    assert second[3:] == ["resume", THREAD_ID]
    assert pair.thread.id == THREAD_ID


@pytest.mark.requirement("R1-10", "R2-4")
def test_a_thread_is_resumed_by_its_id() -> None:
    """PROTOCOLS.md 2.2 (R2-4)."""
    pair = Pair(wire(TURN, COMPLETED), resume="t9")
    assert pair.thread.id == "t9"

    bounded(pair.thread.run("x"))

    assert pair.argv[3:] == ["resume", "t9"]
    assert pair.thread.id == "t9"


@pytest.mark.requirement("R1-8", "R2-10")
def test_nothing_happens_before_the_first_read(temp: Path) -> None:
    """PROTOCOLS.md 2.6: no schema file, no process (R2-10)."""
    pair = Pair(wire(*PLAIN))

    async def play() -> None:
        stream = pair.thread.run_streamed("x", TurnOptions(output_schema={}))
        assert (pair.started, left(temp)) == (0, [])
        await anext(stream)
        assert (pair.started, len(left(temp))) == (1, 1)
        assert pair.argv[3] == "--output-schema"
        await stream.aclose()
        assert left(temp) == []

    bounded(play())


@pytest.mark.requirement("R1-8", "R2-10")
def test_a_stream_that_was_never_read_is_closed_without_any_process() -> None:
    """Ours."""
    pair = Pair(wire(*PLAIN))

    async def play() -> None:
        async with pair.thread.run_streamed("x"):
            pass

    bounded(play())

    assert pair.started == 0


@pytest.mark.requirement("R1-21", "R2-6")
@pytest.mark.parametrize(
    ("prompt", "stdin", "images"),
    [
        ("", b"", []),
        ("é\u2028\ud800", "é\u2028\ufffd".encode(), []),
        ([], b"", []),
        (
            [
                {"type": "text", "text": "a"},
                {"type": "local_image", "path": "1.png"},
                {"type": "hologram", "beam": "x"},
                {"type": "text", "text": "b"},
                {"type": "local_image", "path": "2.png"},
            ],
            b"a\n\nb",
            ["--image", "1.png", "--image", "2.png"],
        ),
    ],
)
def test_texts_go_to_stdin_and_images_to_the_command_line(
    prompt: Input, stdin: bytes, images: list[str]
) -> None:
    """PROTOCOLS.md 2.5: texts are joined by a blank line, other kinds are ignored."""
    pair = Pair(wire(*PLAIN))

    bounded(pair.thread.run(prompt))

    assert (pair.process.stdin, pair.process.stdin_closed) == (stdin, True)
    assert pair.argv[3:] == images


@pytest.mark.requirement("R2-11")
def test_options_reach_the_command_line_and_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R2-11."""
    monkeypatch.setenv("PARITY_INHERITED", "yes")
    inheriting = Pair(
        wire(*PLAIN),
        client=CodexOptions(codex_path_override="/c", api_key="k", base_url="http://h"),
        thread=ThreadOptions(model="m"),
    )
    closed = Pair(wire(*PLAIN), client=CodexOptions(codex_path_override="/c", env={"A": "b"}))

    bounded(inheriting.thread.run("x", TurnOptions(cyber_access_program="standard")))
    bounded(closed.thread.run("x"))

    assert inheriting.argv[3:] == [
        *("--config", 'openai_base_url="http://h"'),
        *("--model", "m"),
        *("--cyber-access-program", "standard"),
    ]
    assert inheriting.env["PARITY_INHERITED"] == "yes"
    assert inheriting.env["CODEX_API_KEY"] == "k"
    assert closed.env == {
        "A": "b",
        "CODEX_INTERNAL_ORIGINATOR_OVERRIDE": "codex_parity_reference",
    }


def test_codex_is_looked_up_on_the_path_unless_one_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R2-3: the default of codex_path_override."""
    monkeypatch.setenv("PATH", str(tmp_path))
    name = "codex.exe" if sys.platform == "win32" else "codex"
    binaries = []
    for _ in range(2):
        pair = Pair(wire(*PLAIN), client=CodexOptions(codex_path_override=""))
        bounded(pair.thread.run("x"))
        binaries.append(pair.argv[0])
        (tmp_path / name).touch(mode=0o755)

    assert binaries == ["codex", str(tmp_path / name)]


# -- errors


@pytest.mark.requirement("R2-9")
def test_a_failed_turn_is_an_error_and_its_exit_status_is_not_looked_at() -> None:
    """PROTOCOLS.md 2.6 (R2-9): stop reading, raise, leave nothing."""
    pair = Pair(Script(stdout=(wire(STARTED, FAILED, HI),), returncode=1))

    with pytest.raises(TurnFailed, match=r"^no luck$"):
        bounded(pair.thread.run("x"))

    assert pair.process.stops == 1
    assert pair.thread.id == THREAD_ID


def test_a_stream_hands_out_a_failed_turn_and_then_looks_at_the_exit_status() -> None:
    """PROTOCOLS.md 2.5."""
    pair = Pair(Script(stdout=(wire(STARTED, FAILED),), returncode=1, stderr=b"why"))

    events, error = bounded(read(pair.thread.run_streamed("x")))

    assert events == [STARTED, FAILED]
    assert str(error) == "Codex Exec exited with code 1: why"


@pytest.mark.requirement("R2-6")
def test_a_completed_turn_with_another_exit_status_is_an_error() -> None:
    """PROTOCOLS.md 2.5."""
    pair = Pair(Script(stdout=(wire(*PLAIN),), returncode=1))

    with pytest.raises(ExecExited):
        bounded(pair.thread.run("x"))


def test_a_bad_line_ends_the_turn_and_the_process(temp: Path) -> None:
    """PROTOCOLS.md 2.5."""
    pair = Pair(Script(stdout=(wire(STARTED) + b"oops\n",), hangs=True))

    events, error = bounded(
        read(pair.thread.run_streamed("x", TurnOptions(output_schema={"type": "object"})))
    )

    assert events == [STARTED]
    assert isinstance(error, BadLine)
    assert pair.process.returncode == -2
    assert left(temp) == []


def test_a_binary_that_cannot_be_started_is_an_error_and_leaves_no_file(temp: Path) -> None:
    """R2-6."""
    pair = Pair()

    with pytest.raises(SpawnFailed, match="cannot start /codex: No such file"):
        bounded(pair.thread.run("x", TurnOptions(output_schema={})))

    assert left(temp) == []


@pytest.mark.parametrize(
    ("client", "options", "prompt", "message"),
    [
        (CodexOptions(config={"a": None}), TurnOptions(), "x", "at a cannot be null"),
        (CodexOptions(), TurnOptions(output_schema=[]), "x", "outputSchema must be a plain"),
        (CodexOptions(), TurnOptions(), 5, "input must be str or a list of parts"),
        (CodexOptions(), TurnOptions(), [{"text": "a"}], "input must be str or a list of parts"),
    ],
)
def test_what_codex_cannot_take_is_refused_at_the_first_read(
    client: CodexOptions, options: TurnOptions, prompt: Input, message: str, temp: Path
) -> None:
    """PROTOCOLS.md 2.3: thrown lazily, before any process."""
    pair = Pair(wire(*PLAIN), client=client)
    stream = pair.thread.run_streamed(prompt, options)

    events, error = bounded(read(stream))

    assert events == []
    assert isinstance(error, InvalidOption)
    assert message in str(error)
    assert (pair.started, left(temp)) == (0, [])
