"""Facts and rules put together: an observation in, comparable facts and the ledger of what was replaced out.

The input is never changed and never copied whole: parts that no rule touches are shared. Compares nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, cast

from harness.jsonvalue import JsonValue, canonical
from harness.normalize.argv import meaning
from harness.normalize.cost import Numbers, classes
from harness.normalize.facts import FACTS_REVISION, facts
from harness.normalize.rules import (
    LONG,
    ORIGINATOR,
    OTHER_RULES,
    OWN_NAME,
    TEXT_RULES,
    Play,
    TextRule,
    env_start,
    long_key,
    long_text,
    own_name,
)
from harness.normalize.weaken import REVISIONS, weakened
from harness.observation import Invocation, LedgerEntry, Normalised, Observation

_EXAMPLE: Final = 200
COST_CLASS: Final = "cost_class"
"""What was measured becomes a class (``cost.py``); the ledger keeps the numbers. No golden holds a number, so it is in no hash."""

UNBORN: Final = "unborn"
"""Where a turn is cancelled before it begins, a codex that a signal ended before it had read or written anything is left
out: an SDK may start and kill it in one breath (PROTOCOLS.md 2.5), and how far it comes then is chance. Golden plays have
none, so it is in no hash."""

RULE_IDS: Final[tuple[str, ...]] = (
    *(rule.id for rule in TEXT_RULES),
    *(rule for rule, _revision in OTHER_RULES),
    *(f"weaken.{name}" for name in REVISIONS),
    COST_CLASS,
    UNBORN,
)
"""Every rule there is; one without a hit in a whole run is reported."""


def _identity() -> str:
    revisions: dict[str, JsonValue] = {rule.id: rule.revision for rule in TEXT_RULES}
    revisions.update(OTHER_RULES)
    revisions["facts"] = FACTS_REVISION
    revisions.update({f"weaken.{name}": revision for name, revision in REVISIONS.items()})
    return hashlib.sha256(canonical(revisions)).hexdigest()[:12]


NORMALISER: Final[str] = _identity()
"""Hash over the ids and revisions of all rules and of the facts: facts made under another value may not be compared with ours."""


@dataclass(slots=True)
class _Ledger:
    """Hits per (rule, check), with the first example of each."""

    entries: dict[tuple[str, str], list[object]] = field(default_factory=dict)

    def hit(self, rule: str, check: str, before: JsonValue, after: JsonValue) -> None:
        entry = self.entries.get((rule, check))
        if entry is None:
            self.entries[rule, check] = [1, _example(before), _example(after)]
        else:
            entry[0] = cast("int", entry[0]) + 1

    def rows(self) -> tuple[LedgerEntry, ...]:
        return tuple(
            LedgerEntry(
                rule=rule,
                check=check,
                hits=cast("int", hits),
                before=cast("str", before),
                after=cast("str", after),
            )
            for (rule, check), (hits, before, after) in self.entries.items()
        )


def _two_places(measured: Numbers) -> JsonValue:
    return {name: round(value, 2) for name, value in measured.items()}


def _example(value: JsonValue) -> str:
    text = value if isinstance(value, str) else canonical(value).decode("ascii")
    return text if len(text) <= _EXAMPLE else f"{text[:_EXAMPLE]}…"


def normalise(observation: Observation, *, weaken: frozenset[str] = frozenset()) -> Normalised:
    """The comparable facts of one play, and the ledger.

    Args:
        observation: left as it is.
        weaken: names of :data:`harness.normalize.weaken.REVISIONS` that one of the sides cannot express.
    """
    ledger = _Ledger()
    observation = _without_unborn(observation, ledger)
    play = _play(observation)
    bound = [(rule, rule.make(play)) for rule in TEXT_RULES]
    result: dict[str, JsonValue] = {}
    for check, raw in facts(observation).items():
        value = _environment(raw, ledger) if check == "sent.env" else raw
        if check == "sent.requests":
            value = _originators(raw, observation, ledger)
        if check == "lifecycle.cost":
            value = classes(cast("Numbers", raw))
            ledger.hit(COST_CLASS, check, _two_places(cast("Numbers", raw)), value)
        texts = [
            (rule.id, replace)
            for rule, replace in bound
            if replace is not None and check.startswith(rule.checks)
        ]
        result[check] = _Texts(check=check, rules=texts, ledger=ledger).walk(value)
    strong = Normalised(mode=observation.mode, facts=result, ledger=ledger.rows())
    return weaken_facts(strong, weaken)


def _without_unborn(observation: Observation, ledger: _Ledger) -> Observation:
    if not observation.cancels_unbegun:
        return observation
    born = tuple(one for one in observation.invocations if not _unborn(one))
    for one in observation.invocations:
        if _unborn(one):
            ledger.hit(UNBORN, "sent.invocations", list(one.argv), None)
    return (
        observation
        if len(born) == len(observation.invocations)
        else replace(observation, invocations=born)
    )


def _unborn(one: Invocation) -> bool:
    silent = one.stdin is None and one.turn is None and one.wrote == 0
    killed = (one.end or "signal").startswith("signal") and not one.alive_after
    return silent and killed


def weaken_facts(normalised: Normalised, names: frozenset[str]) -> Normalised:
    """Facts that were normalised before (a golden, say) under the weakenings ``names``; the ledger grows.

    ``null_absent`` works inside ``surfaced.*`` only: what an SDK sends is codex' to read, and codex tells them apart.
    """
    if not names:
        return normalised
    ledger = _Ledger()
    result: dict[str, JsonValue] = {}
    for check, value in normalised.facts.items():
        inside = names if check.startswith("surfaced.") else names - {"null_absent"}
        result[check] = weakened(value, inside, _weaken_hit(ledger, check))
    return Normalised(
        mode=normalised.mode, facts=result, ledger=(*normalised.ledger, *ledger.rows())
    )


def _weaken_hit(ledger: _Ledger, check: str) -> Callable[[str, JsonValue, JsonValue], None]:
    return lambda name, before, after: ledger.hit(f"weaken.{name}", check, before, after)


def _play(observation: Observation) -> Play:
    named = [meaning(one.argv).get("output_schema") for one in observation.invocations]
    return Play(
        places=observation.places,
        schema_files=tuple(path for path in named if isinstance(path, str)),
        pids=frozenset(one.pid for one in observation.invocations),
    )


def _environment(env: JsonValue, ledger: _Ledger) -> JsonValue:
    kept: list[JsonValue] = []
    for delta in cast("list[dict[str, JsonValue]]", env):
        changes: dict[str, JsonValue] = {}
        for name, change in delta.items():
            if env_start(name, change):
                ledger.hit("env_start", "sent.env", {name: change}, {})
            elif own_name(name, change):
                ledger.hit("own_name", "sent.env", {name: change}, {name: OWN_NAME})
                changes[name] = OWN_NAME
            else:
                changes[name] = change
        kept.append(changes)
    return kept


def _originators(requests: JsonValue, observation: Observation, ledger: _Ledger) -> list[JsonValue]:
    """The requests, with the name of the client as ``<own name>`` where the client itself has set it."""
    base = observation.base_env.get(ORIGINATOR)
    names = {one.env.get(ORIGINATOR) for one in observation.invocations} - {None, "", base}
    kept: list[JsonValue] = []
    for request in cast("list[dict[str, JsonValue]]", requests):
        if request.get("originator") in names:
            ledger.hit("own_name", "sent.requests", request["originator"], OWN_NAME["set"])
            kept.append({**request, "originator": OWN_NAME["set"]})
        else:
            kept.append(request)
    return kept


@dataclass(slots=True, kw_only=True)
class _Texts:
    """One walk over one fact with all text rules of its check; keys are remembered, they repeat."""

    check: str
    rules: list[tuple[str, TextRule]]
    ledger: _Ledger
    keys: dict[str, str] = field(default_factory=dict)

    def walk(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return self._members(value)
        if isinstance(value, list):
            items = [self.walk(child) for child in value]
            same = all(new is old for new, old in zip(items, value, strict=True))
            return value if same else items
        return value

    def _members(self, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        members: dict[str, JsonValue] = {}
        same = True
        for key, child in value.items():
            name, new = self._key(key), self.walk(child)
            if name != key and (name in value or name in members):
                name = key  # two keys that become one would hide a member
            same = same and new is child and name == key
            members[name] = new
        return value if same else members

    def _key(self, key: str) -> str:
        name = self.keys.get(key)
        if name is None:
            name = self._replaced(key)
            if len(name) > LONG:
                short = long_key(name)
                self.ledger.hit("long_text", self.check, name, short)
                name = short
            self.keys[key] = name
        return name

    def _text(self, text: str) -> JsonValue:
        text = self._replaced(text)
        if len(text) <= LONG:
            return text
        short = long_text(text)
        self.ledger.hit("long_text", self.check, text, short)
        return short

    def _replaced(self, text: str) -> str:
        for rule, replaced in self.rules:
            new = replaced(text)
            if new != text:
                self.ledger.hit(rule, self.check, text, new)
                text = new
        return text
