"""IO: ``matrix``: plan a run over several machines, and record how long scenarios take."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal, cast

import click

from harness.cli.common import Project, project, run_file
from harness.cli.run import REFERENCE_OPTION, SUBJECT, subjects_of
from harness.cli.shard import platform_here
from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.matrix.balance import Durations, Played, durations_of, parse_recording, recording_text
from harness.matrix.plan import Chosen, Place, Plan, make, parse_place
from harness.normalize.chain import NORMALISER
from harness.report.files import read_model
from harness.report.model import RunModel
from harness.report.records import COMPARED
from harness.report.words import plural, quoted
from harness.storage import read_text, write_atomically

RECORDING: Final = "durations.json"
"""The committed recording, in ``fixtures/``."""


@click.group()
def matrix() -> None:
    """Split a run over several machines."""


@matrix.command()
@click.option("--shards", default=1, show_default=True, metavar="N", help="Per leg.")
@click.option(
    "--leg",
    "legs",
    multiple=True,
    metavar="PLATFORM[/CODEX]",
    help="linux, macos or windows, and `mock` or a release of codex; repeatable. Default: this platform with the mock.",
)
@click.option(
    "-k",
    "--filter",
    "selection",
    metavar="IDS",
    help="Scenario ids, globs, `family:NAME`; comma separated.",
)
@SUBJECT
@REFERENCE_OPTION
@click.option("--matrix", "every", is_flag=True, help="Every version on every runtime, as `run`.")
@click.option(
    "--durations",
    "runs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="An earlier run (folder or run.jsonl) to balance by; repeatable. Default: the recording of the project.",
)
@click.option(
    "--emit",
    type=click.Choice(["json", "github"]),
    help="Print the plan, or what goes into `strategy.matrix` of a workflow, on stdout; the table then goes to stderr.",
)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan file."
)
def plan(
    shards: int,
    legs: tuple[str, ...],
    selection: str | None,
    names: tuple[str, ...],
    reference: str,
    runs: tuple[Path, ...],
    emit: Literal["json", "github"] | None,
    out: Path | None,
    *,
    every: bool,
) -> None:
    """Plan a run: which shard plays what.

    Each leg is split into N shards by scenario, so that they take about as long as each other. `run --plan FILE --shard
    NAME` plays one, `merge` joins them.
    """
    found = project()
    against, tested = subjects_of(found, names, reference, matrix=every)
    made = make(
        version=version("codex-parity"),
        normaliser=NORMALISER,
        scenarios=found.catalogue.select(selection),
        selection=selection,
        reference=against.given or against.name,
        subjects=[Chosen(name=one.name, given=one.given or one.name) for one in tested],
        named=bool(names),
        places=[parse_place(one) for one in legs] or [Place(platform=platform_here())],
        shards=shards,
        durations=_durations(found, runs),
    )
    printed = made.for_github() if emit == "github" else made.to_json()
    if out is not None:
        write_atomically(out, (json.dumps(made.to_json(), indent=1) + "\n").encode("utf-8"))
    if emit is not None:
        sys.stdout.write(json.dumps(printed, separators=(",", ":")) + "\n")
    for line in _told(made, shards, out):
        click.echo(line, err=emit is not None)


def _told(made: Plan, shards: int, out: Path | None) -> Sequence[str]:
    """The plan as a person reads it."""
    lines = [f"plan {made.id[:12]}: {plural(len(made.subjects), 'SDK')} against {made.reference}"]
    for leg in made.legs:
        count = sum(len(one.scenarios) for one in leg.shards)
        lines.append(
            f"{leg.place.name}: {plural(count, 'scenario')} in {plural(len(leg.shards), 'shard')}, longest {leg.spread:.3f} of the mean"
        )
        if len(leg.shards) < shards:
            lines.append(f"  note: {shards} shards were asked for; each has one scenario")
        if leg.not_in_lane:
            lines.append(f"  note: {plural(len(leg.not_in_lane), 'scenario')} not in this lane")
        lines += [
            f"  {one.name}  {plural(len(one.scenarios), 'scenario')}  {one.expected_ms / 1000:.1f} s of plays"
            for one in leg.shards
        ]
    return [*lines, *([] if out is None else [f"written: {out}"])]


def _durations(found: Project, runs: Sequence[Path]) -> Durations:
    """What earlier runs took: those named, else the committed recording; nothing where there is neither."""
    if runs:
        return durations_of(_played(read_model(run_file(one))) for one in runs)
    path = found.root.fixtures / RECORDING
    text = read_text(path)
    if text is None:
        return Durations(by_lane={})
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UsageFault(f"not JSON ({error})", where=str(path)) from error
    return parse_recording(document, str(path), found.schemas)


def _played(model: RunModel) -> Played:
    """The cells of a run that were really played."""
    return Played(
        lane=model.head.lane,
        cells=tuple(
            (scenario, subject, cell.result.duration_ms)
            for (scenario, subject), cell in model.cells.items()
            if cell.result.verdict in COMPARED
        ),
    )


@matrix.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Default: durations.json in the fixtures of the project.",
)
def durations(runs: tuple[Path, ...], out: Path | None) -> None:
    """Record how long each scenario took in whole runs (folders or run files), for the balance of plans."""
    found = project()
    models = [read_model(run_file(one)) for one in runs]
    for path, model in zip(runs, models, strict=True):
        if not model.complete:
            raise UsageFault(
                "a run that was filtered, interrupted or one shard of many",
                where=str(path),
                hint="Record a whole run: `codex-parity run`.",
            )
    told = durations_of(map(_played, models))
    provenance: list[JsonValue] = [
        {
            "command": quoted(_played_by(model.head.command)),
            "date": model.head.started_at[:10],
            "cpus": cast("int | None", model.head.tool.get("cpus")),
            "platform": str(model.head.tool["platform"]).partition("-")[0],
            "version": str(model.head.tool["version"]),
        }
        for model in models
    ]
    path = found.root.fixtures / RECORDING if out is None else out
    write_atomically(path, recording_text(told, {"runs": provenance}).encode("utf-8"))
    click.echo(f"written: {path}")


def _played_by(command: Sequence[str]) -> tuple[str, ...]:
    """A command without the folder of its reports, which is of one machine and has no part in what was played."""
    return tuple(
        word
        for before, word in zip(("", *command), command, strict=False)
        if not {before, word} & {"-o", "--out"}
    )
