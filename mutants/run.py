"""IO: which mutants are played on what, and what comes of it; and mutants as subjects that anybody can run."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from harness import catalogue
from harness.errors import HarnessFault, UsageFault
from harness.root import Root, find_root, load_schemas
from harness.scenario import Scenario
from harness.storage import write_atomically
from harness.subjects.base import load_subject
from mutants.catalogue import CANARIES, EXCUSED, MUTANTS
from mutants.matrix import PROBES, Cell, Matrix, Named, fold
from mutants.mockfile import sources
from mutants.search import Quarry, next_round
from mutants.session import Pair, Session, subject_toml, within_scope
from mutants.wrong import Mutant

_ALL: Final = tuple(one for one in MUTANTS.values() if one not in CANARIES)


def named(mutant: Mutant) -> Named:
    """A mutant as the matrix needs it."""
    return Named(
        name=mutant.name,
        kind=mutant.kind,
        sentence=mutant.sentence,
        scenario=mutant.scenario,
        check=mutant.check,
        path=mutant.path,
        cosmetic=mutant.cosmetic,
    )


def pairs_of(
    mutants: Sequence[Mutant], scenarios: Sequence[Scenario], wanted: Sequence[Scenario]
) -> list[Pair]:
    """Which mutant is played on which scenarios: the one named for it, and those of ``wanted`` in its scope.

    Args:
        mutants: in the order in which they are played.
        scenarios: the catalogue.
        wanted: a part of it.

    Raises:
        UsageFault: a named scenario does not exist, or is outside of the mutant's scope.
    """
    pairs = []
    for mutant in mutants:
        chosen = within_scope(mutant, scenarios)
        if mutant.scenario not in {"", PROBES, *(one.id for one in chosen)}:
            raise UsageFault(f"no scenario `{mutant.scenario}`", where=f"mutant {mutant.name}")
        asked = {mutant.scenario, *(one.id for one in wanted)}
        chosen = tuple(one for one in chosen if one.id in asked)
        pairs.append(Pair(mutant=mutant, scenarios=chosen))
    return pairs


def refuse_loose(mutant: Mutant) -> None:
    """Refuse a wrong mock whose patch no longer fits, before anything is played.

    Raises:
        HarnessFault: names the text that is not there.
    """
    mock = mutant.change.mock
    assert mock is not None, "only a wrong mock has patches"
    try:
        sources(mock.patches)
    except LookupError as error:
        raise HarnessFault(
            str(error),
            where=f"mutant {mutant.name}",
            hint="The mock has changed: say in mutants/mocks.py what stands there now.",
        ) from error


def excuses(every: Sequence[Scenario], chosen: Sequence[Scenario]) -> dict[str, str]:
    """The excuses that count when these scenarios are judged: none of a scenario that exists and was not chosen."""
    left_out = {one.id for one in every} - {one.id for one in chosen}
    return {name: reason for name, reason in EXCUSED.items() if name not in left_out}


def chosen_mutants(names: Sequence[str]) -> list[Mutant]:
    """The mutants of these names; all of them, canaries left out, for none.

    Raises:
        UsageFault: there is none of a name.
    """
    if not names:
        return list(_ALL)
    for name in names:
        if name not in MUTANTS:
            near = difflib.get_close_matches(name, MUTANTS, n=1)
            hint = f"Did you mean {near[0]}?" if near else "`python -m mutants --list` names them."
            raise UsageFault(f"no mutant `{name}`", hint=hint)
    return [MUTANTS[name] for name in names if MUTANTS[name] not in CANARIES]


def play(
    mutants: Sequence[Mutant],
    *,
    wanted: str | None,
    search: bool,
    jobs: int,
    on_cell: Callable[[Cell], None],
) -> Matrix:
    """Play mutants, and the canaries beside them, and fold what was seen.

    Args:
        mutants: which.
        wanted: what else than its named scenario each is played on, as ``codex-parity run --filter``; ``*`` is all, None
            nothing.
        search: play each of these scenarios only until it has killed a mutant.
        jobs: plays at a time.
        on_cell: told of each cell.

    Raises:
        UsageFault: a mutant's scenario does not exist.
        HarnessFault: a wrong mock's patch does not fit.
    """
    for mutant in (*mutants, *CANARIES):
        if mutant.change.mock is not None:
            refuse_loose(mutant)
    root = find_root(None)
    schemas = load_schemas(root)
    every = catalogue.load(root, schemas)
    chosen = () if wanted is None else every.select(wanted)
    pairs = pairs_of(mutants, every.scenarios, () if search else chosen)
    played = {one.id: one for one in (*chosen, *(one for pair in pairs for one in pair.scenarios))}
    birds = [Pair(mutant=one, scenarios=tuple(played.values())) for one in CANARIES]
    session = Session(
        root=root,
        schemas=schemas,
        reference=load_subject(root.subjects / "reference"),
        jobs=jobs,
        on_cell=on_cell,
    )
    cells = asyncio.run(_hunt(session, [*birds, *pairs], mutants, chosen if search else ()))
    everyone = {one.name for one in mutants} == {one.name for one in _ALL}
    return fold(
        [named(one) for one in mutants],
        [named(one) for one in CANARIES],
        cells,
        scenarios=[one.id for one in chosen],
        excused=excuses(every.scenarios, chosen),
        breadth="some" if not chosen or not everyone else "search" if search else "whole",
    )


async def _hunt(
    session: Session,
    pairs: Sequence[Pair],
    mutants: Sequence[Mutant],
    sought: Sequence[Scenario],
) -> list[Cell]:
    """Play ``pairs``; then, round by round, play the scenarios that have killed nothing yet to further mutants."""
    quarries = [
        Quarry(
            scenario=one.id,
            family=one.family,
            checks=frozenset(one.checks),
            mutants=tuple(mutant.name for mutant in mutants if within_scope(mutant, [one])),
        )
        for one in sought
    ]
    scenarios = {one.id: one for one in sought}
    names = {one.name: named(one) for one in mutants}
    cells = await session.play(pairs)
    while chosen := next_round(quarries, names, cells):
        cells += await session.play(
            [
                Pair(mutant=MUTANTS[name], scenarios=tuple(scenarios[one] for one in there))
                for name, there in sorted(chosen.items())
            ]
        )
    return cells


def write_subjects(names: Sequence[str], folder: Path, root: Root) -> list[Path]:
    """Write ``NAME.toml`` for each mutant; returns the paths."""
    paths = []
    for mutant in chosen_mutants(names) if names else MUTANTS.values():
        path = folder / f"{mutant.name}.toml"
        text = subject_toml(mutant, root.subjects / "reference" / "subject.toml")
        write_atomically(path, text.encode())
        paths.append(path)
    return paths
