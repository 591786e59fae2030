"""What the harness adds to the SDKs' own time: ``python -m bench.overhead [--json FILE] [--plays N]``.

The same scenario is played to the same driver process in two ways, interleaved in one run: *bare* (the request goes out,
gates are opened at once, nothing is recorded) and *whole* (a cell is made, gates ask the kernel, the journal is read, the
observation is normalised and compared with itself). The ratio of the medians is what a person pays for the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from harness import catalogue
from harness.compare.compare import compare
from harness.errors import ParityError
from harness.normalize.chain import normalise
from harness.observation import CHECKS, Observation
from harness.root import Root, find_root, load_schemas
from harness.runner.lab import Lab, lab, scripts_of
from harness.runner.play import play, request_for
from harness.scenario import Scenario
from harness.subjects.base import JsonObject, Subject, load_subject

SCENARIO = "exec.items.command-ok"


async def measure(
    scenario: Scenario, subject: Subject, rig: Lab, plays: int
) -> tuple[list[float], list[float]]:
    """Seconds of ``plays`` bare plays and of as many whole ones, taken in turns with one driver process."""
    session, seat = await rig.session(subject)
    bare: list[float] = []
    whole: list[float] = []

    async def ignore(_: JsonObject) -> None:
        return

    try:
        for _ in range(plays):
            cell = rig.workspace.cell(scenario)
            request = request_for(scenario, "stream", cell)
            start = time.perf_counter()
            await session.run(request, ignore, scenario.deadline_s)
            bare.append(time.perf_counter() - start)
            start = time.perf_counter()
            cell = rig.workspace.cell(scenario)
            seen = await play(scenario, "stream", session, seat, cell)
            rig.workspace.discard(cell)
            assert isinstance(seen, Observation)
            facts = normalise(seen)
            compare(facts, facts, checks=CHECKS, scenario_level="contract")
            whole.append(time.perf_counter() - start)
    finally:
        await session.close()
    return bare, whole


async def everybody(root: Root, plays: int) -> dict[str, dict[str, float]]:
    """Medians in milliseconds and their ratio, for every subject that is installed."""
    schemas = load_schemas(root)
    (scenario,) = catalogue.load(root, schemas).select(SCENARIO)
    found: dict[str, dict[str, float]] = {}
    async with lab(scripts_of([scenario]), schemas, root.home) as rig:
        for folder in sorted(path.parent for path in root.subjects.glob("*/subject.toml")):
            subject = load_subject(folder)
            try:
                bare, whole = await measure(scenario, subject, rig, plays)
            except ParityError as error:
                Console(stderr=True).print(f"{subject.name}: not measured: {error}")
                continue
            middle = statistics.median(bare), statistics.median(whole)
            found[subject.name] = {
                "bare_ms": round(middle[0] * 1000, 2),
                "whole_ms": round(middle[1] * 1000, 2),
                "ratio": round(middle[1] / middle[0], 3),
            }
    return found


def main() -> None:
    """Measure and print a table; with ``--json`` keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plays", type=int, default=40, help="plays of each kind per subject")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    found = asyncio.run(everybody(find_root(None), arguments.plays))
    table = Table(
        "subject", "bare ms", "whole ms", "ratio", title=f"{SCENARIO}, medians of {arguments.plays}"
    )
    for name, row in found.items():
        table.add_row(name, str(row["bare_ms"]), str(row["whole_ms"]), str(row["ratio"]))
    Console().print(table)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
