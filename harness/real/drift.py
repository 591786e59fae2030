"""What changed in the stream of codex from release to release, step by step, with a severity.

Two releases are compared over the scenarios that both recorded; a scenario that one of them could not play (a tool that
is not offered) is a change of its own. Added is information; gone and retyped break a reader; another meaning breaks one
that does not even notice.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from harness.jsonvalue import JsonValue
from harness.real.meaning import meanings
from harness.real.shapes import Shape, TurnBytes, shape_of

Severity: TypeAlias = Literal["information", "breaking", "meaning"]

SEVERITIES: Final[tuple[Severity, ...]] = ("meaning", "breaking", "information")
"""The worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one release wrote: turns by scenario id; why others were not recorded, by scenario id."""

    version: str
    turns: Mapping[str, Sequence[TurnBytes]]
    not_recorded: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one step: ``kind`` and ``what`` name it, ``before``/``after`` say it, ``scenarios`` show it."""

    kind: str
    what: str
    severity: Severity
    before: str
    after: str
    scenarios: tuple[str, ...]

    @property
    def name(self) -> str:
        """A word for the command line, stable over runs."""
        return f"{self.kind}:{self.what}".replace(" ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one release to the next: what changed, and over how many scenarios they were compared."""

    older: str
    newer: str
    changes: tuple[Change, ...]
    compared: int


def drift(releases: Sequence[Recorded]) -> tuple[Step, ...]:
    """The steps between releases, given oldest first."""
    return tuple(_step(older, newer) for older, newer in itertools.pairwise(releases))


def _step(older: Recorded, newer: Recorded) -> Step:
    both = sorted(older.turns.keys() & newer.turns.keys())
    found: dict[tuple[str, str, Severity, str, str], list[str]] = {}
    for scenario in both:
        for change in _scenario_changes(older.turns[scenario], newer.turns[scenario]):
            found.setdefault(change, []).append(scenario)
    for change, scenario in _playable(older, newer):
        found.setdefault(change, []).append(scenario)
    changes = [
        Change(
            kind=kind,
            what=what,
            severity=severity,
            before=before_text,
            after=after_text,
            scenarios=tuple(scenarios),
        )
        for (kind, what, severity, before_text, after_text), scenarios in found.items()
    ]
    return Step(
        older=older.version,
        newer=newer.version,
        changes=tuple(sorted(changes, key=lambda one: (SEVERITIES.index(one.severity), one.name))),
        compared=len(both),
    )


_Found: TypeAlias = tuple[str, str, Severity, str, str]


def _scenario_changes(before: Sequence[TurnBytes], after: Sequence[TurnBytes]) -> Iterator[_Found]:
    said, says = _refusal(before), _refusal(after)
    if said or says:
        # What is refused has no events: that they are gone is no other change.
        if not says:
            yield "refusal", said, "information", "refused", "taken"
        elif not said:
            yield "refusal", says, "breaking", "taken", "refused"
        elif said != says:
            yield "refusal text", said, "information", said, says
        return
    yield from _shape_changes(shape_of(before), shape_of(after))
    yield from _meaning_changes(meanings(before), meanings(after))


def _refusal(turns: Sequence[TurnBytes]) -> str:
    """What codex said when it took no turn of a scenario; empty: it took one."""
    return turns[0].refused if all(turn.refused for turn in turns) else ""


def _shape_changes(before: Shape, after: Shape) -> Iterator[_Found]:
    for path in sorted(before.types.keys() | after.types.keys()):
        yield from _path_changes(path, before, after)
    for path in sorted(before.values.keys() & after.values.keys()):
        for value in sorted(after.values[path] - before.values[path]):
            yield "value", f"{path} = {value}", "information", "never", "written"
        for value in sorted(before.values[path] - after.values[path]):
            yield "value", f"{path} = {value}", "breaking", "written", "never"
    for path in sorted(before.repeated ^ after.repeated):
        new = path in after.repeated
        yield "duplicate key", path, "breaking", "once" if new else "twice", "twice" if new else "once"  # fmt: skip
    for order in sorted(before.orders ^ after.orders):
        holds = order in after.orders
        yield "order", order, "breaking", "no" if holds else "yes", "yes" if holds else "no"
    if before.text != after.text:
        yield "text", "lines that are not JSON", "breaking", str(len(before.text)), str(len(after.text))  # fmt: skip


def _path_changes(path: str, before: Shape, after: Shape) -> Iterator[_Found]:
    kind = "event" if "." not in path.partition("/")[2] and _is_event(path) else "field"
    if path not in before.types:
        if _parent_known(path, before):
            yield kind, path, "information", "absent", _types(after, path)
        return
    if path not in after.types:
        if _parent_known(path, after):
            yield kind, path, "breaking", _types(before, path), "absent"
        return
    if before.types[path] != after.types[path]:
        yield "type", path, "breaking", _types(before, path), _types(after, path)
    if not _is_event(path) and before.always(path) != after.always(path):
        now = after.always(path)
        yield (
            "presence",
            path,
            "information" if now else "breaking",
            "sometimes" if now else "always",
            "always" if now else "sometimes",
        )


def _is_event(path: str) -> bool:
    """Whether a path is an event's own name: ``turn.completed`` and ``item.started/todo_list`` hold a dot or not."""
    head, slash, rest = path.partition("/")
    return "." not in rest if slash else head.count(".") <= 1 and not head.startswith("error.")


def _parent_known(path: str, shape: Shape) -> bool:
    """Whether the object that holds ``path`` is there on the other side; below a new object nothing is told again."""
    if _is_event(path):
        return True
    parent = path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]
    return parent in shape.types


def _types(shape: Shape, path: str) -> str:
    return " or ".join(sorted(shape.types[path]))


def _meaning_changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[_Found]:
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield "meaning", name, "meaning", before[name], after[name]


def _playable(older: Recorded, newer: Recorded) -> Iterator[tuple[_Found, str]]:
    for scenario in sorted(older.turns.keys() & newer.not_recorded.keys()):
        for why in newer.not_recorded[scenario]:
            yield ("playable", why, "breaking", "played", "not played"), scenario
    for scenario in sorted(newer.turns.keys() & older.not_recorded.keys()):
        for why in older.not_recorded[scenario]:
            yield ("playable", why, "information", "not played", "played"), scenario


def to_json(steps: Sequence[Step]) -> JsonValue:
    """The steps as JSON: one object per step, its changes with all their fields."""
    return [
        {
            "older": step.older,
            "newer": step.newer,
            "compared": step.compared,
            "changes": [
                {
                    "name": change.name,
                    "kind": change.kind,
                    "what": change.what,
                    "severity": change.severity,
                    "before": change.before,
                    "after": change.after,
                    "scenarios": [*change.scenarios],
                }
                for change in step.changes
            ],
        }
        for step in steps
    ]
