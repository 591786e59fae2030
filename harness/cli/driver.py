"""IO: ``driver check``: probe a driver against the driver protocol."""

from __future__ import annotations

import asyncio
import sys

import click

from harness.cli.common import console, find_subject, print_json, project
from harness.errors import EXIT_HARNESS
from harness.runner.probing import probe_driver


@click.group()
def driver() -> None:
    """Drivers: small programs that reach an SDK (docs/your-sdk.md)."""


@driver.command()
@click.argument("name", metavar="NAME|PATH")
@click.option("--json", "as_json", is_flag=True, help="Print the probes as JSON.")
def check(name: str, *, as_json: bool) -> None:
    """Probe a driver: the protocol, cancellation, several runs, and whether it hands on every JSON value whole."""
    found = project()
    rows = asyncio.run(probe_driver(find_subject(found.root, name), found.schemas, found.root.home))
    if as_json:
        print_json(
            [{"probe": row.probe, "passed": row.passed, "detail": row.detail} for row in rows]
        )
    else:
        for row in rows:
            console().print(
                f"{'pass' if row.passed else 'FAIL'}  {row.probe}", soft_wrap=True, markup=False
            )
            if not row.passed:
                console().print(f"      {row.detail}", soft_wrap=True, markup=False)
        console().print(f"{sum(row.passed for row in rows)} of {len(rows)} probes passed")
    if not all(row.passed for row in rows):
        sys.exit(EXIT_HARNESS)
