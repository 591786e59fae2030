"""A driver that is good or bad in one way, named by its argument. Standard library only; reaches no SDK."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any, NoReturn

WAY = sys.argv[1]
HELLO: dict[str, object] = {
    "kind": "hello", "protocol": 1, "sdk": "fake", "version": "1.0", "language": "Python", "runtime": "python 3.11.0",
    "capabilities": ["run", "stream"], "cannot_express": [],
}  # fmt: skip
HANGS = 60


def say(**message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def hear() -> Any:
    line = sys.stdin.readline()
    if not line:
        os._exit(0)
    return json.loads(line)


def stream(run_id: str, turn: int, events: Sequence[object]) -> None:
    created = json.dumps({"id": run_id, "kind": "gate", "gate": "created", "turn": turn}) + "\n"
    early = json.dumps({"id": run_id, "kind": "event", "turn": turn, "event": {}}) + "\n"
    sys.stdout.write(created + (early if WAY == "speaks at a closed gate" else ""))
    sys.stdout.flush()
    if WAY == "exits at a closed gate":
        os._exit(7)
    assert hear() == {"op": "continue", "id": run_id}
    for event in events:
        if WAY == "hands on a key twice":
            sys.stdout.write(
                f'{{"id":"{run_id}","kind":"event","turn":{turn},"event":{{"a":1,"a":2}}}}\n'
            )
            continue
        say(id=run_id, kind="event", turn=turn, event=event)
    if WAY == "waits for cancel":
        assert hear()["op"] == "cancel"
        say(id=run_id, kind="error", turn=turn, error={"class": "Aborted", "message": "aborted"})
    else:
        say(id=run_id, kind="end", turn=turn)


def misbehave(run_id: str) -> None:
    """What comes before the first message of a run."""
    match WAY:
        case "writes garbage":
            print("Traceback or debug print", flush=True)
        case "writes NaN":
            print('{"id": "1", "kind": "gate", "gate": "created", "turn": NaN}', flush=True)
        case "writes a key twice":
            print(f'{{"id": "{run_id}", "kind": "done", "kind": "done"}}', flush=True)
        case "writes a list":
            print("[1]", flush=True)
        case "sends a message without its fields":
            say(id=run_id, kind="gate", turn=0)
        case "skips a gate":
            say(id=run_id, kind="event", turn=0, event={})
        case "says driver_error":
            say(id=run_id, kind="driver_error", message="KeyError: consume")
        case "crashes in a run":
            sys.stderr.write("Error: write EPIPE\n")
            os._exit(7)
        case "hangs in a run":
            hang()
        case "closes its stdout":
            os.close(1)
            hang()
        case "floods stderr":
            sys.stderr.write("noise\n" * 1_000_000 + "the end of it")
            sys.stderr.flush()
        case _:
            pass


def play(run: dict[str, Any]) -> None:
    run_id = run["id"]
    if WAY == "refuses politely":
        say(id=run_id, kind="not_applicable", reason="no streams", issue="x#1")
        return
    misbehave(run_id)
    events: list[Any] = [{"type": "turn.started"}]
    if WAY == "sends a huge line":
        events = [{"text": "x" * 2_000_000}]
    for step in run["steps"]:
        if step["op"] == "turn":
            turn = step["turn"]
            if step["mode"] == "stream":
                stream(run_id, turn, events)
            else:
                items = [event["item"] for event in events if "item" in event]
                say(id=run_id, kind="result", turn=turn, result={"items": items})
            say(id=run_id, kind="thread_id", turn=turn, thread_id=events[0].get("thread_id"))
            say(id=run_id, kind="gate", gate="ended", turn=turn)
            assert hear() == {"op": "continue", "id": run_id}
    done = json.dumps({"id": run_id, "kind": "done"}) + "\n"
    if WAY == "speaks after done":
        done += done
    sys.stdout.write(done)
    sys.stdout.flush()
    if WAY == "exits after done":
        os._exit(0)


def hang() -> NoReturn:
    threading.Event().wait(HANGS)
    os._exit(1)


def answer(request: dict[str, Any]) -> None:
    match request["op"]:
        case "hello" if WAY == "answers hello with driver_error":
            say(kind="driver_error", message="no hello here")
        case "hello":
            say(**HELLO)
        case "run":
            play(request)
        case "bye" if WAY == "ignores bye":
            hang()
        case "bye":
            sys.exit(0)
        case "cancel":
            pass
        case _:
            say(kind="driver_error", message="unknown op")


def main() -> None:
    if WAY == "exits at once":
        return
    if WAY == "crashes at the start":
        raise ImportError("no module named fake_sdk")
    if WAY == "says nothing":
        hang()
    while True:
        try:
            request = hear()
            if WAY == "echoes":
                say(**request)
                continue
        except ValueError:
            say(kind="driver_error", message="not JSON")
        else:
            answer(request)


main()
