"""CORE: plays in, lines of the run file out. Joins normalise, compare, golden and baseline; does no IO of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import is_
from typing import Final, TypeAlias, cast

from harness.baseline.entries import Entry
from harness.compare.compare import Comparison, State, compare
from harness.compare.declared import allowed, single
from harness.compare.difference import Difference
from harness.compare.verdict import decide, three_way
from harness.golden import Golden, GoldenState, Provenance
from harness.jsonvalue import JsonValue
from harness.normalize.chain import NORMALISER, normalise, weaken_facts
from harness.observation import Mode, Normalised, Observation
from harness.outcomes import OutcomeSet
from harness.redaction.labels import Redactor
from harness.runner.records import NotPlayed, PlayKey, PlayResult, SubjectState
from harness.runner.timing import timing_json
from harness.scenario import Scenario
from harness.subjects.matrix import family_of

Line: TypeAlias = dict[str, JsonValue]

_KEPT_CHARS: Final = 20_000
"""Longest string of a raw observation that goes into the run file; longer ones are cut, with length and hash."""


OWN_REFERENCE: Final = "reference"
"""The subject that must be able to play everything; of an SDK in its place nobody asks that."""

REPLAY: Final = "codex-parity replay {scenario} --subject {subject}"
"""The one line that shows a cell again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenRead:
    """The golden of one scenario as this run found it."""

    scenario: str
    golden: Golden | None
    state: GoldenState
    reason: str

    @property
    def subject(self) -> str:
        """Whose observation the golden is; empty without one."""
        return "" if self.golden is None else self.golden.provenance.subject

    @classmethod
    def of_other_lane(cls, scenario: Scenario) -> GoldenRead:
        """In the lane `real` no golden takes part."""
        why = "golden files are of the lane `mock`; here the reference in the same lane is compared with"
        return cls(scenario=scenario.id, golden=None, state="missing", reason=why)

    @classmethod
    def of(cls, scenario: Scenario, read: Golden | None) -> GoldenRead:
        """Judge a golden that was read, or the lack of one."""
        if read is None:
            return cls(
                scenario=scenario.id, golden=None, state="missing", reason="no golden was recorded"
            )
        state, reason = read.state(scenario_sha256=scenario.sha256, normaliser=NORMALISER)
        return cls(scenario=scenario.id, golden=read, state=state, reason=reason)

    def normalised(self, mode: Mode) -> Normalised | None:
        """What to compare with, when the golden speaks of today's scenario."""
        return None if self.golden is None or self.state != "ok" else self.golden.normalised(mode)

    def cannot_express(self) -> frozenset[str]:
        """What the golden's SDK loses."""
        return frozenset(() if self.golden is None else self.golden.provenance.cannot_express)


def scenario_line(scenario: Scenario, golden: GoldenRead, confirmed_by: Sequence[str] = ()) -> Line:
    """What a report needs to say of a scenario; ``confirmed_by`` are the releases that showed the same as the mock."""
    return {
        "kind": "scenario",
        "id": scenario.id,
        "title": scenario.title,
        "expect": scenario.expect,
        "source": scenario.source,
        "family": scenario.family,
        "level": scenario.level,
        "since": scenario.since,
        "provenance": scenario.provenance,
        "confirmed_by": [*confirmed_by],
        "sha256": scenario.sha256,
        "modes": list(scenario.modes),
        "checks": list(scenario.checks),
        "not_observed": list(scenario.not_observed),
        "outcomes": [one.to_json() for one in scenario.outcomes],
        "script": cast("Line", _cut(Redactor(scenario.secrets).clean(scenario.script))),
        "golden": {
            "state": golden.state,
            "reason": golden.reason,
            "provenance": None if golden.golden is None else golden.golden.provenance.to_json(),
        },
    }


def golden_lines(golden: GoldenRead) -> Iterator[Line]:
    """The golden as an observation, one line per mode."""
    if golden.golden is not None:
        for mode, facts in golden.golden.facts.items():
            yield {
                "kind": "observation",
                "scenario": golden.scenario,
                "subject": "golden",
                "mode": mode,
                "raw": None,
                "facts": single(facts),
                "ledger": [],
            }


def observation_lines(key: PlayKey, result: PlayResult) -> Iterator[Line]:
    """The observation of one play, raw and normalised; nothing for a play that gave none."""
    if isinstance(result, Observation):
        seen = normalise(result)
        yield {
            "kind": "observation",
            "scenario": key.scenario,
            "subject": key.subject,
            "mode": key.mode,
            "raw": _cut(result.to_json()),
            "facts": seen.facts,
            "timing": timing_json(result),
            "ledger": [
                {
                    "rule": one.rule,
                    "check": one.check,
                    "hits": one.hits,
                    "before": one.before,
                    "after": one.after,
                }
                for one in seen.ledger
            ],
        }


def _cut(value: JsonValue) -> JsonValue:
    """The value with long strings cut; whatever holds none is shared, so that many events are not copied."""
    match value:
        case str() if len(value) > _KEPT_CHARS:
            digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
            return f"{value[:200]} ... cut: {len(value)} characters, sha256 {digest}"
        case list():
            entries = [_cut(child) for child in value]
            return value if all(map(is_, entries, value)) else entries
        case dict():
            members = {key: _cut(child) for key, child in value.items()}
            return value if all(members[key] is value[key] for key in value) else members
        case _:
            return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Everything one verdict is made of: a scenario, what reference and SDK did in each mode, golden and baselines."""

    scenario: Scenario
    state: SubjectState
    reference_state: SubjectState
    reference: Mapping[Mode, PlayResult]
    sdk: Mapping[Mode, PlayResult]
    golden: GoldenRead
    expected: Sequence[Entry]
    expected_of_golden: Sequence[Entry]
    replay: str = REPLAY


def result_line(cell: Cell) -> Line:
    """Judge one cell."""
    plays = [*cell.reference.values(), *cell.sdk.values()]
    duration = sum(play.duration_ms for play in plays if isinstance(play, Observation))
    for mode, play in cell.reference.items():
        if isinstance(play, NotPlayed):
            if play.why == "not_applicable" and cell.reference_state.name != OWN_REFERENCE:
                reason = f"the reference cannot do it: {play.reason}"
                return _plain(cell, "not_applicable", reason, duration)
            return _plain(
                cell,
                "harness_error",
                f"the reference gave nothing to compare with in mode {mode}: {play.reason}",
                duration,
            )
        if play.not_offered:
            reason = f"this codex does not offer {', '.join(play.not_offered)}"
            return _plain(cell, "not_applicable", reason, duration)
        if play.unforeseen:
            reason = f"the `model` part does not foresee what the reference made codex ask in mode {mode}: {play.unforeseen[0]}"
            return _plain(cell, "harness_error", reason, duration)
    for mode, play in cell.sdk.items():
        if isinstance(play, NotPlayed) and play.why == "driver":
            return _plain(cell, "could_not_run", f"mode {mode}: {play.reason}", duration)
    compared = {mode: play for mode, play in cell.sdk.items() if isinstance(play, Observation)}
    if not compared:
        refused = next(play for play in cell.sdk.values() if isinstance(play, NotPlayed))
        return _plain(cell, "not_applicable", refused.reason, duration)
    return _compared(cell, compared, duration)


def _compared(cell: Cell, plays: Mapping[Mode, Observation], duration: float) -> Line:
    found: list[Difference] = []
    states: dict[str, State] = {}
    answers: Line = {}
    taken: dict[str, list[JsonValue]] = {}
    for mode, play in plays.items():
        reference = normalise(cast("Observation", cell.reference[mode]))
        sdk = normalise(play)
        loss = cell.state.cannot_express() | cell.reference_state.cannot_express()
        seen = _compare(cell, reference, sdk, loss)
        found += seen.differences
        states |= {f"{mode}/{check}": state for check, state in seen.states.items()}
        answers |= _three_way(cell, mode, reference, sdk, seen)
        for row in seen.taken:
            taken.setdefault(f"{mode}/{row.declared.check}", []).append(row.to_json())
    covering = [entry for entry in cell.expected if entry.covers(cell.scenario.id)]
    decision = decide(
        differences=found,
        states=states,
        expected=[entry.fingerprint for entry in covering],
        pinned=[entry.fingerprint for entry in covering if entry.promises(cell.scenario.id)],
    )
    entries = {entry.fingerprint: entry.to_json() for entry in reversed(covering)}
    rows: list[JsonValue] = [
        {**one.to_json(), "known": entries.get(one.fingerprint)} for one in found
    ]
    checks: Line = {
        name: {
            "state": state,
            "three_way": answers.get(name),
            **({"outcomes": taken[name]} if name in taken else {}),
        }
        for name, state in states.items()
    }
    reason = decision.reason
    if decision.new:
        reason = next(one.sentence for one in found if one.fingerprint == decision.new[0])
    return {
        **_plain(cell, decision.verdict.value, reason, duration),
        "differences": rows,
        "checks": checks,
    }


def _compare(cell: Cell, left: Normalised, right: Normalised, loss: frozenset[str]) -> Comparison:
    return compare(
        weaken_facts(left, loss),
        weaken_facts(right, loss),
        checks=cell.scenario.checks,
        scenario_level=cell.scenario.level,
        outcomes=weaken_outcomes(cell.scenario.outcomes, loss),
    )


def weaken_outcomes(sets: Sequence[OutcomeSet], loss: frozenset[str]) -> tuple[OutcomeSet, ...]:
    """The declared outcomes as sides that cannot express ``loss`` show them."""

    def weak(check: str, fact: JsonValue) -> JsonValue:
        return weaken_facts(Normalised(mode="run", facts={check: fact}), loss).facts[check]

    return tuple(
        replace(
            one,
            alternatives=tuple(
                replace(other, fact=weak(one.check, other.fact)) for other in one.alternatives
            ),
        )
        for one in sets
    )


def _three_way(
    cell: Cell, mode: Mode, reference: Normalised, sdk: Normalised, seen: Comparison
) -> Line:
    """Per ``mode/check``, which of reference, golden and SDK stands apart; empty without a golden that is up to date.

    What the baseline of the golden's own subject expects is not held against the reference when another SDK is judged:
    those differences are declared, and the answer is about the rest.
    """
    told = cell.golden.normalised(mode)
    if told is None:
        return {}
    loss = cell.golden.cannot_express()
    own = cell.golden.subject == family_of(cell.state.name)
    declared = {
        entry.fingerprint
        for entry in cell.expected_of_golden
        if not own and entry.covers(cell.scenario.id)
    }
    by_reference = _differing(
        _compare(cell, reference, told, loss | cell.reference_state.cannot_express()), declared
    )
    by_sdk = _differing(_compare(cell, told, sdk, loss | cell.state.cannot_express()), set())
    by_both = _differing(seen, set())
    return {
        f"{mode}/{check}": three_way(
            reference_equals_golden=check not in by_reference,
            reference_equals_sdk=check not in by_both,
            sdk_equals_golden=check not in by_sdk,
        ).value
        for check in seen.states
    }


def _differing(comparison: Comparison, ignored: set[str]) -> set[str]:
    """The checks that differ in more than what is cosmetic or ignored.

    A check can differ without a difference of its own when another check tells its cause: then that cause decides.
    """
    told = {one.check for one in comparison.differences}
    counted = {
        one.check
        for one in comparison.differences
        if one.level != "cosmetic" and one.fingerprint not in ignored
    }
    silent = {check for check, state in comparison.states.items() if state == "differs"} - told
    return counted | (silent if counted else set())


def _plain(cell: Cell, verdict: str, reason: str, duration: float) -> Line:
    return {
        "kind": "result",
        "scenario": cell.scenario.id,
        "subject": cell.state.name,
        "verdict": verdict,
        "reason": reason,
        "differences": [],
        "checks": {},
        "duration_ms": round(duration, 1),
        "replay": replay_command(cell.scenario.id, cell.state.name, cell.replay),
    }


def replay_command(scenario: str, subject: str, template: str = REPLAY) -> str:
    """The one line that shows a cell again: ``template`` with its ``{scenario}`` and ``{subject}`` filled in."""
    return template.replace("{scenario}", scenario).replace("{subject}", subject)


def could_not_run_line(
    scenario: Scenario, state: SubjectState, reason: str, replay: str = REPLAY
) -> Line:
    """The result of a cell whose subject, or whose reference, never came up."""
    return {
        "kind": "result",
        "scenario": scenario.id,
        "subject": state.name,
        "verdict": "could_not_run",
        "reason": reason,
        "differences": [],
        "checks": {},
        "duration_ms": 0.0,
        "replay": replay_command(scenario.id, state.name, replay),
    }


def fingerprints(results: Sequence[Line], subject: str) -> dict[str, frozenset[str]]:
    """Per scenario that was really compared, the fingerprints of its differences, cosmetic ones left out."""
    return {
        str(line["scenario"]): frozenset(
            str(one["fingerprint"])
            for one in cast("list[Line]", line["differences"])
            if one["level"] != "cosmetic"
        )
        for line in results
        if line["subject"] == subject and line["checks"]
    }


def record_golden(
    scenario: Scenario, state: SubjectState, plays: Mapping[PlayKey, PlayResult]
) -> Golden | str:
    """What the golden of a scenario says today, or why it could not be observed."""
    facts: dict[Mode, dict[str, JsonValue]] = {}
    for mode in scenario.modes:
        play = plays[PlayKey(scenario=scenario.id, subject=state.name, mode=mode)]
        if isinstance(play, NotPlayed):
            return f"mode {mode}: {play.reason}"
        facts[mode] = allowed(normalise(play).facts, scenario.outcomes, mode)
    return Golden(
        scenario=scenario.id,
        provenance=Provenance(
            subject=state.name,
            sdk=state.fact("sdk"),
            version=state.fact("version"),
            runtime=state.fact("runtime"),
            lane="mock",
            scenario_sha256=scenario.sha256,
            normaliser=NORMALISER,
            cannot_express=tuple(sorted(state.cannot_express())),
        ),
        facts=facts,
    )
