"""IO: options that several commands take, written once."""

from __future__ import annotations

import os

import click

from harness.cli.common import REFERENCE

SUBJECT = click.option(
    "-s",
    "--subject",
    "names",
    multiple=True,
    metavar="NAME[@VERSION][+RUNTIME]|PATH",
    help="SDK under test; repeatable. Default: every one in subjects/, one of them on a second runtime too.",
)
AGAINST = click.option(
    "--reference",
    default=REFERENCE,
    show_default=True,
    metavar="NAME[@VERSION][+RUNTIME]|PATH",
    help="The subject that others are compared with.",
)
FILTER = click.option(
    "-k",
    "--filter",
    "selection",
    metavar="IDS",
    help="Scenario ids, globs, `family:NAME`; comma separated.",
)
JOBS = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: (os.cpu_count() or 1) + 1,
    help="Plays at a time. Default: cores + 1.",
)
LANE = click.option(
    "--lane",
    type=click.Choice(["mock", "real"]),
    default="mock",
    show_default=True,
    help="What stands behind the clients: the mock, or a released codex in front of a scripted model server.",
)
CODEX = click.option(
    "--codex",
    "version",
    metavar="VERSION",
    help="The release of `--lane real`. Default: 0.169.0.",
)
