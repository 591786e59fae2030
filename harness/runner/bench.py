"""IO: plays documents that are not in the catalogue to one SDK and the reference, again and again, with warm drivers.

What ``shrink`` and ``fuzz`` stand on. A document that is no scenario, or whose script the mock refuses, costs no play.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias, cast

from harness.baseline.entries import Entry
from harness.errors import DriverFault, HarnessFault, RuntimeMissing, ScenarioInvalid
from harness.jsonvalue import JsonValue, canonical
from harness.observation import Mode, Observation
from harness.runner import judge
from harness.runner.lab import Crew, Lab, lab, muster
from harness.runner.records import NotPlayed, PlayKey, PlayResult, SubjectState
from harness.scenario import Scenario, parse
from harness.shrink.target import Seen
from harness.subjects.base import Subject
from harness.wire.schemas import SchemaSet

Document: TypeAlias = "dict[str, JsonValue]"

SIDE_BY_SIDE: Final = 2
"""Documents that are played at a time."""

_NO_GOLDEN: Final = "documents of a bench have none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one document: what was seen, or why it could not be tried (``driver`` is for a broken one)."""

    seen: Seen | None = None
    reason: str = ""
    driver: bool = False


@dataclass(slots=True, kw_only=True)
class Bench:
    """A lab with a crew that stays. ``plays`` counts what was played: one document to one subject in one mode."""

    rig: Lab
    subjects: Mapping[str, Subject]
    states: Mapping[str, SubjectState]
    reference: str
    expected: Mapping[str, Sequence[Entry]]
    plays: int = 0
    _crew: Crew = field(init=False)
    _results: dict[PlayKey, PlayResult] = field(default_factory=dict)
    _names: itertools.count[int] = field(default_factory=itertools.count)
    _built: dict[bytes, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._crew = Crew(
            rig=self.rig, subjects=self.subjects, jobs=SIDE_BY_SIDE + 1, on_play=self._take
        )

    def _take(self, key: PlayKey, result: PlayResult) -> None:
        self._results[key] = result
        if isinstance(result, Observation):
            self.plays += 1

    async def close(self) -> None:
        """Close the drivers."""
        await self._crew.close()

    async def try_all(
        self, documents: Sequence[Document], sdks: Sequence[str], mode: Mode
    ) -> list[dict[str, Tried]]:
        """Play documents to the reference and to SDKs; what each came to by SDK, in the order of the documents."""
        parsed = [self._parsed(one) for one in documents]
        await self._build([one for one in parsed if isinstance(one, Scenario)])
        ready = [one for one in parsed if isinstance(one, Scenario) and self._made(one)]
        try:
            await self._crew.play_all(
                [
                    (one, self.states[name], mode)
                    for one in ready
                    for name in (self.reference, *sdks)
                ]
            )
            return [{sdk: self._tried(one, sdk, mode) for sdk in sdks} for one in parsed]
        finally:
            self._results.clear()
            for one in ready:
                shutil.rmtree(self.rig.workspace.mock / one.id, ignore_errors=True)

    def _parsed(self, document: Document) -> Scenario | Tried:
        """The scenario under a name of its own, since several are played at a time."""
        try:
            scenario = parse(document, "candidate", self.rig.schemas)
        except ScenarioInvalid as error:
            return Tried(reason=str(error))
        return replace(scenario, id=f"exec.bench.c{next(self._names)}")

    async def _build(self, scenarios: Sequence[Scenario]) -> None:
        """Build the scripts that are new, each on its own when one of them is refused."""
        new = {_name(one): one for one in scenarios if _name(one) not in self._built}
        if not new:
            return
        try:
            await self.rig.build({name.hex(): one.script for name, one in new.items()})
        except HarnessFault as error:
            if len(new) == 1:
                self._built |= dict.fromkeys(new, None)
                return
            if "@ <" not in error.what:
                raise
            await asyncio.gather(*(self._build([one]) for one in new.values()))
            return
        self._built |= {name: name.hex() for name in new}

    def _made(self, scenario: Scenario) -> bool:
        built = self._built[_name(scenario)]
        if built is None:
            return False
        mock = self.rig.workspace.mock
        shutil.copytree(mock / built, mock / scenario.id)
        return True

    def _tried(self, scenario: Scenario | Tried, sdk: str, mode: Mode) -> Tried:
        if isinstance(scenario, Tried):
            return scenario
        if self._built[_name(scenario)] is None:
            return Tried(reason="the mock refuses the script")
        sides: dict[str, Observation] = {}
        for name in (self.reference, sdk):
            result = self._results[PlayKey(scenario=scenario.id, subject=name, mode=mode)]
            if isinstance(result, NotPlayed):
                return Tried(reason=f"{name}: {result.reason}", driver=result.why == "driver")
            sides[name] = result
        line = judge.result_line(
            judge.Cell(
                scenario=scenario,
                state=self.states[sdk],
                reference_state=self.states[self.reference],
                reference={mode: sides[self.reference]},
                sdk={mode: sides[sdk]},
                golden=judge.GoldenRead(
                    scenario=scenario.id, golden=None, state="missing", reason=_NO_GOLDEN
                ),
                expected=[replace(one, scenarios=("*",)) for one in self.expected[sdk]],
                expected_of_golden=(),
            )
        )
        rows = cast("list[Document]", line["differences"])
        return Tried(seen=Seen(rows=tuple(rows), reference=sides[self.reference], sdk=sides[sdk]))


def _name(scenario: Scenario) -> bytes:
    return hashlib.sha256(canonical(scenario.script)).digest()[:12]


@asynccontextmanager
async def bench(
    *,
    reference: Subject,
    subjects: Sequence[Subject],
    schemas: SchemaSet,
    home: Path,
    expected: Mapping[str, Sequence[Entry]],
) -> AsyncIterator[Bench]:
    """Set a bench up and take it down again.

    Args:
        expected: the baselines by subject; every entry counts for every document.

    Raises:
        RuntimeMissing, DriverFault: a subject cannot be played.
    """
    async with lab({}, schemas, home) as rig:
        states = await muster([reference, *subjects], rig)
        for state in states:
            if state.fault == "runtime":
                raise RuntimeMissing(state.reason or "", where=state.name)
            if not state.ready:
                raise DriverFault(state.reason or "", where=state.name)
        made = Bench(
            rig=rig,
            subjects={one.name: one for one in (reference, *subjects)},
            states={state.name: state for state in states},
            reference=reference.name,
            expected=expected,
        )
        try:
            yield made
        finally:
            await made.close()
