"""How a run ends: the exit code of every kind of trouble, in order of precedence."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from harness.baseline.entries import Entry
from harness.baseline.review import Problem
from harness.golden import Golden, Provenance
from harness.jsonvalue import JsonValue
from harness.real.evidence import Evidence, identity
from harness.runner.ending import footer_line, not_seen
from harness.runner.judge import GoldenRead
from harness.runner.records import SubjectState
from harness.scenario import Scenario
from tests.runner.test_judge import SCENARIO

DECLARED = {"sdk": "s", "version": "1", "language": "l", "runtime": "r"}
ENTRY = Entry(
    fingerprint="0" * 12, check="sent.argv", scenarios=("a",), reason="sdk-bug", because="x"
)
STALE_ENTRY = Problem(kind="fixed", entry=ENTRY, scenario="a", sentence="it no longer shows")
MISSING_GOLDEN = GoldenRead(
    scenario="a", golden=None, state="missing", reason="no golden was recorded"
)
GOOD_GOLDEN = GoldenRead(
    scenario="a",
    golden=Golden(
        scenario="a",
        provenance=Provenance(
            subject="t",
            sdk="s",
            version="1",
            runtime="r",
            lane="mock",
            scenario_sha256="",
            normaliser="",
        ),
    ),
    state="ok",
    reason="",
)


def state(name: str, **facts: object) -> SubjectState:
    hello: dict[str, JsonValue] | None = None if facts else {"sdk": name}
    return SubjectState(name=name, declared=DECLARED, hello=hello, **facts)  # type: ignore[arg-type]


def result(verdict: str, *, subject: str = "x", level: str | None = None) -> dict[str, JsonValue]:
    differences: list[JsonValue] = [] if level is None else [{"level": level}]
    return {"verdict": verdict, "subject": subject, "scenario": "a", "differences": differences}


def end(
    *results: dict[str, JsonValue],
    states: tuple[SubjectState, ...] = (state("reference"), state("x")),
    problems: tuple[Problem, ...] = (),
    goldens: tuple[GoldenRead, ...] = (GOOD_GOLDEN,),
    fail_on_missing_runtime: bool = False,
) -> dict[str, JsonValue]:
    return footer_line(
        results,
        states=states,
        problems=[("x", problem) for problem in problems],
        goldens=goldens,
        fail_on_missing_runtime=fail_on_missing_runtime,
        finished_at="2026-11-21T00:00:00.000+00:00",
        duration_ms=1.0,
        unseen=("the mock only",),
    )


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["match"], 0),
        (["match", "known", "not_applicable"], 0),
        (["match", "divergence"], 1),
        (["match", "changed"], 1),
        (["match", "divergence", "harness_error"], 3),
        (["match", "divergence", "could_not_run"], 3),
        (["match", "incomplete"], 4),
        (["incomplete", "divergence"], 1),
        (["not_applicable"], 4),
        ([], 4),
    ],
)
def test_the_verdicts_decide_the_exit_code(verdicts: list[str], code: int) -> None:
    """Provenance: DESIGN, exit codes; a worthless answer comes before a bad one."""
    footer = end(*(result(verdict) for verdict in verdicts))

    assert footer["exit"] == code
    assert footer["exit_reason"]


def test_a_stale_baseline_is_an_exit_code_of_its_own() -> None:
    """Provenance: DESIGN, exit code 5."""
    footer = end(result("fixed"), problems=(STALE_ENTRY,))

    assert footer["exit"] == 5
    assert footer["baseline"] == [
        {
            "problem": "fixed",
            "subject": "x",
            "entry": ENTRY.to_json(),
            "sentence": "it no longer shows",
        }
    ]


def test_a_missing_golden_is_stale_and_not_verified() -> None:
    """Provenance: ours; the three-way answer needs the golden."""
    footer = end(result("match"), goldens=(MISSING_GOLDEN,))

    assert footer["exit"] == 5
    assert "1 golden files: a: no golden was recorded" in str(footer["not_verified"])


def test_a_missing_runtime_is_named_and_weighs_by_policy() -> None:
    """Provenance: decisions/0006."""
    states = (
        state("reference"),
        state("x"),
        state("node-sdk", fault="runtime", reason="install Node"),
    )
    cells = (result("match"), result("could_not_run", subject="node-sdk"))

    lenient = end(*cells, states=states)
    strict = end(*cells, states=states, fail_on_missing_runtime=True)

    assert (lenient["exit"], strict["exit"]) == (0, 4)
    assert "node-sdk (1 scenarios): install Node" in str(lenient["not_verified"])


def test_a_run_whose_reference_has_no_runtime_compared_nothing() -> None:
    """Provenance: decisions/0006; zero cells is never a pass."""
    states = (state("reference", fault="runtime", reason="install Node"), state("x"))

    assert end(result("could_not_run"), states=states)["exit"] == 4


def test_a_driver_that_never_came_up_is_an_error() -> None:
    """Provenance: issue text, null gate."""
    states = (state("reference"), state("x", fault="driver", reason="no hello"))

    assert end(result("could_not_run"), states=states)["exit"] == 3


def test_the_footer_counts_verdicts_and_levels() -> None:
    """Provenance: ours."""
    footer = end(
        result("match"), result("known", level="contract"), result("match", level="cosmetic")
    )

    assert footer["counts"] == {"match": 2, "known": 1}
    assert footer["levels"] == {"contract": 1, "cosmetic": 1}


def test_divergent_cells_that_are_flaky_are_counted_and_count_all_the_same() -> None:
    """Provenance: issue text, item 4: a flaky cell is never green."""
    reruns = [
        {"scenario": "b", "subject": "x", "plays": 4, "differing": 4, "causes": {"1": 4}},
        {"scenario": "a", "subject": "x", "plays": 4, "differing": 3, "causes": {"1": 3}},
    ]
    footer = footer_line(
        [result("divergence"), result("divergence")],
        states=(state("reference"), state("x")),
        problems=(),
        goldens=(),
        fail_on_missing_runtime=False,
        finished_at="t",
        duration_ms=1.0,
        unseen=(),
        reruns=cast("list[dict[str, JsonValue]]", reruns),
        not_rerun="2 divergent cells were not played again",
    )

    assert footer["exit"] == 1
    assert str(footer["exit_reason"]).endswith("(1 flaky, first a: 3 of 4 plays differ)")
    assert "2 divergent cells were not played again" in cast("list[str]", footer["not_verified"])


def scenario(name: str, *unseen: str) -> Scenario:
    return replace(SCENARIO, id=name, not_observed=unseen)


def test_a_run_of_the_mock_says_how_much_no_real_codex_confirms() -> None:
    """DESIGN: a mock run says nothing of the real codex."""
    confirmed = Evidence(
        codex="0.169.0",
        binary_sha256="",
        platform="linux-x64",
        played_on="2026-11-21",
        agreed={"a": identity(scenario("a"))},
        not_offered={},
        shown=frozenset(),
    )
    scenarios = [scenario("a"), scenario("b")]

    assert not_seen(scenarios, (), None, [confirmed]) == (
        "the real codex binary: this lane plays the mock only",
        "1 of 2 scenarios are synthetic: no run of a real codex (0.169.0) confirms what the mock plays",
    )
    assert "(none was asked)" in not_seen(scenarios, (), None, [])[1]


def test_a_run_of_a_real_codex_says_what_it_did_not_play_and_did_not_see() -> None:
    """Issue 4: `not in this lane` and `not observed` are said, never dropped."""
    scenarios = [scenario("a", "sent.stdin"), scenario("b", "sent.stdin", "sent.requests")]

    others, unseen = not_seen(scenarios, ("c", "d"), "0.169.0", [])

    assert others == "2 scenarios without a `model` part: not in this lane (c, ...)"
    assert unseen.startswith("not observed in this lane: sent.stdin (the launcher reads nothing")
    assert "; sent.requests of 1 scenarios (a client that gives up early" in unseen
    assert not_seen([scenario("a")], (), "0.169.0", []) == ()
