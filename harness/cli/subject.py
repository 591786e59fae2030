"""IO: ``subject install``, ``subject pin``, ``subject matrix``: SDKs and runtimes in environments of their own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from harness.cli.common import (
    REFERENCE,
    console,
    everyday_subjects,
    find_subject,
    in_ci,
    matrix_subjects,
    print_json,
)
from harness.errors import EXIT_INCOMPLETE, ParityError, RuntimeMissing, UsageFault
from harness.jsonvalue import JsonValue
from harness.root import Root, find_root, load_schemas
from harness.subjects import install as installer
from harness.subjects import pins
from harness.subjects.base import Subject
from harness.subjects.matrix import RUNTIME, parse_address


@click.group()
def subject() -> None:
    """The clients that are compared, their versions and runtimes (docs/versions.md)."""


@subject.command()
@click.argument("names", nargs=-1, metavar="[NAME[@VERSION][+RUNTIME]]...")
@click.option(
    "--matrix", is_flag=True, help="Every cell of the matrices: of the subjects named, else of all."
)
@click.option(
    "--missing-runtime",
    type=click.Choice(["report", "fail"]),
    help="What a missing runtime means. Default: fail for subjects named here and in CI, else report.",
)
def install(names: tuple[str, ...], missing_runtime: str | None, *, matrix: bool) -> None:
    """Install the SDKs of subjects, each pinned and in an environment of its own; nothing to do when they are there.

    An installation that was interrupted is taken up where it stopped: what was finished is kept.
    """
    root = find_root(None)
    policy = missing_runtime or ("fail" if names or in_ci() else "report")
    wanted = _wanted(root, names, matrix=matrix)
    with _Progress(len(wanted)) as shown:
        for one in wanted:
            shown.begin(one)
            try:
                place = asyncio.run(installer.install(one, root.home, shown.say))
            except RuntimeMissing as error:
                if policy == "fail" and not matrix:
                    raise
                shown.lacking.append(one.name)
                shown.say(
                    f"{one.name}: could not install, it will be reported as could_not_run: {error}"
                )
            else:
                shown.say(f"{one.name}: ready in {place}")
    if shown.lacking:
        console().print(
            f"{len(wanted) - len(shown.lacking)} of {len(wanted)} ready; this machine lacks {', '.join(shown.lacking)}",
            soft_wrap=True, markup=False,
        )  # fmt: skip
        if policy == "fail":
            sys.exit(EXIT_INCOMPLETE)


def _wanted(root: Root, names: Sequence[str], *, matrix: bool) -> list[Subject]:
    schemas = load_schemas(root)
    if matrix:
        return matrix_subjects(root, schemas, names)
    if names:
        return [find_subject(root, name) for name in names]
    return [find_subject(root, REFERENCE), *everyday_subjects(root, schemas)]


@subject.command()
@click.argument("what", metavar="NAME[@VERSION]|nodeN[@VERSION]")
def pin(what: str) -> None:
    """Write the files that install one version exactly, with hashes; then it can be named as NAME@VERSION.

    Without a version: the one of subject.toml, anew. nodeN pins a Node: without a version its newest.
    """
    root = find_root(None)
    address = parse_address(what)
    if address.runtime is not None:
        raise UsageFault(
            f"`{what}` names a cell",
            hint="Pin the version, and the runtime by itself: node24@24.0.0.",
        )
    match = RUNTIME.fullmatch(address.name)
    if match is not None and match["kind"] == "node":
        version = address.version or asyncio.run(pins.newest_node(address.name, what))
        if version.split(".")[0] != match["version"]:
            raise UsageFault(f"{version} is no version of {address.name}")
        place = asyncio.run(pins.pin_node(address.name, version, root.subjects))
    else:
        found = find_subject(root, address.name)
        version = address.version or found.version
        place = asyncio.run(pins.pin(found, version))
    console().print(f"{address.name} {version}: pinned in {place}", soft_wrap=True, markup=False)


@subject.command("matrix")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="Print the cells as JSON.")
def show_matrix(names: tuple[str, ...], *, as_json: bool) -> None:
    """List the cells that `run --matrix` plays, and which of them this machine can start."""
    root = find_root(None)
    rows: list[tuple[str, bool, str]] = []
    for one in matrix_subjects(root, load_schemas(root), names):
        try:
            rows.append((one.name, True, installer.ready(one, root.home)))
        except ParityError as error:
            rows.append((one.name, False, str(error)))
    if as_json:
        cells: list[JsonValue] = [
            {"subject": name, "ready": ok, "detail": detail} for name, ok, detail in rows
        ]
        print_json(cells)
        return
    for name, ok, detail in rows:
        first = "ready" if ok else detail.split("\n", 1)[0]
        console().print(
            f"{'ok  ' if ok else 'lack'}  {name:<40} {first}", soft_wrap=True, markup=False
        )
    console().print(f"{len(rows)} cells, {sum(ok for _, ok, _ in rows)} ready")


@dataclass
class _Progress:
    """A bar for somebody who watches, numbered lines for a log."""

    total: int
    lacking: list[str] = field(default_factory=list)
    _done: int = 0

    def __enter__(self) -> Self:
        self._console = console()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("installing", total=self.total)
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, one: Subject) -> None:
        """The next subject's turn has come."""
        self._bar.update(self._task, completed=self._done, description=one.name)
        self._done += 1

    def say(self, text: str) -> None:
        """One line that stays."""
        at = f"[{self._done}/{self.total}] " if self.total > 1 else ""
        self._console.print(f"{at}{text}", soft_wrap=True, markup=False)
