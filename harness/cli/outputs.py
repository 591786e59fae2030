"""IO: ``outputs``: a finished run as outputs of a step of GitHub Actions."""

from __future__ import annotations

from pathlib import Path

import click

from harness.publish.bundle import read_papers
from harness.report.outputs import lines
from harness.root import find_root, load_schemas


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--ended",
    type=click.IntRange(0, 255),
    required=True,
    help="Exit code of the `codex-parity run` that wrote, or should have written, the folder.",
)
def outputs(folder: Path, ended: int) -> None:
    """Print a run as `name=value` lines, for $GITHUB_OUTPUT: exit, reason, a count per verdict.

    A run that wrote no report, or another one than it ended with, has its exit code and no counts.
    """
    there = (folder / "summary.json").is_file()
    summary = read_papers(folder, load_schemas(find_root())).summary if there else None
    for line in lines(summary, ended):
        click.echo(line)
