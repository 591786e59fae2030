"""IO: ``journeys``: walk through the report of a run in a real browser, and keep what was seen."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

import click

from harness.cli.common import Stop, console
from harness.errors import EXIT_INTERRUPTED
from harness.journeys.outcome import Journey
from harness.journeys.walk import DEADLINE_S, INDEX, NAMES, walk
from harness.root import find_root, load_schemas

_STYLE: Final = {"pass": "green", "warn": "yellow", "fail": "bold red", "not_applicable": "dim"}


@click.command()
@click.argument(
    "folder", metavar="[REPORT_FOLDER]", required=False, type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where pictures, videos and assertions go. Default: reports/journeys.",
)
@click.option(
    "--journey",
    "names",
    multiple=True,
    metavar="NAME",
    help=f"Walk only this one; repeatable. There are: {', '.join(NAMES)}.",
)
@click.option(
    "--pace",
    type=click.FloatRange(0, 5),
    default=1.0,
    show_default=True,
    help="Factor of every pause: less for a machine that only counts, more for a person who explains.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(1, 600),
    default=DEADLINE_S,
    show_default=True,
    help="Seconds after which one journey is ended, and fails.",
)
def journeys(
    folder: Path | None, out: Path | None, names: tuple[str, ...], pace: float, deadline: float
) -> None:
    """Walk through the HTML report of a run in real Chromium: open, filter, jump, expand, copy, dark, keyboard, narrow.

    Each journey leaves pictures, a video, its assertions and a summary; index.md links all. Default of REPORT_FOLDER:
    reports/parity.

    \b
    Exit codes: 0 every assertion held (a fallback is told as warn), 1 one failed,
    4 nothing was walked: no Chromium, no Playwright, or no journey that this report can offer; 130 interrupted.
    """
    root = find_root()
    target = out or root.reports / "journeys"
    work = walk(
        folder or root.reports / "parity",
        target,
        names or None,
        _say,
        schemas=load_schemas(root),
        pace=pace,
        deadline_s=deadline,
    )
    try:
        walked = asyncio.run(Stop().until_signal(work))
    except asyncio.CancelledError:
        console(stderr=True).print("interrupted: no index was written")
        sys.exit(EXIT_INTERRUPTED)
    said = ", ".join(f"{count} {status}" for status, count in walked.counts.items())
    out_to = console()
    out_to.print(f"{said}; {walked.browser.name} {walked.browser.version}", markup=False)
    out_to.print(f"index: {target / INDEX}", markup=False, soft_wrap=True)
    sys.exit(walked.exit)


def _say(one: Journey) -> None:
    out = console()
    held = f"{one.assertions - one.failed} of {one.assertions} assertions hold"
    film = f", video {one.film.seconds:g} s" if one.film else ""
    out.print(f"{one.status:<14}", style=_STYLE[one.status], end="  ")
    out.print(f"{one.name}: {held}{film}", markup=False, soft_wrap=True)
    for told in (one.reason, one.fallback):
        if told:
            out.print(f"                {told}", markup=False, soft_wrap=True)
