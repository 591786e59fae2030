"""Everything a page says of one scenario for one subject, ready to be laid out. CORE: frozen values in, frozen values out.

Facts are weakened as the comparison weakened them (what either SDK's types cannot express), so that the page never
shows a difference that the verdict did not see. Knows nothing of HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.compare.difference import ABSENT, Absent, Side
from harness.jsonvalue import JsonValue
from harness.normalize.chain import weaken_facts
from harness.observation import CHECKS, Mode, Normalised, Plane
from harness.report.commandline import CommandLine, command_lines
from harness.report.fields import Fields, compare_fields, same
from harness.report.groups import LEVELS, Cell
from harness.report.model import RunModel
from harness.report.names import cell_id
from harness.report.records import (
    GOLDEN,
    CheckState,
    Difference,
    JsonObject,
    LedgerLine,
    ObservationLine,
)
from harness.report.timeline import Timeline, timelines
from harness.report.visible import Shown, json_text, pair, whole
from harness.report.words import CHECK, THREE_WAY, plural

_EVENT: Final = re.compile(r"turn (\d+) event (\d+)")
_VALUE_ROOM: Final = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """One difference, or the same one in several modes; a side that has nothing there is None."""

    modes: str
    difference: Difference
    reference: Shown | None
    sdk: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One check in the modes in which it came out the same. An equal one needs no value: the scenario has it once."""

    check: str
    words: str
    modes: str
    state: CheckState
    three_way: str | None
    fields: Fields | None
    lines: tuple[CommandLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneView:
    """The checks of one plane: those to look at, and those that are equal."""

    plane: Plane
    differing: tuple[CheckView, ...]
    equal: tuple[CheckView, ...]

    @property
    def summary(self) -> str:
        """``2 of 8 checks differ``, in the words of what is in here."""
        total = len(self.differing) + len(self.equal)
        undone = sum(check.state == "not_done" for check in self.differing)
        differ = len(self.differing) - undone
        parts = [f"{differ} of {plural(total, 'check')} differ" if differ else ""]
        parts.append(f"{undone} of {plural(total, 'check')} not done" if undone else "")
        told = ", ".join(part for part in parts if part)
        return told or f"{plural(total, 'check')}, all equal"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """One rule of the normaliser in one cell: on which side and check it replaced what, how often."""

    side: str
    modes: str
    line: LedgerLine


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One cell. ``answers`` are the three-way answers in words, most frequent first, with the checks they hold for."""

    id: str
    cell: Cell
    headline: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    unknown: tuple[DifferenceView, ...]
    known: tuple[DifferenceView, ...]
    cosmetic: tuple[DifferenceView, ...]
    timelines: tuple[tuple[str, tuple[Timeline, ...]], ...]
    planes: tuple[PlaneView, ...]
    ledger: tuple[LedgerView, ...]
    golden: bool
    stderr: Shown | None
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """The comparable facts of one mode on three sides; ``golden`` is None without a golden that holds."""

    reference: Mapping[str, JsonValue]
    sdk: Mapping[str, JsonValue]
    golden: Mapping[str, JsonValue] | None


def cell_view(model: RunModel, cell: Cell) -> CellView:
    """Look into one cell, in whole; what a place shows of it is cut there."""
    facts = _facts(model, cell)
    first = min((*cell.unknown, *cell.expected), key=_order, default=None)
    return CellView(
        id=cell_id(cell.scenario.id, cell.subject.name),
        cell=cell,
        headline=cell.result.reason if first is None else first.sentence,
        answers=_answers(cell),
        unknown=views(cell.unknown),
        known=views(cell.expected),
        cosmetic=views(cell.cosmetic),
        timelines=_timelines(cell, facts),
        planes=_planes(cell, facts),
        ledger=_ledger(model, cell) if cell.observations else (),
        golden=any(one.golden is not None for one in facts.values()),
        stderr=_stderr(cell),
        outcomes=outcome_lines(cell),
    )


def _order(one: Difference) -> tuple[bool, int, bool]:
    """Unexpected ones first, then by level, and what happened to events before the result that is folded of them.

    Differences of one rank keep the order of the run.
    """
    return one.known is not None, LEVELS.index(one.level), one.check == "surfaced.result"


def _facts(model: RunModel, cell: Cell) -> dict[Mode, _Facts]:
    reference = model.observed(cell.scenario.id, model.head.reference)
    golden = (
        model.observed(cell.scenario.id, GOLDEN) if cell.scenario.golden["state"] == "ok" else {}
    )
    loss = frozenset(cell.subject.cannot_express) | frozenset(
        word
        for subject in model.head.subjects
        if subject.name == model.head.reference
        for word in subject.cannot_express
    )
    return {
        mode: _Facts(
            reference=_weak(mode, reference.get(mode), loss),
            sdk=_weak(mode, seen, loss),
            golden=_weak(mode, golden[mode], loss) if mode in golden else None,
        )
        for mode, seen in cell.observations.items()
    }


def _weak(
    mode: Mode, seen: ObservationLine | None, loss: frozenset[str]
) -> Mapping[str, JsonValue]:
    return weaken_facts(Normalised(mode=mode, facts={} if seen is None else seen.facts), loss).facts


def outcome_lines(cell: Cell) -> tuple[str, ...]:
    """For each declared set of outcomes, which of it reference and SDK showed: an agreement that is one of several."""
    found: list[str] = []
    for key, check in cell.result.checks.items():
        for row in check.outcomes:
            names = row["declared"]
            assert isinstance(names, list), "because the schema says so"
            at = "" if row["at"] is None else f"[{row['at']}]"
            sides = ", ".join(
                f"{who} `{row[side]}`" if row[side] is not None else f"{who} none of them"
                for side, who in (("reference", "reference"), ("sdk", "SDK"))
            )
            found.append(f"{key}{at}: one of {len(names)} declared outcomes: {sides}")
    return tuple(found)


def views(differences: tuple[Difference, ...]) -> tuple[DifferenceView, ...]:
    """Differences ready to be shown; the same one seen in both modes is one."""
    merged: dict[tuple[str, str, str, str, str, str], list[Difference]] = {}
    for one in differences:
        key = (one.fingerprint, one.kind, one.where, one.path, _text(one.reference), _text(one.sdk))
        merged.setdefault(key, []).append(one)
    return tuple(_view(same_ones) for same_ones in merged.values())


def _text(value: Side) -> str:
    return "" if isinstance(value, Absent) else json_text(value)


def _view(differences: list[Difference]) -> DifferenceView:
    one = differences[0]
    left = None if isinstance(one.reference, Absent) else json_text(one.reference)
    right = None if isinstance(one.sdk, Absent) else json_text(one.sdk)
    if left is not None and right is not None:
        first, second = pair(left, right, room=_VALUE_ROOM)
    else:
        first, second = whole(left or "", room=_VALUE_ROOM), whole(right or "", room=_VALUE_ROOM)
    return DifferenceView(
        modes=_modes(one.mode for one in differences),
        difference=one,
        reference=None if left is None else first,
        sdk=None if right is None else second,
    )


def _modes(modes: object) -> str:
    assert hasattr(modes, "__iter__")
    return " + ".join(dict.fromkeys(modes))


def _answers(cell: Cell) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The three-way answer of every check that differs, checks of one answer together.

    ``match`` on a check that differs means that it differs in cosmetics only: that needs no answer.
    """
    found: dict[str, dict[str, None]] = {}
    for key, check in cell.result.checks.items():
        if check.state == "differs" and check.three_way != "match":
            found.setdefault(check.three_way or "", {})[key.split("/", 1)[1]] = None
    ordered = sorted(found.items(), key=lambda one: -len(one[1]))
    return tuple((THREE_WAY.get(answer, answer), tuple(checks)) for answer, checks in ordered)


def _timelines(
    cell: Cell, facts: Mapping[Mode, _Facts]
) -> tuple[tuple[str, tuple[Timeline, ...]], ...]:
    check = "surfaced.events"
    return tuple(
        (
            mode,
            timelines(
                one.reference.get(check),
                one.sdk.get(check),
                None if one.golden is None else one.golden.get(check),
                _suspects(cell, mode),
            ),
        )
        for mode, one in facts.items()
        if check in one.reference or check in one.sdk
    )


def _suspects(cell: Cell, mode: Mode) -> dict[int, frozenset[int]]:
    """Events whose ids do not belong together: equal but for ids, and named by the comparison all the same."""
    found: dict[int, set[int]] = {}
    for one in cell.result.differences:
        place = _EVENT.match(one.where)
        if one.kind == "id_mismatch" and one.mode == mode and place is not None:
            found.setdefault(int(place[1]), set()).add(int(place[2]))
    return {turn: frozenset(events) for turn, events in found.items()}


def _planes(cell: Cell, facts: Mapping[Mode, _Facts]) -> tuple[PlaneView, ...]:
    checks: dict[str, dict[tuple[str, ...], tuple[list[Mode], _Facts]]] = {}
    for check in CHECKS:
        for mode, one in facts.items():
            result = cell.result.checks.get(f"{mode}/{check}")
            if result is None or check == "surfaced.events":
                continue
            key = (
                result.state,
                result.three_way or "",
                _text(one.reference.get(check, ABSENT)),
                _text(one.sdk.get(check, ABSENT)),
            )
            checks.setdefault(check, {}).setdefault(key, ([], one))[0].append(mode)
    planes: dict[Plane, list[CheckView]] = {}
    for check, variants in checks.items():
        plane: Plane = _plane_of(check)
        for modes, one in variants.values():
            planes.setdefault(plane, []).append(_check(cell, check, modes, one))
    return tuple(
        PlaneView(
            plane=plane,
            differing=tuple(view for view in views if view.state != "equal"),
            equal=tuple(view for view in views if view.state == "equal"),
        )
        for plane, views in planes.items()
    )


def _plane_of(check: str) -> Plane:
    if check.startswith("sent."):
        return "sent"
    return "surfaced" if check.startswith("surfaced.") else "lifecycle"


def _check(cell: Cell, check: str, modes: list[Mode], facts: _Facts) -> CheckView:
    result = cell.result.checks[f"{modes[0]}/{check}"]
    reference, sdk = facts.reference.get(check, ABSENT), facts.sdk.get(check, ABSENT)
    golden = None if facts.golden is None else facts.golden.get(check, ABSENT)
    differs = result.state == "differs" or not same(reference, sdk)
    lines = (
        command_lines(facts.reference.get(check), facts.sdk.get(check))
        if check == "sent.argv_text"
        else ()
    )
    return CheckView(
        check=check,
        words=CHECK.get(check, check),
        modes=_modes(modes),
        state=result.state,
        three_way=result.three_way,
        fields=compare_fields(reference, sdk, golden) if differs and not lines else None,
        lines=lines,
    )


def _ledger(model: RunModel, cell: Cell) -> tuple[LedgerView, ...]:
    found: dict[tuple[str, LedgerLine], list[Mode]] = {}
    sides = (
        ("reference", model.observed(cell.scenario.id, model.head.reference)),
        ("SDK", dict(cell.observations)),
    )
    for side, seen in sides:
        for mode, one in seen.items():
            for line in one.ledger:
                found.setdefault((side, line), []).append(mode)
    return tuple(
        LedgerView(side=side, modes=_modes(modes), line=line)
        for (side, line), modes in found.items()
    )


def _stderr(cell: Cell) -> Shown | None:
    """What the driver wrote to its standard error, when the verdict may need it."""
    for seen in cell.observations.values():
        text = _of(seen.raw, "stderr")
        if isinstance(text, str) and text.strip() and cell.result.verdict != "match":
            return whole(text, room=_VALUE_ROOM)
    return None


def _of(raw: JsonObject | None, key: str) -> JsonValue:
    return None if raw is None else raw.get(key)
