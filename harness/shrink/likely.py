"""Which events of a document codex would not write, so that a reduction does not leave the ones that it does.

Without this a reduction of a well-formed stream slips to a malformed one with the same symptom: an SDK that fails at a status
codex writes fails at an event without any status, too, and that is another bug.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeAlias, cast

from harness.jsonvalue import JsonValue

Fits: TypeAlias = "Callable[[JsonValue], bool]"
Kind: TypeAlias = "tuple[str, str]"
_Object = dict[str, JsonValue]

_NO_EVENT: Kind = ("", "")
"""Of a line that is no JSON, or no object with a type."""


def misfits(document: _Object, fits: Fits) -> frozenset[Kind]:
    """Types of event and item of the lines that codex would not write.

    Args:
        document: a scenario whose script has turns.
        fits: whether an event fits the schema of exec events.
    """
    turns = cast("list[_Object]", cast("_Object", document["script"])["turns"])
    return frozenset(
        _kind(event)
        for turn in turns
        for action in cast("list[_Object]", turn["do"])
        for event in _events(action)
        if not fits(event)
    )


def _events(action: _Object) -> list[JsonValue]:
    """The event that an action writes, as far as it writes one; a line that is no JSON is null, which never fits."""
    match action:
        case {"line": event}:
            return [event]
        case {"item": {"event": event, "body": {**body}}}:
            item: _Object = {"id": "item_0", **cast("_Object", body)}
            return [{"type": f"item.{event}", "item": item}]
        case {"turn_completed": {"usage": usage}}:
            return [{"type": "turn.completed", "usage": usage}]
        case (
            {"json": str() as text}
            | {"bytewise": str() as text}
            | {"split": {"json": str() as text}}
        ):
            return [_parsed(text)]
        case {"fill": {"json": str() as text}}:
            return [_parsed(text.replace("%FILL%", ""))]
        case {"repeat": {"json": str() as text}}:
            return [_parsed(text.replace("%N%", "0"))]
        case _:
            return []


def _parsed(text: str) -> JsonValue:
    try:
        return cast("JsonValue", json.loads(text))
    except (ValueError, RecursionError):
        return None


def _kind(event: JsonValue) -> Kind:
    match event:
        case {"type": str() as name, "item": {"type": str() as item}}:
            return name, item
        case {"type": str() as name}:
            return name, ""
        case _:
            return _NO_EVENT
