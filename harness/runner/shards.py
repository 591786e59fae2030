"""CORE: the run files of shards: which plan, leg and shard each is, and whether all of them are there, once and finished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from harness.errors import ShardsIncomplete, UsageFault
from harness.matrix.plan import Plan
from harness.runner.judge import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardRun:
    """One run file: where it lies, its lines in order, each fitting ``schemas/run.json`` and not contradicting the others.

    ``cut``: its last line is not whole.
    """

    where: str
    lines: Sequence[Line]
    cut: bool = False

    @property
    def header(self) -> Line:
        """The first line."""
        return self.lines[0]

    @property
    def shard(self) -> Line:
        """What the header says of its place in the plan."""
        return cast("Line", self.header["shard"])

    @property
    def name(self) -> str:
        """Of the shard."""
        return str(self.shard["name"])

    @property
    def footer(self) -> Line:
        """The last line."""
        return self.lines[-1]

    @property
    def scenarios(self) -> list[str]:
        """The ids that it promises results for."""
        return cast("list[str]", self.header["scenarios"])

    def of_kind(self, kind: str) -> Iterator[Line]:
        """Its lines of a kind, in order."""
        return (line for line in self.lines if line["kind"] == kind)


def gather(runs: Sequence[ShardRun]) -> dict[str, tuple[ShardRun, ...]]:
    """The shards by leg, in the order of the plan.

    Args:
        runs: one or more run files.

    Raises:
        UsageFault: a run that is no shard, shards of two plans, or one shard twice.
        ShardsIncomplete: a shard that was not finished, or is missing.
    """
    for run in runs:
        if "shard" not in run.header:
            raise UsageFault(
                "a run that is no shard of a plan",
                where=run.where,
                hint="Shards are played by `codex-parity run --plan FILE --shard NAME`.",
            )
    first = runs[0]
    by_name: dict[str, ShardRun] = {}
    for run in runs:
        if run.shard["plan"] != first.shard["plan"]:
            raise UsageFault(
                f"shards of two plans: {_short(first)} in {first.where}, {_short(run)} in {run.where}",
                hint="Join the shards of one plan.",
            )
        if run.name in by_name:
            raise UsageFault(
                f"the shard {run.name} twice: {by_name[run.name].where} and {run.where}",
                hint="Leave one of them out.",
            )
        by_name[run.name] = run
        _finished(run)
    names = cast("list[str]", first.shard["shards"])
    missing = [name for name in names if name not in by_name]
    if missing:
        word = "the shard is" if len(missing) == 1 else "shards are"
        raise ShardsIncomplete(
            f"{word} missing: {', '.join(missing)}",
            hint=f"The plan {_short(first)} has {len(names)}; play it with `codex-parity run --plan FILE --shard {missing[0]}`.",
        )
    return _by_leg([by_name[name] for name in names])


def _by_leg(runs: Sequence[ShardRun]) -> dict[str, tuple[ShardRun, ...]]:
    legs: dict[str, list[ShardRun]] = {}
    played: dict[tuple[str, str], ShardRun] = {}
    for run in runs:
        leg = str(run.shard["leg"])
        legs.setdefault(leg, []).append(run)
        for scenario in run.scenarios:
            other = played.setdefault((leg, scenario), run)
            if other is not run:
                raise UsageFault(
                    f"{scenario} is in two shards of {leg}",
                    where=f"{other.where}, {run.where}",
                    hint="Was a run file edited? A plan has each scenario of a leg once.",
                )
    return {leg: tuple(of_leg) for leg, of_leg in legs.items()}


def _short(run: ShardRun) -> str:
    return str(run.shard["plan"])[:12]


def _finished(run: ShardRun) -> None:
    hint = f"Play it again: `codex-parity run --plan FILE --shard {run.name}`."
    if run.cut:
        what = f"the shard {run.name} was cut off in the middle of a line"
        raise ShardsIncomplete(what, where=run.where, hint=hint)
    if run.footer["kind"] != "footer":
        what = f"the shard {run.name} was interrupted: it has no footer"
        raise ShardsIncomplete(what, where=run.where, hint=hint)
    done = {(line["scenario"], line["subject"]) for line in run.of_kind("result")}
    for scenario in run.scenarios:
        for subject in promised(run.header):
            if (scenario, subject) not in done:
                what = f"the shard {run.name} has no result of {scenario} for {subject}"
                raise ShardsIncomplete(what, where=run.where, hint=hint)


def promised(header: Line) -> list[str]:
    """The names of the subjects that a header promises results for."""
    names = [str(one["name"]) for one in cast("list[Line]", header["subjects"])]
    return [name for name in names if name != header["reference"]]


def fits_plan(plan: Plan, legs: Mapping[str, Sequence[ShardRun]]) -> None:
    """Hold the shards against the plan file.

    Raises:
        UsageFault: they are of another plan, or played other scenarios or subjects than it says.
    """
    for run in (run for of_leg in legs.values() for run in of_leg):
        if run.shard["plan"] != plan.id:
            raise UsageFault(
                f"a shard of another plan: {_short(run)}, not {plan.id[:12]}", where=run.where
            )
        _, shard = plan.find(run.name)
        if run.header["scenarios"] != [*shard.scenarios]:
            raise UsageFault("not the scenarios of the plan", where=run.where)
        if sorted(promised(run.header)) != sorted(one.name for one in plan.subjects):
            raise UsageFault("not the subjects of the plan", where=run.where)
