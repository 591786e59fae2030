"""IO: plays mutants: each driver is started, each cell is played and judged by the runner, as ``codex-parity run`` does it.

The reference is played once per scenario; the mutants follow in batches, so that not all their drivers live at once.
"""

from __future__ import annotations

import fnmatch
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from harness.client import process
from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue
from harness.observation import Mode
from harness.root import Root
from harness.runner import judge
from harness.runner.lab import Crew, Lab, lab, muster, scripts_of
from harness.runner.records import PlayKey, PlayResult, SubjectState
from harness.scenario import Scenario
from harness.subjects.base import Subject
from harness.wire.schemas import SchemaSet
from mutants.matrix import Cell, cell_of
from mutants.wrong import Mutant

BATCH: Final = 12
"""Mutants whose drivers live at the same time."""

_PROBES_S: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One mutant and the scenarios it is to be played on."""

    mutant: Mutant
    scenarios: tuple[Scenario, ...]


def subject_of(mutant: Mutant, reference: Subject) -> Subject:
    """A mutant as a subject; its errors are those of the reference."""
    return replace(
        reference,
        name=subject_name(mutant),
        sdk="codex-parity-mutant",
        command=("{python}", "-m", "mutants.serve", mutant.name),
    )


def subject_name(mutant: Mutant) -> str:
    """What reports call it."""
    return f"mutant-{mutant.name.replace('_', '-')}"


def subject_toml(mutant: Mutant, reference: Path) -> str:
    """A ``subject.toml`` that makes a mutant a subject of ``codex-parity run --subject``.

    Args:
        mutant: which.
        reference: the file of the reference, whose errors it shares.
    """
    text = reference.read_text("utf-8")
    return (
        f"# {mutant.sentence}\n"
        f'name = "{subject_name(mutant)}"\n'
        'sdk = "codex-parity-mutant"\n'
        'version = "0.1.0"\n'
        'language = "Python"\n'
        'runtime = "none"\n'
        f'command = ["{{python}}", "-m", "mutants.serve", "{mutant.name}"]\n\n'
        f"{text[text.index('[[errors]]') :]}"
    )


def within_scope(mutant: Mutant, scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """The scenarios that the full matrix plays a mutant on."""
    globs = mutant.scope.split(",")
    return tuple(
        one
        for one in scenarios
        if any(fnmatch.fnmatchcase(one.id, glob) for glob in globs) and _can_show(mutant, one)
    )


def _can_show(mutant: Mutant, scenario: Scenario) -> bool:
    asked = {name for mode in scenario.modes for name in scenario.capabilities(mode)}
    return not mutant.needs or not asked.isdisjoint(mutant.needs)


@dataclass(slots=True, kw_only=True)
class Session:
    """A playing of mutants, in one or more rounds; the reference plays each scenario once.

    Args:
        root: the project.
        schemas: its contracts.
        reference: the subject that every mutant is compared with.
        jobs: plays at a time.
        on_cell: told of each cell as soon as it is judged.
    """

    root: Root
    schemas: SchemaSet
    reference: Subject
    jobs: int
    on_cell: Callable[[Cell], None] = field(default=lambda _: None)
    _right: dict[tuple[str, Mode], PlayResult] = field(default_factory=dict)
    _probed: set[str] = field(default_factory=set)

    async def play(self, pairs: Sequence[Pair]) -> list[Cell]:
        """Play every pair.

        Raises:
            HarnessFault: the reference does not start, or the mock cannot be built.
        """
        scenarios = {one.id: one for pair in pairs for one in pair.scenarios}
        cells: list[Cell] = []
        async with lab(scripts_of(list(scenarios.values())), self.schemas, self.root.home) as rig:
            (state,) = await muster([self.reference], rig)
            if not state.ready:
                raise HarnessFault(state.reason or "", where="driver of the reference")
            fresh = [
                one
                for one in scenarios.values()
                if any((one.id, mode) not in self._right for mode in one.modes)
            ]
            await self._play_reference(fresh, state, rig)
            rest = iter(pairs)
            while batch := list(islice(rest, BATCH)):
                cells += await self._play_batch(batch, state, rig)
        for pair in pairs:
            mock = pair.mutant.change.mock
            if mock is not None and mock.patches and pair.mutant.name not in self._probed:
                self._probed.add(pair.mutant.name)
                cells.append(await self._probe(pair.mutant))
        return cells

    async def _play_reference(
        self, scenarios: Sequence[Scenario], state: SubjectState, rig: Lab
    ) -> None:
        def keep(key: PlayKey, result: PlayResult) -> None:
            self._right[key.scenario, key.mode] = result

        crew = Crew(rig=rig, subjects={state.name: self.reference}, jobs=self.jobs, on_play=keep)
        await crew.run([(one, state, mode) for one in scenarios for mode in one.modes])

    async def _play_batch(
        self, batch: Sequence[Pair], reference: SubjectState, rig: Lab
    ) -> list[Cell]:
        subjects = {
            subject_name(pair.mutant): subject_of(pair.mutant, self.reference) for pair in batch
        }
        # Its hello is the reference's: no mutant changes what the client can do.
        states = {name: replace(reference, name=name) for name in subjects}
        names = {subject_name(pair.mutant): pair.mutant.name for pair in batch}
        wanted = {
            (subject_name(pair.mutant), one.id): one for pair in batch for one in pair.scenarios
        }
        seen: dict[tuple[str, str], dict[Mode, PlayResult]] = {}
        cells: list[Cell] = []

        def keep(key: PlayKey, result: PlayResult) -> None:
            cell = (key.subject, key.scenario)
            scenario = wanted[cell]
            plays = seen.setdefault(cell, {})
            plays[key.mode] = result
            if len(plays) == len(scenario.modes):
                line = self._judge(scenario, states[key.subject], reference, seen.pop(cell))
                cells.append(cell_of(names[key.subject], line))
                self.on_cell(cells[-1])

        crew = Crew(rig=rig, subjects=subjects, jobs=self.jobs, on_play=keep)
        await crew.run(list(_plays(wanted, states)))
        return cells

    def _judge(
        self,
        scenario: Scenario,
        state: SubjectState,
        reference: SubjectState,
        plays: Mapping[Mode, PlayResult],
    ) -> dict[str, JsonValue]:
        return judge.result_line(
            judge.Cell(
                scenario=scenario,
                state=state,
                reference_state=reference,
                reference={mode: self._right[scenario.id, mode] for mode in scenario.modes},
                sdk=plays,
                golden=judge.GoldenRead.of(scenario, None),
                expected=(),
                expected_of_golden=(),
            )
        )

    async def _probe(self, mutant: Mutant) -> Cell:
        """Ask a wrong mock what the real binary was asked (``mutants/probes.py``)."""
        argv = [sys.executable, "-m", "mutants.probes", mutant.name]
        done = await process.run(argv, timeout_s=_PROBES_S)
        if done.returncode != 0:
            raise HarnessFault(
                done.stderr.decode("utf-8", "replace").strip(), where=f"probes of {mutant.name}"
            )
        cell = cell_of(mutant.name, json.loads(done.stdout))
        self.on_cell(cell)
        return cell


def _plays(
    wanted: Mapping[tuple[str, str], Scenario], states: Mapping[str, SubjectState]
) -> Iterator[tuple[Scenario, SubjectState, Mode]]:
    """Mutants in turns, so that the driver which played one mode is free again for the other."""
    ranks: Counter[str] = Counter()
    plays = []
    for (name, _), scenario in wanted.items():
        ranks[name] += 1
        plays += [
            (ranks[name], place, scenario, states[name], mode)
            for place, mode in enumerate(scenario.modes)
        ]
    plays.sort(key=lambda one: one[:2])
    return iter([(scenario, state, mode) for _, _, scenario, state, mode in plays])
