"""IO: commands that look and do not play: ``list``, ``report``, ``doctor``, ``golden``."""

from __future__ import annotations

import platform
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click
from rich.table import Table

from harness.cli.common import (
    REFERENCE,
    console,
    everyday_subjects,
    find_subject,
    print_json,
    project,
)
from harness.cli.options import FILTER
from harness.errors import EXIT_HARNESS, EXIT_STALE, ParityError, UsageFault
from harness.golden import file_name, parse
from harness.jsonvalue import JsonValue
from harness.normalize.chain import NORMALISER
from harness.real.evidence import confirmed_by
from harness.real.kept_evidence import read_evidence
from harness.report import files, terminal
from harness.scenario import Scenario
from harness.storage import read_text
from harness.subjects import install

LEVELS: Final = ("contract", "behaviour")
PROVENANCES: Final = ("recorded", "derived", "synthetic")


@click.command("list")
@FILTER
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "ids", "json"]),
    default="table",
    show_default=True,
)
def list_(selection: str | None, form: str) -> None:
    """List the scenarios by family: id, level, how real its bytes are, since which codex, what is expected."""
    found = project()
    chosen = found.catalogue.select(selection)
    evidence = read_evidence(found.root)
    real = {one.id: confirmed_by(one, evidence) for one in chosen}
    if form == "ids":
        click.echo("\n".join(scenario.id for scenario in chosen))
        return
    if form == "json":
        rows: list[JsonValue] = [
            {"id": one.id, "title": one.title, "expect": one.expect, "source": one.source, "family": one.family,
             "level": one.level, "since": one.since, "provenance": one.provenance, "confirmed_by": list(real[one.id]),
             "modes": list(one.modes), "checks": list(one.checks), "sha256": one.sha256}
            for one in chosen
        ]  # fmt: skip
        print_json(rows)
        return
    for one in (_scenario_table(chosen, real), _family_table(chosen)):
        console().print(one)
    console().print(f"{len(chosen)} scenarios in {len({one.family for one in chosen})} families")


def _scenario_table(chosen: Sequence[Scenario], real: Mapping[str, tuple[str, ...]]) -> Table:
    table = Table("scenario", "level", "provenance", "real codex", "since", "modes", "title")
    for one in sorted(chosen, key=lambda one: (one.family, one.id)):
        kind = str(one.provenance["kind"])
        by = ", ".join(real[one.id]) or "synthetic"
        table.add_row(one.id, one.level, kind, by, one.since, ", ".join(one.modes), one.title)
    return table


def _family_table(chosen: Sequence[Scenario]) -> Table:
    """Per family: how many, how many of each level and provenance, since which codex versions."""
    table = Table("family", "scenarios", *LEVELS, *PROVENANCES, "since")
    for family in [*sorted({one.family for one in chosen}), None]:
        of = [one for one in chosen if family in {one.family, None}]
        levels = Counter(one.level for one in of)
        kinds = Counter(str(one.provenance["kind"]) for one in of)
        since = ", ".join(sorted({one.since for one in of}, key=_version))
        counts = [
            len(of),
            *(levels[name] for name in LEVELS),
            *(kinds[name] for name in PROVENANCES),
        ]
        table.add_row(family or "all", *map(str, counts), since)
    return table


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


@click.command()
@click.argument("run_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to. Default: beside the run file.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An earlier run.jsonl: say what has regressed, changed, been fixed, come and gone since.",
)
def report(run_file: Path, out: Path | None, previous: Path | None) -> None:
    """Write all reports anew from a run's JSONL, also from an old or an interrupted one."""
    written = files.write_all(run_file, out or run_file.parent, previous=previous)
    for part in terminal.overview(written.model):
        console().print(part)
    console().print(f"report: {written.html}", soft_wrap=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(*, as_json: bool) -> None:
    """Say what this machine has and lacks for a run, one line each, with what to do."""
    found = project()
    rows: list[tuple[str, bool, str]] = [
        (
            "codex-parity",
            True,
            f"{version('codex-parity')} on Python {platform.python_version()}, {platform.platform()}",
        ),
        ("scenarios", True, f"{len(found.catalogue.scenarios)} in {found.root.scenarios}"),
        (
            "sh",
            sys.platform == "win32" or shutil.which("sh") is not None,
            "starts the mock when a path is too long for a shebang",
        ),
    ]
    wanted = [find_subject(found.root, REFERENCE), *everyday_subjects(found.root, found.schemas)]
    for one in wanted:
        try:
            rows.append((one.name, True, install.ready(one, found.root.home)))
        except ParityError as error:
            rows.append((one.name, False, str(error)))
    if as_json:
        print_json([{"what": what, "ok": ok, "detail": detail} for what, ok, detail in rows])
    else:
        for what, ok, detail in rows:
            console().print(
                f"{'ok  ' if ok else 'lack'}  {what:<22} {detail}", soft_wrap=True, markup=False
            )
    if not all(ok for _, ok, _ in rows):
        sys.exit(EXIT_HARNESS)


@click.command()
@click.option("--prune", is_flag=True, help="Remove goldens of scenarios that no longer exist.")
def golden(*, prune: bool) -> None:
    """List golden files that are stale, missing or belong to no scenario. `nox -s golden` records them."""
    found = project()
    wanted = {file_name(one.id): one for one in found.catalogue.scenarios}
    there = {
        path.relative_to(found.root.golden).as_posix(): path
        for path in found.root.golden.rglob("*.jsonl")
    }
    rows: list[tuple[str, str]] = [
        (name, "missing") for name in sorted(wanted.keys() - there.keys())
    ]
    for name in sorted(wanted.keys() & there.keys()):
        read = parse(read_text(there[name]) or "", str(there[name]))
        state, reason = read.state(scenario_sha256=wanted[name].sha256, normaliser=NORMALISER)
        if state != "ok":
            rows.append((name, reason))
    orphans = sorted(there.keys() - wanted.keys())
    for name in orphans:
        if prune:
            there[name].unlink()
        rows.append(
            (
                name,
                "removed: no such scenario" if prune else "no such scenario (`--prune` removes it)",
            )
        )
    for name, trouble in rows:
        console().print(f"{name}: {trouble}", soft_wrap=True)
    console().print(f"{len(there)} golden files, {len(rows)} to look at")
    if rows and not prune:
        sys.exit(EXIT_STALE)


def last_run(root_reports: Path, given: Path | None) -> Path:
    """The run file a command works on: the one given, else the last ``codex-parity run``.

    Raises:
        UsageFault: there is none.
    """
    path = given or root_reports / "parity" / "run.jsonl"
    if not path.is_file():
        raise UsageFault(
            f"no run file at {path}", hint="Run `codex-parity run` first, or name one with --run."
        )
    return path
