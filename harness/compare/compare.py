"""The comparison of one play of a reference with the same play of an SDK.

Equality of a check is equality of the canonical bytes of its fact (for events and items: up to the renaming of ids); the
findings explain it. Knows no baseline and no golden; gives no verdict on a scenario.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from harness.compare.align import same
from harness.compare.checks import Sides, findings_of
from harness.compare.declared import Taken, settle, told
from harness.compare.difference import ABSENT, Absent, Difference, Finding, Side, fingerprint
from harness.compare.levels import level_of, table_level
from harness.compare.sentence import sentence
from harness.jsonvalue import JsonValue, canonical
from harness.observation import CHECKS, MEASURED, ONLY_IN, Mode, Normalised
from harness.outcomes import OutcomeSet

_Cause: TypeAlias = tuple[str, str, str, tuple[str, ...], bool]
State: TypeAlias = Literal["equal", "differs", "not_done"]

MAX_ALIKE: Final = 100
"""Differences of one cause at one path that are listed; beyond, a note counts them."""
_MAX_SHOWN: Final = 2000
_HOST: Final = "lifecycle.host"
_RENAMED: Final = frozenset({"surfaced.events", "surfaced.result"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs, and the state of each declared check that applies to the mode.

    ``notes`` say what was cut: an alignment given up, differences alike beyond :data:`MAX_ALIKE`. ``taken`` says which
    of the declared outcomes each side showed.
    """

    differences: tuple[Difference, ...]
    states: dict[str, State]
    notes: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()


def compare(
    reference: Normalised,
    sdk: Normalised,
    *,
    checks: tuple[str, ...],
    scenario_level: str,
    outcomes: tuple[OutcomeSet, ...] = (),
) -> Comparison:
    """Compare two plays of one scenario in one mode.

    Args:
        reference: facts of the reference (or a golden).
        sdk: facts of the subject, weakened alike.
        checks: the declared checks; those that do not exist in the mode are not counted.
        scenario_level: ``contract`` or ``behaviour``.
        outcomes: the scenario's sets, weakened as the facts are.
    """
    assert reference.mode == sdk.mode, "because modes are compared each on its own"
    declared = [
        check for check in CHECKS if check in checks and ONLY_IN.get(check, sdk.mode) == sdk.mode
    ]
    settled = settle(reference.facts, sdk.facts, outcomes, sdk.mode)
    sides = Sides(reference=settled.reference, sdk=settled.sdk, checks=frozenset(declared))
    states: dict[str, State] = {}
    found: list[Finding] = []
    for check in declared:
        states[check], findings = _one_check(check, sides)
        found.extend(told(finding, settled.taken) for finding in findings)
    counts = Counter(map(_cause, found))
    listed: Counter[_Cause] = Counter()
    differences: list[Difference] = []
    notes = list(dict.fromkeys(sides.notes))
    for finding in found:
        cause = _cause(finding)
        listed[cause] += 1
        if listed[cause] <= MAX_ALIKE:
            differences.append(_difference(finding, sdk.mode, scenario_level))
        elif listed[cause] == MAX_ALIKE + 1:
            more, name = counts[cause] - MAX_ALIKE, fingerprint(finding, table_level(finding))
            notes.append(f"{more} more differences of fingerprint {name} are not listed")
    return Comparison(
        differences=tuple(differences), states=states, notes=tuple(notes), taken=settled.taken
    )


def _cause(finding: Finding) -> _Cause:
    """What a fingerprint is made of but for values, cheaply."""
    return finding.check, finding.cls, finding.path, finding.about, finding.grave


def _one_check(check: str, sides: Sides) -> tuple[State, list[Finding]]:
    ours, theirs = check in sides.reference, check in sides.sdk
    if not ours and not theirs:
        return "not_done", []
    if _told_by_host(check, sides):
        equal = ours and theirs and same(sides.reference[check], sides.sdk[check])
        return "equal" if equal else "differs", []
    if check in MEASURED and not (ours and theirs):
        # A turn that ended otherwise explains what could not be measured; else the machine was too noisy.
        return "differs" if sides.any_outcome_differs() else "not_done", []
    if not theirs:
        return "differs", [_unobserved(check, sides.sdk, "SDK", reference=sides.reference[check])]
    if not ours:
        return "differs", [_unobserved(check, sides.reference, "reference", sdk=sides.sdk[check])]
    if same(sides.reference[check], sides.sdk[check]):
        return "equal", []
    findings = findings_of(check, sides)
    return "equal" if check in _RENAMED and not findings else "differs", findings


def _told_by_host(check: str, sides: Sides) -> bool:
    """Whether a host that hung or crashed on one side explains whatever this check shows: one cause is told once.

    What was sent to codex before that still stands on its own.
    """
    if _HOST not in sides.checks or check == _HOST or check.startswith("sent."):
        return False
    return not same(sides.reference.get(_HOST), sides.sdk.get(_HOST))


def _unobserved(
    check: str,
    without: dict[str, JsonValue],
    who: str,
    *,
    reference: Side = ABSENT,
    sdk: Side = ABSENT,
) -> Finding:
    return Finding(
        check=check,
        cls="extra" if isinstance(reference, Absent) else "missing",
        reference=_shown(reference),
        sdk=_shown(sdk),
        unobserved=True,
        note=f"the driver of the {who} is {without.get('lifecycle.host', 'silent')}",
    )


def _shown(side: Side) -> Side:
    small = isinstance(side, Absent) or len(canonical(side)) <= _MAX_SHOWN
    return side if small else ABSENT


def _difference(finding: Finding, mode: Mode, scenario_level: str) -> Difference:
    return Difference(
        mode=mode,
        check=finding.check,
        plane=finding.check.partition(".")[0],
        cls=finding.cls,
        path=finding.path,
        level=level_of(finding, scenario_level),
        reference=finding.reference,
        sdk=finding.sdk,
        where=finding.where,
        fingerprint=fingerprint(finding, table_level(finding)),
        sentence=sentence(finding),
    )
