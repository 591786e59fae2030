"""The events of a turn folded into its result, as ``run`` gives it (PROTOCOLS.md 2.6).

The fold works on the raw JSON, not on the views: what codex sent is what the caller gets, also where the official
TypeScript SDK hands on something odd. Top-level ``error`` events do not count; ``turn.failed`` ends the turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from harness.errors import BadLine, TurnFailed
from harness.jsonvalue import JsonValue
from harness.wire.events import Event, Usage, usage_of
from harness.wire.fields import Fields
from harness.wire.items import Item, view_item
from harness.wire.jsontext import to_line

JsonObject: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A completed turn.

    Args:
        items: every completed item in order, warnings included.
        final_response: text of the last agent message, ``""`` when there is none.
        usage: tokens, None when codex reported none.
        raw: the same as JSON (``items``, ``final_response``, ``usage``), exactly as codex sent the parts; a last message
            without text leaves ``final_response`` out.
    """

    items: tuple[Item, ...]
    final_response: str
    usage: Usage | None
    raw: JsonObject


class TurnFold:
    """Collects the events of one turn: ``add`` each until it says stop, then ask for ``turn``."""

    def __init__(self) -> None:
        self._items: list[JsonValue] = []
        self._final: JsonObject = {"final_response": ""}
        self._usage: JsonValue = None
        self._failure: JsonValue = None

    def __repr__(self) -> str:
        return f"TurnFold(items={len(self._items)}, failed={self._failure is not None})"

    def add(self, event: Event) -> bool:
        """Take the next event; returns whether the turn is over and the rest need not be read.

        Raises:
            BadLine: a completed item that is not there.
        """
        raw = event.raw if isinstance(event.raw, dict) else {}
        kind = raw.get("type")
        if kind == "item.completed":
            self._complete(raw.get("item"), event)
        elif kind == "turn.completed":
            self._usage = raw.get("usage")
        elif kind == "turn.failed":
            self._failure = raw.get("error")
        return kind == "turn.failed"

    def turn(self) -> Turn:
        """The result.

        A ``turn.failed`` without an ``error`` ends the turn without failing it: so does the official SDK (measured).

        Raises:
            TurnFailed: codex reported ``turn.failed``.
        """
        if isinstance(self._failure, dict | list) or self._failure:
            raise TurnFailed(_message(self._failure))
        final = self._final.get("final_response")
        return Turn(
            items=tuple(view_item(Fields(item, "$", [])) for item in self._items),
            final_response=final if isinstance(final, str) else "",
            usage=None if self._usage is None else usage_of(Fields(self._usage, "$", [])),
            raw={"items": self._items, **self._final, "usage": self._usage},
        )

    def _complete(self, item: JsonValue, event: Event) -> None:
        if item is None:
            raise BadLine(event.to_line(), "item.completed without item")
        if isinstance(item, dict) and item.get("type") == "agent_message":
            self._final = {"final_response": item["text"]} if "text" in item else {}
        self._items.append(item)


def _message(error: JsonValue) -> str:
    if not isinstance(error, dict) or "message" not in error:
        return ""
    message = error["message"]
    return message if isinstance(message, str) else to_line(message)
