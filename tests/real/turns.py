"""Turns of bytes for the tests of drift."""

from __future__ import annotations

import json

from harness.jsonvalue import JsonValue
from harness.real.shapes import TurnBytes


def turn(*events: JsonValue | str, exit_code: int = 0) -> TurnBytes:
    """A turn that wrote ``events``; a string is a line as it is."""
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return TurnBytes(stdout="".join(f"{line}\n" for line in lines).encode(), exit_code=exit_code)


def item(event: str, kind: str, identity: str = "item_0", **more: JsonValue) -> JsonValue:
    """An item event."""
    return {"type": f"item.{event}", "item": {"id": identity, "type": kind, **more}}


STARTED: dict[str, JsonValue] = {"type": "thread.started", "thread_id": "t1"}
TURN: dict[str, JsonValue] = {"type": "turn.started"}


def completed(tokens: int, **more: JsonValue) -> JsonValue:
    """A completed turn."""
    return {"type": "turn.completed", "usage": {"input_tokens": tokens, **more}}
