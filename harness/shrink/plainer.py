"""What a part of a scenario can be said more plainly by: a written-in-pieces line by a line, a resumed thread by a new one.

The form of the parts is ``schemas/scenario.json``. Pure rewriting; whoever plays the result says whether it still shows the
divergence.
"""

from __future__ import annotations

import json
from typing import Final, cast

from harness.jsonvalue import JsonValue
from harness.shrink.tree import Place

_Object = dict[str, JsonValue]

_FILLED: Final = ('{"type":"%FILL%"}', '{"type":"item.completed","item":{"type":"%FILL%"}}')
"""The plainest events of any length."""


def plainer(place: Place, value: JsonValue) -> list[JsonValue]:
    """What may stand at this place instead, the plainest first; nothing for most places."""
    match place:
        case ("script", "turns", _, "do", _):
            return _plainer_action(cast("_Object", value))
        case ("steps", *_, "input"):
            return _plainer_input(value)
        case ("steps", *_, int()):
            return _plainer_step(value)
        case _:
            return []


def inline(document: _Object) -> _Object:
    """The document with every ``json`` line as the value it says, where writing the value gives the very same line."""
    script = cast("_Object", document["script"])
    turns = [
        {**turn, "do": [_as_value(one) for one in cast("list[_Object]", turn["do"])]}
        for turn in cast("list[_Object]", script["turns"])
    ]
    return {**document, "script": {**script, "turns": cast("JsonValue", turns)}}


def _as_value(action: _Object) -> _Object:
    text = action.get("json")
    if isinstance(text, str):
        for value in _parsed(text):
            if _written(value) == text:
                return {"line": value}
    return action


def _plainer_action(action: _Object) -> list[JsonValue]:
    match action:
        case {"split": {"json": str() as text}}:
            return [*({"line": value} for value in _parsed(text)), {"json": text}]
        case {"fill": {"json": str() as text}}:
            shorter = [one for one in _FILLED if len(one) < len(text)]
            fill = cast("_Object", action["fill"])
            events: list[JsonValue] = [{"fill": {**fill, "json": one}} for one in shorter]
            return [*({"line": value} for value in _parsed(text.replace("%FILL%", ""))), *events]
        case {"bytewise": str() as text}:
            return [*({"line": value} for value in _parsed(text)), {"json": text}]
        case {"repeat": {"json": str() as text}}:
            return [{"line": value} for value in _parsed(text.replace("%N%", "0"))]
        case {"json": str() as text}:
            return [{"line": value} for value in _parsed(text)]
        case {"hex": str() as digits}:
            return [{"raw": text} for text in _decoded(digits)]
        case _:
            return []


def _plainer_input(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        return []
    texts = [one["text"] for one in value if isinstance(one, dict) and "text" in one]
    return [*texts[:1]] if texts else ["x"]


def _plainer_step(step: JsonValue) -> list[JsonValue]:
    match step:
        case {"together": {"turns": [first, *_]}}:
            return [{"turn": cast("JsonValue", first)}]
        case {"resume": {**resume}}:
            return [{"start": cast("JsonValue", resume.get("options", {}))}]
        case _:
            return []


def _parsed(text: str) -> list[JsonValue]:
    """The value of a line of JSON that a script can hold, or nothing."""
    try:
        value = json.loads(text, parse_constant=_refuse)
        _written(value).encode("utf-8")
    except (ValueError, RecursionError):
        return []
    return [cast("JsonValue", value)]


def _refuse(name: str) -> None:
    raise ValueError(name)


def _written(value: JsonValue) -> str:
    """As the mock writes a ``line`` (``mock_codex/faults.py``; the two share no code)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _decoded(digits: str) -> list[str]:
    try:
        return [bytes.fromhex(digits).decode("utf-8")]
    except ValueError:
        return []
