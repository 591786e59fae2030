"""CORE: does the mock show what a released codex shows? One scenario, the reference client, both lanes, one answer.

The real codex stands where the reference stands in a parity run and the mock where the SDK stands, so that a difference
says what the mock does wrong. Joins normalise, compare and the entries that explain a difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, cast

from harness.baseline.entries import Entry
from harness.compare.compare import compare
from harness.compare.difference import Difference
from harness.compare.verdict import Verdict, decide
from harness.jsonvalue import JsonValue
from harness.normalize.chain import normalise
from harness.observation import Mode, Normalised, Observation
from harness.real.lane import thread_labels
from harness.runner.records import NotPlayed, PlayResult
from harness.scenario import Scenario

Answer: TypeAlias = Literal["agree", "explained", "differ", "refused", "not_offered", "not_played"]
"""``refused``: both lanes refuse, because the release does not know an option of the scenario."""

_MODEL_URL: Final = re.compile(r"http://127\.0\.0\.1:[0-9]+/v1")
_UNKNOWN: Final = re.compile(r"unexpected argument '[^']*' found")
_ONE_LANE: Final = frozenset({"sent.requests", "lifecycle.descendants"})
"""What the mock has no counterpart of: it asks no model and runs no tools."""

_SPEAKERS: Final = (("SDK", "mock"), ("the reference", "codex"), ("reference", "codex"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """The answer for one scenario: ``differences`` are those that count, ``fixed`` entries that no longer show.

    ``reason`` says why it was not compared; ``missing`` names the tools that the release does not offer.
    """

    scenario: str
    answer: Answer
    reason: str
    differences: tuple[Difference, ...] = ()
    explained: tuple[str, ...] = ()
    events: tuple[JsonValue, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """As ``fidelity.json`` gives it."""
        return {
            "scenario": self.scenario,
            "answer": self.answer,
            "reason": self.reason,
            "differences": [
                {**one.to_json(), "sentence": worded(one.sentence)} for one in self.differences
            ],
            "explained": [*self.explained],
        }


def judge(
    scenario: Scenario,
    mock: Mapping[Mode, PlayResult],
    real: Mapping[Mode, PlayResult],
    *,
    entries: Sequence[Entry],
) -> Both:
    """Compare both lanes of one scenario.

    Args:
        scenario: in the form of the lane `real`.
        mock: what the reference showed in front of the mock, by mode.
        real: the same in front of the release.
        entries: the differences that are explained for this release.
    """
    checks = tuple(check for check in scenario.checks if check not in _ONE_LANE)
    found: list[Difference] = []
    states: dict[str, Literal["equal", "differs", "not_done"]] = {}
    events: list[JsonValue] = []
    for mode in scenario.modes:
        here, there = mock[mode], real[mode]
        for lane, play in (("mock", here), ("real", there)):
            if isinstance(play, NotPlayed):
                why = f"lane {lane}, mode {mode}: {play.reason}"
                return Both(scenario=scenario.id, answer="not_played", reason=why)
            if play.not_offered or play.unforeseen:
                answer: Answer = "not_offered" if play.not_offered else "not_played"
                words = "; ".join(play.not_offered or play.unforeseen)
                return Both(scenario=scenario.id, answer=answer, reason=words)
        left, right = _facts(there), _facts(here)
        seen = compare(left, right, checks=checks, scenario_level=scenario.level)
        found += seen.differences
        states |= {f"{mode}/{check}": state for check, state in seen.states.items()}
        for turn in cast("list[list[JsonValue]]", left.facts.get("surfaced.events", [])):
            events += turn
    both = _answer(scenario, found, states, entries, events)
    unknown = next(filter(None, (_unknown_option(real[mode]) for mode in scenario.modes)), None)
    if both.answer == "agree" and unknown is not None:
        return replace(both, answer="refused", reason=unknown)
    return both


def _unknown_option(play: PlayResult) -> str | None:
    """What the release says of an option that it does not know, from the error that the client surfaced."""
    assert isinstance(play, Observation), "the caller has looked"
    found = (_UNKNOWN.search(repr(turn.error)) for turn in play.turns)
    return next((one[0] for one in found if one is not None), None)


def _answer(
    scenario: Scenario,
    found: Sequence[Difference],
    states: Mapping[str, Literal["equal", "differs", "not_done"]],
    entries: Sequence[Entry],
    events: Sequence[JsonValue],
) -> Both:
    covering = [one for one in entries if one.covers(scenario.id)]
    decision = decide(
        differences=found,
        states=states,
        expected=[one.fingerprint for one in covering],
        pinned=[one.fingerprint for one in covering if one.promises(scenario.id)],
    )
    match decision.verdict:
        case Verdict.MATCH:
            answer: Answer = "agree"
        case Verdict.KNOWN:
            answer = "explained"
        case _:
            answer = "differ"
    new = {*decision.new}
    return Both(
        scenario=scenario.id,
        answer=answer,
        reason=decision.reason,
        differences=tuple(one for one in found if one.fingerprint in new),
        explained=decision.known,
        events=tuple(events),
    )


def _facts(play: PlayResult) -> Normalised:
    """The facts of a play with what is new in each play of a real codex as labels: also where the mock plays a recording."""
    assert isinstance(play, Observation), "the caller has looked"
    shown = [repr(play.invocations), repr(play.turns)]
    urls = {found for text in shown for found in _MODEL_URL.findall(text)}
    labels = {**thread_labels(shown), **dict.fromkeys(["<MODEL>"] if urls else [], min(urls, default=""))}  # fmt: skip
    return normalise(replace(play, places={**play.places, **labels}))


def unused(entries: Sequence[Entry], found: Sequence[Both]) -> tuple[Entry, ...]:
    """The entries that explained nothing in a run of all scenarios."""
    used = {name for one in found for name in one.explained}
    return tuple(one for one in entries if one.fingerprint not in used)


def worded(sentence: str) -> str:
    """A sentence of the comparison with the names of the two lanes in it."""
    for word, name in _SPEAKERS:
        sentence = sentence.replace(word, name)
    return sentence


def counts(found: Sequence[Both]) -> dict[Answer, int]:
    """How many scenarios have which answer."""
    result: dict[Answer, int] = {}
    for one in found:
        result[one.answer] = result.get(one.answer, 0) + 1
    return result
