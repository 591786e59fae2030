"""What a script makes codex write, action by action: the bytes of standard output, and what else codex does. CORE.

Computed without the mock, so that the mock is not its own judge; ``tests/fixtures/test_scripts_play.py`` compares the two.
A script in (``schemas/scenario.json``, ``$defs/action``), frozen values out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue, canonical, object_of

JsonObject: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action.

    ``data`` is what it writes to standard output, or the beginning of it, and None when it writes nothing there;
    ``size`` is how many bytes it writes in all. ``told`` says what the bytes alone do not say.
    """

    action: str
    told: str
    data: bytes | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a script: what chooses it, and its steps."""

    chosen_by: str
    steps: tuple[Step, ...]

    @property
    def size(self) -> int:
        """Bytes that it writes to standard output."""
        return sum(step.size for step in self.steps)

    @property
    def data(self) -> bytes:
        """What is kept of the bytes it writes to standard output."""
        return b"".join(step.data for step in self.steps if step.data is not None)


@dataclass(slots=True)
class _State:
    """What the actions of one turn depend on; ``keep`` is how many bytes of an action are made, None: all."""

    thread: str
    keep: int | None
    usage: dict[str, int]
    eol: bytes = b"\n"
    items: dict[str, int] = field(default_factory=dict)


def turns(script: JsonObject, *, keep: int | None = None) -> tuple[Turn, ...]:
    """The turns of a script; usage is summed over the turns of a thread in file order (PROTOCOLS.md 1.2).

    Args:
        script: as in the scenario. An action that is not known here is shown as it is, with no bytes.
        keep: bytes of one action that are kept; what comes after is counted. None: all.
    """
    found = script.get("turns")
    usage: dict[str, dict[str, int]] = {}
    return tuple(
        _turn(turn, usage, keep)
        for turn in (found if isinstance(found, list) else [])
        if isinstance(turn, dict)
    )


def _turn(turn: JsonObject, usage: dict[str, dict[str, int]], keep: int | None) -> Turn:
    thread = str(turn.get("thread", ""))
    state = _State(thread=thread, keep=keep, usage=usage.setdefault(thread, {}))
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
    return ", ".join(
        f"{key} {json.dumps(value, ensure_ascii=False)}" for key, value in match.items()
    )


def _step(name: str, value: JsonValue, state: _State) -> Step:
    if name == "eol":
        state.eol = str(value).encode()
    writer = _WRITERS.get(name)
    if writer is None:
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return Step(action=name, told=told)
    data, told, more = writer(value, state)
    kept = data if state.keep is None else data[: state.keep]
    return Step(action=name, told=told, data=kept, size=len(data) + more)


_Written: TypeAlias = tuple[bytes, str, int]
"""Bytes, words for what they do not say themselves, and how many bytes follow that are not made."""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _line(value: JsonValue, state: _State) -> _Written:
    return _bytes(_compact(value)) + state.eol, "", 0


def _json(value: JsonValue, state: _State) -> _Written:
    return _bytes(str(value)) + state.eol, "", 0


def _raw(value: JsonValue, _: _State) -> _Written:
    return _bytes(str(value)), "no line end", 0


def _hex(value: JsonValue, _: _State) -> _Written:
    return bytes.fromhex(str(value)), "exact bytes", 0


def _bytewise(value: JsonValue, state: _State) -> _Written:
    return _bytes(str(value)) + state.eol, "one byte at a time", 0


def _split(value: JsonValue, state: _State) -> _Written:
    parts = _fields(value)
    at = parts.get("at")
    told = ", ".join(map(str, at if isinstance(at, list) else []))
    return _bytes(str(parts.get("json", ""))) + state.eol, f"in parts that begin at bytes {told}", 0


def _repeat(value: JsonValue, state: _State) -> _Written:
    """Many lines that differ in their number; beyond what is kept they are counted without being made."""
    parts = _fields(value)
    times, text = cast("int", parts["times"]), str(parts["json"])
    made = bytearray()
    number = 0
    while number < times and (state.keep is None or len(made) < state.keep):
        made += _bytes(text.replace("%N%", str(number))) + state.eol
        number += 1
    fixed = len(_bytes(text.replace("%N%", "")) + state.eol)
    digits = _digits(times) - _digits(number)
    more = fixed * (times - number) + digits * text.count("%N%")
    return bytes(made), f"{times} lines, each with its number", more


def _digits(count: int) -> int:
    """How many digits the numbers below ``count`` have in all, from 0."""
    total, low, width = 0, 0, 1
    while low < count:
        high = min(10**width, count)
        total += (high - low) * width
        low, width = high, width + 1
    return total


def _fill(value: JsonValue, state: _State) -> _Written:
    """A long line: whole repeats of the unit, then ``x`` for the bytes that are left over."""
    parts = _fields(value)
    before, _, after = str(parts["json"]).partition("%FILL%")
    unit = _bytes(str(parts.get("with", "x")))
    size = cast("int", parts["bytes"])
    times, rest = divmod(size - len(_bytes(before)) - len(_bytes(after)), len(unit))
    tail = b"x" * rest + _bytes(after) + state.eol
    told = f"a line of {size} bytes"
    if state.keep is None or size <= state.keep:
        return _bytes(before) + unit * times + tail, told, 0
    most = min(times, state.keep // len(unit) + 1)
    return _bytes(before) + unit * most, told, (times - most) * len(unit) + len(tail)


def _thread_started(_: JsonValue, state: _State) -> _Written:
    return _line({"type": "thread.started", "thread_id": state.thread}, state)


def _item(value: JsonValue, state: _State) -> _Written:
    """An ``id`` in the body stands a second time, as web_search has it; a dict could not hold it."""
    parts = _fields(value)
    number = state.items.setdefault(str(parts.get("ref")), len(state.items))
    inner = _compact(parts.get("body")).removeprefix("{")
    text = f'{{"type":"item.{parts.get("event")}","item":{{"id":"item_{number}",{inner}}}'
    return _bytes(text) + state.eol, "", 0


def _turn_completed(value: JsonValue, state: _State) -> _Written:
    usage = _fields(_fields(value).get("usage"))
    for name, count in usage.items():
        state.usage[name] = state.usage.get(name, 0) + cast("int", count)
    summed: JsonObject = {name: state.usage[name] for name in usage}
    return _line({"type": "turn.completed", "usage": summed}, state)


def _fields(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


_WRITERS: Final[dict[str, Callable[[JsonValue, _State], _Written]]] = {
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


def values(turn: Turn) -> tuple[JsonValue, ...]:
    """The lines that a turn writes, as far as its bytes are kept: parsed where they are JSON, else their text.

    Lines end at LF and at CR LF; an empty one is none.
    """
    found: list[JsonValue] = []
    for line in turn.data.split(b"\n"):
        text = line.removesuffix(b"\r").decode("utf-8", "replace")
        if not text.strip():
            continue
        found.append(_value(text))
    return tuple(found)


def _value(text: str) -> JsonValue:
    """A line as JSON, or as its text where it is none, is too deep, or has a number that JSON has not (NaN, 1e999)."""
    try:
        value: JsonValue = json.loads(text, object_pairs_hook=object_of)
        canonical(value)
    except (ValueError, RecursionError):
        return text
    return value
