"""The loops of a gate end when a person says so, and what cannot be played here is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from harness.gate.commands import Commands
from harness.gate.judging import STOP, judge
from harness.gate.policy import Policy
from harness.gate.reproducing import reproduce
from harness.gate.stages import Finding, Stage
from harness.report.regressions import regressions
from tests.gate.material import FAILS, PASSES, TWO, WHO, failing, model, result
from tests.report.runs import SCHEMAS


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    """The commands of a gate that has run none yet."""
    return Commands(folder=tmp_path, cwd=tmp_path)


def named(stage: Stage, name: str) -> Finding:
    """A finding of a stage."""
    (found,) = (one for one in stage.findings if one.name == name)
    return found


@pytest.mark.requirement("R4-10", "F14")
def test_a_person_ends_the_loops_with_a_file_and_the_gate_goes_on_with_what_is_there(
    commands: Commands,
) -> None:
    """Provenance: REQUIREMENTS.md R4-10, R3-27: budget or human stop."""
    (commands.folder / STOP).touch()
    base, candidate = model(PASSES), model(FAILS)
    judged = asyncio.run(judge(commands, base, candidate, Policy(), SCHEMAS))
    made, stage = asyncio.run(reproduce(commands, judged.found, candidate, Policy()))

    assert named(judged.stage, "played again").detail == "2 rounds: stopped by a person"
    assert [one.cls for one in judged.found.changes] == ["new_regression"]
    assert (made, named(stage, "reproductions").detail) == ((), "stopped by a person")
    assert commands.done == []


@pytest.mark.requirement("R4-10")
def test_what_is_beyond_the_budget_is_counted(commands: Commands) -> None:
    """Provenance: REQUIREMENTS.md R4-10, 2.4."""
    base, candidate = model(PASSES, result(WHO, name=TWO)), model(FAILS, failing(TWO, "two"))
    thrifty = Policy(candidate_plays=0, base_plays=0, cells=1, reproductions=0)
    judged = asyncio.run(judge(commands, base, candidate, thrifty, SCHEMAS))
    _, stage = asyncio.run(reproduce(commands, judged.found, candidate, thrifty))

    assert named(judged.stage, "played again").detail == "1 cell beyond the 1 of the policy"
    assert named(stage, "budget").detail == "2 causes beyond the 0 of the policy"


def test_cells_of_one_cause_are_reduced_once_and_those_in_quarantine_never(
    commands: Commands,
) -> None:
    """Provenance: ours; a cause is what is mended."""
    base, candidate = model(PASSES, result(WHO, name=TWO)), model(FAILS, failing(TWO))
    found = regressions(base, candidate)
    waiting = replace(found, changes=tuple(replace(one, quarantine="x") for one in found.changes))
    _, once = asyncio.run(reproduce(commands, found, candidate, Policy(reproductions=0)))
    _, never = asyncio.run(reproduce(commands, waiting, candidate, Policy(reproductions=0)))

    assert named(once, "budget").detail == "1 cause beyond the 0 of the policy"
    assert never.status == "pass"


def test_a_play_in_front_of_a_released_codex_is_not_reduced_and_that_is_said(
    commands: Commands,
) -> None:
    """Provenance: ours; `shrink` plays the mock."""
    real = {**FAILS, "replay": f"{FAILS['replay']} --lane real --codex 0.169.0"}
    base, candidate = model(PASSES), model(real)
    (made,), stage = asyncio.run(
        reproduce(commands, regressions(base, candidate), candidate, Policy())
    )

    assert (made.file, stage.status) == (None, "warn + fallback used")
    assert made.detail == "a play in front of a released codex is not reduced"
    assert made.replay == real["replay"]
