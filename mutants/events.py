"""Mutants that lose, repeat, reorder or alter events between codex and the caller."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from typing import Final

from harness.jsonvalue import JsonValue
from harness.subjects.reference import JsonObject
from harness.wire.events import Event
from mutants.edits import deep, in_item, item_of, kind_of, only
from mutants.wrong import Change, Events, Mutant

_PLAIN: Final = "exec.items.agent-message"
_KNOWN_ITEMS: Final = frozenset({"agent_message", "command_execution", "error"})
_KNOWN_EVENTS: Final = frozenset(
    {"thread.started", "turn.started", "turn.completed", "turn.failed", "error"}
    | {f"item.{step}" for step in ("started", "updated", "completed")}
)
_KNOWN_STATUS: Final = frozenset({"in_progress", "completed", "failed", "declined"})
_KNOWN_FIELDS: Final = frozenset(
    [
        "type",
        "thread_id",
        "usage",
        "item",
        "error",
        "message",
        "id",
        "text",
        "command",
        "aggregated_output",
        "exit_code",
        "status",
        "input_tokens",
        "cached_input_tokens",
        "cache_write_input_tokens",
        "output_tokens",
        "reasoning_output_tokens",
        "changes",
        "path",
        "kind",
        "server",
        "tool",
        "arguments",
        "result",
        "items",
        "completed",
        "query",
        "action",
    ]
)
_SHORT: Final = 100
_KEPT: Final = 5


def _zero_usage(event: JsonObject) -> Iterable[JsonObject]:
    usage = event.get("usage")
    yield {**event, "usage": {**usage, "input_tokens": 0}} if isinstance(usage, dict) else event


def _counted_apart(event: JsonObject) -> Iterable[JsonObject]:
    """The counter that codex 0.169.0 added is taken for an unknown one."""
    usage = event.get("usage")
    if not isinstance(usage, dict):
        yield event
        return
    known = {key: one for key, one in usage.items() if key != "reasoning_output_tokens"}
    yield {**event, "usage": known}


def _twice(event: JsonObject) -> Iterable[JsonObject]:
    yield event
    if kind_of(event) == "turn.started":
        yield event


def _without_null(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: child for key, child in value.items() if child is not None}
    return value


def _float(value: JsonValue) -> JsonValue:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _integer(value: JsonValue) -> JsonValue:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(value: JsonValue) -> JsonValue:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _through_double(value: JsonValue) -> JsonValue:
    return int(float(value)) if isinstance(value, int) and not isinstance(value, bool) else value


def _without_empty(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: child for key, child in value.items() if child not in ("", [], {})}
    return value


def _strict_fields(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: child for key, child in value.items() if key in _KNOWN_FIELDS}
    return value


def _camel_case(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {_camel(key): child for key, child in value.items()}
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _known_status(item: JsonObject) -> JsonObject:
    unknown = "status" in item and item["status"] not in _KNOWN_STATUS
    return {**item, "status": "in_progress"} if unknown else item


def _short(value: JsonValue) -> JsonValue:
    return value[:_SHORT] if isinstance(value, str) else value


def _trimmed(value: JsonValue) -> JsonValue:
    return value.strip() if isinstance(value, str) else value


def _filled(item: JsonObject) -> JsonObject:
    """As a class with default values prints itself."""
    return {"text": None, "status": None, **item}


def _no_arguments(item: JsonObject) -> JsonObject:
    return {**item, "arguments": {}} if item.get("arguments", {}) is None else item


async def _without_last(events: Events) -> AsyncGenerator[Event, None]:
    held: Event | None = None
    async for event in events:
        if held is not None:
            yield held
        held = event


async def _late_starts(events: Events) -> AsyncGenerator[Event, None]:
    held: list[Event] = []
    async for event in events:
        if isinstance(event.raw, dict) and kind_of(event.raw) == "item.started":
            held.append(event)
            continue
        yield event
        while held:
            yield held.pop()


async def _until_completed(events: Events) -> AsyncGenerator[Event, None]:
    over = False
    async for event in events:
        if not over:
            yield event
        over = over or (isinstance(event.raw, dict) and kind_of(event.raw) == "turn.completed")


async def _first_five(events: Events) -> AsyncGenerator[Event, None]:
    """As a queue with a bound that throws away what does not fit."""
    count = 0
    async for event in events:
        count += 1
        if count <= _KEPT:
            yield event


async def _first_of_each_id(events: Events) -> AsyncGenerator[Event, None]:
    seen: set[str] = set()
    async for event in events:
        raw = event.raw if isinstance(event.raw, dict) else {}
        key = f"{raw.get('type')} {item_of(raw).get('type')}"
        if not (item_of(raw) and key in seen):
            yield event
        seen.add(key)


def _mutant(name: str, sentence: str, scenario: str, change: Change, path: str = "") -> Mutant:
    return Mutant(
        name=name,
        sentence=sentence,
        scenario=scenario,
        check="surfaced.events",
        path=path,
        change=change,
    )


_LOST: Final = (
    _mutant(
        "swallows_last_event",
        "Forgets the event it holds when the stream ends.",
        _PLAIN,
        Change(events=_without_last),
    ),
    _mutant(
        "drops_unknown_items",
        "Knows three item types and throws the others away.",
        "exec.drift.unknown-item",
        Change(each=only(lambda event: item_of(event).get("type", "error") in _KNOWN_ITEMS)),
    ),
    _mutant(
        "drops_unknown_events",
        "Throws away events of a type it does not know.",
        "exec.drift.unknown-event",
        Change(each=only(lambda event: kind_of(event) in _KNOWN_EVENTS)),
    ),
    _mutant(
        "drops_unknown_fields",
        "Keeps the fields it knows and throws the others away.",
        "exec.drift.unknown-field",
        Change(each=deep(_strict_fields)),
    ),
    _mutant(
        "drops_updates",
        "Hands out the start and the end of an item and nothing between.",
        "exec.items.todo-list",
        Change(each=only(lambda event: kind_of(event) != "item.updated")),
    ),
    _mutant(
        "drops_starts",
        "Hands out items once they are complete.",
        "exec.items.command-unfinished",
        Change(each=only(lambda event: kind_of(event) != "item.started")),
    ),
    _mutant(
        "hides_error_items",
        "Keeps warnings to itself.",
        "exec.items.error-item",
        Change(each=only(lambda event: item_of(event).get("type") != "error")),
    ),
    _mutant(
        "hides_retries",
        "Keeps error notices to itself.",
        "exec.turn.retry-then-ok",
        Change(each=only(lambda event: kind_of(event) != "error")),
    ),
    _mutant(
        "ends_at_completed",
        "Takes turn.completed for the last event.",
        "exec.drift.events-after-completed",
        Change(events=_until_completed),
    ),
    _mutant(
        "keeps_five",
        "Loses what comes after the first five events of a turn.",
        "exec.stream.many-events",
        Change(events=_first_five),
    ),
    _mutant(
        "shows_one_of_a_kind",
        "Takes a second item of a type for the first one again.",
        "exec.items.commands-interleaved",
        Change(events=_first_of_each_id),
    ),
    _mutant(
        "drops_null",
        "Leaves out a key whose value is null.",
        "exec.items.command-ok",
        Change(each=deep(_without_null)),
        path="exit_code",
    ),
    _mutant(
        "drops_empty_values",
        "Leaves out a key whose value is empty.",
        "exec.items.agent-message-empty",
        Change(each=deep(_without_empty)),
        path="text",
    ),
    _mutant(
        "loses_item_ids",
        "Hands out items without their id.",
        _PLAIN,
        Change(each=in_item(lambda item: {key: one for key, one in item.items() if key != "id"})),
        path="id",
    ),
)

_ALTERED: Final = (
    _mutant(
        "zero_usage",
        "Tells its user that no input token was used.",
        _PLAIN,
        Change(each=_zero_usage),
        path="usage.input_tokens",
    ),
    _mutant(
        "loses_reasoning_tokens",
        "Leaves out the counter of reasoning tokens, which older releases do not have.",
        "exec.turn.usage-large",
        Change(each=_counted_apart),
        path="reasoning_output_tokens",
    ),
    _mutant("duplicates_event", "Hands out one event twice.", _PLAIN, Change(each=_twice)),
    _mutant(
        "reorders_events",
        "Hands out the start of an item after its end.",
        "exec.items.command-ok",
        Change(events=_late_starts),
    ),
    _mutant(
        "gives_one_id_to_all",
        "Gives every item the same id.",
        "exec.items.commands-interleaved",
        Change(each=in_item(lambda item: {**item, "id": "item"})),
        path="id",
    ),
    _mutant(
        "counts_in_floats",
        "Turns every integer into a float, as a client without integers would.",
        _PLAIN,
        Change(each=deep(_float)),
        path="usage",
    ),
    _mutant(
        "makes_floats_whole",
        "Turns a float without a fraction into an integer.",
        "exec.items.mcp-numbers",
        Change(each=deep(_integer)),
    ),
    _mutant(
        "counts_in_text",
        "Turns every number into text.",
        "exec.items.command-fail",
        Change(each=deep(_text)),
        path="exit_code",
    ),
    _mutant(
        "loses_digits",
        "Reads integers as doubles, which keep 53 bits of them.",
        "exec.items.mcp-numbers",
        Change(each=deep(_through_double)),
    ),
    _mutant(
        "knows_every_status",
        "Takes a status it does not know for in_progress.",
        "exec.drift.unknown-status",
        Change(each=in_item(_known_status)),
        path="status",
    ),
    _mutant(
        "speaks_camel_case",
        "Renames every field to camel case.",
        "exec.items.file-change",
        Change(each=deep(_camel_case)),
    ),
    _mutant(
        "cuts_long_texts",
        "Shortens texts to a hundred characters.",
        "exec.framing.line-1mib",
        Change(each=deep(_short)),
    ),
    _mutant(
        "trims_texts",
        "Cuts white space off the ends of texts.",
        "exec.items.command-output",
        Change(each=deep(_trimmed)),
    ),
    _mutant(
        "fills_in_null",
        "Adds fields that codex did not send, with null.",
        "exec.items.reasoning",
        Change(each=in_item(_filled)),
        path="status",
    ),
    _mutant(
        "arguments_never_null",
        "Makes an empty object of arguments that are null.",
        "exec.items.mcp-arguments-null",
        Change(each=in_item(_no_arguments)),
        path="arguments",
    ),
)

MUTANTS: Final[tuple[Mutant, ...]] = (*_LOST, *_ALTERED)
