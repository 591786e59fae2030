"""IO: ``noise``: every subject against itself, repeated; no difference may show that nothing declares."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from harness.cli.common import (
    REFERENCE,
    Stop,
    console,
    find_subject,
    in_ci,
    project,
    subject_names,
)
from harness.cli.options import FILTER, JOBS
from harness.errors import EXIT_INTERRUPTED
from harness.jsonvalue import JsonValue
from harness.report import noise as report
from harness.runner.records import PlayKey
from harness.runner.repeat import NoisePlan, repeat
from harness.storage import write_atomically

_EVERY = 500


@click.command()
@click.option(
    "--times",
    type=click.IntRange(2, 1000),
    default=20,
    show_default=True,
    help="Plays of each cell.",
)
@click.option(
    "--load",
    is_flag=True,
    help="Keep every core busy meanwhile, with processes that end with this command.",
)
@click.option(
    "-s",
    "--subject",
    "names",
    multiple=True,
    metavar="NAME|PATH",
    help="Only this subject; repeatable. Default: the reference and every one in subjects/.",
)
@FILTER
@JOBS
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of noise.json and noise.md. Default: reports/noise.",
)
def noise(
    names: tuple[str, ...],
    selection: str | None,
    times: int,
    jobs: int,
    out: Path | None,
    *,
    load: bool,
) -> None:  # fmt: skip
    """Play each scenario to each subject many times and compare every subject with itself.

    Exit code 0 means: no subject differed from itself, unless a baseline declares it flaky or the scenario declares the
    outcomes.
    """
    found = project()
    subjects = [
        find_subject(found.root, name) for name in names or [REFERENCE, *subject_names(found.root)]
    ]
    folder = out or found.root.reports / "noise"
    for name in ("noise.json", "noise.md"):
        (folder / name).unlink(missing_ok=True)
    plan = NoisePlan(
        root=found.root,
        schemas=found.schemas,
        scenarios=found.catalogue.select(selection),
        subjects=subjects,
        times=times,
        load=load,
        jobs=jobs,
        selection=selection,
        command=["codex-parity", *sys.argv[1:]],
        missing_runtime="fail" if names or in_ci() else "report",
    )
    document = _carry_out(_Lines(plan).plan)
    write_atomically(folder / "noise.json", (json.dumps(document, indent=1) + "\n").encode("ascii"))
    write_atomically(folder / "noise.md", report.render(document).encode("utf-8"))
    for sentence in report.sentences(document):
        console().print(sentence, soft_wrap=True, markup=False)
    console().print(f"report: {folder / 'noise.md'}", soft_wrap=True, markup=False)
    sys.exit(int(str(document["exit"])))


def _carry_out(plan: NoisePlan) -> dict[str, JsonValue]:
    stop = Stop()
    try:
        return asyncio.run(stop.until_signal(repeat(plan)))
    except BaseException as error:
        if not (stop.asked or isinstance(error, KeyboardInterrupt)):
            raise
        click.echo("interrupted: nothing was left running; there is no report", err=True)
        sys.exit(EXIT_INTERRUPTED)


class _Lines:
    """Progress on stderr: a line when a cell turns noisy, and a count now and then."""

    def __init__(self, plan: NoisePlan) -> None:
        self._all = 0
        self._done = 0
        self._noisy = 0
        self.plan = replace(plan, on_total=self._total, on_play=self._play)

    def _total(self, total: int) -> None:
        self._all = total
        click.echo(f"playing {total} times", err=True)

    def _play(self, key: PlayKey, noisy: int) -> None:
        self._done += 1
        if noisy > self._noisy:
            self._noisy = noisy
            click.echo(f"noisy          {key.subject} {key.scenario} {key.mode}", err=True)
        if self._done % _EVERY == 0 or self._done == self._all:
            click.echo(f"{self._done} of {self._all} plays", err=True)
