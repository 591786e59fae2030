"""IO: ``run`` and ``replay``: play scenarios, write reports, say what was found."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from harness.cli.common import (
    REFERENCE,
    Behind,
    Project,
    Stop,
    behind_clients,
    console,
    everyday_subjects,
    find_subject,
    in_ci,
    is_file,
    matrix_subjects,
    open_scenario,
    print_json,
    project,
)
from harness.cli.progress import Bar, Lines
from harness.cli.shard import Order, order_of, same_subjects
from harness.errors import EXIT_INTERRUPTED, ParityError, UsageFault
from harness.observation import Lane
from harness.report import files, terminal
from harness.runner.judge import REPLAY
from harness.runner.run import MissingRuntime, Plan, RunEnd
from harness.runner.run import run as run_plan
from harness.subjects.base import Subject
from harness.telemetry import export

SUBJECT = click.option(
    "-s",
    "--subject",
    "names",
    multiple=True,
    metavar="NAME[@VERSION][+RUNTIME]|PATH",
    help="SDK under test; repeatable. Default: every one in subjects/, one of them on a second runtime too.",
)
REFERENCE_OPTION = click.option(
    "--reference",
    default=REFERENCE,
    show_default=True,
    metavar="NAME[@VERSION][+RUNTIME]|PATH",
    help="The subject that others are compared with.",
)
JOBS = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: (os.cpu_count() or 1) + 1,
    help="Plays at a time. Default: cores + 1.",
)

LANE = click.option(
    "--lane",
    type=click.Choice(["mock", "real"]),
    default="mock",
    show_default=True,
    help="What stands behind the clients: the mock, or a released codex in front of a scripted model server.",
)
CODEX = click.option(
    "--codex",
    "version",
    metavar="VERSION",
    help="The release of `--lane real`. Default: 0.169.0.",
)


@click.command()
@SUBJECT
@REFERENCE_OPTION
@LANE
@CODEX
@click.option(
    "--matrix",
    is_flag=True,
    help="Play every version on every runtime of matrix.toml: of the subjects named, else of all that have one.",
)
@click.argument("cells", nargs=-1, metavar="[NAME]...")
@click.option(
    "-k",
    "--filter",
    "selection",
    metavar="IDS",
    help="Scenario ids, globs, `family:NAME`; comma separated.",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A plan of `matrix plan`: it says who plays what.",
)
@click.option("--shard", metavar="NAME", help="The shard of the plan to play.")
@JOBS
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the reports. Default: reports/parity.",
)
@click.option(
    "--missing-runtime",
    type=click.Choice(["report", "fail"]),
    help="What a subject without its runtime means for the exit code. Default: report; fail in CI and for a subject named with --subject.",
)
@click.option(
    "--golden/--no-golden",
    "goldens",
    default=True,
    show_default=True,
    help="Compare with the golden files too.",
)
@click.option(
    "--rerun",
    type=click.IntRange(0, 100),
    default=3,
    show_default=True,
    help="Play each divergent cell so often again, alone, to tell a flaky one; 0: never.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of the table."
)
def run(
    names: tuple[str, ...],
    reference: str,
    selection: str | None,
    jobs: int,
    out: Path | None,
    missing_runtime: MissingRuntime | None,
    cells: tuple[str, ...],
    rerun: int,
    lane: Lane,
    version: str | None,
    plan_file: Path | None,
    shard: str | None,
    *,
    matrix: bool,
    goldens: bool,
    as_json: bool,
) -> None:
    """Play every scenario to the reference and to each SDK under test, compare, report.

    Exit code 0 means: every scenario was compared and shows no difference that is not in a baseline. NAMEs are those of
    --matrix; without it a subject is named with --subject.
    """
    found = project()
    if plan_file is not None or shard is not None:
        order = order_of(found, plan_file, shard)
    else:
        if cells and not matrix:
            raise UsageFault(f"`{cells[0]}` without --matrix", hint=f"Write --subject {cells[0]}.")
        order = Order(
            scenarios=found.catalogue.select(selection),
            selection=selection,
            names=(*names, *cells),
            named=bool(names or cells),
            reference=reference,
            lane=lane,
            codex=version,
            matrix=matrix,
        )
    plan = replace(
        _plan(found, order, missing_runtime, out), jobs=jobs, goldens=goldens, rerun=rerun
    )
    end, written = carry_out(plan)
    _say(end, written, as_json=as_json)
    sys.exit(end.exit)


def _plan(
    found: Project, order: Order, missing_runtime: MissingRuntime | None, out: Path | None
) -> Plan:
    against, tested = subjects_of(found, order.names, order.reference, matrix=order.matrix)
    same_subjects(order, [one.name for one in tested])
    behind = behind_clients(found.root, order.scenarios, order.lane, order.codex)
    return Plan(
        root=found.root,
        schemas=found.schemas,
        scenarios=behind.scenarios,
        real=behind.real,
        others=behind.others if order.others is None else order.others,
        subjects=tested,
        reference=against,
        selection=order.selection,
        catalogue=frozenset(scenario.id for scenario in found.catalogue.scenarios),
        jobs=1,
        command=["codex-parity", *sys.argv[1:]],
        out=out or found.root.reports / _folder(order, behind),
        missing_runtime=missing_runtime or ("fail" if order.named or in_ci() else "report"),
        replay=_replay(order.reference, behind),
        part=order.part,
    )


def _say(end: RunEnd, written: files.Written, *, as_json: bool) -> None:
    if as_json:
        print_json(terminal.summary_json(written.model))
        return
    for part in terminal.overview(written.model):
        console().print(part)
    console().print(f"report: {written.html}", soft_wrap=True)
    console().print(f"exit {end.exit}: {end.reason}", soft_wrap=True)


@click.command()
@click.argument("scenario_id", metavar="ID|FILE")
@SUBJECT
@REFERENCE_OPTION
@LANE
@CODEX
@JOBS
def replay(
    scenario_id: str,
    names: tuple[str, ...],
    reference: str,
    lane: Lane,
    version: str | None,
    jobs: int,
) -> None:
    """Play one scenario again and show every difference with its plane, path and level.

    The scenario is one of the catalogue or any file, such as one that `shrink` wrote. The whole observation is in
    reports/replay/ID/.
    """
    found = project()
    file = is_file(scenario_id)
    chosen = (
        (open_scenario(found, scenario_id).scenario,)
        if file
        else found.catalogue.select(scenario_id)
    )
    against, tested = subjects_of(found, names, reference)
    behind = behind_clients(found.root, chosen, lane, version)
    plan = Plan(
        root=found.root,
        schemas=found.schemas,
        scenarios=behind.scenarios,
        real=behind.real,
        others=behind.others,
        subjects=tested,
        reference=against,
        selection=scenario_id,
        catalogue=frozenset(scenario.id for scenario in found.catalogue.scenarios),
        jobs=jobs,
        command=["codex-parity", *sys.argv[1:]],
        out=found.root.reports / "replay" / _as_folder(chosen[0].id if file else scenario_id),
        goldens=not file,
        missing_runtime="fail" if names or in_ci() else "report",
        replay=_replay(reference, behind).replace("{scenario}", scenario_id)
        if file
        else _replay(reference, behind),
    )
    end, written = carry_out(plan)
    for part in terminal.details(written.model):
        console().print(part)
    console().print(f"report: {written.html}", soft_wrap=True)
    console().print(f"exit {end.exit}: {end.reason}", soft_wrap=True)
    sys.exit(end.exit)


def _replay(reference: str, behind: Behind) -> str:
    words = REPLAY if reference == REFERENCE else f"{REPLAY} --reference {reference}"
    return words if behind.real is None else f"{words} --lane real --codex {behind.real.version}"


def _as_folder(selection: str) -> str:
    return selection.replace("*", "_").replace(":", "_").replace(",", "+")


def _folder(order: Order, behind: Behind) -> str:
    if order.part is not None:
        return f"shards/{order.part.name}"
    name = "matrix" if order.matrix else "parity"
    return name if behind.real is None else f"{name}-{behind.real.version}"


def subjects_of(
    found: Project, names: tuple[str, ...], reference: str, *, matrix: bool = False
) -> tuple[Subject, list[Subject]]:
    """The reference and the subjects under test.

    Raises:
        UsageFault: one is unknown, two have the same name, or a subject is the reference itself.
    """
    against = find_subject(found.root, reference)
    if matrix:
        tested = matrix_subjects(found.root, found.schemas, names)
    elif names:
        tested = [find_subject(found.root, name) for name in names]
    else:
        tested = everyday_subjects(found.root, found.schemas)
    if matrix or not names:
        tested = [one for one in tested if one.name != against.name]
    seen = {against.name}
    for one in tested:
        if one.name in seen:
            raise UsageFault(
                f"`{one.name}` twice",
                where="--subject and --reference",
                hint="Compare it with another subject; --reference says which.",
            )
        seen.add(one.name)
    return against, tested


def carry_out(plan: Plan) -> tuple[RunEnd, files.Written]:
    """Run the plan with progress on stderr, then write the reports; an interrupted run is reported as interrupted."""
    files.clear(plan.out)
    shown = Bar(plan) if sys.stderr.isatty() else Lines(plan)
    stop = Stop()
    try:
        end = asyncio.run(stop.until_signal(run_plan(shown.plan)))
    except BaseException as error:
        if not (stop.asked or isinstance(error, KeyboardInterrupt)):
            raise
        shown.stop()
        with suppress(ParityError, OSError):
            _send(files.write_all(plan.out / "run.jsonl", plan.out))
        click.echo("interrupted: nothing was left running; run.jsonl has no footer", err=True)
        sys.exit(EXIT_INTERRUPTED)
    finally:
        shown.stop()
    written = files.write_all(plan.out / "run.jsonl", plan.out)
    _send(written)
    return end, written


def _send(written: files.Written) -> None:
    """Send the spans of the run where the environment names a collector."""
    told = export.send(written.model)
    if told is not None:
        click.echo(told, err=True)
