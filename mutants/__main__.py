"""``python -m mutants [NAME ...]`` plays mutants and prints the kill matrix; ``python -m mutants write NAME ...`` makes subjects.

Without names every mutant is played on every scenario of its scope. Exit codes: 0 every mutant died where it should, every
scenario killed one and the canaries live; 1 not so; 2 wrong use; 3 the harness failed; 130 interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self

from harness import catalogue
from harness.errors import EXIT_INTERRUPTED, ParityError, UsageFault
from harness.root import Root, find_root, load_schemas
from harness.scenario import Scenario
from harness.storage import write_atomically
from harness.subjects.base import load_subject
from mutants.catalogue import CANARIES, EXCUSED, MUTANTS
from mutants.matrix import PROBES, Cell, Matrix, Named, fold
from mutants.session import Pair, Session, subject_toml, within_scope
from mutants.table import markdown, terminal
from mutants.wrong import Mutant

_PROGRESS: Final = 500


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
    mutants: Sequence[Mutant], scenarios: Sequence[Scenario], *, only_named: bool
) -> list[Pair]:
    """Which mutant is played on which scenarios.

    Args:
        mutants: in the order in which they are played.
        scenarios: the catalogue.
        only_named: each on the scenario named for it and no other.

    Raises:
        UsageFault: a named scenario does not exist, or is outside of the mutant's scope.
    """
    pairs = []
    for mutant in mutants:
        chosen = within_scope(mutant, scenarios)
        if mutant.scenario not in {"", PROBES, *(one.id for one in chosen)}:
            raise UsageFault(f"no scenario `{mutant.scenario}`", where=f"mutant {mutant.name}")
        if only_named:
            chosen = tuple(one for one in chosen if one.id == mutant.scenario)
        pairs.append(Pair(mutant=mutant, scenarios=chosen))
    return pairs


def chosen_mutants(names: Sequence[str]) -> list[Mutant]:
    """The mutants of these names; all of them, canaries left out, for none.

    Raises:
        UsageFault: there is none of a name.
    """
    birds = {one.name for one in CANARIES}
    if not names:
        return [one for one in MUTANTS.values() if one.name not in birds]
    for name in names:
        if name not in MUTANTS:
            near = difflib.get_close_matches(name, MUTANTS, n=1)
            hint = f"Did you mean {near[0]}?" if near else "`python -m mutants --list` names them."
            raise UsageFault(f"no mutant `{name}`", hint=hint)
    return [MUTANTS[name] for name in names if name not in birds]


def play(
    mutants: Sequence[Mutant],
    *,
    whole: bool,
    only_named: bool,
    jobs: int,
    on_cell: Callable[[Cell, int], None],
) -> Matrix:
    """Play mutants, and the canaries beside them, and fold what was seen.

    Args:
        mutants: which.
        whole: they are all there are, on all scenarios.
        only_named: each on the scenario named for it and no other.
        jobs: plays at a time.
        on_cell: told of each cell, and how many there will be.
    """
    root = find_root(None)
    schemas = load_schemas(root)
    scenarios = catalogue.load(root, schemas).scenarios
    pairs = pairs_of(mutants, scenarios, only_named=only_named)
    played = {one.id: one for pair in pairs for one in pair.scenarios}
    birds = [Pair(mutant=one, scenarios=tuple(played.values())) for one in CANARIES]
    total = sum(len(pair.scenarios) for pair in [*birds, *pairs])
    session = Session(
        root=root,
        schemas=schemas,
        reference=load_subject(root.subjects / "reference"),
        jobs=jobs,
        on_cell=lambda cell: on_cell(cell, total),
    )
    cells = asyncio.run(session.play([*birds, *pairs]))
    return fold(
        [named(one) for one in mutants],
        [named(one) for one in CANARIES],
        cells,
        scenarios=[one.id for one in scenarios] if whole else [],
        excused=EXCUSED,
        whole=whole,
    )


class _Log:
    """Keeps every cell as it comes, so that a run that was interrupted is not lost, and says now and then how far it is."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="ascii")
        self._done = 0
        self._start = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self, cell: Cell, total: int) -> None:
        """Note one cell."""
        self._file.write(json.dumps(cell.to_json()) + "\n")
        self._file.flush()
        self._done += 1
        if self._done % _PROGRESS == 0:
            seconds = time.monotonic() - self._start
            print(
                f"{self._done} of {total} cells after {seconds:.0f} s", file=sys.stderr, flush=True
            )


def write_subjects(names: Sequence[str], folder: Path, root: Root) -> list[Path]:
    """Write ``NAME.toml`` for each mutant; returns the paths."""
    paths = []
    for mutant in chosen_mutants(names) if names else MUTANTS.values():
        path = folder / f"{mutant.name}.toml"
        text = subject_toml(mutant, root.subjects / "reference" / "subject.toml")
        write_atomically(path, text.encode())
        paths.append(path)
    return paths


def _report(matrix: Matrix, folder: Path, duration_s: float) -> None:
    document = {**matrix.to_json(), "duration_s": round(duration_s, 1)}
    write_atomically(folder / "matrix.json", (json.dumps(document, indent=2) + "\n").encode())
    write_atomically(folder / "matrix.md", markdown(matrix).encode())
    print(terminal(matrix))
    print(f"{duration_s:.0f} s; report: {folder / 'matrix.md'}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="mutants; default: all")
    parser.add_argument("--list", action="store_true", help="name every mutant and what it does")
    parser.add_argument(
        "--named", action="store_true", help="each mutant on the scenario named for it only"
    )
    parser.add_argument("-j", "--jobs", type=int, default=(os.cpu_count() or 1) + 1)
    parser.add_argument("-o", "--out", type=Path, help="folder; default: reports/mutants")
    return parser.parse_args()


def main() -> int:
    """Do what the command line says; returns the exit code."""
    asked = _arguments()
    try:
        if asked.list:
            for mutant in MUTANTS.values():
                print(f"{mutant.name:<28} {mutant.check:<20} {mutant.sentence}")
            return 0
        root = find_root(None)
        folder = asked.out or root.reports / "mutants"
        if asked.names[:1] == ["write"]:
            for path in write_subjects(asked.names[1:], folder, root):
                print(path)
            return 0
        start = time.monotonic()
        whole = not asked.names and not asked.named
        mutants = chosen_mutants(asked.names)
        with _Log(folder / "cells.jsonl") as log:
            matrix = play(
                mutants, whole=whole, only_named=asked.named, jobs=asked.jobs, on_cell=log
            )
        _report(matrix, folder, time.monotonic() - start)
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted: nothing was left running", file=sys.stderr)
        return EXIT_INTERRUPTED
    return 1 if matrix.problems else 0


if __name__ == "__main__":
    sys.exit(main())
