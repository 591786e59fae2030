"""IO: plays scenarios to one subject in both lanes, and hands back what was seen in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import HarnessFault
from harness.observation import Mode
from harness.real.releases import Release
from harness.runner.lab import Crew, Lab, lab, muster, scripts_of
from harness.runner.records import PlayKey, PlayResult
from harness.scenario import Scenario
from harness.subjects.base import Subject
from harness.wire.schemas import SchemaSet

Seen = dict[str, dict[Mode, PlayResult]]
"""Scenario id to mode to what was seen."""


@dataclass(slots=True, kw_only=True)
class Lanes:
    """Plays scenarios to ``subject``; ``on_play`` is called after each play."""

    subject: Subject
    schemas: SchemaSet
    home: Path
    jobs: int
    on_play: Callable[[PlayKey], None] = field(default=lambda _: None)

    async def play(self, scenarios: Sequence[Scenario], real: Release | None) -> Seen:
        """Every scenario in each of its modes, in front of the mock or of ``real``.

        Raises:
            HarnessFault: the subject's driver does not come up, or the mock could not be built.
        """
        seen: Seen = {}
        rig: Lab

        def take(key: PlayKey, result: PlayResult) -> None:
            seen.setdefault(key.scenario, {})[key.mode] = result
            self.on_play(key)

        async with lab(scripts_of(scenarios), self.schemas, self.home, real) as rig:
            (state,) = await muster([self.subject], rig)
            if not state.ready:
                raise HarnessFault(state.reason or "it gave no reason", where=self.subject.name)
            crew = Crew(
                rig=rig, subjects={self.subject.name: self.subject}, jobs=self.jobs, on_play=take
            )
            await crew.run([(one, state, mode) for one in scenarios for mode in one.modes])
        return seen
