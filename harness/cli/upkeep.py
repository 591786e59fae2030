"""IO: ``tail`` and ``gc``: follow a run, and remove what runs and installations left."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, cast

import click

from harness.cli.common import REFERENCE, find_subject, project, subject_names
from harness.errors import EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_INTERRUPTED
from harness.report.reading import RunUnreadable
from harness.report.records import JsonObject
from harness.report.tail import Tail
from harness.report.words import plural
from harness.runner import leftovers
from harness.wire.lines import LineReader

_POLL_S: Final = 0.2
_MB: Final = 1_000_000


@click.command()
@click.argument("run_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--all", "every", is_flag=True, help="Say every result, not only those to look at.")
@click.option("--once", is_flag=True, help="Say what is there and do not wait for more.")
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=300.0,
    show_default=True,
    help="Seconds without a new line after which the run counts as dead.",
)
def tail(run_file: Path, patience: float, *, every: bool, once: bool) -> None:
    """Follow a run by its run.jsonl: results to look at as they come, then how it ended.

    Exit code 0 when the run has ended, whatever its own code; 4 when it goes on (--once), or nothing came for --patience.
    """
    try:
        heard = _follow(run_file, Tail(every=every), 0 if once else patience)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    if heard.exit is None:
        told = (
            "the run goes on, or was killed"
            if once
            else f"no line for {patience:g} s: the run was killed, or hangs"
        )
        click.echo(f"no footer: {told}", err=True)
        sys.exit(EXIT_INCOMPLETE)


def _follow(run_file: Path, heard: Tail, patience: float) -> Tail:
    reader = LineReader()
    number = 0
    with run_file.open("rb") as file:
        last = time.monotonic()
        while heard.exit is None:
            data = file.read()
            if data:
                last = time.monotonic()
            for line in reader.feed(data):
                number += 1
                for told in heard.hear(_parsed(line, number)):
                    click.echo(told)
            if not data:
                if time.monotonic() - last >= patience:
                    break
                time.sleep(_POLL_S)
    return heard


def _parsed(line: str, number: int) -> JsonObject:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise RunUnreadable(f"not JSON ({error})", where=f"line {number} $") from error
    if not isinstance(value, dict):
        raise RunUnreadable("not a JSON object", where=f"line {number} $")
    return cast("JsonObject", value)


@click.command()
@click.option("--installs", is_flag=True, help="Also SDKs and runtimes that no pins lead to.")
@click.option(
    "--older-than",
    type=click.FloatRange(0),
    default=60.0,
    show_default=True,
    help="Minutes that a workspace must be old.",
)
@click.option("--yes", is_flag=True, help="Remove; without it only say what would be removed.")
def gc(older_than: float, *, installs: bool, yes: bool) -> None:
    """Say which folders killed runs and old pins left on this machine; with --yes remove them.

    A workspace that any process uses stays. --installs knows the pins of this checkout with this Python: what another
    checkout or Python shares with it is listed too, and would be installed again.
    """
    found = leftovers.workspaces(Path(tempfile.gettempdir()).resolve(), older_than * 60)
    if installs:
        here = project()
        subjects = [
            find_subject(here.root, name)
            for name in (REFERENCE, *subject_names(here.root, optional=True))
        ]
        found += leftovers.installations(here.root.home, subjects, here.root.subjects, here.schemas)
    for one in found:
        click.echo(f"{one.path}: {one.why}, {one.size / _MB:.1f} MB")
    total = f"{plural(len(found), 'folder')}, {sum(one.size for one in found) / _MB:.1f} MB"
    if not yes:
        click.echo(f"would remove {total}" + ("; --yes removes them" if found else ""))
        return
    left = list(leftovers.remove(found))
    for one in left:
        click.echo(f"still there: {one.path}", err=True)
    click.echo(
        f"removed {total}" if not left else f"{len(left)} of {len(found)} could not be removed"
    )
    if left:
        sys.exit(EXIT_HARNESS)
