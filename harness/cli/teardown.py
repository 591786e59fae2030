"""IO: ``teardown``: what a released codex leaves behind when its client ends a turn in the middle of a tool."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

import click
from rich.progress import Progress
from rich.table import Table

from harness.cli.common import (
    NEWEST,
    REFERENCE,
    Stop,
    console,
    everyday_subjects,
    find_subject,
    print_json,
    project,
)
from harness.cli.options import JOBS
from harness.errors import EXIT_INCOMPLETE, EXIT_INTERRUPTED
from harness.jsonvalue import JsonValue
from harness.real import releases
from harness.runner.teardown import SANDBOXES, WAYS, Row, Teardown, Way
from harness.storage import write_atomically


@click.command()
@click.argument("version", default=NEWEST, metavar="[VERSION]")
@click.option("-s", "--subject", "names", multiple=True, metavar="NAME[@VERSION][+RUNTIME]|PATH", help="Client; repeatable. Default: the reference and every SDK in subjects/.")  # fmt: skip
@click.option("--sandbox", "sandboxes", multiple=True, type=click.Choice(SANDBOXES), help="Sandbox; repeatable. Default: all.")  # fmt: skip
@click.option("--way", "ways", multiple=True, type=click.Choice(WAYS), help="How the turn is cut short; repeatable. Default: all.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout instead of the table.")
@JOBS
def teardown(
    version: str,
    names: tuple[str, ...],
    sandboxes: tuple[str, ...],
    ways: tuple[Way, ...],
    jobs: int,
    *,
    as_json: bool,
) -> None:
    """Cut a turn of a released codex short while a tool runs, and say what is left: per client, sandbox and way.

    Exit code 0: the table is whole; 4: a cell could not be played. What is left is told, it is no failure of the run.
    """
    found = project()
    subjects = [find_subject(found.root, name) for name in names]
    if not subjects:
        subjects = [find_subject(found.root, REFERENCE)]
        subjects += everyday_subjects(found.root, found.schemas)
    wanted = (subjects, sandboxes or SANDBOXES, ways or WAYS)
    release = releases.find(found.root.home, version)
    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(
            f"codex {version}", total=len(subjects) * len(wanted[1]) * len(wanted[2])
        )
        table = Teardown(
            release=release,
            schemas=found.schemas,
            home=found.root.home,
            jobs=jobs,
            on_row=lambda _: bar.advance(task),
        )
        try:
            rows = asyncio.run(Stop().until_signal(table.run(*wanted)))
        except (asyncio.CancelledError, KeyboardInterrupt):
            click.echo("interrupted: nothing was left running", err=True)
            sys.exit(EXIT_INTERRUPTED)
    document: JsonValue = {"codex": version, "rows": [one.to_json() for one in rows]}
    path = found.root.reports / "teardown" / f"{version}.json"
    write_atomically(path, (json.dumps(document, indent=1) + "\n").encode("utf-8"))
    if as_json:
        print_json(document)
    else:
        _show(version, rows)
    sys.exit(EXIT_INCOMPLETE if all(one.why_not for one in rows) else 0)


def _show(version: str, rows: Sequence[Row]) -> None:
    table = Table("client", "sandbox", "way", "tool ran", "codex left", "tools left", "terminal event", "codex ended", "for the caller", "error", title=f"codex {version}")  # fmt: skip
    for one in rows:
        if one.why_not is not None:
            table.add_row(one.subject, one.sandbox, one.way, f"not played: {one.why_not}")
            continue
        table.add_row(
            one.subject,
            one.sandbox,
            one.way,
            "yes" if one.tool else "no",
            str(one.codex_left),
            str(one.tools_left),
            one.terminal or "none",
            one.ended or ("lives" if one.codex_left else "not told"),
            one.outcome,
            one.error or "none",
        )
    console().print(table)
