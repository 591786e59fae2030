"""IO: probes of values: nulls, numbers, separators, surrogates and sizes, from codex to the caller and back."""

from __future__ import annotations

from typing import Final, cast

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue
from harness.subjects.base import JsonObject
from harness.subjects.bench import Bench, Probe, completed, items, outcome, shown, turn
from harness.subjects.fidelity import compare
from harness.subjects.probe_journal import traces
from harness.subjects.probe_scripts import HUGE, TEXTS, VALUES
from harness.wire.jsontext import decode

_WHOLE: Final = "Hand the value on as the SDK gave it; if the SDK's types lose it, declare it in `cannot_express`."


async def _values(bench: Bench) -> None:
    losses: set[str] = set()
    for mode in bench.modes:
        heard = await bench.play("values", bench.start(), turn(mode))
        completed(heard)
        found = items(heard)
        if len(found) != len(VALUES) + 1:
            raise DriverFault(
                f"codex completed {len(VALUES) + 1} items, {len(found)} were handed on in mode {mode}",
                hint="Every item of the SDK, in order, none left out.",
            )
        for line, item in zip(VALUES, found, strict=False):
            losses |= _losses(line, item, mode)
    declared = set(cast("list[str]", bench.hello["cannot_express"]))
    if losses - declared:
        raise DriverFault(
            f"loses {', '.join(sorted(losses - declared))} and does not say so", hint=_WHOLE
        )
    if declared - losses:
        raise DriverFault(
            f"declares {', '.join(sorted(declared - losses))} in `cannot_express` and loses nothing of it",
            hint="Remove it there: a declaration too many hides differences.",
        )


def _losses(line: str, item: JsonValue, mode: str) -> frozenset[str]:
    wire = cast("JsonObject", decode(line).value)
    found = compare(wire["item"], item)
    if found.changes:
        places = ", ".join(found.changes)
        raise DriverFault(
            f"in mode {mode} a value of codex is handed on changed at {places} of the item: {shown(item)}",
            hint=_WHOLE,
        )
    return found.losses


async def _separators(bench: Bench) -> str | None:
    return await _text(bench, "separators")


async def _surrogate(bench: Bench) -> str | None:
    return await _text(bench, "surrogate")


async def _text(bench: Bench, script: str) -> str | None:
    """An SDK may refuse the line, and a language may not have the character: that is for the comparison to show."""
    _, wanted = TEXTS[script]
    for mode in bench.modes:
        heard = await bench.play(script, bench.start(), turn(mode))
        if outcome(heard)["kind"] == "error":
            return f"the SDK ends the turn with {shown(outcome(heard)['error'])}"
        (item,) = items(heard) or [None]
        text = item.get("text") if isinstance(item, dict) else None
        if script == "surrogate" and text != wanted and isinstance(text, str):
            return f"the lone surrogate arrives as {text!a}"
        if text != wanted:
            raise DriverFault(
                f"in mode {mode} the text {wanted!a} is handed on as {text!a}",
                hint="Write ASCII with \\u escapes, or UTF-8; only LF ends a line.",
            )
    return None


async def _surrogate_prompt(bench: Bench) -> str | None:
    step = turn(bench.modes[0], input="a\ud800b")
    message = await bench.raw_run("plain", bench.start(), step)
    while message["kind"] not in {"done", "driver_error", "not_applicable"}:
        at_gate = message["kind"] == "gate"
        message = await bench.raw(b'{"op":"continue","id":"probe"}\n' if at_gate else b"")
    if message["kind"] == "driver_error":
        raise DriverFault(
            f"answers a run whose prompt has a lone surrogate with {shown(message)}",
            hint="Where the language has no such text, answer `not_applicable` with the run's id.",
        )
    return f"not applicable: {message['reason']}" if message["kind"] == "not_applicable" else None


async def _huge_prompt(bench: Bench) -> str | None:
    prompt = "p" * HUGE
    for mode in bench.modes:
        seen = traces(bench.codex("plain"))
        heard = await bench.play("plain", bench.start(), turn(mode, input=prompt))
        if outcome(heard)["kind"] == "error":
            return f"the SDK ends the turn with {shown(outcome(heard)['error'])}"
        new = traces(bench.codex("plain")) - seen
        if not any(prompt in trace for trace in new):
            raise DriverFault(
                f"a prompt of {HUGE} characters does not reach codex whole in mode {mode}",
                hint="Read whole lines of any length from stdin; many readers stop at 64 KiB.",
            )
    return None


async def _huge_event(bench: Bench) -> str | None:
    for mode in bench.modes:
        heard = await bench.play("huge", bench.start(), turn(mode))
        if outcome(heard)["kind"] == "error":
            return f"the SDK ends the turn with {shown(outcome(heard)['error'])}"
        if not any(len(str(item)) > HUGE // 2 for item in items(heard)):
            raise DriverFault(
                f"an event of {HUGE} bytes is not handed on in mode {mode}",
                hint="Write the whole line, however long.",
            )
    return None


PROBES: Final[tuple[tuple[str, Probe], ...]] = (
    ("hands on every value, or declares what its SDK's types lose", _values),
    ("hands on U+2028, U+2029 and U+0085 inside a text", _separators),
    ("survives a lone surrogate in an event", _surrogate),
    ("takes a prompt with a lone surrogate, or says that its language cannot", _surrogate_prompt),
    ("takes a prompt of 1 MiB", _huge_prompt),
    ("hands on an event of 1 MiB", _huge_event),
)
