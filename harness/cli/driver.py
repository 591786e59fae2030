"""IO: ``driver new`` writes a first driver, ``driver check`` probes one against the driver protocol."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli.common import console, find_subject, print_json, project
from harness.errors import EXIT_HARNESS
from harness.runner.probing import probe_driver
from harness.subjects import install as installer
from harness.subjects import skeleton
from harness.subjects.bench import Row


@click.group()
def driver() -> None:
    """Drivers: small programs that reach an SDK (docs/your-sdk.md)."""


@driver.command()
@click.option(
    "-l",
    "--language",
    type=click.Choice(skeleton.LANGUAGES),
    required=True,
    help="The language of the SDK.",
)
@click.option(
    "-n",
    "--name",
    help="Name of the subject: small letters, digits, hyphens. Default: my-sdk, or the name of --into.",
)
@click.option(
    "-i",
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder, empty or not there yet. Default: ./NAME.",
)
def new(language: str, name: str | None, into: Path | None) -> None:
    """Write a driver that works: it passes `driver check` before its stand-in is replaced by calls of your SDK."""
    called = name or (skeleton.PLACE_OF_NAME if into is None else into.resolve().name)
    folder = into or Path(called)
    for path in skeleton.write(language, called, folder):
        console().print(f"wrote {path}", soft_wrap=True, markup=False)
    console().print(
        f"next: `codex-parity driver check {folder}`, then {folder / 'README.md'} says what to replace",
        soft_wrap=True,
        markup=False,
    )


@driver.command()
@click.argument("name", metavar="NAME|PATH")
@click.option("--json", "as_json", is_flag=True, help="Print the probes as JSON.")
def check(name: str, *, as_json: bool) -> None:
    """Probe a driver: the protocol, cancelling, several turns, claims, and whether it hands on every JSON value whole.

    Builds or installs it first where that is needed. Exit code 3: a probe failed, or what the driver needs is missing.
    """
    found = project()
    subject = find_subject(found.root, name)

    def progress(text: str) -> None:
        console(stderr=True).print(text, soft_wrap=True, markup=False)

    async def work() -> list[Row]:
        await installer.install(subject, found.root.home, progress)
        return await probe_driver(subject, found.schemas, found.root.home)

    rows = asyncio.run(work())
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        _show(rows)
    if any(row.outcome == "fail" for row in rows):
        sys.exit(EXIT_HARNESS)


def _show(rows: list[Row]) -> None:
    out = console()
    for row in rows:
        mark = "FAIL" if row.outcome == "fail" else row.outcome
        out.print(f"{mark:<8}{row.probe}", soft_wrap=True, markup=False)
        said = {
            "": row.detail,
            "fix: ": row.fix,
            "its last line: ": row.line or "",
        }
        for label, text in said.items():
            if text:
                indented = text.replace("\n", "\n          ")
                out.print(f"          {label}{indented}", soft_wrap=True, markup=False)
    counted = Counter(row.outcome for row in rows)
    ending = f", {counted['fail']} failed" if counted["fail"] else ""
    skipped = f", {counted['not run']} not run (see there)" if counted["not run"] else ""
    out.print(f"{counted['pass']} of {len(rows)} probes passed{ending}{skipped}", soft_wrap=True)
