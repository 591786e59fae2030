"""IO: ``merge``: the shards of a plan become one report per leg, and an overview where there are several."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import cast

import click

from harness.cli.common import Project, console, project, run_file
from harness.cli.shard import read_plan
from harness.errors import UsageFault
from harness.normalize.chain import NORMALISER
from harness.observation import Lane
from harness.real.kept_evidence import read_evidence
from harness.report import files, terminal
from harness.report.overview import ended, overview
from harness.runner.baselines import read_baseline
from harness.runner.judge import Line
from harness.runner.merging import World, merge
from harness.runner.shards import ShardRun, fits_plan, gather, promised
from harness.storage import write_atomically
from harness.subjects.matrix import family_of


@click.command("merge")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Hold the shards against this plan file too.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the reports. Default: reports/merged.",
)
def merge_command(folders: tuple[Path, ...], plan_file: Path | None, out: Path | None) -> None:
    """Join the shards of a plan that lie in FOLDERS into one report per leg.

    Every shard of the plan must be there, once, finished, and played alike. Exit code: of the joined run, of several legs
    the worst in the order 3, 1, 4, 5, 0. 4 too: a shard is missing or was not finished; then nothing is written.
    """
    found = project()
    target = found.root.reports / "merged" if out is None else out
    _apart(folders, target)
    paths = _each_once(folders)
    files.clear(target)
    runs = [_read(path, found) for path in paths]
    legs = gather(runs)
    if plan_file is not None:
        fits_plan(read_plan(plan_file, found), legs)
    places = {leg: target if len(legs) == 1 else target / leg for leg in legs}
    for place in places.values():
        _apart(folders, place)
        files.clear(place)
    command = ["codex-parity", *sys.argv[1:]]
    joined = {leg: merge(of_leg, _world(found, of_leg), command) for leg, of_leg in legs.items()}
    for leg, lines in joined.items():
        _write(lines, places[leg] / "run.jsonl")
    written = {leg: files.write_all(places[leg] / "run.jsonl", places[leg]) for leg in joined}
    sys.exit(_said(str(runs[0].shard["plan"]), written, target))


def _apart(folders: Sequence[Path], place: Path) -> None:
    """Refuse to write over what is read.

    Raises:
        UsageFault: the reports would take the place of a shard.
    """
    for folder in folders:
        if folder.resolve() in (place.resolve(), place.resolve() / "run.jsonl"):
            raise UsageFault(
                "the reports would take the place of a shard",
                where=str(folder),
                hint="Give another folder with -o.",
            )


def _each_once(folders: Sequence[Path]) -> list[Path]:
    seen: dict[Path, Path] = {}
    for folder in folders:
        same = folder.resolve()
        if same in seen:
            raise UsageFault(f"the folder {folder} twice", hint="Name each folder of a shard once.")
        seen[same] = folder
    return [run_file(folder) for folder in folders]


def _read(path: Path, found: Project) -> ShardRun:
    lines, cut = files.read_lines(path, found.schemas)
    return ShardRun(where=str(path.parent), lines=lines, cut=cut)


def _world(found: Project, runs: Sequence[ShardRun]) -> World:
    header = runs[0].header
    lane = cast("Lane", header["lane"])
    families = sorted({family_of(name) for name in promised(header)})
    return World(
        version=version("codex-parity"),
        normaliser=NORMALISER,
        catalogue={one.id: one for one in found.catalogue.scenarios},
        baselines={name: read_baseline(found.root, name, lane) for name in families},
        evidence=read_evidence(found.root),
    )


def _write(lines: Sequence[Line], path: Path) -> None:
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    write_atomically(path, text.encode("ascii"))


def _said(plan: str, written: Mapping[str, files.Written], target: Path) -> int:
    models = {leg: one.model for leg, one in written.items()}
    for leg, one in written.items():
        if len(written) > 1:
            console().print(f"leg {leg}", style="bold")
        for part in terminal.overview(one.model):
            console().print(part)
        for note in () if one.model.head.merged is None else one.model.head.merged.notes:
            console().print(f"not alike in the shards: {note}", soft_wrap=True, markup=False)
        console().print(f"report: {one.html}", soft_wrap=True)
    if len(written) > 1:
        page = files.write_overview(overview(plan, models), target)
        console().print(f"overview: {page}", soft_wrap=True)
    code, reason = ended(models)
    console().print(f"exit {code}: {reason}", soft_wrap=True, markup=False)
    return code
