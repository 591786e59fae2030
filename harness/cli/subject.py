"""IO: ``subject install``: put the pinned SDKs into environments of their own."""

from __future__ import annotations

import asyncio

import click

from harness.cli.common import REFERENCE, console, find_subject, in_ci, subject_names
from harness.errors import RuntimeMissing
from harness.root import find_root
from harness.subjects import install as installer


@click.group()
def subject() -> None:
    """The clients that are compared (subjects/NAME)."""


@subject.command()
@click.argument("names", nargs=-1)
@click.option(
    "--missing-runtime",
    type=click.Choice(["report", "fail"]),
    help="What a missing runtime means. Default: fail for subjects named here and in CI, else report.",
)
def install(names: tuple[str, ...], missing_runtime: str | None) -> None:
    """Install the SDKs of subjects, each pinned and in an environment of its own; nothing to do when they are there."""
    root = find_root(None)
    policy = missing_runtime or ("fail" if names or in_ci() else "report")
    for name in names or [REFERENCE, *subject_names(root)]:
        try:
            place = asyncio.run(
                installer.install(
                    find_subject(root, name),
                    root.home,
                    lambda text: console().print(text, soft_wrap=True),
                )
            )
        except RuntimeMissing as error:
            if policy == "fail":
                raise
            console().print(
                f"{name}: could not install, it will be reported as could_not_run: {error}",
                soft_wrap=True,
                markup=False,
            )
        else:
            console().print(f"{name}: ready in {place}", soft_wrap=True, markup=False)
