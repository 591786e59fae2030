"""``python -m mutants [NAME ...]`` plays mutants and prints the kill matrix; ``python -m mutants write NAME ...`` makes subjects.

Without names every mutant is played on the scenario named for it, the canaries on all, and then each scenario that has killed
nothing on further mutants until it kills one. ``--every`` plays every mutant on every scenario of its scope, which takes hours;
``--filter IDS`` is for who writes scenarios: which mutants do these kill? Exit codes: 0 every mutant died where it should, every
scenario killed one and the canaries live; 1 not so; 2 wrong use; 3 the harness failed; 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Final, Self

from harness.errors import EXIT_DIVERGENCE, EXIT_INTERRUPTED, EXIT_PARITY, ParityError
from harness.jsonvalue import allow_deep_values
from harness.root import find_root
from harness.storage import write_atomically
from mutants.catalogue import MUTANTS
from mutants.matrix import Cell, Matrix
from mutants.run import chosen_mutants, play, write_subjects
from mutants.table import markdown, terminal

_PROGRESS: Final = 500


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

    def __call__(self, cell: Cell) -> None:
        """Note one cell."""
        self._file.write(json.dumps(cell.to_json()) + "\n")
        self._file.flush()
        self._done += 1
        if self._done % _PROGRESS == 0:
            seconds = time.monotonic() - self._start
            print(f"{self._done} cells after {seconds:.0f} s", file=sys.stderr, flush=True)


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
    parser.add_argument(
        "--every", action="store_true", help="every mutant on every scenario, for hours"
    )
    parser.add_argument(
        "-k",
        "--filter",
        metavar="IDS",
        help="each mutant on these scenarios beside its own",
    )
    parser.add_argument("-j", "--jobs", type=int, default=(os.cpu_count() or 1) + 1)
    parser.add_argument("-o", "--out", type=Path, help="folder; default: reports/mutants")
    return parser.parse_args()


def main() -> int:
    """Do what the command line says; returns the exit code."""
    asked = _arguments()
    allow_deep_values()
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
        mutants = chosen_mutants(asked.names)
        search = not (asked.named or asked.names or asked.every or asked.filter)
        wanted = None if asked.named else asked.filter or "*"
        with _Log(folder / "cells.jsonl") as log:
            matrix = play(mutants, wanted=wanted, search=search, jobs=asked.jobs, on_cell=log)
        _report(matrix, folder, time.monotonic() - start)
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted: nothing was left running", file=sys.stderr)
        return EXIT_INTERRUPTED
    return EXIT_DIVERGENCE if matrix.problems else EXIT_PARITY


if __name__ == "__main__":
    sys.exit(main())
