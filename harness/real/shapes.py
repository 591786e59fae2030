"""The shape of what a release wrote: which fields there are, of which types, how often, in which order.

One release is a set of facts; drift is the difference of two sets (``drift.py``).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.wire.lines import lines_of

JsonObject: TypeAlias = dict[str, JsonValue]

_ENUMS: Final = frozenset({"status", "kind", "type"})
"""Fields whose values are words of the protocol and not data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnBytes:
    """One turn as it was recorded: labelled stdout and the exit status; what codex said when it refused it all."""

    stdout: bytes
    exit_code: int
    refused: str = ""


@dataclass(slots=True, kw_only=True)
class Shape:
    """Facts about the events of some turns.

    ``names``: how the events are called (``turn.started``, ``item.completed/error``), which is where paths begin.
    ``types``: per path the JSON types seen. ``seen``/``owners``: how often a field was there, and how often the object
    that may hold it. ``values``: per path the words of a protocol enum. ``repeated``: paths of keys that an object holds
    twice. ``orders``: rules of order that were seen to hold. ``text``: lines that are not JSON.
    """

    names: set[str] = field(default_factory=set)
    types: dict[str, set[str]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    values: dict[str, set[str]] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    text: set[str] = field(default_factory=set)

    def always(self, path: str) -> bool:
        """Whether the field at ``path`` was there every time."""
        return self.seen[path] == self.owners[path.rpartition(".")[0]]


class Members(list[tuple[str, JsonValue]]):
    """An object as its members in order, repeated keys included."""


def shape_of(turns: Sequence[TurnBytes]) -> Shape:
    """The shape of the turns of one scenario."""
    shape = Shape()
    for turn in turns:
        names = []
        for line in lines_of(turn.stdout):
            try:
                event = json.loads(line, object_pairs_hook=Members)
            except ValueError:
                shape.text.add(line)
                continue
            name = _name(event)
            names.append(name)
            _take(shape, name, event)
        shape.names.update(names)
        shape.orders |= set(_orders(names))
    return shape


def _name(event: object) -> str:
    """How an event is called: its type, with the type of its item."""
    members = dict(event) if isinstance(event, Members) else {}
    kind = str(members.get("type", "?"))
    item = members.get("item")
    return f"{kind}/{dict(item).get('type', '?')}" if isinstance(item, Members) else kind


def _take(shape: Shape, path: str, value: object) -> None:
    shape.types.setdefault(path, set()).add(_type(value))
    if isinstance(value, Members):
        shape.owners[path] += 1
        names = [name for name, _ in value]
        for name, count in Counter(names).items():
            shape.seen[f"{path}.{name}"] += 1
            if count > 1:
                shape.repeated.add(f"{path}.{name}")
        for name, child in value:
            _take(shape, f"{path}.{name}", child)
            if name in _ENUMS and isinstance(child, str):
                shape.values.setdefault(f"{path}.{name}", set()).add(child)
    elif isinstance(value, list):
        for child in value:
            _take(shape, f"{path}[]", child)


def _type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case Members():
            return "object"
        case _:
            return "array"


def _orders(names: Sequence[str]) -> Iterator[str]:
    """Rules that the order of these events shows."""
    if "turn.started" in names:
        before = names[: names.index("turn.started")]
        if any(name.startswith("item.") for name in before):
            yield "an item comes before turn.started"
        if "error" in before:
            yield "an error comes before turn.started"
    if names:
        yield f"the last event is {names[-1].partition('/')[0]}"
    if "turn.failed" in names and names[names.index("turn.failed") - 1] == "error":
        yield "an error comes right before turn.failed"
    started = Counter(_item(name) for name in names if name.startswith("item.started/"))
    completed = Counter(_item(name) for name in names if name.startswith("item.completed/"))
    for item in started:
        if started[item] > completed[item]:
            yield f"{item} is started and never completed"
        elif started[item] == completed[item]:
            yield f"{item} is started before it is completed"


def _item(name: str) -> str:
    return name.partition("/")[2]


def events_of(turn: TurnBytes) -> list[JsonObject]:
    """The events of a turn as plain objects; a line that is no JSON object is left out."""
    found: list[JsonObject] = []
    for line in lines_of(turn.stdout):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(cast("JsonObject", value))
    return found


def first(events: Sequence[Mapping[str, JsonValue]], kind: str) -> Mapping[str, JsonValue] | None:
    """The first event of a type."""
    return next((event for event in events if event.get("type") == kind), None)
