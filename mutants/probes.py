"""Asks a wrong mock all that the real codex was asked: ``python -m mutants.probes NAME`` prints one result line.

The probes and the world they are asked in are those of the mock's own tests (``tests/mock_codex/probes.json``).
"""

from __future__ import annotations

import importlib
import json
import sys
from types import ModuleType

import mock_codex
from mock_codex.bundle import compiled_modules
from mutants.catalogue import MUTANTS
from mutants.matrix import PROBES
from mutants.mockfile import sources
from mutants.wrong import Mutant

_LISTED = 20


def install(mutant: Mutant) -> None:
    """Put the mutant's modules in the place of the mock's, as the launcher does before a play."""
    assert mutant.change.mock is not None, "only a wrong mock is probed"
    for name, code in compiled_modules(sources(mutant.change.mock.patches)):
        module = sys.modules[name] = ModuleType(name)
        exec(code, vars(module))  # noqa: S102 - our own code, with the mutant's patch in it
        setattr(mock_codex, name.rpartition(".")[2], module)


def result_line(mutant: Mutant) -> dict[str, object]:
    """What the probes say, in the form of a result line of a run."""
    install(mutant)
    # Only now: it takes hold of the modules that were just put in place.
    world = importlib.import_module("tests.mock_codex.small_world")

    wrong = [
        str(case["name"])
        for case in world.CASES
        if world.answer(world.argv_of(case), world.world_of(case)) != world.recorded(case)
    ]
    return {
        "scenario": PROBES,
        "verdict": "divergence" if wrong else "match",
        "reason": f"{len(wrong)} of {len(world.CASES)} answers are not those of the real binary",
        "differences": [
            {"check": PROBES, "level": "contract", "path": name, "where": ""}
            for name in wrong[:_LISTED]
        ],
    }


if __name__ == "__main__":
    print(json.dumps(result_line(MUTANTS[sys.argv[1]])))
