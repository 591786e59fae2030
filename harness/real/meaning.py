"""What the numbers, ids and exit codes of a release mean: relations that stay invisible when only shapes are compared.

Between 0.77.0 and 0.101.0 ``usage`` turned from per turn to cumulative without a change of shape (measured). Each rule
here looks at the recordings of one scenario and says in a word what holds; a rule that finds nothing to look at is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.real.shapes import TurnBytes, events_of, first

Turns: TypeAlias = Sequence[TurnBytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One relation: its name as a question, and what answers it; None: this scenario does not show it."""

    name: str
    ask: Callable[[Turns], str | None]


def meanings(turns: Turns) -> dict[str, str]:
    """The answer to every question that the turns of a scenario can answer."""
    found = {rule.name: rule.ask(turns) for rule in RULES}
    return {name: answer for name, answer in found.items() if answer is not None}


def _usage(turns: Turns) -> str | None:
    if len(turns) != 2:
        return None
    counts = [_input_tokens(turn) for turn in turns]
    if counts[0] is None or counts[1] is None:
        return None
    # The scripted model reports the same usage for each turn.
    return "of the turn" if counts[0] == counts[1] else "of the thread so far"


def _input_tokens(turn: TurnBytes) -> int | None:
    completed = first(events_of(turn), "turn.completed")
    usage = None if completed is None else completed.get("usage")
    return cast("int | None", usage.get("input_tokens")) if isinstance(usage, dict) else None


def _second_thread(turns: Turns) -> str | None:
    ids = _thread_ids(turns)
    if len(turns) != 2 or None in ids:
        return None
    return "the id of the first" if ids[0] == ids[1] else "another id"


def _thread_ids(turns: Turns) -> list[JsonValue]:
    started = [first(events_of(turn), "thread.started") for turn in turns]
    return [None if one is None else one.get("thread_id") for one in started]


def _item_ids(turns: Turns) -> str | None:
    if len(turns) != 2:
        return None
    ids = [_first_item_id(turn) for turn in turns]
    if None in ids:
        return None
    return "count anew" if ids[0] == ids[1] else "go on"


def _first_item_id(turn: TurnBytes) -> JsonValue:
    items = [event.get("item") for event in events_of(turn)]
    return next((item.get("id") for item in items if isinstance(item, dict)), None)


def _failed_exit(turns: Turns) -> str | None:
    codes = {turn.exit_code for turn in turns if first(events_of(turn), "turn.failed") is not None}
    return " or ".join(map(str, sorted(codes))) or None


def _completed_exit(turns: Turns) -> str | None:
    codes = {
        turn.exit_code for turn in turns if first(events_of(turn), "turn.completed") is not None
    }
    return " or ".join(map(str, sorted(codes))) or None


def _silent_exit(turns: Turns) -> str | None:
    codes = {turn.exit_code for turn in turns if not turn.stdout}
    return " or ".join(map(str, sorted(codes))) or None


def _interrupted_exit(turns: Turns) -> str | None:
    ends = {"turn.completed", "turn.failed"}
    codes = set()
    for turn in turns:
        kinds = {event.get("type") for event in events_of(turn)}
        if "turn.started" in kinds and not kinds & ends:
            codes.add(turn.exit_code)
    return " or ".join(map(str, sorted(codes))) or None


def _failed_command(turns: Turns) -> str | None:
    for item in _completed_items(turns, "command_execution"):
        code = item.get("exit_code")
        if isinstance(code, int) and code != 0:
            return str(item.get("status"))
    return None


def _failed_mcp(turns: Turns) -> str | None:
    for item in _completed_items(turns, "mcp_tool_call"):
        if item.get("status") == "failed":
            return "in `error`" if item.get("error") is not None else "in `result`"
    return None


def _completed_items(turns: Turns, kind: str) -> list[Mapping[str, JsonValue]]:
    return [
        item
        for turn in turns
        for event in events_of(turn)
        if event.get("type") == "item.completed"
        and isinstance(item := event.get("item"), dict)
        and item.get("type") == kind
    ]


def _same_text(turns: Turns) -> str | None:
    for turn in turns:
        events = events_of(turn)
        failed, error = first(events, "turn.failed"), first(list(reversed(events)), "error")
        told = None if failed is None else failed.get("error")
        if error is not None and isinstance(told, dict):
            return "the same text" if told.get("message") == error.get("message") else "another text"  # fmt: skip
    return None


RULES: Final = (
    Rule(name="usage of a second turn counts what", ask=_usage),
    Rule(name="thread.started of a resumed turn carries which id", ask=_second_thread),
    Rule(name="item ids of a second turn", ask=_item_ids),
    Rule(name="exit code after turn.failed", ask=_failed_exit),
    Rule(name="exit code after turn.completed", ask=_completed_exit),
    Rule(name="exit code without any event", ask=_silent_exit),
    Rule(name="exit code of an interrupted turn", ask=_interrupted_exit),
    Rule(name="status of a command that exits with another code than 0", ask=_failed_command),
    Rule(name="a failed MCP call says why", ask=_failed_mcp),
    Rule(name="turn.failed and the error before it have", ask=_same_text),
)
