"""IO: ``diff``: what moved from one run to another, without playing anything."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from harness.cli.common import console, print_json, run_file
from harness.report.files import read_model
from harness.report.regressions import MEANING, Regressions, regressions
from harness.report.visible import visible
from harness.report.words import plural

_LISTED = 20


@click.command()
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("candidate", type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="Print regressions.json on stdout instead of the text."
)
def diff(base: Path, candidate: Path, *, as_json: bool) -> None:
    """Say what moved from the run BASE to the run CANDIDATE (folders of a run, or run files), cell by cell.

    Exit code 1: something is worse than on the base. 4: something vanished, gave no verdict, or fails without a base to
    compare it with. 0: neither.
    """
    found = regressions(read_model(run_file(base)), read_model(run_file(candidate)))
    if as_json:
        print_json(found.to_json())
    else:
        for line in told(found):
            console().print(line, soft_wrap=True, markup=False)
    sys.exit(found.exit)


def told(found: Regressions) -> Iterator[str]:
    """The comparison as lines of text, what blocks first."""
    yield f"base {visible(found.base)}, candidate {visible(found.candidate)}"
    yield from (f"  note: {visible(note)}" for note in found.notes)
    for name, count in found.counts.items():
        if not count:
            continue
        yield f"\n{name}: {plural(count, 'cell')} ({MEANING[name]})"
        rows = [one for one in found.changes if one.cls == name]
        for one in rows[:_LISTED]:
            yield f"  {visible(one.subject)}  {visible(one.scenario)}  {one.base} -> {one.candidate}: {visible(one.reason)}"
            if one.replay:
                yield f"      {visible(one.replay)}"
        if count > _LISTED:
            yield f"  ... and {count - _LISTED} more"
    yield f"\n{plural(found.same, 'cell')} the same; exit {found.exit}"
