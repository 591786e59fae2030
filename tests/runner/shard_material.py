"""Run files of shards made by hand, and the project they were played from, for the tests of joining them."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from harness.baseline.entries import Entry
from harness.jsonvalue import JsonValue
from harness.matrix.balance import Durations
from harness.matrix.plan import Chosen, Place, Plan, make
from harness.runner.judge import Line
from harness.runner.merging import World
from harness.runner.part import baselines_sha256
from harness.runner.shards import ShardRun
from harness.scenario import Scenario
from tests.report import runs
from tests.runner.test_judge import SCENARIO

NAMES = ("exec.a.one", "exec.b.two", "exec.c.three")
ENTRY = Entry(
    fingerprint="0123456789ab",
    check="surfaced.events",
    scenarios=("exec.*",),
    reason="sdk-bug",
    because="x",
)
CATALOGUE: dict[str, Scenario] = {
    name: replace(SCENARIO, id=name, sha256="0" * 64, model={"turns": []}) for name in NAMES
}
WORLD = World(
    version="0.1.0",
    normaliser="abc123",
    catalogue=CATALOGUE,
    baselines={"left": (ENTRY,), "right": ()},
    evidence=(),
)
PLAN: Plan = make(
    version="0.1.0",
    normaliser="abc123",
    scenarios=[*CATALOGUE.values()],
    selection=None,
    reference="reference",
    subjects=[Chosen(name="left", given="left"), Chosen(name="right", given="right")],
    named=False,
    places=[Place(platform="linux")],
    shards=2,
    durations=Durations(by_lane={}),
)
FIRST, SECOND = PLAN.shards


def shard(number: int = 1, **changes: JsonValue) -> Line:
    """The ``shard`` of a header."""
    return {
        "plan": PLAN.id,
        "leg": "linux-mock",
        "name": f"linux-mock-{number}",
        "shards": ["linux-mock-1", "linux-mock-2"],
        "baselines": baselines_sha256(WORLD.baselines),
        "goldens": False,
        "missing_runtime": "report",
        "rerun": 0,
        **changes,
    }


def header(number: int = 1, *, part: Line | None = None, **changes: JsonValue) -> Line:
    """The header of a shard of the plan."""
    told: Line = {
        "run_id": f"run-{number}",
        "complete": False,
        "scenarios": [*PLAN.shards[number - 1].scenarios],
        "shard": shard(number) if part is None else part,
        "not_in_lane": [],
        "codex": None,
        **changes,
    }
    return runs.header(**told)


def played(
    number: int = 1,
    *,
    head: Line | None = None,
    results: list[Line] | None = None,
    extra: tuple[Line, ...] = (),
    end: Line | None = None,
    where: str | None = None,
) -> ShardRun:
    """A finished shard in which every cell is a match, unless ``results`` say otherwise."""
    first = header(number) if head is None else head
    names = cast("list[str]", first["scenarios"])
    told = (
        [runs.result(who, name=name) for name in names for who in ("left", "right")]
        if results is None
        else results
    )
    lines = runs.run(
        *told,
        head=first,
        extra=(*(runs.scenario(name, confirmed_by=[]) for name in names), *extra),
        end=end,
    )
    return ShardRun(where=where or f"shards/{number}", lines=lines)
