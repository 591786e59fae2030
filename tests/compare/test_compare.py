"""One play of the reference against the same play of an SDK."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.compare import MAX_ALIKE, Comparison, compare
from harness.jsonvalue import JsonValue, canonical
from harness.observation import CHECKS, Mode, Normalised
from tests.compare.streams import DONE, STARTED, TURN, message, normalised, shifted

STREAM = [STARTED, TURN, message(0), DONE]


def against(
    reference: Normalised, sdk: Normalised, *checks: str, level: str = "contract"
) -> Comparison:
    return compare(reference, sdk, checks=checks or CHECKS, scenario_level=level)


def events(stream: Sequence[JsonValue]) -> Normalised:
    return normalised(surfaced__events=[[*stream]])


def test_equal_facts_are_equal_and_have_no_differences() -> None:
    """Ours."""
    found = against(events(STREAM), events(STREAM), "surfaced.events")

    assert found == Comparison(differences=(), states={"surfaced.events": "equal"})


def test_renamed_ids_are_equal_although_the_bytes_are_not() -> None:
    """DESIGN, "Comparison": ids compare up to renaming."""
    found = against(events(STREAM), events(shifted(STREAM)), "surfaced.events")

    assert found.states == {"surfaced.events": "equal"}


def test_a_difference_carries_all_that_a_report_needs() -> None:
    """The form of the run JSONL."""
    right = copy.deepcopy(STREAM)
    del cast("dict[str, JsonValue]", right[3]["usage"])["output_tokens"]

    found = against(events(STREAM), events(right), "surfaced.events")

    (difference,) = found.differences
    assert found.states == {"surfaced.events": "differs"}
    json = difference.to_json()
    assert json | {"fingerprint": ""} == {
        "mode": "stream",
        "check": "surfaced.events",
        "plane": "surfaced",
        "class": "missing",
        "path": "$.usage.output_tokens",
        "level": "contract",
        "reference": 2,
        "where": "turn 0 event 3 turn.completed",
        "fingerprint": "",
        "sentence": "the SDK drops `usage.output_tokens` from turn.completed (reference: 2)",
    }


def test_a_scenario_of_behaviour_lowers_the_level_and_keeps_the_fingerprint() -> None:
    """Ours: one cause has one name over all scenarios."""
    sides = normalised(sent__stdin=["a"]), normalised(sent__stdin=["b"])

    (high,) = against(*sides, "sent.stdin").differences
    (low,) = against(*sides, "sent.stdin", level="behaviour").differences

    assert (high.level, low.level) == ("contract", "behaviour")
    assert high.fingerprint == low.fingerprint


@pytest.mark.parametrize(
    ("mode", "counted"),
    [
        ("stream", ["surfaced.events", "lifecycle.lazy"]),
        ("run", ["surfaced.result"]),
    ],
)
def test_a_check_of_the_other_mode_is_not_counted(mode: Mode, counted: list[str]) -> None:
    """Ours: `run` shows no events."""
    empty = normalised(mode)

    found = against(empty, empty, "surfaced.events", "surfaced.result", "lifecycle.lazy")

    assert found.states == dict.fromkeys(counted, "not_done")


def test_a_host_that_hung_is_the_one_cause_of_all_that_was_not_seen() -> None:
    """DESIGN, "Comparison": one cause is told once; what was sent before stands on its own."""
    checks = (
        "lifecycle.host",
        "lifecycle.alive",
        "surfaced.outcome",
        "surfaced.thread_id",
        "sent.stdin",
    )
    ok = normalised(
        lifecycle__host="ok", lifecycle__alive={"after": 0}, surfaced__outcome=["end"],
        surfaced__thread_id=["t"], sent__stdin=["a"],
    )  # fmt: skip
    hung = normalised(
        lifecycle__host="hung",
        surfaced__outcome=["none"],
        surfaced__thread_id=["t"],
        sent__stdin=["b"],
    )

    found = against(ok, hung, *checks)

    assert {one.check for one in found.differences} == {"lifecycle.host", "sent.stdin"}
    assert found.states == {
        "sent.stdin": "differs",
        "surfaced.outcome": "differs",
        "surfaced.thread_id": "equal",
        "lifecycle.alive": "differs",
        "lifecycle.host": "differs",
    }


def test_a_fact_that_one_side_lacks_is_a_difference_and_says_why() -> None:
    """Ours: silence is not agreement."""
    full = normalised(lifecycle__files=[], lifecycle__host="ok")
    hung = normalised(lifecycle__host="hung")

    (missing,) = against(full, hung, "lifecycle.files").differences
    (extra,) = against(normalised(), full, "lifecycle.files").differences

    assert (missing.cls, missing.reference) == ("missing", [])
    assert missing.sentence.endswith("not observed, the driver of the SDK is hung")
    assert (extra.cls, extra.sdk) == ("extra", [])
    assert extra.sentence.endswith("not observed, the driver of the reference is silent")


def test_a_large_fact_that_one_side_lacks_is_not_repeated() -> None:
    """Ours: it stands in the observation."""
    large = normalised(sent__stdin=["x" * 3000])

    (found,) = against(large, normalised(), "sent.stdin").differences

    assert "reference" not in found.to_json()


def test_differences_alike_are_counted_beyond_a_hundred() -> None:
    """Ours: a field dropped from 100,000 events is one cause."""
    left = [message(number, f"a{number}") for number in range(MAX_ALIKE + 7)]
    right = [message(number, f"b{number}") for number in range(MAX_ALIKE + 7)]

    found = against(events(left), events(right), "surfaced.events")

    assert len(found.differences) == MAX_ALIKE
    assert found.notes == (
        f"7 more differences of fingerprint {found.differences[0].fingerprint} are not listed",
    )


def test_a_check_differs_even_when_another_one_tells_the_cause() -> None:
    """Ours: the state is equality of bytes, the list is of causes."""
    left = normalised(sent__invocations=2, sent__stdin=["a", "b"])
    right = normalised(sent__invocations=1, sent__stdin=["a"])

    found = against(left, right, "sent.invocations", "sent.stdin")

    assert found.states == {"sent.invocations": "differs", "sent.stdin": "differs"}
    assert [one.check for one in found.differences] == ["sent.invocations"]


def test_fingerprints_do_not_know_the_mode() -> None:
    """Ours: one cause has one name over both modes."""
    left, right = normalised("run", sent__cwd=["a"]), normalised("run", sent__cwd=["b"])

    (run,) = against(left, right, "sent.cwd").differences
    (stream,) = against(
        replace(left, mode="stream"), replace(right, mode="stream"), "sent.cwd"
    ).differences

    assert run.fingerprint == stream.fingerprint


KEYS = st.sampled_from(["__x", "b.c", 'd"e', "\u0441", "c", "type", "text"])
LEAVES = st.sampled_from([None, True, 1, 1.0, 2**53 + 1, "", "a", "\u0430"])
MEMBERS = st.dictionaries(KEYS, LEAVES | st.lists(LEAVES, max_size=3), max_size=4)


@pytest.mark.requirement("F1", "R1-1")
@given(st.lists(MEMBERS, min_size=1, max_size=6), st.integers(0, 5), KEYS, LEAVES)
def test_a_stream_is_equal_exactly_when_nothing_was_mutated(
    members: list[dict[str, JsonValue]], at: int, key: str, value: JsonValue
) -> None:
    """REPORTS.md 1.2: no false green, whatever the keys and types."""
    left: list[JsonValue] = [{"type": "x", "member": one} for one in members]
    right = copy.deepcopy(left)
    target = cast("dict[str, JsonValue]", right[at % len(right)])
    cast("dict[str, JsonValue]", target["member"])[key] = value

    found = against(events(left), events(right), "surfaced.events")

    mutated = canonical(left) != canonical(right)
    assert found.states == {"surfaced.events": "differs" if mutated else "equal"}
    assert bool(found.differences) is mutated


@pytest.mark.parametrize("check", ["lifecycle.backpressure", "lifecycle.cost"])
def test_what_was_measured_on_one_side_only_was_not_done(check: str) -> None:
    """Ours: a machine that was too noisy for one of two plays says nothing about the SDK."""
    one = normalised(surfaced__outcome=["end"])
    measured = replace(one, facts={**one.facts, check: [None]})

    for left, right in ((one, measured), (measured, one), (one, one)):
        found = against(left, right, check, "surfaced.outcome")
        assert (found.states[check], found.differences) == ("not_done", ())


@pytest.mark.parametrize("check", ["lifecycle.backpressure", "lifecycle.cost"])
def test_a_turn_that_ended_otherwise_explains_what_could_not_be_measured(check: str) -> None:
    """Ours: one cause is told once, and an SDK that fails is not taken for a noisy machine."""
    ours = normalised(surfaced__outcome=["end"])
    measured = replace(ours, facts={**ours.facts, check: [None]})
    failed = normalised(surfaced__outcome=["error"])

    found = against(measured, failed, check, "surfaced.outcome")

    assert found.states[check] == "differs"
    assert [one.check for one in found.differences] == ["surfaced.outcome"]
