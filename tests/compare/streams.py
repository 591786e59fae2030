"""Events of codex exec to compare, shared by the tests of this room (shapes of PROTOCOLS.md 1.2 and 1.3)."""

from __future__ import annotations

import copy
from typing import cast

from harness.jsonvalue import JsonValue
from harness.observation import Mode, Normalised

Event = dict[str, JsonValue]


def message(number: int, text: str = "hi") -> Event:
    """A completed agent message."""
    item: JsonValue = {"id": f"item_{number}", "type": "agent_message", "text": text}
    return {"type": "item.completed", "item": item}


def command(number: int, event: str, text: str = "ls") -> Event:
    """A command at its start or end."""
    item: JsonValue = {"id": f"item_{number}", "type": "command_execution", "command": text}
    return {"type": f"item.{event}", "item": item}


def notice(text: str = "x") -> Event:
    """A top-level error, which need not be fatal."""
    return {"type": "error", "message": text}


STARTED: Event = {"type": "thread.started", "thread_id": "T"}
TURN: Event = {"type": "turn.started"}
DONE: Event = {"type": "turn.completed", "usage": {"input_tokens": 42, "output_tokens": 2}}


def shifted(events: list[Event], by: int = 1) -> list[Event]:
    """The events with every ``item_N`` renamed to ``item_N+by``."""
    result = copy.deepcopy(events)
    for event in result:
        item = event.get("item")
        if isinstance(item, dict):
            number = int(cast("str", item["id"]).removeprefix("item_"))
            item["id"] = f"item_{number + by}"
    return result


def normalised(mode: Mode = "stream", **facts: JsonValue) -> Normalised:
    """Facts by name, ``__`` for the dot: ``sent__stdin=["hi"]``."""
    return Normalised(mode=mode, facts={key.replace("__", "."): facts[key] for key in facts})
