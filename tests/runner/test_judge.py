"""Plays in, lines of the run file out: verdicts, three-way answers, goldens."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from harness.baseline.entries import Entry
from harness.golden import Golden, Provenance
from harness.jsonvalue import JsonValue
from harness.normalize.chain import NORMALISER, normalise
from harness.observation import ASKED_FOR, CHECKS, MEASURED, REAL_ONLY, Observation, TurnRecord
from harness.outcomes import Alternative, OutcomeSet
from harness.runner.judge import (
    REPLAY,
    Cell,
    GoldenRead,
    could_not_run_line,
    fingerprints,
    golden_lines,
    observation_lines,
    record_golden,
    replay_command,
    result_line,
    scenario_line,
)
from harness.runner.records import NotPlayed, PlayKey, PlayResult, SubjectState
from harness.scenario import Scenario
from harness.steps import Start, Turn
from tests.normalize.plays import invocation

DECLARED = {"sdk": "s", "version": "1", "language": "l", "runtime": "r"}
SCENARIO = Scenario(
    id="exec.items.x",
    title="a title of it",
    expect="an expectation",
    source="ours",
    family="items",
    level="contract",
    since="0.169.0",
    provenance={"kind": "synthetic"},
    modes=("stream",),
    checks=tuple(
        one
        for one in CHECKS
        if one not in {*ASKED_FOR, *MEASURED, *REAL_ONLY, "lifecycle.descendants"}
    ),
    deadline_s=10,
    codex="mock",
    files={},
    script={"turns": []},
    client={},
    steps=(Start(options={}), Turn(input="hi", options={}, consume="all")),
    sha256="ab",
)
STARTED: JsonValue = {"type": "thread.started", "thread_id": "t"}
DONE: JsonValue = {"type": "turn.completed", "usage": {"input_tokens": 7}}
ZEROED: JsonValue = {"type": "turn.completed", "usage": {"input_tokens": 0}}


def played(*events: JsonValue, subject: str = "reference") -> Observation:
    """A play in stream mode that showed these events and ended well."""
    return Observation(
        descendants=0,
        scenario=SCENARIO.id,
        subject=subject,
        mode="stream",
        invocations=(invocation(),),
        turns=(
            TurnRecord(
                events=events, outcome="end", thread_id="t", started_before_read=0, alive_at_end=0
            ),
        ),
        duration_ms=2.0,
    )


def state(name: str, *loses: str) -> SubjectState:
    hello: dict[str, JsonValue] = {"sdk": name, "cannot_express": [*loses]}
    return SubjectState(name=name, declared=DECLARED, hello=hello)


def golden_of(*events: JsonValue, sha: str = "ab", subject: str = "official") -> GoldenRead:
    plays: dict[PlayKey, PlayResult] = {
        PlayKey(scenario=SCENARIO.id, subject=subject, mode="stream"): played(*events)
    }
    made = record_golden(SCENARIO, state(subject), plays)
    assert isinstance(made, Golden)
    return GoldenRead.of(replace(SCENARIO, sha256=sha), made)


NO_GOLDEN = GoldenRead.of(SCENARIO, None)


def judged(
    sdk: PlayResult,
    answers_of_reference: PlayResult | None = None,
    *,
    reference: str = "reference",
    replay: str = REPLAY,
    golden: GoldenRead = NO_GOLDEN,
    expected: tuple[Entry, ...] = (),
    expected_of_golden: tuple[Entry, ...] = (),
    loses: tuple[str, ...] = (),
    scenario: Scenario = SCENARIO,
) -> dict[str, JsonValue]:
    return result_line(
        Cell(
            scenario=scenario,
            state=state("x", *loses),
            reference_state=state(reference),
            reference={"stream": answers_of_reference or played(STARTED, DONE)},
            sdk={"stream": sdk},
            golden=golden,
            expected=expected,
            expected_of_golden=expected_of_golden,
            replay=replay,
        )
    )


def entry(fingerprint: str, *scenarios: str) -> Entry:
    return Entry(
        fingerprint=fingerprint,
        check="surfaced.events",
        scenarios=scenarios,
        reason="sdk-bug",
        because="it zeroes",
    )


def zero_fingerprint() -> str:
    return next(iter(fingerprints([judged(played(STARTED, ZEROED))], "x")[SCENARIO.id]))


def answers(line: dict[str, JsonValue], check: str) -> JsonValue:
    checks = cast("dict[str, dict[str, JsonValue]]", line["checks"])
    return checks[f"stream/{check}"]["three_way"]


def test_equal_plays_are_a_match_with_every_check_equal() -> None:
    """Provenance: DESIGN, verdicts."""
    line = judged(played(STARTED, DONE, subject="x"))

    assert (line["verdict"], line["differences"], line["duration_ms"]) == ("match", [], 4.0)
    checks = cast("dict[str, dict[str, JsonValue]]", line["checks"])
    assert {one["state"] for one in checks.values()} == {"equal"}
    assert line["replay"] == replay_command(SCENARIO.id, "x")


def test_a_difference_is_a_divergence_and_the_reason_is_its_sentence() -> None:
    """Provenance: issue text, a copy that zeroes usage."""
    line = judged(played(STARTED, ZEROED))

    (difference,) = cast("list[dict[str, JsonValue]]", line["differences"])
    assert line["verdict"] == "divergence"
    assert line["reason"] == difference["sentence"]
    assert difference["known"] is None
    assert difference["path"] == "$.usage.input_tokens"


def test_a_difference_in_the_baseline_is_known_with_its_reason() -> None:
    """Provenance: DESIGN, verdicts; an entry for all scenarios explains as well as one that names it."""
    for pattern in (SCENARIO.id, "*"):
        line = judged(played(STARTED, ZEROED), expected=(entry(zero_fingerprint(), pattern),))

        (difference,) = cast("list[dict[str, JsonValue]]", line["differences"])
        known = cast("dict[str, JsonValue]", difference["known"])
        assert (line["verdict"], known["because"]) == ("known", "it zeroes")


def test_an_expected_difference_that_is_gone_is_fixed_and_another_one_is_changed() -> None:
    """Provenance: DESIGN, verdicts."""
    gone = (entry("0" * 12, SCENARIO.id), entry("1" * 12, "exec.other.x"))

    assert judged(played(STARTED, DONE), expected=gone)["verdict"] == "fixed"
    assert judged(played(STARTED, ZEROED), expected=gone)["verdict"] == "changed"


def test_a_loss_that_the_sdk_declares_is_weakened_on_both_sides() -> None:
    """Provenance: DESIGN, driver protocol: the comparison weakens only that."""
    whole: JsonValue = {"type": "x", "n": 1.0}
    lost: JsonValue = {"type": "x", "n": 1}

    assert judged(played(lost), played(whole))["verdict"] == "divergence"
    assert judged(played(lost), played(whole), loses=("int_float",))["verdict"] == "match"


def test_a_driver_that_broke_could_not_run_and_a_reference_that_did_is_our_error() -> None:
    """Provenance: DESIGN, a broken driver is never a verdict on the SDK."""
    broke = NotPlayed(why="driver", reason="garbage")

    assert judged(broke)["verdict"] == "could_not_run"
    assert judged(played(), broke)["verdict"] == "harness_error"
    line = could_not_run_line(SCENARIO, state("x"), "no node")
    assert (line["verdict"], line["reason"], line["checks"]) == ("could_not_run", "no node", {})


def test_what_the_sdk_cannot_do_is_not_applicable() -> None:
    """Provenance: DESIGN, verdicts."""
    line = judged(NotPlayed(why="not_applicable", reason="no option"))

    assert (line["verdict"], line["reason"]) == ("not_applicable", "no option")
    assert fingerprints([line], "x") == {}


def test_what_an_sdk_in_the_place_of_the_reference_cannot_do_is_not_applicable() -> None:
    """Provenance: `codex-parity compare`; the project's own reference must be able to play everything."""
    refused = NotPlayed(why="not_applicable", reason="x has no images")

    assert judged(played(), refused)["verdict"] == "harness_error"
    line = judged(played(), refused, reference="x@1.0")
    assert line["verdict"] == "not_applicable"
    assert line["reason"] == "the reference cannot do it: x has no images"


def test_the_command_that_shows_a_cell_again_is_the_one_the_run_was_told() -> None:
    """Provenance: ours; a run against another reference is shown again against that one."""
    template = "codex-parity compare a b --filter {scenario}"

    assert (
        judged(played(), replay=template)["replay"]
        == f"codex-parity compare a b --filter {SCENARIO.id}"
    )
    line = could_not_run_line(SCENARIO, state("x"), "no node", template)
    assert line["replay"] == f"codex-parity compare a b --filter {SCENARIO.id}"
    assert replay_command("s", "x+node22") == "codex-parity replay s --subject x+node22"


@pytest.mark.parametrize(
    ("golden", "reference", "sdk", "answer"),
    [
        (DONE, DONE, DONE, "match"),
        (DONE, DONE, ZEROED, "sdk_differs"),
        (ZEROED, DONE, DONE, "golden_stale"),
        (ZEROED, DONE, ZEROED, "reference_differs"),
        ({"type": "turn.completed", "usage": {}}, DONE, ZEROED, "all_differ"),
    ],
)
def test_the_three_way_answer_says_who_stands_apart(
    golden: JsonValue, reference: JsonValue, sdk: JsonValue, answer: str
) -> None:
    """Provenance: DESIGN, three-way."""
    line = judged(
        played(STARTED, sdk), played(STARTED, reference), golden=golden_of(STARTED, golden)
    )

    assert answers(line, "surfaced.events") == answer
    assert answers(line, "sent.argv") == "match"


def test_what_is_declared_of_the_golden_is_not_held_against_the_reference() -> None:
    """Provenance: ours; else every other SDK would be told to look at the mock."""
    declared = (entry(zero_fingerprint(), SCENARIO.id),)
    third: JsonValue = {"type": "turn.completed", "usage": {}}

    other = judged(
        played(STARTED, third), golden=golden_of(STARTED, ZEROED), expected_of_golden=declared
    )
    own = judged(
        played(STARTED, ZEROED),
        golden=golden_of(STARTED, ZEROED, subject="x"),
        expected_of_golden=declared,
    )

    assert answers(other, "surfaced.events") == "sdk_differs"
    assert answers(own, "surfaced.events") == "reference_differs"


def test_a_check_whose_cause_is_told_by_another_differs_in_the_three_way_answer_too() -> None:
    """Provenance: DESIGN, one cause is told once."""
    hung = replace(played(STARTED, DONE), host="hung", turns=())

    line = judged(hung, golden=golden_of(STARTED, DONE))

    assert [one["check"] for one in cast("list[dict[str, JsonValue]]", line["differences"])] == [
        "lifecycle.host"
    ]
    assert answers(line, "surfaced.outcome") == "sdk_differs"


def test_a_stale_golden_gives_no_answer_and_says_why() -> None:
    """Provenance: REPORTS.md section 2."""
    stale = golden_of(STARTED, DONE, sha="other")

    assert (stale.state, stale.subject, NO_GOLDEN.state, NO_GOLDEN.subject) == (
        "stale",
        "official",
        "missing",
        "",
    )
    assert answers(judged(played(STARTED, ZEROED), golden=stale), "surfaced.events") is None
    assert NO_GOLDEN.cannot_express() == frozenset()


def test_a_scenario_line_says_how_its_golden_is() -> None:
    """Provenance: schemas/run.json."""
    line = scenario_line(SCENARIO, NO_GOLDEN)

    assert line["golden"] == {
        "state": "missing",
        "reason": "no golden was recorded",
        "provenance": None,
    }
    with_golden = cast("dict[str, JsonValue]", scenario_line(SCENARIO, golden_of(DONE))["golden"])
    assert cast("dict[str, JsonValue]", with_golden["provenance"])["normaliser"] == NORMALISER


def test_a_golden_is_an_observation_without_a_raw_one() -> None:
    """Provenance: schemas/run.json."""
    (line,) = golden_lines(golden_of(STARTED, DONE))

    assert (line["subject"], line["raw"]) == ("golden", None)
    assert line["facts"] == normalise(played(STARTED, DONE)).facts
    assert [*golden_lines(NO_GOLDEN)] == []


def test_an_observation_line_has_raw_and_facts_and_cuts_what_is_huge() -> None:
    """Provenance: schemas/run.json; a line of 1 MiB must not be in the file ten times."""
    key = PlayKey(scenario=SCENARIO.id, subject="x", mode="stream")
    huge = played({"type": "x", "text": "a" * 50_000})

    (line,) = observation_lines(key, huge)

    assert "cut: 50000 characters, sha256" in str(line["raw"])
    assert len(str(line)) < 20_000
    assert cast("list[dict[str, JsonValue]]", line["ledger"])[0]["rule"] == "long_text"
    assert [*observation_lines(key, NotPlayed(why="driver", reason="x"))] == []


def test_a_golden_is_recorded_only_of_a_scenario_that_was_observed() -> None:
    """Provenance: issue text, a golden whose test crashed is kept."""
    key = PlayKey(scenario=SCENARIO.id, subject="official", mode="stream")
    broke: dict[PlayKey, PlayResult] = {key: NotPlayed(why="driver", reason="it broke")}

    assert record_golden(SCENARIO, state("official"), broke) == "mode stream: it broke"
    made = record_golden(SCENARIO, state("official", "big_int"), {key: played(DONE)})
    assert isinstance(made, Golden)
    assert made.provenance == Provenance(
        subject="official",
        sdk="official",
        version="1",
        runtime="r",
        lane="mock",
        scenario_sha256="ab",
        normaliser=NORMALISER,
        cannot_express=("big_int",),
    )


SETTLED = replace(
    SCENARIO,
    outcomes=(
        OutcomeSet(
            check="surfaced.events",
            at=0,
            modes=("stream",),
            alternatives=tuple(
                Alternative(name=name, because="so", source="ours", fact=fact)
                for name, fact in cast(
                    "list[tuple[str, JsonValue]]",
                    [
                        ("two", [STARTED, {**cast("dict[str, JsonValue]", DONE), "none": None}]),
                        ("one", [STARTED]),
                    ],
                )
            ),
        ),
    ),
)


def test_declared_outcomes_agree_and_the_result_says_which_was_seen() -> None:
    """Provenance: issue text, item 4; weakened like the facts, so that what an SDK cannot express is no outsider."""
    line = judged(played(STARTED), played(STARTED, DONE), scenario=SETTLED, loses=("null_absent",))

    assert line["verdict"] == "match"
    checks = cast("dict[str, dict[str, JsonValue]]", line["checks"])
    assert checks["stream/surfaced.events"]["outcomes"] == [
        {"at": 0, "declared": ["two", "one"], "reference": "two", "sdk": "one"}
    ]
    assert "outcomes" not in checks["stream/sent.argv"]


def test_an_outcome_outside_the_set_diverges() -> None:
    """Provenance: issue text, item 4."""
    line = judged(played(DONE), played(STARTED), scenario=SETTLED)

    assert line["verdict"] == "divergence"
    assert "none of the 2 declared outcomes (two, one)" in str(line["reason"])


def test_a_golden_of_declared_outcomes_says_what_was_allowed_and_shows_no_single_one() -> None:
    """Provenance: issue text, item 4."""
    plays: dict[PlayKey, PlayResult] = {
        PlayKey(scenario=SCENARIO.id, subject="official", mode="stream"): played(STARTED)
    }
    made = record_golden(SETTLED, state("official"), plays)
    assert isinstance(made, Golden)
    read = GoldenRead.of(SETTLED, made)

    assert made.facts["stream"]["surfaced.events"] == [{"one_of": ["two", "one"]}]
    (shown,) = golden_lines(read)
    assert "surfaced.events" not in cast("dict[str, JsonValue]", shown["facts"])
    line = judged(played(STARTED), played(STARTED), golden=read, scenario=SETTLED)
    assert answers(line, "surfaced.events") == "match"
    assert scenario_line(SETTLED, read)["outcomes"] == [SETTLED.outcomes[0].to_json()]


def test_a_tool_that_the_release_does_not_offer_is_said_and_not_compared() -> None:
    """Issue 4: a recorded `not offered`, not a crash."""
    without = replace(played(STARTED, DONE), not_offered=("update_plan",))
    line = judged(without, without)
    assert (line["verdict"], line["reason"]) == (
        "not_applicable",
        "this codex does not offer update_plan",
    )


def test_a_request_of_the_reference_that_no_script_foresees_is_a_fault_of_the_scenario() -> None:
    """Ours: two clients that run into the same refusal are no parity."""
    odd = replace(played(STARTED, DONE), unforeseen=("POST /v1/responses was unscripted",))
    line = judged(odd, odd)
    assert line["verdict"] == "harness_error"
    assert "POST /v1/responses was unscripted" in str(line["reason"])


def test_no_golden_takes_part_in_the_other_lane() -> None:
    """Ours: a golden is what the mock made of a client."""
    golden = GoldenRead.of_other_lane(SCENARIO)
    assert (golden.golden, golden.state) == (None, "missing")
    line = scenario_line(replace(SCENARIO, not_observed=("sent.stdin",)), golden, ["0.169.0"])
    assert line["not_observed"] == ["sent.stdin"]
    assert line["confirmed_by"] == ["0.169.0"]
    assert "lane `mock`" in str(line["golden"])
