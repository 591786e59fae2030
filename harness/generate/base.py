"""CORE: the well-formed turn that every mutation starts from, and what a mutated one is as a scenario.

The turn is a recording of the real codex (``FRAME``); items that a mutation needs are whole values of their shape with
recorded values where codex was recorded writing one. Must not know the mutations (``drift.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from harness.generate.nodes import Members, Node, specimen, text
from harness.jsonvalue import JsonValue
from harness.wire.shapes import ExecShapes

VERSION: Final = "0.169.0"
FRAME: Final = "items.agent-message.1"
FAMILIES: Final = ("items.", "turn.")
"""How the names of the recordings begin that hold every item and every event that was recorded."""

HEADER: Final = "# Written by `nox -s generate` from schemas/exec-events.json: change harness/generate, not this file.\n"

HANDED_ON: Final = (
    "PROTOCOLS.md 2.5 (events and items pass through), 1.7 (the stream changes without notice)"
)
PARSED: Final = "PROTOCOLS.md 2.5 (every line must parse as JSON)"
FOLDED: Final = "PROTOCOLS.md 2.6 (what the official SDK does with the event)"

_GIVES_UP: Final = """\
checks: [
  sent.invocations, sent.argv, sent.argv_text, sent.env, sent.stdin, sent.cwd, sent.schema, sent.images,
  surfaced.events, surfaced.outcome, surfaced.result, surfaced.error, surfaced.thread_id,
  lifecycle.lazy, lifecycle.files, lifecycle.modes, lifecycle.host
]
"""
"""A client that stops reading races with a codex that ends: what signals reach it is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One generated scenario.

    Args:
        name: last part of its id.
        title: a sentence of outcome.
        expect: what a correct client does.
        source: who says so.
        mutation: class and place, for the provenance.
        lines: what codex writes.
        level: ``contract`` where codex documents it, else ``behaviour``.
        gives_up: whether the official client stops reading before codex has ended.
        status: exit status of codex.
    """

    name: str
    title: str
    expect: str
    source: str
    mutation: str
    lines: Sequence[Node]
    level: str = "behaviour"
    gives_up: bool = False
    status: int = 0


class Base:
    """The schema and the recordings.

    Args:
        shapes: of ``exec-events.json``.
        recorded: lines of each recording of :data:`VERSION` by its name (``items.agent-message.1``).
    """

    def __init__(self, shapes: ExecShapes, recorded: Mapping[str, Sequence[str]]) -> None:
        self.shapes = shapes
        self._frame: list[dict[str, JsonValue]] = [json.loads(line) for line in recorded[FRAME]]
        self._items: dict[str, JsonValue] = {}
        self._events: dict[str, dict[str, JsonValue]] = {}
        for event in self._frame:
            self._events.setdefault(cast("str", event["type"]), event)
        # The frame last: an item of a mutation says something else than the answer, or the two could be confused.
        for name in sorted(recorded, key=lambda name: (name == FRAME, name)):
            for event in map(json.loads, recorded[name]):
                if event["type"] == "item.completed":
                    self._items.setdefault(event["item"]["type"], event["item"])
                self._events.setdefault(event["type"], event)

    def __repr__(self) -> str:
        return f"Base({self.shapes!r})"

    def item(self, kind: str, number: int = 1) -> dict[str, JsonValue]:
        """An item of this type as codex wrote it, made of its shape where codex was never recorded, with this id."""
        written = self._items.get(kind) or specimen(self.shapes.items[kind])
        return {**cast("dict[str, JsonValue]", written), "id": f"item_{number}"}

    def whole(self, kind: str, number: int = 1) -> dict[str, JsonValue]:
        """An item with every member there and nothing null, recorded values where there are any."""
        made = specimen(self.shapes.items[kind], self._items.get(kind))
        return {**cast("dict[str, JsonValue]", made), "id": f"item_{number}"}

    def event(self, kind: str) -> dict[str, JsonValue]:
        """An event without an item as codex wrote it."""
        return self._events[kind]

    def turn(
        self,
        name: str,
        *middle: Node,
        replaced: Mapping[str, Sequence[Node]] | None = None,
        answer: bool = True,
    ) -> list[Node]:
        """The recorded turn, mutated.

        Args:
            name: of the case; it gives the thread its id.
            middle: lines before the answer.
            replaced: event type to what stands instead of it, any number of lines.
            answer: whether the message of the agent is there.
        """
        lines: list[Node] = []
        for event in self._frame:
            kind = cast("str", event["type"])
            is_answer = "agent_message" in json.dumps(event)
            if is_answer:
                lines += middle
            if replaced is not None and kind in replaced and not is_answer:
                lines += replaced[kind]
            elif kind == "thread.started":
                lines.append({**event, "thread_id": thread_id(name)})
            elif answer or not is_answer:
                lines.append(_renumbered(event, len(middle) + 1) if is_answer else event)
        return lines


def _renumbered(event: dict[str, JsonValue], number: int) -> dict[str, JsonValue]:
    return {
        **event,
        "item": {**cast("dict[str, JsonValue]", event["item"]), "id": f"item_{number}"},
    }


def completed(item: Node) -> Members:
    """The event that completes an item."""
    return Members((("type", "item.completed"), ("item", item)))


def thread_id(name: str) -> str:
    """The thread id of a case: of its own, the same every time."""
    return f"01a1fb00-d000-7000-8000-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def document(case: Case) -> str:
    """The scenario file of a case, as text."""
    lines = "".join(f"        - json: {_quoted(text(line))}\n" for line in case.lines)
    ending = f"        - exit: {case.status}\n" if case.status else ""
    return (
        f"{HEADER}id: exec.drift.{case.name}\n"
        f"title: {_quoted(case.title)}\n"
        f"expect: {_quoted(case.expect)}\n"
        f"source: {_quoted(case.source)}\n"
        "family: drift\n"
        f"level: {case.level}\n"
        f"provenance: {{kind: derived, from: {_quoted(f'codex {VERSION} {FRAME}, {case.mutation}')}}}\n"
        f"{_GIVES_UP if case.gives_up else ''}"
        "script:\n  turns:\n"
        f"    - thread: {thread_id(case.name)}\n"
        f"      do:\n{lines}{ending}"
        "steps:\n  - start: {skip_git_repo_check: true}\n  - turn: {input: prompt 1}\n"
    )


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
