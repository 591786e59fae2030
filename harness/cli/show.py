"""IO: ``show``: one scenario of a run at the terminal, aligned and in colour, without playing anything."""

from __future__ import annotations

import difflib
import io
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import click
from rich.console import Console

from harness.cli.inspect import last_run
from harness.errors import UsageFault
from harness.report.files import read_model
from harness.report.groups import Cell
from harness.report.model import RunModel
from harness.report.show import show as shown
from harness.root import find_root

_WIDTH = 160


@click.command()
@click.argument("scenario", metavar="SCENARIO")
@click.option("-s", "--subject", metavar="NAME", help="Only this SDK. Default: all of the run.")
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The run to look at. Default: the last `codex-parity run`.",
)
def show(scenario: str, subject: str | None, run_file: Path | None) -> None:
    """Show what a run saw in SCENARIO (an id or a glob): events aligned side by side, the facts that differ, the replay.

    It plays nothing: it reads the run file. On a terminal the text is in colour and goes through your pager.
    """
    model = read_model(last_run(find_root(None).reports, run_file))
    text = _printed(model, _chosen(model, scenario, subject))
    if sys.stdout.isatty():
        click.echo_via_pager(text, color=True)
    else:
        click.echo(text, nl=False)


def _chosen(model: RunModel, scenario: str, subject: str | None) -> list[Cell]:
    """The cells that are meant, those with differences first.

    Raises:
        UsageFault: the run has no such scenario, or no such subject, or no result of the two.
    """
    known = [*model.scenarios]
    if not any(fnmatchcase(name, scenario) for name in known):
        near = difflib.get_close_matches(scenario, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"It has {len(known)} scenarios."
        raise UsageFault(f"the run has no scenario `{scenario}`", hint=hint)
    judged = [one.name for one in model.judged]
    if subject is not None and subject not in judged:
        raise UsageFault(f"the run has no subject `{subject}`", hint=f"It has {', '.join(judged)}.")
    found = [
        cell
        for (name, who), cell in model.cells.items()
        if fnmatchcase(name, scenario) and subject in (None, who)
    ]
    if not found:
        raise UsageFault(
            f"the run ended before `{scenario}` was judged", hint="Run it again to its end."
        )
    return sorted(found, key=lambda cell: not cell.result.differences)


def _printed(model: RunModel, cells: Sequence[Cell]) -> str:
    watched = sys.stdout.isatty()
    stream = io.StringIO()
    console = Console(
        file=stream,
        highlight=False,
        force_terminal=watched,
        width=None if watched else _WIDTH,
    )
    for part in shown(model, cells):
        console.print(part, soft_wrap=True)
    text = stream.getvalue()
    return text if watched else "\n".join(line.rstrip() for line in text.split("\n"))
