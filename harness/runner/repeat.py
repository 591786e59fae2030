"""IO: the same plays again and again: every subject against itself. Judges nothing (``runner/noise.py`` does)."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from harness.errors import NothingSelected
from harness.jsonvalue import JsonValue
from harness.root import Root
from harness.runner.baselines import read_baseline
from harness.runner.lab import Crew, lab, muster, scripts_of, stopwatch
from harness.runner.load import load
from harness.runner.noise import Tally
from harness.runner.records import PlayKey, PlayResult
from harness.runner.run import MissingRuntime
from harness.scenario import Scenario
from harness.subjects.base import Subject
from harness.wire.schemas import SchemaSet


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisePlan:
    """What to repeat.

    Args:
        subjects: each is compared with itself alone.
        times: how often every play is played.
        load: whether every core is kept busy meanwhile.
        selection: the filter the scenarios were chosen by, or None for all.
    """

    root: Root
    schemas: SchemaSet
    scenarios: Sequence[Scenario]
    subjects: Sequence[Subject]
    times: int
    load: bool
    jobs: int
    selection: str | None
    command: Sequence[str]
    missing_runtime: MissingRuntime = "report"
    on_total: Callable[[int], None] = field(default=lambda _: None)
    on_play: Callable[[PlayKey, int], None] = field(default=lambda _key, _noisy: None)


async def repeat(plan: NoisePlan) -> dict[str, JsonValue]:
    """Play everything ``times`` times; the document of ``schemas/noise.json``. Cancelling it leaves no process behind.

    Raises:
        NothingSelected: no scenario or no subject selected.
        HarnessFault: the mock could not be built, or a baseline cannot be read.
    """
    if not plan.scenarios or not plan.subjects:
        raise NothingSelected("nothing to play", hint="`codex-parity list` shows the scenarios.")
    clock = stopwatch()
    started = _now()
    tally = Tally(
        scenarios={one.id: one for one in plan.scenarios},
        baselines={one.name: read_baseline(plan.root, one.name) for one in plan.subjects},
    )

    def take(key: PlayKey, result: PlayResult) -> None:
        tally.add(key, result)
        plan.on_play(key, tally.noisy())

    async with lab(scripts_of(plan.scenarios), plan.schemas, plan.root.home) as rig:
        states = await muster(plan.subjects, rig)
        plays = [
            (scenario, state, mode)
            for _ in range(plan.times)
            for scenario in plan.scenarios
            for mode in scenario.modes
            for state in states
            if state.ready
        ]
        plan.on_total(len(plays))
        subjects = {one.name: one for one in plan.subjects}
        async with load(rig.keeper, wanted=plan.load) as busy:
            await Crew(rig=rig, subjects=subjects, jobs=plan.jobs, on_play=take).run(plays)
    return tally.document(
        states=states,
        times=plan.times,
        load=busy,
        selection=plan.selection,
        fail_on_missing_runtime=plan.missing_runtime == "fail",
        told={
            "started_at": started,
            "finished_at": _now(),
            "duration_ms": clock(),
            "command": [*plan.command],
            "tool": _tool(),
        },
    )


def _now() -> str:
    return dt.datetime.now(tz=dt.UTC).isoformat(timespec="milliseconds")


def _tool() -> dict[str, JsonValue]:
    return {
        "version": version("codex-parity"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
    }
