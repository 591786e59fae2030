"""A scenario whose script is what another release wrote: so the mock plays as that release. CORE.

The command line is still judged as 0.169.0 judges it (``mock_codex/exec_peer.py``); where an older release accepts what
0.169.0 refuses, or the reverse before any recording is asked for, the lanes differ and an entry says why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.real.recordings import Kept
from harness.scenario import Scenario
from harness.wire.lines import lines_of

JsonObject: TypeAlias = dict[str, JsonValue]


def as_release(scenario: Scenario, recorded: Sequence[Kept]) -> Scenario:
    """``scenario`` with the lines, complaints and exit statuses of ``recorded``, one entry per turn of the client.

    A turn that codex refuses has no turn in some scripts, because the mock refuses it by itself. Where the turns cannot be
    brought together the script stays as it is.
    """
    turns = cast("list[JsonObject]", scenario.script["turns"])
    played = list(recorded)
    if len(played) != len(turns):
        played = [one for one in played if one.stdout]
    if len(played) != len(turns) or any(one.exit_code < 0 for one in played):
        return scenario
    renamed: dict[str, str] = {}
    for turn, one in zip(turns, played, strict=True):
        thread = _thread_of(one)
        if thread is not None and isinstance(turn.get("thread"), str):
            renamed[cast("str", turn["thread"])] = thread
    new: list[JsonValue] = [
        {**cast("JsonObject", _renamed(turn, renamed)), "do": _actions(one, _waits(turn))}
        for turn, one in zip(turns, played, strict=True)
    ]
    return replace(scenario, script={**scenario.script, "turns": new})


def _waits(turn: JsonObject) -> bool:
    return any("hang" in action for action in cast("list[JsonObject]", turn["do"]))


def _actions(one: Kept, waits: bool) -> list[JsonValue]:  # noqa: FBT001 - what the turn is, not how it is done
    """What a recorded turn wrote; one that waits for its client ends as the client ends it, not as the recorder did."""
    actions: list[JsonValue] = [{"json": line} for line in lines_of(one.stdout)]
    if waits:
        return [*actions, {"hang": {}}]
    if one.refused:
        actions.append({"stderr": f"{one.refused}\n"})
    if one.exit_code:
        actions.append({"exit": one.exit_code})
    return actions


def _thread_of(one: Kept) -> str | None:
    for line in lines_of(one.stdout):
        event = json.loads(line)
        if isinstance(event, dict) and event.get("type") == "thread.started":
            return cast("str", event["thread_id"])
    return None


def _renamed(value: JsonValue, names: dict[str, str]) -> JsonValue:
    match value:
        case str():
            return names.get(value, value)
        case dict():
            return {key: _renamed(child, names) for key, child in value.items()}
        case _:
            return value
