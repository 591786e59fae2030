"""CORE: event types, item types, fields and words of ``schemas/exec-events.json``, and which scenarios show them.

Counted are scenarios whose lines codex 0.169.0 can write: a field that only a broken line shows is not shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final, cast

from harness.coverage.areas import Area
from harness.coverage.lines import lines_of_turns
from harness.jsonvalue import JsonValue
from harness.scenario import Scenario
from harness.steps import JsonObject
from harness.wire.shapes import ITEM_EVENTS, ExecShapes, Shape, at, branches, places, values

OFF_SCHEMA: Final = frozenset({"drift", "framing"})
"""Families whose point is a line that today's codex does not write."""
VERSION: Final = "0.169.0"

ONLY_COMPLETED: Final = "codex writes it as completed only (PROTOCOLS.md 1.4 rule 2)"
ONLY_TODO: Final = "todo_list is the only user of item.updated (PROTOCOLS.md 1.4 rule 4)"
REASONS: Final = {
    "item.started of agent_message": ONLY_COMPLETED,
    "item.started of reasoning": ONLY_COMPLETED,
    "item.started of error": ONLY_COMPLETED,
    "item.updated of agent_message": ONLY_COMPLETED,
    "item.updated of reasoning": ONLY_COMPLETED,
    "item.updated of error": ONLY_COMPLETED,
    "item.updated of command_execution": ONLY_TODO,
    "item.updated of file_change": ONLY_TODO,
    "item.updated of mcp_tool_call": ONLY_TODO,
    "item.updated of collab_tool_call": ONLY_TODO,
    "item.updated of web_search": ONLY_TODO,
}
"""What the schema allows and codex does not write."""


_BAD_LINES: Final = (
    "-malformed-line",
    ".mid-line",
    ".one-malformed",
    ".stderr-before-bad-line",
    ".secret-bad-line",
    ".failed-with-details",
)
"""How scenarios of other families end that hold a line on purpose which codex does not write."""


def on_schema(scenario: Scenario) -> bool:
    """Whether every line of the scenario is one that codex 0.169.0 can write."""
    return (
        scenario.family not in OFF_SCHEMA
        and scenario.since == VERSION
        and not scenario.id.endswith(_BAD_LINES)
    )


def events_of(scenario: Scenario) -> list[list[JsonObject]]:
    """Per turn of the script the lines that are JSON objects."""
    return [[event for event in map(_object, lines) if event] for lines in lines_of_turns(scenario)]


def areas(shapes: ExecShapes, scenarios: Iterable[Scenario]) -> list[Area]:
    """The areas of the event stream."""
    found: dict[str, dict[str, list[str]]] = {
        name: {fact: [] for fact in facts} for name, facts in _all(shapes).items()
    }
    for scenario in filter(on_schema, scenarios):
        shown = {
            pair
            for turn in events_of(scenario)
            for event in turn
            for pair in facts_of(shapes, event)
        }
        for name, fact in shown:
            found[name][fact].append(scenario.id)
    return [
        Area(
            name=name,
            shown={fact: tuple(ids) for fact, ids in facts.items()},
            reasons={fact: why for fact, why in REASONS.items() if fact in facts},
        )
        for name, facts in found.items()
    ]


def facts_of(shapes: ExecShapes, event: JsonObject) -> set[tuple[str, str]]:
    """What one event shows, as (area, part)."""
    kind = cast("str", event.get("type"))
    if kind not in shapes.events:
        return set()
    found = {("event_types", kind)}
    if kind not in ITEM_EVENTS:
        return found | set(_shown(shapes.events[kind], kind, event))
    item = cast("JsonObject", event.get("item"))
    of = cast("str", item.get("type"))
    if of not in shapes.items:
        return found
    found |= {("item_types", of), ("items_by_event", f"{kind} of {of}")}
    return found | set(_shown(shapes.items[of], of, item))


def _all(shapes: ExecShapes) -> dict[str, list[str]]:
    inner = [(kind, shape) for kind, shape in shapes.events.items() if kind not in ITEM_EVENTS]
    pairs = [
        pair for name, shape in [*inner, *shapes.items.items()] for pair in _possible(shape, name)
    ]
    return {
        "event_types": list(shapes.events),
        "item_types": list(shapes.items),
        "items_by_event": [f"{event} of {item}" for event in ITEM_EVENTS for item in shapes.items],
        "fields": [fact for area, fact in dict.fromkeys(pairs) if area == "fields"],
        "words": [fact for area, fact in dict.fromkeys(pairs) if area == "words"],
    }


def _possible(shape: Shape, owner: str) -> Iterator[tuple[str, str]]:
    for place in places(shape):
        yield "fields", f"{owner} {place.path}"
        for word in _words(place.shape):
            yield "words", f"{owner} {place.path} = {word}"


def _shown(shape: Shape, owner: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    for place in places(shape):
        found = at(value, place.path)
        if found:
            yield "fields", f"{owner} {place.path}"
        for word in _words(place.shape):
            if any(_text(one) == word for one in found):
                yield "words", f"{owner} {place.path} = {word}"


def _words(shape: Shape) -> list[str]:
    nothing = ["null"] if any(branch.get("type") == "null" for branch in branches(shape)) else []
    return [*map(_text, values(shape)), *nothing]


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _object(line: str) -> JsonObject | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
