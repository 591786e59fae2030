"""Streams of codex by chance: events that fit the schema, what may go wrong with them, and how their bytes are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, TypeAlias, cast

from hypothesis import strategies as st

from harness.fuzz.from_schema import ANY, TEXTS, Values, values
from harness.jsonvalue import JsonValue

Object: TypeAlias = "dict[str, JsonValue]"
Draw: TypeAlias = "Callable[[st.SearchStrategy[JsonValue]], JsonValue]"

_BEGINNING: Final = frozenset({"thread.started", "turn.started"})
_END: Final = frozenset({"turn.completed", "turn.failed"})
_BAD_BYTES: Final = (b"\xff", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xc0\xaf")
_BROKEN: Final = ("", " ", "{", "nul", "[1,2", '{"type":"turn.started"', "NaN", "\x00", "\ufeff{}")
_WHOLE: Final[tuple[JsonValue, ...]] = (None, True, 0, "text", [], [{}], {})
_CRASHES: Final = ("SIGKILL", "SIGTERM", "SIGSEGV")


@st.composite
def streams(draw: st.DrawFn, by_type: dict[str, Values]) -> tuple[list[Object], bool]:
    """What a mock does in one turn, as actions of ``schemas/scenario.json``, and whether codex could write it so.

    Args:
        by_type: what ``events_by_type`` made.
    """
    events: list[JsonValue] = [draw(by_type[name]) for name in ("thread.started", "turn.started")]
    between = [one for name, one in by_type.items() if name not in _BEGINNING | _END]
    events += draw(st.lists(st.one_of(between), max_size=4))
    end = draw(
        st.sampled_from(["turn.completed", "turn.completed", "turn.completed", "turn.failed", ""])
    )
    if end:
        events.append(draw(by_type[end]))
    valid = bool(end) and draw(st.booleans())
    if not valid:
        for _ in range(draw(st.integers(1, 2))):
            events = draw(_wronged(events))
    actions = [action for event in events for action in draw(_written(event, codex_writes=valid))]
    if not valid:
        actions = draw(_noise(actions))
    return [*actions, *draw(_endings(valid=valid))], valid


def events_by_type(schema: JsonValue) -> dict[str, Values]:
    """The events of the schema of exec events by their type, as strategies; made once, for making them takes long."""
    branches = cast("list[Object]", cast("Object", schema)["oneOf"])
    return {
        str(cast("Object", cast("Object", one["properties"])["type"])["const"]): values(one)
        for one in branches
    }


@st.composite
def _wronged(draw: st.DrawFn, events: list[JsonValue]) -> list[JsonValue]:
    """One thing that codex does not do: an event lost, doubled, moved, or not what the schema says."""
    if not events:
        return [draw(ANY)]
    at = draw(st.integers(0, len(events) - 1))
    event = events[at]
    match draw(
        st.sampled_from(
            ["drop", "double", "move", "any", "event", "item", "field", "field", "field"]
        )
    ):
        case "drop":
            return events[:at] + events[at + 1 :]
        case "double":
            return [*events[: at + 1], event, *events[at + 1 :]]
        case "move":
            rest = events[:at] + events[at + 1 :]
            to = draw(st.integers(0, len(rest)))
            return [*rest[:to], event, *rest[to:]]
        case "any":
            new: JsonValue = draw(st.sampled_from(_WHOLE) | ANY)
        case "event":
            new = {
                "type": draw(st.sampled_from(["turn.progress", "session.ended", ""])),
                "detail": draw(ANY),
            }
        case "item":
            new = {
                "type": "item.completed",
                "item": {"id": "item_9", "type": "hologram", "depth": draw(ANY)},
            }
        case _:
            new = draw(_other_field(event))
    return [*events[:at], new, *events[at + 1 :]]


@st.composite
def _other_field(draw: st.DrawFn, value: JsonValue) -> JsonValue:
    """The value with one field more, fewer, or of another kind, somewhere in it."""
    if not isinstance(value, dict) or not value:
        return draw(ANY)
    deeper = [key for key, one in value.items() if isinstance(one, dict) and one]
    inner = draw(st.sampled_from([*deeper, ""]))
    if inner in deeper:
        return {**value, inner: draw(_other_field(value[inner]))}
    key = draw(st.sampled_from(sorted(value)))
    match draw(st.sampled_from(["less", "null", "other", "more"])):
        case "less":
            return {name: one for name, one in value.items() if name != key}
        case "null":
            return {**value, key: None}
        case "other":
            return {**value, key: draw(ANY)}
        case _:
            return {**value, "unheard_of": draw(ANY)}


@st.composite
def _written(draw: st.DrawFn, event: JsonValue, *, codex_writes: bool) -> list[Object]:
    """The actions that write one event: in one piece, in several, or with broken bytes in it."""
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    ways = ["line"] * 6 + ["split", "split", "bytes"]
    match draw(st.sampled_from(ways if codex_writes else [*ways, "broken", "blank"])):
        case "split":
            size = len(text.encode())
            cuts = draw(st.sets(st.integers(1, size), min_size=1, max_size=3))
            return [{"split": {"json": text, "at": [*sorted(cuts)]}}]
        case "bytes" if len(text) < 60:
            return [{"split": {"json": text, "at": [*range(1, len(text.encode()) + 1)]}}]
        case "broken":
            data = text.encode()
            at = draw(st.integers(0, len(data)))
            bad = data[:at] + draw(st.sampled_from(_BAD_BYTES)) + data[at:]
            return [{"hex": (bad + b"\n").hex()}]
        case "blank":
            return [{"raw": draw(st.sampled_from(["\n", "\r\n", " \n"]))}, {"line": event}]
        case _:
            return [{"line": event}]


@st.composite
def _noise(draw: st.DrawFn, actions: list[Object]) -> list[Object]:
    """Line ends of another kind, a line that is no JSON, or text on stderr, somewhere between."""
    at = draw(st.integers(0, len(actions)))
    extra: list[Object] = []
    match draw(st.sampled_from(["none", "none", "eol", "line", "stderr"])):
        case "eol":
            extra = [{"eol": draw(st.sampled_from(["\r\n", "\r", ""]))}]
        case "line":
            extra = [{"json": draw(st.sampled_from(_BROKEN))}]
        case "stderr":
            extra = [{"stderr": draw(TEXTS)}]
        case _:
            pass
    return [*actions[:at], *extra, *actions[at:]]


@st.composite
def _endings(draw: st.DrawFn, *, valid: bool) -> list[Object]:
    """How codex ends: mostly with status 0."""
    match draw(
        st.sampled_from(["0", "0", "0", "status"] if valid else ["0", "0", "status", "signal"])
    ):
        case "status":
            return [{"exit": draw(st.sampled_from([1, 2, 101, 255]))}]
        case "signal":
            return [{"signal": draw(st.sampled_from(_CRASHES))}]
        case _:
            return []
