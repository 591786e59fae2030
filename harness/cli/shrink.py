"""IO: ``shrink``: from a difference to the smallest scenario that shows it, as a file with its replay command."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import click

from harness.baseline.entries import Entry
from harness.catalogue import Opened, to_yaml
from harness.cli.common import (
    REFERENCE,
    Project,
    Stop,
    console,
    find_subject,
    open_scenario,
    project,
)
from harness.errors import EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_PARITY, UsageFault
from harness.observation import CHECKS, MODES, Mode
from harness.runner.baselines import read_baseline
from harness.runner.bench import bench
from harness.runner.judge import replay_command
from harness.runner.shrinking import PROOFS, Document, Outcome, Shrinking, Wish
from harness.shrink.report import Size, ready_for_a_report, size_of
from harness.storage import write_atomically
from harness.subjects.base import Subject

_DONE: Final = frozenset({Outcome.SMALLEST, Outcome.OUT_OF_PLAYS})


@click.command()
@click.argument("scenario", metavar="ID|FILE")
@click.option("-s", "--subject", "name", required=True, metavar="NAME|PATH", help="SDK under test.")
@click.option(
    "--reference",
    default=REFERENCE,
    show_default=True,
    metavar="NAME|PATH",
    help="The subject it is compared with.",
)
@click.option("--mode", type=click.Choice(MODES), help="Look only here. Default: both.")
@click.option("--check", type=click.Choice(CHECKS), help="Keep a difference of this check.")
@click.option("--fingerprint", metavar="HEX", help="Keep the difference with this fingerprint.")
@click.option(
    "--max-plays", type=click.IntRange(10), default=600, show_default=True, help="At most so many."
)
@click.option(
    "--deadline",
    type=click.FloatRange(0, 60, min_open=True),
    default=5.0,
    show_default=True,
    help="Seconds for one play, unless the scenario's own are fewer.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write. Default: reports/shrink/<id>-<subject>-<fingerprint>.yaml.",
)
def shrink(
    scenario: str,
    name: str,
    reference: str,
    mode: Mode | None,
    check: str | None,
    fingerprint: str | None,
    max_plays: int,
    deadline: float,
    out: Path | None,
) -> None:
    """Reduce a difference to the fewest events, options and bytes that still show it, as a file for a bug report.

    \b
    Exit codes: 0 written; 4 there is nothing to reduce: the difference does not show, is flaky, or vanished;
    2 wrong use; 3 driver or harness error; 130 interrupted, the smallest so far is written.
    """
    found = project()
    opened = open_scenario(found, scenario)
    sdk, against = find_subject(found.root, name), find_subject(found.root, reference)
    if sdk.name == against.name:
        raise UsageFault(f"`{sdk.name}` twice", where="--subject and --reference")
    work = Shrinking(
        wish=Wish(
            document=opened.document,
            sdk=sdk.name,
            modes=MODES if mode is None else (mode,),
            check=check,
            fingerprint=fingerprint,
            max_plays=max_plays,
            deadline_s=deadline,
        ),
        on_step=lambda size, plays: click.echo(f"{plays:>5} plays: {_words(size)}", err=True),
    )
    stopped = _carry_out(found, work, opened, sdk, against)
    _say_target(work)
    if work.best is not None and (work.outcome is not Outcome.VANISHED or work.shown):
        target = out or found.root.reports / "shrink" / _file_name(opened, sdk, work)
        _write(work, target, opened, sdk, (name, reference))
    _say_end(work)
    if stopped or work.outcome is Outcome.INTERRUPTED:
        sys.exit(EXIT_INTERRUPTED)
    sys.exit(EXIT_PARITY if work.outcome in _DONE else EXIT_INCOMPLETE)


def _carry_out(
    found: Project, work: Shrinking, opened: Opened, sdk: Subject, against: Subject
) -> bool:
    """Reduce until the end or a signal; says whether it was a signal."""
    stop = Stop()
    expected = [
        one for one in read_baseline(found.root, sdk.name) if one.covers(opened.scenario.id)
    ]
    try:
        asyncio.run(stop.until_signal(_shrink(found, work, sdk, against, expected)))
    except BaseException as error:
        if not (stop.asked or isinstance(error, KeyboardInterrupt)):
            raise
        return True
    return stop.asked


async def _shrink(
    found: Project, work: Shrinking, sdk: Subject, against: Subject, expected: Sequence[Entry]
) -> None:
    async with bench(
        reference=against,
        subjects=[sdk],
        schemas=found.schemas,
        home=found.root.home,
        expected={sdk.name: expected},
    ) as made:
        await work.run(made)


def _file_name(opened: Opened, sdk: Subject, work: Shrinking) -> str:
    assert work.target is not None, "what was reduced has a target"
    return f"{opened.scenario.id}-{sdk.name}-{work.target.fingerprint}.yaml"


def _write(
    work: Shrinking,
    path: Path,
    opened: Opened,
    sdk: Subject,
    names: tuple[str, str],
) -> None:
    assert work.target is not None and work.best is not None, "what was reduced has a target"  # noqa: PT018
    row = work.row or work.target.row
    document: Document = ready_for_a_report(
        work.best,
        name=f"min-{work.target.fingerprint}",
        title=str(row["sentence"]),
        origin=f"{opened.scenario.id}, reduced for {sdk.sdk} {sdk.version}; {row['check']} {row['class']} at {row['path']}",
        keep_deadline=work.target.hangs,
    )
    write_atomically(path, to_yaml(document).encode("utf-8"))
    shown = Path(path).resolve()
    here = Path.cwd().resolve()
    place = shown.relative_to(here).as_posix() if shown.is_relative_to(here) else str(shown)
    replay = replay_command(shlex.quote(place), shlex.quote(names[0]))
    if names[1] != REFERENCE:
        replay += f" --reference {shlex.quote(names[1])}"
    out = console()
    out.print(f"size:   {size_of(opened.document).to(size_of(document))}", soft_wrap=True)
    out.print(f"plays:  {work.plays}")
    out.print(f"file:   {place}", soft_wrap=True, markup=False)
    out.print(f"replay: {replay}", soft_wrap=True, markup=False)


def _say_target(work: Shrinking) -> None:
    if work.target is None:
        return
    row = work.target.row
    known = cast("Document | None", row["known"])
    out = console()
    out.print(
        f"kept:   {row['mode']} {row['check']} {row['fingerprint']}: {row['sentence']}",
        soft_wrap=True,
        markup=False,
    )
    if known is not None:
        out.print(f"known:  {known['reason']}: {known['because']}", soft_wrap=True, markup=False)
    others = list(
        dict.fromkeys(
            f"{one['check']} {one['fingerprint']}"
            for one in work.beside
            if one["fingerprint"] != row["fingerprint"]
        )
    )
    if others:
        out.print(
            f"beside: {', '.join(others)} (--check or --fingerprint chooses another)",
            soft_wrap=True,
            markup=False,
        )


def _say_end(work: Shrinking) -> None:
    text = work.outcome.value
    if work.outcome in {Outcome.FLAKY, Outcome.VANISHED}:
        text += f": in {work.shown} of {PROOFS} plays"
    if work.reason:
        text += f" ({work.reason})"
    console().print(f"end:    {text}", soft_wrap=True, markup=False)


def _words(size: Size) -> str:
    return f"{size.events} events, {size.steps} steps, {size.options} options, {size.bytes} bytes"
