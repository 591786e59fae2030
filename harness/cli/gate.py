"""IO: ``gate``: go or no-go for a release, with a bundle that shows why."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

import click

from harness.cli.common import Stop, console, print_json, run_file
from harness.errors import EXIT_INTERRUPTED, EXIT_PARITY, UsageFault
from harness.gate.gate import Order
from harness.gate.gate import gate as carry_out
from harness.gate.gate import plan as write_plan
from harness.gate.policy import FILE, Policy, parse_policy
from harness.gate.record import COMMANDS, HANDOFF, PLAN, Gate
from harness.gate.stages import Stage
from harness.gate.texts import told
from harness.report.visible import visible
from harness.root import find_root, load_schemas
from harness.storage import read_text
from harness.wire.schemas import SchemaSet

_Result = TypeVar("_Result")


@click.command()
@click.option(
    "--base",
    type=click.Path(path_type=Path),
    help="The run to compare with: a folder of a run, or a run file. Without it every cell is without a base.",
)
@click.option(
    "--candidate",
    type=click.Path(path_type=Path),
    help="The run to be judged. Default: it is played now, with RUN_ARGUMENTS.",
)
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"What is asked for. Default: {FILE} here, else the defaults (docs/gate.md).",
)
@click.option("--release", help="What is to be released. Default: as pyproject.toml says.")
@click.option(
    "--changelog",
    type=click.Path(path_type=Path, exists=True),
    help="A changelog, or a folder of fragments. Default: changelog.d, else CHANGELOG.md.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the bundle. Default: reports/gate.",
)
@click.option("--plan", "only_plan", is_flag=True, help="Write plan.md, print it, do nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print gate.json on stdout.")
@click.argument("arguments", nargs=-1, metavar="[-- RUN_ARGUMENTS...]", type=click.UNPROCESSED)
def gate(
    base: Path | None,
    candidate: Path | None,
    policy_file: Path | None,
    release: str | None,
    changelog: Path | None,
    out: Path | None,
    arguments: tuple[str, ...],
    *,
    only_plan: bool,
    as_json: bool,
) -> None:
    """Compare a candidate with a base, play again what got worse, reduce it, walk the report, and hand over.

    \b
    Exit codes: 0 ready; 1 a regression, a failed check or journey; 3 a driver or the harness failed;
    4 something was not looked at; 5 a baseline, golden or entry of the policy is stale; 2 wrong use; 130 interrupted.
    Nothing is tagged, merged, pushed or published: a person decides.
    """
    if candidate is not None and arguments:
        raise UsageFault(
            f"`{arguments[0]}` beside --candidate",
            hint="Arguments of a run are for a candidate that is played now.",
        )
    root = find_root()
    schemas = load_schemas(root)
    order = Order(
        schemas=schemas,
        policy=_policy(policy_file, schemas),
        folder=out or _relative(root.reports / "gate"),
        cwd=Path.cwd(),
        base=None if base is None else run_file(base),
        candidate=None if candidate is None else run_file(candidate),
        arguments=arguments,
        release=release,
        changelog=changelog,
        command=("codex-parity", *sys.argv[1:]),
        on_stage=_say_stage,
    )
    if only_plan:
        click.echo(_until_signal(write_plan(order), order.folder))
        click.echo(f"{order.folder / PLAN}", err=True)
        sys.exit(EXIT_PARITY)
    ended = _until_signal(carry_out(order), order.folder)
    if as_json:
        print_json(ended.to_json())
    else:
        _say(ended, order.folder)
    sys.exit(ended.decision.exit)


def _relative(path: Path) -> Path:
    """As a person would write it here, so that commands of the bundle name no place of one machine."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _policy(given: Path | None, schemas: SchemaSet) -> Policy:
    """The policy that a person named, the one that lies here, or the defaults.

    Raises:
        UsageFault: there is no file of that name.
        PolicyInvalid: it is not of the form.
    """
    path = given or Path(FILE)
    text = read_text(path)
    if text is not None:
        return parse_policy(text, str(path), schemas)
    if given is not None:
        raise UsageFault(f"no file {given}", where="--policy")
    return Policy()


def _until_signal(work: Coroutine[object, object, _Result], folder: Path) -> _Result:
    """Do ``work``; the first SIGINT or SIGTERM ends what it started and then the command."""
    stop = Stop()
    try:
        return asyncio.run(stop.until_signal(work))
    except (asyncio.CancelledError, KeyboardInterrupt):
        click.echo(
            f"interrupted: nothing was left running; what was done is in {folder / COMMANDS}",
            err=True,
        )
        sys.exit(EXIT_INTERRUPTED)


def _say_stage(stage: Stage) -> None:
    click.echo(f"{stage.name}: {stage.status}", err=True)


def _say(ended: Gate, folder: Path) -> None:
    for line in told(ended):
        console().print(visible(line), markup=False, soft_wrap=True)
    console().print(f"hand-over: {folder / HANDOFF}", markup=False, soft_wrap=True)
    console().print(f"exit {ended.decision.exit}", soft_wrap=True)
