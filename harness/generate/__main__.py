"""IO: ``python -m harness.generate [--check]``: write the generated scenarios, or say where the files differ from them."""

from __future__ import annotations

import sys

import click

from harness.errors import EXIT_STALE
from harness.generate import write
from harness.root import find_root


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 5 when a file is not as it would be made."
)
def main(*, check: bool) -> None:
    """Make the scenarios of drift from the schema of exec events."""
    root = find_root(None)
    if not check:
        click.echo(f"{write.write(root)} scenarios written to {root.scenarios / 'drift'}")
        return
    sentences = write.differences(root)
    for sentence in sentences:
        click.echo(sentence, err=True)
    if sentences:
        click.echo("Run `nox -s generate` and look at what changed.", err=True)
        sys.exit(EXIT_STALE)
    click.echo(f"{len(write.generated(root))} generated scenarios are as they would be made")


main()
