"""The driver of the reference client: the protocol in memory, then as a process."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import cast

import pytest

from harness.client import process
from harness.client.transport import Script
from harness.jsonvalue import JsonValue
from harness.subjects.reference import ReferenceDriver
from harness.wire.events import Event
from harness.wire.lines import LineReader
from tests.pair import HI, PLAIN, STARTED, THREAD_ID, TURN, USAGE, bounded, until, wire
from tests.subjects.reference_host import HANGING, ROOT, START, Host, Message, kinds, play, turn


def test_hello_declares_everything_a_scenario_can_ask() -> None:
    """Schema: schemas/driver.json; the reference can do all of it and loses nothing."""

    async def work() -> list[Message]:
        host = Host()
        host.tell(op="hello", protocol=1)
        host.tell_line(None)
        await host.serve()
        return host.messages

    (hello,) = bounded(work())
    schema = json.loads((ROOT / "schemas" / "driver.json").read_text("utf-8"))

    assert hello["capabilities"] == schema["$defs"]["capability"]["enum"]
    assert hello["cannot_express"] == []
    assert hello["sdk"] == "codex-parity-reference"
    assert hello["language"] == "python"
    assert hello["runtime"] == f"python {'.'.join(map(str, sys.version_info[:3]))}"


def test_a_streamed_turn_passes_its_gates_and_hands_on_every_event() -> None:
    """Driver protocol: created before the first read, ended while the stream is held."""
    started: list[int] = []
    messages = play(
        lambda: Host(wire(*PLAIN), at=lambda host, _: started.append(len(host.launcher.started))),
        START,
        turn(),
    )

    assert kinds(messages) == [
        "created",
        *("event",) * 4,
        "end",
        "thread_id",
        "ended",
        "done",
    ]
    assert [m["event"] for m in messages if m["kind"] == "event"] == list(PLAIN)
    assert messages[-3]["thread_id"] == THREAD_ID
    assert started[0] == 0


def test_a_blocking_turn_hands_on_its_result_under_neutral_names() -> None:
    """Driver protocol: {items, final_response, usage}; a value that was not given is absent."""
    messages = play(
        lambda: Host(
            wire(*PLAIN), wire({"type": "item.completed", "item": {"type": "agent_message"}})
        ),
        START,
        turn("run"),
        turn("run", turn=1),
    )

    assert kinds(messages) == ["result", "thread_id", "ended"] * 2 + ["done"]
    assert messages[0]["result"] == {
        "items": [cast("Message", HI)["item"]],
        "final_response": "Hi!",
        "usage": USAGE,
    }
    assert messages[3]["result"] == {"items": [{"type": "agent_message"}], "usage": None}
    assert [message.get("turn") for message in messages] == [0, 0, 0, 1, 1, 1, None]


def test_options_and_ids_reach_the_client_by_their_neutral_names() -> None:
    """Schema: schemas/scenario.json."""
    hosts: list[Host] = []

    def host() -> Host:
        hosts.append(Host(wire(TURN), wire(TURN)))
        return hosts[0]

    play(
        host,
        {"op": "resume", "thread_id": "t9", "options": {"model": "m"}},
        turn("run", options={"cyber_access_program": "standard"}),
        START,
        turn("run"),
        client={"config": {"a": 1}, "env": {"A": "b"}, "api_key": "k"},
    )
    (first, env, _), (second, _, _) = hosts[0].launcher.started

    assert first[3:] == [
        *("--config", "a=1"),
        *("--model", "m"),
        *("--cyber-access-program", "standard"),
        *("resume", "t9"),
    ]
    assert env["A"] == "b"
    assert env["CODEX_API_KEY"] == "k"
    assert second[3:] == ["--config", "a=1"]


def test_leaving_the_loop_is_stopped_and_the_process_is_dead_when_it_is_said() -> None:
    """Driver protocol: stop_after."""
    alive: list[int | None] = []

    def look(host: Host, message: Message) -> None:
        if message["kind"] == "stopped":
            alive.append(host.launcher.started[0][2].returncode)

    messages = play(lambda: Host(HANGING, at=look), START, turn(consume={"stop_after": 1}))

    assert kinds(messages) == ["created", "event", "stopped", "thread_id", "ended", "done"]
    assert alive == [-2]


def test_an_error_is_its_class_message_and_cause_and_the_run_goes_on() -> None:
    """Driver protocol: after an error in one turn the driver goes on."""
    messages = play(
        lambda: Host(wire(STARTED) + b"oops\n", Script(returncode=2, stderr=b"no"), wire(TURN)),
        START,
        turn(),
        turn("run", turn=1),
        turn("run", turn=2),
    )
    errors = [message["error"] for message in messages if message["kind"] == "error"]

    assert errors == [
        {
            "class": "BadLine",
            "message": "Failed to parse item: oops",
            "cause": {
                "class": "JSONDecodeError",
                "message": "Expecting value: line 1 column 1 (char 0)",
            },
        },
        {"class": "ExecExited", "message": "Codex Exec exited with code 2: no"},
    ]
    assert kinds(messages)[-4:] == ["result", "thread_id", "ended", "done"]


@pytest.mark.parametrize("mode", ["run", "stream"])
def test_a_turn_cancelled_before_it_starts_is_an_error_without_a_process(mode: str) -> None:
    """Driver protocol: abort before_start."""
    messages = play(Host, START, turn(mode, {"abort": "before_start"}))
    (error,) = (message["error"] for message in messages if message["kind"] == "error")

    assert error == {"class": "Cancelled", "message": "the turn was cancelled"}
    assert messages[-3]["thread_id"] is None


def test_a_turn_cancelled_after_some_events_is_read_on_to_its_error() -> None:
    """Driver protocol: abort_after."""
    messages = play(lambda: Host(HANGING), START, turn(consume={"abort_after": 1}))

    assert kinds(messages) == ["created", "event", "event", "error", "thread_id", "ended", "done"]


def test_a_cancel_request_is_heard_while_the_turn_hangs() -> None:
    """Driver protocol: abort when_hanging."""

    def look(host: Host, message: Message) -> None:
        if message["kind"] == "event" and message["event"] == TURN:
            host.tell(op="cancel", id="r")

    messages = play(lambda: Host(HANGING, at=look), START, turn(consume={"abort": "when_hanging"}))

    assert kinds(messages)[-4:] == ["error", "thread_id", "ended", "done"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "a request is not JSON"),
        ('{"op":"dance"}', 'unknown request: {"op":"dance"}'),
        ('{"op":"hello","protocol":2}', "unknown request"),
        ("5", "unknown request: 5"),
    ],
)
def test_a_request_it_does_not_know_is_a_driver_error_and_not_the_end(
    line: str, message: str
) -> None:
    """Ours."""

    async def work() -> list[Message]:
        host = Host()
        host.tell_line(line)
        host.tell(op="hello", protocol=1)
        host.tell(op="bye")
        await host.serve()
        return host.messages

    error, hello = bounded(work())

    assert error["kind"] == "driver_error"
    assert str(error["message"]).startswith(message)
    assert hello["kind"] == "hello"


def test_a_second_run_at_the_same_time_is_refused() -> None:
    """Driver protocol: one run at a time."""

    def look(host: Host, message: Message) -> None:
        if message.get("gate") == "created":
            host.tell(op="run", id="s", codex="/codex", client={}, steps=[])

    messages = play(lambda: Host(wire(*PLAIN), at=look), START, turn())

    assert {"kind": "driver_error", "message": "a run has not ended yet"} in messages


def test_options_the_client_refuses_at_once_are_a_driver_error_of_this_run() -> None:
    """Ours: the schema of scenarios lets no such value through."""
    messages = play(Host, {"op": "start", "options": {"model": 5}})

    assert messages == [
        {"id": "r", "kind": "driver_error", "message": "InvalidOption: model must be str, not int"}
    ]


def test_the_end_of_stdin_ends_a_turn_that_still_runs() -> None:
    """Driver protocol: stdin EOF, the driver exits at once; no process is left."""

    async def work() -> int | None:
        def look(host: Host, message: Message) -> None:
            if message["kind"] == "event" and message["event"] == TURN:
                host.tell_line(None)

        host = Host(HANGING, at=look)
        playing = asyncio.create_task(host.play(START, turn()))
        await until(lambda: bool(host.launcher.started))
        await host.launcher.started[0][2].wait()
        playing.cancel()
        return host.launcher.started[0][2].returncode

    assert bounded(work()) == -2


def test_a_broken_copy_is_a_subclass() -> None:
    """Ours: how a mutant drops what the client gave it."""

    class DropsEvents(ReferenceDriver):
        def event_json(self, event: Event) -> JsonValue:
            return {"type": "lost"}

    messages = play(lambda: Host(wire(*PLAIN), driver_type=DropsEvents), START, turn())

    assert [m["event"] for m in messages if m["kind"] == "event"] == [{"type": "lost"}] * 4


FAKE = """#!{python} -IS
import json, sys
prompt = sys.stdin.read()
print(json.dumps({"type": "thread.started", "thread_id": "t1", "prompt": prompt}), flush=True)
"""


@pytest.mark.process
@pytest.mark.parametrize("ending", ["bye", "eof"])
@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program on Windows")
def test_the_driver_as_a_process_answers_and_exits_with_zero(tmp_path: Path, ending: str) -> None:
    """Driver protocol over real pipes: ASCII lines, LF, exit 0."""
    codex = tmp_path / "codex"
    codex.write_text(FAKE.replace("{python}", sys.executable), encoding="utf-8")
    codex.chmod(0o755)
    requests: list[Message] = [
        {"op": "hello", "protocol": 1},
        {
            "op": "run",
            "id": "r",
            "codex": str(codex),
            "client": {},
            "steps": [START, turn(input="é")],
        },
    ]

    async def work() -> tuple[list[Message], int, bytes]:
        env = {**os.environ, "TMPDIR": str(tmp_path)}
        child = await process.start([sys.executable, "-m", "harness.subjects.reference"], env=env)
        for request in requests:
            await child.write(json.dumps(request).encode() + b"\n")
        reader = LineReader()
        messages: list[Message] = []
        while not messages or messages[-1]["kind"] != "done":
            data = await child.read()
            assert data.isascii()
            assert b"\r" not in data
            for line in reader.feed(data):
                messages.append(json.loads(line))
                if messages[-1]["kind"] == "gate":
                    await child.write(b'{"op":"continue","id":"r"}\n')
        if ending == "bye":
            await child.write(b'{"op":"bye"}\n')
        else:
            await child.close_stdin()
        returncode = await child.wait()
        await child.stop()
        return messages, returncode, child.stderr

    messages, returncode, stderr = bounded(work())

    assert kinds(messages) == ["hello", "created", "event", "end", "thread_id", "ended", "done"]
    assert messages[2]["event"] == {"type": "thread.started", "thread_id": "t1", "prompt": "é"}
    assert (returncode, stderr) == (0, b"")
