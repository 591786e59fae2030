"""Declared outcomes in a comparison: two sides that each show a right outcome agree; one that does not is told so.

The sets are the scenario's (``harness.outcomes``). A golden says ``{"one_of": [names]}`` where a set is declared, so that
what it holds is what was allowed and not which alternative chance gave when it was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.compare.checks import Sides, findings_of
from harness.compare.difference import Finding
from harness.jsonvalue import JsonValue, canonical
from harness.observation import Mode
from harness.outcomes import Alternative, OutcomeSet

ONE_OF: Final = "one_of"
_HOST: Final = "lifecycle.host"
_WORD: Final = {"hung": "hang", "crashed": "crash"}

Facts = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What each side showed of one set, by name; None: none of it. A golden names no single one: ``*``."""

    declared: OutcomeSet
    reference: str | None
    sdk: str | None

    @property
    def outside(self) -> bool:
        """Whether a side showed something else."""
        return self.reference is None or self.sdk is None

    def to_json(self) -> dict[str, JsonValue]:
        """The row of the run file."""
        return {
            "at": self.declared.at,
            "declared": [*self.declared.names],
            "reference": self.reference,
            "sdk": self.sdk,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Both sides with what the sets make equal made equal, and which alternative each side took."""

    reference: Facts
    sdk: Facts
    taken: tuple[Taken, ...]


def settle(reference: Facts, sdk: Facts, sets: Sequence[OutcomeSet], mode: Mode) -> Settled:
    """Hold both sides against the declared sets of ``mode``.

    Where both sides are in a set, both get its first alternative. Where the SDK is outside, it is compared with the
    alternative nearest to what it shows, whatever the reference shows. Facts are not changed in place.
    """
    ours, theirs = dict(reference), dict(sdk)
    taken: list[Taken] = []
    for one in sets:
        if mode not in one.modes or not (_has(ours, one) and _has(theirs, one)):
            continue
        row = Taken(declared=one, reference=took(ours, one), sdk=took(theirs, one))
        taken.append(row)
        if not row.outside:
            for side in (ours, theirs):
                _put(side, one, one.alternatives[0].fact)
        elif row.sdk is None:
            _put(ours, one, _nearest(one, _get(theirs, one)))
        elif row.sdk == "*":
            _put(theirs, one, _nearest(one, _get(ours, one)))
    return Settled(reference=ours, sdk=theirs, taken=tuple(taken))


def took(facts: Facts, declared: OutcomeSet) -> str | None:
    """The name of the alternative that ``facts`` show, ``*`` for a golden that allows all, None for none of them.

    Beside a host that crashed or hung only an alternative that covers it counts.
    """
    value = _get(facts, declared)
    if _names(value):
        return "*"
    host = str(facts.get(_HOST, "ok"))
    for one in declared.alternatives:
        if canonical(one.fact) == canonical(value):
            return one.name if host == "ok" or _WORD.get(host) in one.covers else None
    return None


def allowed(facts: Facts, sets: Sequence[OutcomeSet], mode: Mode) -> Facts:
    """Facts as a golden keeps them: where a set is declared and was met, the names of what was allowed."""
    kept = dict(facts)
    for one in sets:
        if mode in one.modes and _has(kept, one) and took(kept, one) is not None:
            _put(kept, one, {ONE_OF: [*one.names]})
    return kept


def single(facts: Facts) -> Facts:
    """The facts of a golden that name one value; those that name what was allowed are left out."""
    return {
        check: value
        for check, value in facts.items()
        if not any(map(_names, value if isinstance(value, list) else [value]))
    }


def _names(value: JsonValue) -> bool:
    return isinstance(value, dict) and value.keys() == {ONE_OF}


def told(finding: Finding, taken: Sequence[Taken]) -> Finding:
    """The finding with the set it is outside of in its sentence."""
    for row in taken:
        one = row.declared
        here = one.at is None or finding.where.split(" ")[1:2] == [str(one.at)]
        if row.outside and one.check == finding.check and here:
            words = f"none of the {len(one.names)} declared outcomes ({', '.join(one.names)})"
            return replace(finding, note=f"{finding.note}; {words}" if finding.note else words)
    return finding


def _has(facts: Facts, declared: OutcomeSet) -> bool:
    value = facts.get(declared.check)
    if declared.at is None:
        return declared.check in facts
    return isinstance(value, list) and declared.at < len(value)


def _get(facts: Facts, declared: OutcomeSet) -> JsonValue:
    value = facts[declared.check]
    if declared.at is None:
        return value
    assert isinstance(value, list), "because _has was asked"
    return value[declared.at]


def _put(facts: Facts, declared: OutcomeSet, value: JsonValue) -> None:
    if declared.at is None:
        facts[declared.check] = value
        return
    whole = facts[declared.check]
    assert isinstance(whole, list), "because _has was asked"
    facts[declared.check] = [*whole[: declared.at], value, *whole[declared.at + 1 :]]


def _nearest(declared: OutcomeSet, value: JsonValue) -> JsonValue:
    """The alternative with the fewest findings against ``value``, one that is there only on one side counted twice."""

    def distance(one: Alternative) -> int:
        left, right = (
            side if declared.at is None else [side] for side in (one.fact, value)
        )  # fmt: skip
        sides = Sides(
            reference={declared.check: left},
            sdk={declared.check: right},
            checks=frozenset({declared.check}),
        )
        found = findings_of(declared.check, sides)
        return sum(2 if finding.cls in {"missing", "extra"} else 1 for finding in found)

    return min(declared.alternatives, key=distance).fact
