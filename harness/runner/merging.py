"""CORE: the shards of a plan joined into one run per leg. Lines in, lines out; what does not fit together is refused.

The results of the shards are kept as they are; what can only be said of the whole, the footer, is made anew by the code that
a run uses (``closing.py``). So an expected difference that shows in no shard is stale in the joined run, and in no shard.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from harness.baseline.entries import Entry
from harness.errors import UsageFault
from harness.jsonvalue import JsonValue, canonical
from harness.observation import MODES
from harness.real.evidence import Evidence, confirmed_by
from harness.real.lane import choose
from harness.runner.closing import Expected, close
from harness.runner.judge import GoldenRead, Line
from harness.runner.part import baselines_sha256
from harness.runner.records import SubjectState
from harness.runner.reruns import again
from harness.runner.shards import ShardRun
from harness.scenario import Scenario

_SAME: Final = {
    "lane": "lane",
    "codex": "codex",
    "reference": "reference",
    "normaliser": "normaliser",
    "filter": "filter",
    "not_in_lane": "list of scenarios that are not in the lane",
}
"""Fields of the header in which the shards of a leg must agree."""

_OF_SUBJECT: Final = ("sdk", "version", "language", "runtime", "capabilities", "cannot_express")
_NOTED: Final = ("python", "platform", "cpus")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the project says where the shards are joined; they must have been played from the same.

    ``baselines`` are per family of the subjects of the leg, as far as they speak of its lane.
    """

    version: str
    normaliser: str
    catalogue: Mapping[str, Scenario]
    baselines: Mapping[str, Sequence[Entry]]
    evidence: Sequence[Evidence]


def merge(runs: Sequence[ShardRun], world: World, command: Sequence[str]) -> list[Line]:
    """The lines of one run, made of the shards of one leg: lines in the order of the catalogue, and a footer made anew.

    Args:
        runs: as :func:`gather` gives them.
        world: what the project says here.
        command: argv of the merge.

    Raises:
        UsageFault: the shards were not played alike, or not from what the project says here; says in what.
    """
    _alike(runs)
    scenarios = _same_world(runs, world)
    header = _header(runs, command, whole=runs[0].header["filter"] is None)
    order = {name: index for index, name in enumerate(cast("list[str]", header["scenarios"]))}
    results = _sorted(runs, "result", order, header)
    reruns = _sorted(runs, "rerun", order, header)
    footer = close(
        _expected(runs, world, scenarios, header),
        states=[_state(one) for one in cast("list[Line]", header["subjects"])],
        results=results,
        reruns=reruns,
        not_rerun=sum(map(_not_rerun, runs)),
        finished_at=max(dt.datetime.fromisoformat(str(run.footer["finished_at"])) for run in runs),
        duration_ms=round(sum(cast("float", run.footer["duration_ms"]) for run in runs), 1),
    )
    return [
        header,
        *_sorted(runs, "scenario", order, header),
        *_sorted(runs, "observation", order, header),
        *results,
        *reruns,
        footer,
    ]


def _alike(runs: Sequence[ShardRun]) -> None:
    first = runs[0]
    for run in runs[1:]:
        _must_be_same(
            first, run, "version of codex-parity", *(_version(one) for one in (first, run))
        )
        for key, words in _SAME.items():
            _must_be_same(first, run, words, first.header.get(key), run.header.get(key))
        for key, words in (
            ("baselines", "expected differences"),
            ("goldens", "use of the goldens"),
        ):
            _must_be_same(first, run, words, first.shard[key], run.shard[key])
        ours, theirs = _subjects(first), _subjects(run)
        _must_be_same(first, run, "list of subjects", [*ours], [*theirs])
        for name, mine in ours.items():
            if mine["state"] == theirs[name]["state"] == "ready":
                for key in _OF_SUBJECT:
                    _must_be_same(first, run, f"{key} of {name}", mine[key], theirs[name][key])


def _must_be_same(
    first: ShardRun, run: ShardRun, words: str, ours: JsonValue, theirs: JsonValue
) -> None:
    if canonical(ours) != canonical(theirs):
        raise UsageFault(
            f"the shards {first.name} and {run.name} differ in the {words}: {_told(ours)} and {_told(theirs)}",
            where=f"{first.where}, {run.where}",
            hint="Play all shards of a leg from one commit, with the same options and installed SDKs.",
        )


def _told(value: JsonValue) -> str:
    text = value if isinstance(value, str) else canonical(value).decode("ascii")
    return text if len(text) <= 80 else f"{text[:80]} ..."


def _version(run: ShardRun) -> str:
    return str(cast("Line", run.header["tool"])["version"])


def _subjects(run: ShardRun) -> dict[str, Line]:
    return {str(one["name"]): one for one in cast("list[Line]", run.header["subjects"])}


def _same_world(runs: Sequence[ShardRun], world: World) -> list[Scenario]:
    """The scenarios of all shards, as this project has them."""
    first = runs[0]
    _here(first, "codex-parity", _version(first), world.version)
    _here(first, "the normaliser", str(first.header["normaliser"]), world.normaliser)
    if first.shard["baselines"] != baselines_sha256(world.baselines):
        raise UsageFault(
            "the expected differences are others here than where the shards were played",
            where=first.where,
            hint="Join the shards in a checkout of the commit they were played from.",
        )
    found = []
    for run in runs:
        for line in run.of_kind("scenario"):
            scenario = world.catalogue.get(str(line["id"]))
            told = None if scenario is None else [*confirmed_by(scenario, world.evidence)]
            if (
                scenario is None
                or scenario.sha256 != line["sha256"]
                or told != line["confirmed_by"]
            ):
                raise UsageFault(
                    f"the scenario {line['id']} is another one here than where the shard {run.name} was played",
                    where=run.where,
                    hint="Join the shards in a checkout of the commit they were played from.",
                )
            found.append(scenario)
    return sorted(found, key=lambda one: one.id)


def _here(run: ShardRun, what: str, theirs: str, ours: str) -> None:
    if theirs != ours:
        raise UsageFault(
            f"the shards were played with {what} {theirs}, and this is {ours}",
            where=run.where,
            hint="Join them with the version that played them.",
        )


def _header(runs: Sequence[ShardRun], command: Sequence[str], *, whole: bool) -> Line:
    first = runs[0].header
    tools = [cast("Line", run.header["tool"]) for run in runs]
    ids = [str(run.header["run_id"]) for run in runs]
    digest = hashlib.sha256(canonical([runs[0].shard["plan"], *sorted(ids)])).hexdigest()
    started = min((str(run.header["started_at"]) for run in runs), key=dt.datetime.fromisoformat)
    notes: list[JsonValue] = [
        f"{key}: {', '.join(values)}"
        for key in _NOTED
        if len(values := sorted({str(tool.get(key)) for tool in tools})) > 1
    ]
    merged: Line = {
        "plan": runs[0].shard["plan"],
        "leg": runs[0].shard["leg"],
        "runs": [
            {
                "shard": run.name,
                "run_id": run.header["run_id"],
                "exit": run.footer["exit"],
                "duration_ms": run.footer["duration_ms"],
                "python": tool["python"],
                "platform": tool["platform"],
                "cpus": tool.get("cpus"),
            }
            for run, tool in zip(runs, tools, strict=True)
        ],
        "notes": notes,
    }
    kept = {key: value for key, value in first.items() if key != "shard"}
    return {
        **kept,
        "run_id": digest[:12],
        "started_at": started,
        "command": [*command],
        "complete": whole,
        "subjects": _joined_subjects(runs),
        "scenarios": [*sorted(one for run in runs for one in run.scenarios)],
        "merged": merged,
    }


def _joined_subjects(runs: Sequence[ShardRun]) -> list[JsonValue]:
    """The subjects; one that could not run in some shards is told so, with the shard and its reason."""
    found: list[JsonValue] = []
    for name in _subjects(runs[0]):
        rows = [(run.name, _subjects(run)[name]) for run in runs]
        ready = next((row for _, row in rows if row["state"] == "ready"), rows[0][1])
        away = [(shard, row) for shard, row in rows if row["state"] != "ready"]
        if not away or ready["state"] != "ready":
            found.append(ready)
            continue
        shard, row = away[0]
        more = "" if len(away) == 1 else f" and {len(away) - 1} more"
        reason = f"in {shard}{more}: {row['reason']}"
        found.append({**ready, "state": row["state"], "fault": row["fault"], "reason": reason})
    return found


def _state(row: Line) -> SubjectState:
    return SubjectState(
        name=str(row["name"]),
        declared={key: str(row[key]) for key in ("sdk", "version", "language", "runtime")},
        hello=row if row["state"] == "ready" else None,
        fault=cast("Literal['runtime', 'driver'] | None", row.get("fault")),
        reason=cast("str | None", row["reason"]),
    )


def _sorted(
    runs: Sequence[ShardRun], kind: str, order: Mapping[str, int], header: Line
) -> list[Line]:
    """The lines of a kind by scenario, subject and mode; the golden, which is no subject, first."""
    subjects = [str(one["name"]) for one in cast("list[Line]", header["subjects"])]
    rank = {name: index for index, name in enumerate(subjects)}

    def key(line: Line) -> tuple[int, int, int]:
        scenario = str(line["id"] if kind == "scenario" else line["scenario"])
        mode = line.get("mode")
        return (
            order[scenario],
            rank.get(str(line.get("subject")), -1),
            0 if mode is None else [*MODES].index(cast("Literal['run', 'stream']", mode)),
        )

    return sorted((line for run in runs for line in run.of_kind(kind)), key=key)


def _not_rerun(run: ShardRun) -> int:
    """Divergent cells of a shard that were to be played again, and for which its time was used up."""
    if not run.shard["rerun"]:
        return 0
    return len(again([*run.of_kind("result")])) - len([*run.of_kind("rerun")])


def _expected(
    runs: Sequence[ShardRun], world: World, scenarios: Sequence[Scenario], header: Line
) -> Expected:
    first = runs[0]
    codex = cast("Line | None", header.get("codex"))
    lane = str(header["lane"])
    goldens = [
        GoldenRead(
            scenario=str(line["id"]),
            golden=None,
            state=cast("Literal['ok', 'stale', 'missing']", golden["state"]),
            reason=str(golden["reason"]),
        )
        for run in runs
        for line in run.of_kind("scenario")
        for golden in [cast("Line", line["golden"])]
    ]
    return Expected(
        scenarios=scenarios if lane == "mock" else choose(scenarios).played,
        others=cast("list[str]", header.get("not_in_lane", [])),
        catalogue=frozenset(world.catalogue),
        codex=None if codex is None else str(codex["version"]),
        whole=bool(header["complete"]),
        baselines=world.baselines,
        goldens=sorted(goldens, key=lambda one: one.scenario)
        if first.shard["goldens"] and lane == "mock"
        else [],
        evidence=world.evidence,
        fail_on_missing_runtime=any(run.shard["missing_runtime"] == "fail" for run in runs),
    )
