"""What ``codex exec --json`` writes, one JSON value a line, as typed views over the raw value (PROTOCOLS.md 1.2, 1.3).

The raw value is kept whole: unknown fields, unknown types, key order, integers of any size. A view never refuses: a field
that is missing or of the wrong type reads as the neutral value of its type and is named in ``problems``. So drift of codex
is seen and never breaks a stream; that is also what the official TypeScript SDK does, which checks nothing.

A field counts as missing only if every release since 0.44 writes it: ``action`` of a web search and two counters of
``Usage`` came later (PROTOCOLS.md 1.7).

This module must not know who reads the events or what they do with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue
from harness.wire.fields import Fields
from harness.wire.items import Item, view_item
from harness.wire.jsontext import decode, to_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """What every event has: its raw JSON, what is wrong with it, and the ``$`` paths of keys that stood there twice."""

    raw: JsonValue
    problems: tuple[str, ...]
    duplicate_keys: tuple[str, ...]

    def to_line(self) -> str:
        """The event as one line of JSON, without the line end."""
        return to_line(self.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadStarted(Occurrence):
    """First event of a process; on resume it carries the same id again."""

    thread_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted(Occurrence):
    """codex has taken the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens. Since 0.101 the sum over the whole thread, before that of the turn, with no change of shape."""

    raw: JsonValue
    input_tokens: int
    cached_input_tokens: int
    cache_write_input_tokens: int
    output_tokens: int
    reasoning_output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCompleted(Occurrence):
    """The turn has ended well."""

    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed(Occurrence):
    """The turn has ended badly."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStarted(Occurrence):
    """An item has begun."""

    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUpdated(Occurrence):
    """An item has changed; only ``todo_list`` does."""

    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCompleted(Occurrence):
    """An item is in its last state."""

    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadError(Occurrence):
    """An error notice, not necessarily the end: retries are announced with it too."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Occurrence):
    """An event of a type this release does not know, or a line that is JSON but no object; ``raw`` has it whole."""


Event: TypeAlias = (
    ThreadStarted
    | TurnStarted
    | TurnCompleted
    | TurnFailed
    | ItemStarted
    | ItemUpdated
    | ItemCompleted
    | ThreadError
    | UnknownEvent
)


def parse_event(line: str) -> Event:
    """Parse one line of codex' output.

    Raises:
        BadLine: see ``decode``.
    """
    decoded = decode(line)
    return view(decoded.value, decoded.duplicate_keys)


def view(raw: JsonValue, duplicate_keys: tuple[str, ...] = ()) -> Event:
    """The typed view of one event; never fails, whatever ``raw`` is."""
    fields = Fields(raw, "$", [])
    kind = fields.text("type")
    make = _VIEWS.get(kind, _unknown)
    return make(fields, duplicate_keys)


def _unknown(fields: Fields, twice: tuple[str, ...]) -> Event:
    return UnknownEvent(raw=fields.raw, problems=tuple(fields.problems), duplicate_keys=twice)


def _thread_started(fields: Fields, twice: tuple[str, ...]) -> Event:
    thread_id = fields.text("thread_id")
    return ThreadStarted(
        raw=fields.raw, problems=tuple(fields.problems), duplicate_keys=twice, thread_id=thread_id
    )


def _turn_started(fields: Fields, twice: tuple[str, ...]) -> Event:
    return TurnStarted(raw=fields.raw, problems=(), duplicate_keys=twice)


def _turn_completed(fields: Fields, twice: tuple[str, ...]) -> Event:
    usage = usage_of(fields.inner("usage"))
    return TurnCompleted(
        raw=fields.raw, problems=tuple(fields.problems), duplicate_keys=twice, usage=usage
    )


def usage_of(fields: Fields) -> Usage:
    """The typed view of a usage object."""
    return Usage(
        raw=fields.raw,
        input_tokens=fields.number("input_tokens"),
        cached_input_tokens=fields.number("cached_input_tokens"),
        cache_write_input_tokens=fields.optional_number("cache_write_input_tokens") or 0,
        output_tokens=fields.number("output_tokens"),
        reasoning_output_tokens=fields.optional_number("reasoning_output_tokens") or 0,
    )


def _turn_failed(fields: Fields, twice: tuple[str, ...]) -> Event:
    message = fields.inner("error").text("message")
    return TurnFailed(
        raw=fields.raw, problems=tuple(fields.problems), duplicate_keys=twice, message=message
    )


def _error(fields: Fields, twice: tuple[str, ...]) -> Event:
    message = fields.text("message")
    return ThreadError(
        raw=fields.raw, problems=tuple(fields.problems), duplicate_keys=twice, message=message
    )


def _of_item(
    kind: type[ItemStarted | ItemUpdated | ItemCompleted],
) -> Callable[[Fields, tuple[str, ...]], Event]:
    def make(fields: Fields, twice: tuple[str, ...]) -> Event:
        inner = fields.inner("item")
        item = view_item(inner)
        return kind(
            raw=fields.raw, problems=tuple(fields.problems), duplicate_keys=twice, item=item
        )

    return make


_VIEWS: Final[dict[str, Callable[[Fields, tuple[str, ...]], Event]]] = {
    "thread.started": _thread_started,
    "turn.started": _turn_started,
    "turn.completed": _turn_completed,
    "turn.failed": _turn_failed,
    "item.started": _of_item(ItemStarted),
    "item.updated": _of_item(ItemUpdated),
    "item.completed": _of_item(ItemCompleted),
    "error": _error,
}
