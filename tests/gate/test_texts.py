"""The plan and the hand-over, and what a terminal shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from harness.gate.policy import Check, Excuse, Policy, Quarantine
from harness.gate.record import Intake
from harness.gate.stages import STAGES, Stage, decide, fell_back
from harness.gate.texts import handoff, plan, told
from harness.report.regressions import Tally, regressions
from tests.gate.material import FAILS, ONE, PASSES, WHO, failing, model, result
from tests.gate.test_record import INTAKE, gate

RUN = ("codex-parity", "run", "-o", "reports/gate")
NOWHERE = Intake(release="a thing", commit=None, branch=None, tag=None, dirty=False, changelog=None)
POLICY = Policy(
    quarantine=(
        Quarantine(
            scenario="exec.stream.*",
            subject="*",
            excuse=Excuse(reason="races", owner="ana", until=dt.date(2026, 12, 1)),
        ),
    ),
    checks=(Check(name="tests", argv=("nox", "-s", "tests"), blocking=True, timeout_s=60),),
    blockers=("the upload is broken",),
)


@pytest.mark.requirement("R4-3")
def test_the_plan_says_what_is_going_to_be_done_before_it_is() -> None:
    """Provenance: REQUIREMENTS.md R4-3: version, branch or tag, changelog, blockers, journeys, checks."""
    intake = replace(INTAKE, tag="v1.2.0", dirty=True)
    text = plan(intake, POLICY, base=model(PASSES), candidate=None, run=RUN, journeys=["open"])

    assert text.startswith("# Gate plan: an-sdk 1.2.0\n")
    assert f"Commit: `{'c' * 40}`, branch `main`, tag `v1.2.0`; **with changes" in text
    assert "Changelog: `CHANGELOG.md`." in text
    assert "1 command of the project; tests: `nox -s tests`" in text
    assert "Candidate: `codex-parity run -o reports/gate`. Compared with run `run-1.2.3`." in text
    assert "Journeys through the report: open." in text
    assert "## Known to stand against it\n\n- the upload is broken\n" in text
    assert (
        "## In quarantine\n\n- exec.stream.&#42; for &#42;: races (ana, until 2026-12-01)" in text
    )


def test_the_plan_says_what_there_is_not() -> None:
    """Provenance: ours."""
    text = plan(NOWHERE, Policy(), base=None, candidate="new/run.jsonl", run=RUN, journeys=[])

    assert "Commit: not in a git checkout.\nChangelog: none.\n" in text
    assert "Candidate: the run in `new/run.jsonl`. Compared with nothing: every" in text
    assert "Journeys through the report: none." in text
    assert "## Known to stand against it\n\n- none\n\n## In quarantine\n\n- none\n" in text


@pytest.mark.requirement("R4-14", "R4-15", "R4-9")
def test_the_hand_over_of_a_gate_that_is_not_ready_says_why_and_what_is_next() -> None:
    """Provenance: REQUIREMENTS.md R4-14."""
    text = handoff(gate(base=model(PASSES)), "- Added a thing.", ["index.html"])

    assert text.startswith("# ✗ not ready: an-sdk 1.2.0\n")
    assert "- **intake**, tests: 2 failed\n  `nox -s tests`" in text
    assert "Replay the first reason" in text
    assert "| journeys | fail | tests: 2 failed |" in text
    assert "| new_regression | 1 | equal on the base, differs on the candidate |" in text
    assert f"- **new_regression** {WHO} {ONE}: match -> divergence, because of divergence" in text
    assert "[reproductions/01-one.yaml](reproductions/01-one.yaml): no single part" in text
    assert "A guess, by rule: Altered while reading." in text
    assert "## Changelog, draft\n\n- Added a thing.\n" in text
    assert "- [index.html](index.html)" in text
    assert text.endswith("Nothing was tagged, merged, pushed or published.\n")


def test_the_hand_over_of_a_gate_that_is_ready_has_risks_and_no_reasons() -> None:
    """Provenance: REQUIREMENTS.md R4-4, R4-14."""
    less = fell_back("codex", "no released codex was played", "the mock")
    stages = tuple(Stage(name=name, findings=(less,)) for name in STAGES)
    ended = replace(
        gate(ready=True, candidate=model(PASSES)), stages=stages, decision=decide(stages)
    )
    text = handoff(ended, None, [])

    assert text.startswith("# ✓ ready: an-sdk 1.2.0\n")
    assert "## Reasons\n\n- nothing blocks: every stage was gone through\n" in text
    assert "- **candidate**, codex: no released codex was played (in its place: the mock)" in text
    assert "## Changelog, draft\n\nThere is none.\n" in text
    assert "against no base" in text
    assert "## Reproductions" not in text
    assert "## Risks\n\n- none\n" in handoff(gate(ready=True), None, [])


def test_plays_are_told_and_a_long_list_of_regressions_is_cut_and_counted() -> None:
    """Provenance: ours."""
    names = [f"exec.gate.n{number:02}" for number in range(12)]
    base, candidate = (
        model(*(result(WHO, name=name) for name in names)),
        model(*(failing(name) for name in names)),
    )
    found = regressions(base, candidate)
    first = replace(found.changes[0], tallies=(("base", Tally(plays=2, differing=0)),), replay="")
    played = replace(found, changes=(first, *found.changes[1:]), notes=("lane: one, other",))
    text = handoff(replace(gate(base=base), found=played), None, [])

    assert "because of divergence; base: 0 of 2 plays differ\n- **new" in text
    assert "- ... and 2 more in [regressions.json](regressions.json)" in text
    assert "Note: lane: one, other." in text


def test_a_terminal_shows_classes_stages_risks_reasons_and_the_decision_last() -> None:
    """Provenance: ours."""
    lines = told(gate(base=model(PASSES), candidate=model(FAILS)))

    assert lines[:2] == ["    1 new_regression", "    0 the same"]
    assert "fail                  journeys: tests: 2 failed" in lines
    assert lines.index("reasons:") + 1 == lines.index("  intake, tests: 2 failed")
    assert "      nox -s tests" in lines
    assert "risks:" not in lines
    assert lines[-2] == "✗ not ready: an-sdk 1.2.0"
