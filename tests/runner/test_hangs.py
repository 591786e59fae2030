"""A play that hangs costs its deadline and one driver, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from harness import catalogue
from harness.client.kernel import is_alive
from harness.observation import Mode, Observation
from harness.root import find_root, load_schemas
from harness.runner.lab import Crew, Lab, lab, muster, scripts_of
from harness.runner.records import PlayKey, PlayResult
from harness.runner.workspace import Seat
from harness.subjects.base import Subject, load_subject
from harness.subjects.driver import DriverSession
from mutants.catalogue import MUTANTS
from mutants.session import subject_of

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]

ROOT = find_root(Path(__file__).parent)
SCHEMAS = load_schemas(ROOT)
MODES: tuple[Mode, ...] = ("stream", "run", "stream", "stream")


class Counting:
    """A lab that remembers the drivers it has started."""

    def __init__(self, rig: Lab) -> None:
        self.rig = rig
        self.cell = rig.cell
        self.pids: list[int] = []

    async def session(self, subject: Subject) -> tuple[DriverSession, Seat]:
        """Start one."""
        session, seat = await self.rig.session(subject)
        self.pids.append(session.pid)
        return session, seat


def test_a_play_that_hangs_costs_its_deadline_and_one_driver() -> None:
    """Provenance: issue text, item 3. The mutant hangs in every blocking run and in no stream."""
    every = {one.id: one for one in catalogue.load(ROOT, SCHEMAS).scenarios}
    scenario = replace(every["exec.items.agent-message"], deadline_s=1.0)
    reference = load_subject(ROOT.subjects / "reference", SCHEMAS)
    subject = subject_of(MUTANTS["never_returns"], reference)
    found: list[tuple[PlayKey, PlayResult]] = []

    async def work() -> list[int]:
        async with lab(scripts_of([scenario]), SCHEMAS, ROOT.home) as rig:
            (state,) = await muster([subject], rig)
            counting = Counting(rig)
            crew = Crew(
                rig=counting,  # type: ignore[arg-type]  # as much of a lab as a crew uses
                subjects={subject.name: subject},
                jobs=1,
                on_play=lambda key, result: found.append((key, result)),
            )
            await crew.run([(scenario, state, mode) for mode in MODES])
            return counting.pids

    pids = asyncio.run(work())

    seen = [one for _, one in found if isinstance(one, Observation)]
    assert sorted(key.mode for key, _ in found) == sorted(MODES * (len(found) // len(MODES)))
    assert sorted(one.host for one in seen) == ["hung", "ok", "ok", "ok"]
    streams = [one.turns[0].events for one in seen if one.mode == "stream"]
    assert streams == [streams[0]] * 3
    assert len(pids) == 2
    assert not any(map(is_alive, pids))
