"""IO: ``release check``: the checklist before a release, line by line."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter
from pathlib import Path

import click

from harness.cli.common import console, print_json
from harness.errors import UsageFault
from harness.release.lines import Line, exit_code
from harness.release.look import check as look

_STYLE = {"pass": "green", "warn": "yellow", "fail": "bold red"}


@click.group()
def release() -> None:
    """What must hold before a release. Computes and says; a person tags and uploads."""


@release.command()
@click.argument("version")
@click.option("--json", "as_json", is_flag=True, help="Print the lines as JSON on stdout.")
def check(version: str, *, as_json: bool) -> None:
    """Go through the checklist of the release VERSION, as 1.2.3 or v1.2.3, in this checkout.

    What is committed is built in a folder of its own and installed in a new environment. Each line says pass, warn or
    fail and the command that shows it again. Exit code 0: no line failed; 1: one did.
    """
    wanted = version.removeprefix("v")
    if not re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", wanted):
        raise UsageFault(f"`{version}` is no version", hint="Write it as 1.2.3 or 1.2.3rc1.")
    lines = asyncio.run(look(Path.cwd(), wanted, (lambda _: None) if as_json else _say))
    if as_json:
        print_json({"version": wanted, "lines": [one.to_json() for one in lines]})
    else:
        counts = Counter(one.status for one in lines)
        said = ", ".join(f"{counts[status]} {status}" for status in ("pass", "warn", "fail"))
        console().print(f"{said}; nothing was tagged or uploaded")
    sys.exit(exit_code(lines))


def _say(line: Line) -> None:
    out = console()
    out.print(f"{line.status:<4}", style=_STYLE[line.status], end="  ")
    out.print(f"{line.name}: {line.detail}", markup=False, soft_wrap=True)
    out.print(f"      $ {line.command}", markup=False, soft_wrap=True, style="dim")
