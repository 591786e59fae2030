"""What reached the model server, as JSON that is the same for the same effect: the third plane of the lane `real`.

A request holds much that is new every time (ids, dates, paths) and much that codex itself brings (instructions of 18 kB).
What a client can change of it stays readable; the rest stays as a length and a hash, so that a change is still seen.
Sources: PROTOCOLS.md 4.3 and requests of the real 0.58.0 to 0.169.0.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue, canonical
from harness.real.responder import Seen
from harness.real.tools import offered

JsonObject: TypeAlias = dict[str, JsonValue]

_LONG: Final = 2_000
_PLAIN: Final = ("model", "reasoning", "text", "tool_choice", "parallel_tool_calls", "store", "stream", "service_tier", "include")  # fmt: skip
"""Members of the body that are kept as they are."""

_METADATA: Final = ("sandbox_mode", "thread_source", "turn_trigger", "history_initialization", "request_kind", "model")  # fmt: skip
"""What is kept of the header ``x-codex-turn-metadata``."""

_VOLATILE: Final = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"<current_date>[^<]*</current_date>"), "<current_date/>"),
    (
        re.compile(r"<current_time_reminder>[^<]*</current_time_reminder>"),
        "<current_time_reminder/>",
    ),
    (re.compile(r"<timezone>[^<]*</timezone>"), "<timezone/>"),
    (re.compile(r"codex-output-schema-[A-Za-z0-9_]+"), "codex-output-schema-<random>"),
    (re.compile(r"Wall time: [0-9.]+ seconds"), "Wall time: <seconds>"),
    (re.compile(r"Chunk ID: [0-9a-f]+"), "Chunk ID: <id>"),
)
_IDENTITY: Final = frozenset({"id", "call_id", "encrypted_content", "internal_chat_message_metadata_passthrough"})  # fmt: skip
"""Members of input items that only name them."""


def effects(seen: Sequence[Seen], places: Mapping[str, str]) -> list[JsonValue]:
    """Every request for an answer, in order.

    Args:
        seen: what the model server kept; requests for anything but an answer are left out.
        places: label to path, the longest path first; a path becomes its label.
    """
    return [
        effect(one, places) for one in seen if one.method == "POST" and isinstance(one.body, dict)
    ]


def effect(seen: Seen, places: Mapping[str, str]) -> JsonObject:
    """One request: who asks (``originator``, ``authorization``), the plain members of the body, tools by name, input."""
    # Paths first: what is kept as a hash only must not hold one.
    body = cast("JsonObject", _labelled(seen.body, places))
    found: JsonObject = {
        "originator": seen.headers.get("originator"),
        "authorization": seen.headers.get("authorization"),
        **{name: body[name] for name in _PLAIN if name in body},
    }
    metadata = _metadata(seen.headers.get("x-codex-turn-metadata"))
    if metadata:
        found["turn"] = metadata
    names = {
        tool.name if tool.namespace is None else f"{tool.namespace}/{tool.name}"
        for tool in offered(body)
    }
    found["tools"] = dict.fromkeys(sorted(names), True)
    found["instructions"] = _shorten(body.get("instructions"))
    found["input"] = [_item(item) for item in cast("list[JsonValue]", body.get("input", []))]
    return found


def _metadata(header: str | None) -> JsonObject:
    if header is None:
        return {}
    try:
        data = json.loads(header)
    except ValueError:
        return {"unreadable": header}
    return {name: data[name] for name in _METADATA if name in data}


def _item(item: JsonValue) -> JsonValue:
    if not isinstance(item, dict):
        return item
    kept = {name: value for name, value in item.items() if name not in _IDENTITY}
    if item.get("role") in {"developer", "system"}:
        return {**kept, "content": _shorten(kept.get("content"))}
    return {name: _images(value) if name == "content" else value for name, value in kept.items()}


def _images(content: JsonValue) -> JsonValue:
    """Content parts; the data of an image as its hash."""
    if not isinstance(content, list):
        return content
    return [
        {**part, "image_url": _digest(part["image_url"])}
        if isinstance(part, dict) and "image_url" in part
        else part
        for part in content
    ]


def _shorten(value: JsonValue) -> JsonValue:
    return _digest(value) if len(canonical(value)) > _LONG else value


def _digest(value: JsonValue) -> JsonValue:
    data = canonical(value)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()[:16]}


def _labelled(value: JsonValue, places: Mapping[str, str]) -> JsonValue:
    match value:
        case str():
            for label, path in places.items():
                value = value.replace(path, label)
            for pattern, label in _VOLATILE:
                value = pattern.sub(label, value)
            return value
        case list():
            return [_labelled(child, places) for child in value]
        case dict():
            return {name: _labelled(child, places) for name, child in value.items()}
        case _:
            return value
