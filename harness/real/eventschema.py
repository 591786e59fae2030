"""The JSON Schema of what one release was seen to write: made from its recordings, so it claims nothing that was not seen.

``schemas/exec-events.json`` is what codex may write by its documents; this is what a release wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue
from harness.real.shapes import Shape, TurnBytes, shape_of

JsonObject: TypeAlias = dict[str, JsonValue]

_OPEN: Final = (".arguments", ".structured_content", ".content[]", "._meta")
"""Where the data of a tool stands: its shape is the tool's, not codex'."""


def event_schema(version: str, turns: Sequence[TurnBytes]) -> JsonObject:
    """The schema of one line of ``codex exec --json`` of the release ``version``.

    Args:
        version: such as ``0.169.0``.
        turns: all its recordings.

    Returns:
        JSON Schema 2020-12: one definition per event (and item type), without room for anything else. A field that was
        there each time is required; the words of ``status``, ``kind`` and ``type`` are those that were seen.
    """
    shape = shape_of(turns)
    definitions: JsonObject = {_key(name): _node(shape, name) for name in sorted(shape.names)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:codex-parity:codex-{version}:exec-events",
        "title": f"One line of `codex exec --json` as codex {version} was seen to write it",
        "description": f"written by `codex-parity codex schema {version}` from fixtures/wire/{version}; do not edit",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in definitions],
        "$defs": definitions,
    }


def definition_of(event: JsonValue) -> str:
    """The name of the definition that ``event`` must fit: ``turn.started``, ``item.completed:error``."""
    data = event if isinstance(event, dict) else {}
    item = data.get("item")
    kind = str(data.get("type", "?"))
    return f"{kind}:{item.get('type', '?')}" if isinstance(item, dict) else kind


def _key(name: str) -> str:
    # A slash in a definition's name would be a level of the pointer that names it.
    return name.replace("/", ":")


def _node(shape: Shape, path: str) -> JsonObject:
    if path.endswith(_OPEN):
        return {}
    types: list[JsonValue] = [*sorted(shape.types[path])]
    node: JsonObject = {"type": types[0] if len(types) == 1 else types}
    if path in shape.values:
        node["enum"] = [*sorted(shape.values[path])]
    if "object" in types:
        node.update(_members(shape, path))
    if f"{path}[]" in shape.types:
        node["items"] = _node(shape, f"{path}[]")
    return node


def _members(shape: Shape, path: str) -> JsonObject:
    names = sorted(name.removeprefix(f"{path}.") for name in shape.seen if _is_member(name, path))
    members: JsonObject = {
        "additionalProperties": False,
        "required": [name for name in names if shape.always(f"{path}.{name}")],
        "properties": {name: _node(shape, f"{path}.{name}") for name in names},
    }
    twice = [f"`{name}`" for name in names if f"{path}.{name}" in shape.repeated]
    if twice:
        members["$comment"] = f"{', '.join(twice)} stands twice in this object"
    return members


def _is_member(name: str, path: str) -> bool:
    return name.startswith(f"{path}.") and "." not in name.removeprefix(f"{path}.") and "[" not in name.removeprefix(path)  # fmt: skip
