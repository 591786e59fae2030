"""What the script made codex write, action by action: the bytes of standard output, and what else codex did. CORE.

A script in, frozen values out. The mock writes these bytes (``schemas/scenario.json``, ``$defs/action``); the journal says
how many bytes it really wrote, and the page shows both numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from harness.jsonvalue import JsonValue
from harness.report.records import JsonObject

SHOWN_BYTES: Final = 65_536
"""Bytes of one action that are kept; what comes after is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action. ``data`` is what it wrote to standard output, None when it wrote nothing there; ``size`` is how many
    bytes that were in all, of which ``data`` may be the beginning."""

    action: str
    told: str
    data: bytes | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of the script: what chooses it, its steps, and how many bytes it writes to standard output."""

    chosen_by: str
    steps: tuple[Step, ...]

    @property
    def size(self) -> int:
        """Bytes written to standard output."""
        return sum(step.size for step in self.steps)


@dataclass(slots=True)
class _State:
    """What the actions of one turn depend on."""

    thread: str
    eol: str = "\n"
    items: dict[str, int] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)


def turns(script: JsonObject) -> tuple[Turn, ...]:
    """The turns of a script. An action that this report does not know is shown as it is, with no bytes."""
    found = script.get("turns")
    usage: dict[str, dict[str, int]] = {}
    return tuple(
        _turn(cast("JsonObject", turn), usage)
        for turn in (found if isinstance(found, list) else [])
        if isinstance(turn, dict)
    )


def _turn(turn: JsonObject, usage: dict[str, dict[str, int]]) -> Turn:
    thread = str(turn.get("thread", ""))
    state = _State(thread=thread, usage=usage.setdefault(thread, {}))
    actions = turn.get("do")
    steps = [
        _step(name, value, state)
        for action in (actions if isinstance(actions, list) else [])
        if isinstance(action, dict)
        for name, value in action.items()
    ]
    return Turn(chosen_by=_chosen(turn.get("match")), steps=tuple(steps))


def _chosen(match: JsonValue) -> str:
    if not isinstance(match, dict) or not match:
        return "the next turn in order"
    return ", ".join(f"{key} {json.dumps(value, ensure_ascii=False)}" for key, value in match.items())


def _step(name: str, value: JsonValue, state: _State) -> Step:
    if name == "eol":
        state.eol = str(value)
    writer = _WRITERS.get(name)
    if writer is None:
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return Step(action=name, told=told)
    data, told, more = writer(value, state)
    return Step(action=name, told=told, data=data[:SHOWN_BYTES], size=len(data) + more)


Written = tuple[bytes, str, int]
"""Bytes, words for what the bytes alone do not say, and how many bytes follow that are not made."""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _line(value: JsonValue, state: _State) -> Written:
    return _bytes(_compact(value) + state.eol), "", 0


def _json(value: JsonValue, state: _State) -> Written:
    return _bytes(str(value) + state.eol), "", 0


def _raw(value: JsonValue, _: _State) -> Written:
    return _bytes(str(value)), "no line end", 0


def _hex(value: JsonValue, _: _State) -> Written:
    return bytes.fromhex(str(value)), "exact bytes", 0


def _bytewise(value: JsonValue, state: _State) -> Written:
    return _bytes(str(value) + state.eol), "one byte at a time", 0


def _split(value: JsonValue, state: _State) -> Written:
    parts = _fields(value)
    at = parts.get("at")
    told = "written in parts that begin at bytes " + ", ".join(
        map(str, at if isinstance(at, list) else [])
    )
    return _bytes(str(parts.get("json", "")) + state.eol), told, 0


def _repeat(value: JsonValue, state: _State) -> Written:
    """The first lines of many; the others differ in their number only, so their bytes are counted without making them."""
    parts = _fields(value)
    times, text = cast("int", parts["times"]), str(parts["json"])
    made = b""
    number = 0
    while number < times and len(made) < SHOWN_BYTES:
        made += _bytes(text.replace("%N%", str(number)) + state.eol)
        number += 1
    fixed = len(_bytes(text.replace("%N%", "") + state.eol))
    digits = _digits(times) - _digits(number)
    more = fixed * (times - number) + digits * text.count("%N%")
    return made, f"{times} lines, each with its number", more


def _digits(count: int) -> int:
    """How many digits the numbers below ``count`` have in all, from 0."""
    total, low, width = 0, 0, 1
    while low < count:
        high = min(10**width, count)
        total += (high - low) * width
        low, width = high, width + 1
    return total


def _fill(value: JsonValue, state: _State) -> Written:
    parts = _fields(value)
    size, text = cast("int", parts["bytes"]), str(parts["json"])
    before, _, after = text.partition("%FILL%")
    unit = _bytes(str(parts.get("with", "x")))
    room = min(size, SHOWN_BYTES)
    filled = (unit * (room // len(unit) + 1))[:room]
    tail = _bytes(after + state.eol)
    told = f"a line of {size} bytes of filling"
    if size > room:
        return _bytes(before) + filled, told, size - room + len(tail)
    return _bytes(before) + filled + tail, told, 0


def _thread_started(_: JsonValue, state: _State) -> Written:
    return _line({"type": "thread.started", "thread_id": state.thread}, state)


def _item(value: JsonValue, state: _State) -> Written:
    parts = _fields(value)
    number = state.items.setdefault(str(parts.get("ref")), len(state.items))
    body = _compact(parts.get("body"))
    text = (
        f'{{"type":"item.{parts.get("event")}","item":{{"id":"item_{number}",{body[1:]}}}'
    )
    return _bytes(text + state.eol), "", 0


def _turn_completed(value: JsonValue, state: _State) -> Written:
    usage = _fields(_fields(value).get("usage"))
    for name, count in usage.items():
        state.usage[name] = state.usage.get(name, 0) + cast("int", count)
    summed: JsonObject = {name: state.usage[name] for name in usage}
    return _line({"type": "turn.completed", "usage": summed}, state)


def _fields(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


_WRITERS: Final[dict[str, Callable[[JsonValue, _State], Written]]] = {
    "line": _line,
    "json": _json,
    "raw": _raw,
    "hex": _hex,
    "bytewise": _bytewise,
    "split": _split,
    "repeat": _repeat,
    "fill": _fill,
    "thread_started": _thread_started,
    "item": _item,
    "turn_completed": _turn_completed,
}


def lines(turn: Turn) -> tuple[JsonValue, ...]:
    """The lines that a turn writes, as values: parsed where they are JSON, else their text; of what is kept of its bytes.

    Lines end at LF and at CR LF. A last line without its end counts.
    """
    data = b"".join(step.data for step in turn.steps if step.data is not None)
    found: list[JsonValue] = []
    for line in data.split(b"\n"):
        text = line.removesuffix(b"\r").decode("utf-8", "replace")
        if not text.strip():
            continue
        try:
            found.append(json.loads(text))
        except (ValueError, RecursionError):
            found.append(text)
    return tuple(found)
