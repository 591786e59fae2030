"""Plays side by side: who holds a place, and who only waits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.catalogue import load
from harness.observation import Observation
from harness.runner.lab import Crew, lab, muster, scripts_of
from harness.runner.records import PlayKey, PlayResult
from harness.steps import Start, Turn
from harness.subjects.base import load_subject
from tests.subjects.fake import ROOT, SCHEMAS, bounded, fake

pytestmark = pytest.mark.process

REFERENCE = load_subject(ROOT.subjects / "reference", SCHEMAS)
SCENARIO = replace(
    load(ROOT, SCHEMAS).select("exec.items.agent-message")[0],
    modes=("stream",),
    client={},
    steps=(Start(options={}), Turn(input="hi", options={}, consume="all")),
)


@pytest.mark.timeout(120)
def test_a_play_that_waits_for_its_deadline_lends_its_place(tmp_path: Path) -> None:
    """Provenance: issue text, "scenarios that only wait overlap beyond the number of cores".

    One place: without lending, the play that was begun first would end first. With it, everybody else is done before.
    """
    subjects = [
        fake("hangs in a run", name="waits"),
        *(replace(REFERENCE, name=f"works-{number}") for number in range(3)),
    ]
    scenario = replace(SCENARIO, deadline_s=15.0)
    ended: list[tuple[str, str]] = []

    def note(key: PlayKey, result: PlayResult) -> None:
        assert isinstance(result, Observation)
        ended.append((key.subject, result.host))

    async def work() -> None:
        async with lab(scripts_of([scenario]), SCHEMAS, tmp_path) as rig:
            states = await muster(subjects, rig)
            crew = Crew(rig=rig, subjects={one.name: one for one in subjects}, jobs=1, on_play=note)
            await crew.run([(scenario, state, "stream") for state in states])

    bounded(work(), 100)

    assert sorted(ended[:3]) == [("works-0", "ok"), ("works-1", "ok"), ("works-2", "ok")]
    assert ended[3] == ("waits", "hung")


@pytest.mark.timeout(120)
def test_scenarios_that_are_made_to_wait_are_begun_first(tmp_path: Path) -> None:
    """Provenance: ours; a deadline that begins last is added to the run as a whole."""
    begun: list[str] = []
    quick = replace(SCENARIO, id="exec.items.quick")
    slow = replace(SCENARIO, id="exec.items.slow", script={"turns": [{"do": [{"hang": {}}]}]})

    async def work() -> None:
        scripts = scripts_of([quick, replace(slow, script=quick.script)])
        async with lab(scripts, SCHEMAS, tmp_path) as rig:
            (state,) = await muster([REFERENCE], rig)
            crew = Crew(
                rig=rig,
                subjects={REFERENCE.name: REFERENCE},
                jobs=1,
                on_play=lambda key, _: begun.append(key.scenario),
            )
            await crew.run([(one, state, "stream") for one in (quick, quick, slow)])

    assert slow.waits
    assert not quick.waits
    bounded(work(), 100)
    assert begun == [slow.id, quick.id, quick.id]
