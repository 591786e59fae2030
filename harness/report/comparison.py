"""CORE: one subject against another without expectations, told as what changed from the first to the second.

For ``codex-parity compare``: a maintainer who reads it wants to know what an upgrade does, not what is right. Differences of
one class at one path are one cause, in whatever checks and modes they show; causes are told by what they touch: what codex
is sent, what the caller is shown, what is left behind. A run in, lines of text out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_PARITY
from harness.observation import Plane
from harness.report.groups import LEVELS, Group
from harness.report.model import RunModel
from harness.report.records import COMPARED, Subject
from harness.report.visible import visible
from harness.report.words import CLASS, listed, plural

_PLANES: Final[dict[Plane, str]] = {
    "sent": "what it sends codex",
    "surfaced": "what it shows its caller",
    "lifecycle": "what it starts and leaves behind",
}
_SCENARIOS: Final = 3
_ROOM: Final = 160
_LAST: Final = re.compile(r"\w+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What differs, once. ``groups`` are its differences, the most severe first; see ``causes`` for what makes them one."""

    groups: tuple[Group, ...]

    @property
    def first(self) -> Group:
        """The group that stands for it."""
        return self.groups[0]

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the scenarios that show it."""
        return tuple(dict.fromkeys(name for one in self.groups for name in one.scenarios))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What there is to say, one sentence per class and path."""
        told: dict[tuple[str, str], str] = {}
        for one in self.groups:
            told.setdefault((one.kind, one.first.path), one.first.sentence)
        return tuple(told.values())


def causes(groups: Sequence[Group]) -> tuple[Cause, ...]:
    """Groups by cause; the most severe first, then those that most scenarios show.

    One cause are groups of one plane that have class and path in common, or that the very same scenarios show; of what is
    sent, also those that are about one name, such as a setting in the arguments here and in the environment there.
    """
    order = {level: index for index, level in enumerate(LEVELS)}
    made: list[tuple[set[tuple[str, ...]], list[Group]]] = []
    for one in sorted(groups, key=lambda group: order[group.level]):
        keys, members = _keys(one), [one]
        for other in [other for other in made if other[0] & keys]:
            made.remove(other)
            keys, members = keys | other[0], [*other[1], *members]
        made.append((keys, members))
    found = [
        Cause(groups=tuple(sorted(members, key=lambda group: order[group.level])))
        for _, members in made
    ]
    return tuple(
        sorted(found, key=lambda one: (order[one.first.level], -len(one.scenarios), one.scenarios))
    )


def _keys(group: Group) -> set[tuple[str, ...]]:
    """What a group may have in common with another of its cause."""
    keys: set[tuple[str, ...]] = {
        (group.plane, group.kind, group.first.path),
        (group.plane, "scenarios", *group.scenarios),
    }
    if group.plane == "sent":
        keys |= {(group.plane, "name", name) for name in _names_in(group)}
    return keys


def _names_in(group: Group) -> set[str]:
    """The settings a difference is about: the end of its path, and the keys of a table of settings."""
    end = _LAST.search(group.first.path)
    names = set() if end is None else {end.group().lower()}
    for side in (group.first.reference, group.first.sdk):
        if isinstance(side, dict) and names == {"config"}:
            return {name.lower() for name in side}
    return names


def told(model: RunModel) -> Iterator[str]:
    """The comparison as lines of text: verdict, who was compared, causes by what they touch, what was not compared."""
    counted = causes([one for one in model.groups if one.level != "cosmetic"])
    yield _headline(model, len(counted))
    yield from _sides(model)
    same = model.verdicts.get("match", 0)
    yield f"  {plural(same, 'scenario')} the same of {len(model.head.scenarios)}"
    for plane, words in _PLANES.items():
        of_plane = [one for one in counted if one.first.plane == plane]
        if of_plane:
            yield f"\n{words}: {plural(len(of_plane), 'cause')}"
            for cause in of_plane:
                yield from _cause(cause)
    wording = causes([one for one in model.groups if one.level == "cosmetic"])
    if wording:
        yield f"\nwording and order, no difference to codex: {plural(len(wording), 'cause')}"
        for cause in wording:
            yield f"  {cause.first.check}: {plural(len(cause.scenarios), 'scenario')}"
    yield from _not_compared(model)
    yield from _next(model, counted)


def _names(model: RunModel) -> tuple[Subject, Subject]:
    reference = next(one for one in model.head.subjects if one.name == model.head.reference)
    return reference, next(one for one in model.judged if one.name != reference.name)


def _headline(model: RunModel, count: int) -> str:
    one, two = (visible(subject.name) for subject in _names(model))
    differing = {cell.scenario.id for cell in model.cells.values() if cell.unknown}
    if model.interrupted:
        return f"… interrupted: {len(model.cells)} of {len(model.head.scenarios)} scenarios were compared"
    if model.exit == EXIT_DIVERGENCE:
        where = f"{len(differing)} of {len(model.head.scenarios)} scenarios"
        return f"✗ {two} differs from {one}: {plural(count, 'cause')} in {where}"
    if model.exit == EXIT_PARITY:
        return f"✓ {two} does the same as {one} in every scenario that both can play"
    what = "incomplete" if model.exit == EXIT_INCOMPLETE else "failed"
    return f"‼ {what}: {visible(model.exit_reason)}"


def _sides(model: RunModel) -> Iterator[str]:
    for word, subject in zip(("reference", "SDK"), _names(model), strict=True):
        facts = f"{subject.sdk} {subject.version}, {subject.runtime}"
        yield f"  {word:<9}  {visible(subject.name)}  ({visible(facts)})"


def _cause(cause: Cause) -> Iterator[str]:
    first, *more = cause.sentences
    yield f"  {CLASS[cause.first.kind].glyph} {visible(first)}"
    yield from (f"    and {visible(sentence)}" for sentence in more)
    checks = listed(tuple(dict.fromkeys(one.check for one in cause.groups)))
    where = visible(listed(cause.scenarios, most=_SCENARIOS))
    count = plural(len(cause.scenarios), "scenario")
    yield f"      {cause.first.level}, {checks}{_only(cause)}; {count}: {where}"


def _only(cause: Cause) -> str:
    """The one mode that shows it, where the other was played too."""
    cells = [cell for one in cause.groups for cell, _ in one.members]
    prints = {one.fingerprint for one in cause.groups}
    played = {mode for cell in cells for mode in cell.scenario.modes}
    shown = {
        one.mode for cell in cells for one in cell.result.differences if one.fingerprint in prints
    }
    return f", only in mode {shown.pop()}" if len(shown) < len(played) else ""


def _not_compared(model: RunModel) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for cell in model.cells.values():
        if cell.result.verdict not in COMPARED:
            reasons.setdefault(cell.result.reason, []).append(cell.scenario.id)
    sentences = [one for one in model.not_verified if "plays the mock only" not in one]
    if reasons or model.missing or sentences:
        total = sum(map(len, reasons.values()))
        yield f"\nnot compared, or not wholly: {plural(total + len(model.missing), 'scenario')}"
        for why, names in reasons.items():
            shown = why if len(why) <= _ROOM else f"{why[:_ROOM]} ..."
            yield f"  {visible(listed(tuple(names), most=_SCENARIOS))}: {visible(shown)}"
        yield from (f"  {visible(sentence)}" for sentence in sentences)


def _next(model: RunModel, counted: Sequence[Cause]) -> Iterator[str]:
    if counted:
        cell, _ = counted[0].first.members[0]
        yield f"\nnext: {visible(cell.result.replay)}"
