"""Ids of an event: where they stand, the event without them, and the one-to-one map that two streams must keep.

codex counts items per process and a subject may number them anew, so ids compare up to renaming (REPORTS.md 1.3;
ordinal labels would cascade: one extra item shifts all that follow). Knows nothing of alignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from harness.jsonvalue import JsonValue, canonical

Space: TypeAlias = Literal["item", "thread"]
_ERASED: Final = "<id>"
_ITEM_FIELDS: Final = frozenset({"id", "sender_thread_id", "receiver_thread_ids", "agents_states"})


class Id(NamedTuple):
    """One id: where it stands in the event (a ``$`` path), in which name space, its value."""

    path: str
    space: Space
    value: str


def ids_of(event: JsonValue) -> Iterator[Id]:
    """The ids of an event: ``thread_id``, and of its item ``id``, ``sender_thread_id``, ``receiver_thread_ids``, keys
    of ``agents_states`` (PROTOCOLS.md 1.2, 1.3). Anything there that is no string is no id.
    """
    if not isinstance(event, dict):
        return
    thread = event.get("thread_id")
    if isinstance(thread, str):
        yield Id("$.thread_id", "thread", thread)
    item = event.get("item")
    if not isinstance(item, dict):
        return
    own = item.get("id")
    if isinstance(own, str):
        yield Id("$.item.id", "item", own)
    if item.keys() & _ITEM_FIELDS > {"id"}:
        yield from _collab_ids(item)


def _only_id(event: JsonValue) -> str | None:
    """The id of the event's item when the event has no other id; None also when it has no item."""
    if not isinstance(event, dict) or "thread_id" in event:
        return None
    item = event.get("item")
    if not isinstance(item, dict):
        return None
    if "sender_thread_id" in item or "receiver_thread_ids" in item or "agents_states" in item:
        return None
    own = item.get("id")
    return own if isinstance(own, str) else None


def _collab_ids(item: dict[str, JsonValue]) -> Iterator[Id]:
    sender = item.get("sender_thread_id")
    if isinstance(sender, str):
        yield Id("$.item.sender_thread_id", "thread", sender)
    receivers = item.get("receiver_thread_ids")
    if isinstance(receivers, list):
        for index, receiver in enumerate(receivers):
            if isinstance(receiver, str):
                yield Id(f"$.item.receiver_thread_ids[{index}]", "thread", receiver)
    agents = item.get("agents_states")
    if isinstance(agents, dict):
        for index, key in enumerate(_agents_in_order(agents)):
            yield Id(f"$.item.agents_states[{index}]", "thread", key)


def _agents_in_order(agents: dict[str, JsonValue]) -> list[str]:
    """Keys by their state, then by name: codex writes this map in random order (PROTOCOLS.md 1.3)."""
    return sorted(agents, key=lambda key: (canonical(agents[key]), key))


def without_ids(event: JsonValue) -> JsonValue:
    """The event with every id replaced by one placeholder; the event itself is left as it is."""
    if not isinstance(event, dict):
        return event
    shell = dict(event)
    if isinstance(shell.get("thread_id"), str):
        shell["thread_id"] = _ERASED
    item = shell.get("item")
    if isinstance(item, dict):
        shell["item"] = _item_without_ids(item)
    return shell


def _item_without_ids(item: dict[str, JsonValue]) -> dict[str, JsonValue]:
    shell = dict(item)
    for name in ("id", "sender_thread_id"):
        if isinstance(shell.get(name), str):
            shell[name] = _ERASED
    receivers = shell.get("receiver_thread_ids")
    if isinstance(receivers, list):
        shell["receiver_thread_ids"] = [
            _ERASED if isinstance(one, str) else one for one in receivers
        ]
    agents = shell.get("agents_states")
    if isinstance(agents, dict):
        states: JsonValue = [agents[key] for key in _agents_in_order(agents)]
        shell["agents_states"] = {_ERASED: states}  # a list of the same states is something else
    return shell


def with_ids_of(left: JsonValue, right: JsonValue) -> JsonValue:
    """``right`` with the ids of ``left`` wherever both have one: what is left to differ are not ids."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return right
    shell = dict(right)
    if isinstance(left.get("thread_id"), str) and isinstance(shell.get("thread_id"), str):
        shell["thread_id"] = left["thread_id"]
    theirs, ours = left.get("item"), shell.get("item")
    if isinstance(theirs, dict) and isinstance(ours, dict):
        shell["item"] = _item_with_ids_of(theirs, ours)
    return shell


def _item_with_ids_of(
    left: dict[str, JsonValue], right: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    shell = dict(right)
    for name in ("id", "sender_thread_id"):
        if isinstance(left.get(name), str) and isinstance(shell.get(name), str):
            shell[name] = left[name]
    theirs, ours = left.get("receiver_thread_ids"), shell.get("receiver_thread_ids")
    if isinstance(theirs, list) and isinstance(ours, list):
        named = [
            old if isinstance(old, str) and isinstance(new, str) else new
            for old, new in zip(theirs, ours, strict=False)
        ]
        shell["receiver_thread_ids"] = named + ours[len(named) :]
    old_agents, new_agents = left.get("agents_states"), shell.get("agents_states")
    if isinstance(old_agents, dict) and isinstance(new_agents, dict):
        shell["agents_states"] = _agents_with_names_of(old_agents, new_agents)
    return shell


def _agents_with_names_of(
    left: dict[str, JsonValue], right: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    if left.keys() & right.keys():
        return right
    old, new = _agents_in_order(left), _agents_in_order(right)
    renamed: dict[str, JsonValue] = {}
    for position, key in enumerate(new):
        renamed[old[position] if position < len(old) else key] = right[key]
    return renamed


class _Map(NamedTuple):
    """Ids of one name space, there and back."""

    forward: dict[str, str]
    back: dict[str, str]


@dataclass(slots=True)
class Renaming:
    """The map from the reference's ids to the SDK's, which must stay one to one.

    Thread ids hold over all turns, item ids within one (codex counts them per process, PROTOCOLS.md 1.4): call
    :meth:`next_turn` between turns.
    """

    _items: _Map = field(default_factory=lambda: _Map({}, {}))
    _threads: _Map = field(default_factory=lambda: _Map({}, {}))
    _told: set[tuple[Space, str, str]] = field(default_factory=set)

    def next_turn(self) -> None:
        """Forget the items."""
        self._items = _Map({}, {})
        self._told = {told for told in self._told if told[0] != "item"}

    def fits(self, left: JsonValue, right: JsonValue) -> bool:
        """Take in one pair of events the quick way, if it fits the map. False says nothing: ask :meth:`conflicts`.

        Quick for what nearly every event is: one whose only id is its item's.
        """
        ours, theirs = _only_id(left), _only_id(right)
        if ours is None or theirs is None:
            return False
        forward, back = self._items
        return forward.setdefault(ours, theirs) == theirs and back.setdefault(theirs, ours) == ours

    def conflicts(self, left: JsonValue, right: JsonValue) -> Iterator[tuple[Id, Id]]:
        """Take in one pair of events; give each pair of ids that breaks the map, once per pair of values."""
        others = {one.path: one for one in ids_of(right)}
        for ours in ids_of(left):
            theirs = others.get(ours.path)
            if theirs is None:
                continue
            known = self._items if ours.space == "item" else self._threads
            forward = known.forward.setdefault(ours.value, theirs.value)
            back = known.back.setdefault(theirs.value, ours.value)
            told = (ours.space, ours.value, theirs.value)
            if (forward, back) != (theirs.value, ours.value) and told not in self._told:
                self._told.add(told)
                yield ours, theirs
