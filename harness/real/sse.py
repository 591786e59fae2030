"""A scripted answer as server-sent events (PROTOCOLS.md 4.4, 4.5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from harness.jsonvalue import JsonValue
from harness.real.script import (
    End,
    Failed,
    Finished,
    Incomplete,
    Item,
    Message,
    Raw,
    Reasoning,
    Streamed,
    WebSearch,
)
from harness.real.tools import NotOffered, Tool, call

JsonObject: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The events of one answer, the tools that were wanted and not offered, and how the stream ends."""

    events: tuple[JsonObject, ...]
    not_offered: tuple[NotOffered, ...]
    end: End

    def text(self) -> str:
        """The events as an event stream."""
        return "".join(
            f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
            for event in self.events
        )


def write(answer: Streamed, tools: Sequence[Tool], number: int) -> Written:
    """The answer to request ``number`` (counted over the scenario, so that every id is its own)."""
    response = f"resp_{number}"
    events: list[JsonObject] = [{"type": "response.created", "response": {"id": response}}]
    missing: list[NotOffered] = []
    for index, item in enumerate(answer.items):
        made = _output_item(item, tools, f"{number}_{index}")
        if isinstance(made, NotOffered):
            missing.append(made)
            made = _message(f"msg_{number}_{index}", f"not offered: {' or '.join(made.wanted)}")
        events += _events(item, made)
    events += _last(answer.end, response)
    return Written(events=tuple(events), not_offered=tuple(missing), end=answer.end)


def _output_item(item: Item, tools: Sequence[Tool], mark: str) -> JsonObject | NotOffered:
    match item:
        case Message(text=text):
            return _message(f"msg_{mark}", text)
        case Reasoning(summary=summary):
            parts: list[JsonValue] = [{"type": "summary_text", "text": text} for text in summary]
            return {
                "type": "reasoning",
                "id": f"rs_{mark}",
                "summary": parts,
                "encrypted_content": None,
            }
        case WebSearch(id=raw_id, action=action):
            return {
                "type": "web_search_call",
                "id": raw_id,
                "status": "completed",
                "action": action,
            }
        case Raw(item=raw):
            return raw
        case tool_item:
            return call(tool_item, tools, f"call_{mark}")


def _message(identity: str, text: str) -> JsonObject:
    return {
        "type": "message",
        "role": "assistant",
        "id": identity,
        "content": [{"type": "output_text", "text": text}],
    }


def _events(item: Item, made: JsonObject) -> Iterator[JsonObject]:
    match item:
        case Message(deltas=deltas) if deltas:
            yield {"type": "response.output_item.added", "item": {**made, "content": []}}
            for delta in deltas:
                yield {"type": "response.output_text.delta", "delta": delta, "item_id": made["id"]}
        case WebSearch(id=raw_id):
            started: JsonObject = {
                "type": "web_search_call",
                "id": raw_id,
                "status": "in_progress",
            }
            yield {"type": "response.output_item.added", "item": started}
        case _:
            pass
    yield {"type": "response.output_item.done", "item": made}


def _last(end: End, response: str) -> Iterator[JsonObject]:
    match end:
        case Finished(usage=usage):
            yield {
                "type": "response.completed",
                "response": {
                    "id": response,
                    "usage": {
                        "input_tokens": usage["input"],
                        "input_tokens_details": {"cached_tokens": usage["cached"]},
                        "output_tokens": usage["output"],
                        "output_tokens_details": {"reasoning_tokens": usage["reasoning"]},
                        "total_tokens": usage["input"] + usage["output"],
                    },
                },
            }
        case Failed(code=code, message=message):
            error: JsonObject = {"code": code, "message": message}
            yield {"type": "response.failed", "response": {"id": response, "error": error}}
        case Incomplete(reason=reason):
            yield {
                "type": "response.incomplete",
                "response": {"id": response, "incomplete_details": {"reason": reason}},
            }
        case _:
            # Dropped and held streams stop short of it.
            return
