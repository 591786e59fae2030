"""From an observation to one JSON value per check: which part of what was seen answers which question.

Takes the raw observation, gives raw facts; hides nothing (``rules.py`` does) and judges nothing (``compare`` does).
A check that could not happen is absent from the result, never null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from harness.jsonvalue import JsonValue
from harness.normalize.argv import meaning
from harness.normalize.cost import numbers
from harness.observation import CHECKS, ONLY_IN, Invocation, Mode, Observation, TurnRecord

FACTS_REVISION: Final = 4
"""Counts changes of what a fact is, the meaning of argv among them: goldens made under another one are stale."""

_PerInvocation: TypeAlias = Callable[[Invocation, dict[str, str]], JsonValue]
_PerTurn: TypeAlias = Callable[[TurnRecord], JsonValue]


def applies(check: str, mode: Mode) -> bool:
    """Whether ``check`` can happen in ``mode`` at all."""
    return ONLY_IN.get(check, mode) == mode


def facts(observation: Observation) -> dict[str, JsonValue]:
    """The facts of one play, in the order of :data:`harness.observation.CHECKS`.

    Lists run over invocations (``sent.*``, ``lifecycle.ending``, ``lifecycle.signals``) or over turns. Absent are:
    checks of the other mode; ``surfaced.*`` when no turn was reached; what is asked of invocations when there is none
    and the driver did not end well; what is looked at after ``done`` when ``done`` never came; the descendants of a
    codex whose script starts none; what a scenario did not ask for; what the lane cannot show; requests where no model was asked; what was measured and could not be decided.
    """
    settled = observation.host == "ok"
    found: dict[str, JsonValue] = {
        "sent.invocations": len(observation.invocations),
        "lifecycle.host": observation.host,
    }
    if observation.invocations or settled:
        for check, ask in _PER_INVOCATION.items():
            found[check] = [ask(one, observation.base_env) for one in observation.invocations]
    if observation.turns:
        for check, ask_turn in _PER_TURN.items():
            if applies(check, observation.mode):
                found[check] = [ask_turn(turn) for turn in observation.turns]
    if settled:
        found["lifecycle.alive"] = {
            "at_end": [turn.alive_at_end for turn in observation.turns],
            "after": sum(one.alive_after for one in observation.invocations),
        }
        if observation.descendants is not None:
            found["lifecycle.descendants"] = observation.descendants
        found["lifecycle.files"] = _sorted(observation.leftovers)
        found["lifecycle.modes"] = _sorted(observation.modes_changed)
    if observation.requests is not None:
        found["sent.requests"] = list(observation.requests)
    found.update(_asked_for(observation))
    shown = found.keys() - set(observation.not_observed)
    return {check: found[check] for check in CHECKS if check in shown}


def _asked_for(observation: Observation) -> dict[str, JsonValue]:
    """What only some scenarios ask."""
    found: dict[str, JsonValue] = {}
    if any(one.told is not None for one in observation.invocations):
        words = [word for turn in observation.turns for word in _strings(turn.error)]
        found["surfaced.stderr"] = [_kept(one.told, words) for one in observation.invocations]
    if observation.secrets:
        found["surfaced.secrets"] = _shown_secrets(observation)
    ahead = [turn.ahead for turn in observation.turns]
    if any(ahead) and "undecided" not in ahead:
        found["lifecycle.backpressure"] = [None if one is None else _AHEAD[one] for one in ahead]
    cost = numbers([turn.cost for turn in observation.turns])
    if cost is not None:
        found["lifecycle.cost"] = {**cost}
    return found


_AHEAD: Final = {"blocked": "codex waits", "written": "codex has written all"}


def _kept(told: str | None, words: Sequence[str]) -> JsonValue:
    """How what codex wrote to stderr stands in the errors: whole, in part, not at all; null: nowhere to look."""
    text = (told or "").strip()
    if not text or not words:
        return None
    if any(text in word for word in words):
        return "kept"
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return "cut" if any(line in word for line in lines for word in words) else "lost"


def _shown_secrets(observation: Observation) -> JsonValue:
    """The places that show a secret to somebody who reads errors and logs."""
    places = {f"error of turn {n}": turn.error for n, turn in enumerate(observation.turns)}
    places["stderr of the host"] = observation.stderr
    return [
        place
        for place, value in places.items()
        if any(secret in word for word in _strings(value) for secret in observation.secrets)
    ]


def _strings(value: JsonValue) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [word for child in value.values() for word in _strings(child)]
    return []


def _sorted(words: Sequence[str]) -> JsonValue:
    return [*sorted(words)]


def _argv(one: Invocation, _base: dict[str, str]) -> JsonValue:
    return meaning(one.argv)


def _argv_text(one: Invocation, _base: dict[str, str]) -> JsonValue:
    return list(one.argv)


def _env(one: Invocation, base: dict[str, str]) -> JsonValue:
    """What the SDK changed: ``{"set": value}`` for a new or other value, ``"removed"`` for a name that is gone."""
    delta: dict[str, JsonValue] = {
        name: {"set": value} for name, value in one.env.items() if base.get(name) != value
    }
    delta.update({name: "removed" for name in base if name not in one.env})
    return dict(sorted(delta.items()))


def _stdin(one: Invocation, _base: dict[str, str]) -> JsonValue:
    return one.stdin


def _cwd(one: Invocation, _base: dict[str, str]) -> JsonValue:
    return one.cwd


def _schema(one: Invocation, _base: dict[str, str]) -> JsonValue:
    """The schema file as ``{"json": value}``, or ``{"text": ...}`` when it is not one clean JSON value; null: none."""
    if one.schema is None:
        return None
    try:
        value: JsonValue = json.loads(
            one.schema, object_pairs_hook=_no_repeated_key, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        return {"text": one.schema}
    return {"json": value}


def _no_repeated_key(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key is repeated")
    return members


def _no_constant(name: str) -> JsonValue:
    raise ValueError(f"{name} is not JSON")


def _images(one: Invocation, _base: dict[str, str]) -> JsonValue:
    return [[path, exists] for path, exists in one.images]


def _ending(one: Invocation, _base: dict[str, str]) -> JsonValue:
    if one.alive_after:
        return "alive"
    if one.free_end and (one.end is None or one.turn is not None):
        # Whether a client that gives up early still reaches it with a signal is chance.
        return "by itself or stopped"
    return "killed" if one.end is None else one.end


def _signals(one: Invocation, _base: dict[str, str]) -> JsonValue:
    return [] if one.free_end else list(one.signals)


_PER_INVOCATION: Final[dict[str, _PerInvocation]] = {
    "sent.argv": _argv,
    "sent.argv_text": _argv_text,
    "sent.env": _env,
    "sent.stdin": _stdin,
    "sent.cwd": _cwd,
    "sent.schema": _schema,
    "sent.images": _images,
    "lifecycle.ending": _ending,
    "lifecycle.signals": _signals,
}


def _events(turn: TurnRecord) -> JsonValue:
    return list(turn.events)


def _outcome(turn: TurnRecord) -> JsonValue:
    return turn.outcome


def _result(turn: TurnRecord) -> JsonValue:
    return turn.result


def _error(turn: TurnRecord) -> JsonValue:
    return turn.error


def _thread_id(turn: TurnRecord) -> JsonValue:
    return turn.thread_id


def _lazy(turn: TurnRecord) -> JsonValue:
    return turn.started_before_read


_PER_TURN: Final[dict[str, _PerTurn]] = {
    "surfaced.events": _events,
    "surfaced.outcome": _outcome,
    "surfaced.result": _result,
    "surfaced.error": _error,
    "surfaced.thread_id": _thread_id,
    "lifecycle.lazy": _lazy,
}
