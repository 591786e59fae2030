"""IO: ``drift run`` and ``drift explain``: how the stream of codex changes from release to release."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

import click
from rich.table import Table

from harness.cli.codex import chosen
from harness.cli.common import console, print_json, project
from harness.cli.options import FILTER
from harness.cli.record import keep
from harness.cli.recorded import PROVENANCE, recorded
from harness.errors import EXIT_DIVERGENCE, EXIT_PARITY, NothingSelected, UsageFault
from harness.jsonvalue import JsonValue
from harness.real.drift import Change, Recorded, Severity, Step, to_json
from harness.real.drift import drift as drift_of
from harness.real.versions import stable
from harness.report import drift as rendered
from harness.root import Root, find_root
from harness.storage import write_atomically

_FEWEST: Final = 2


@click.group()
def drift() -> None:
    """How the event stream of codex changes from release to release, recorded from the released binaries."""


@drift.command("run")
@click.argument("versions", nargs=-1, required=True, metavar="VERSION|latest|FIRST..LAST...")
@FILTER
@click.option("-j", "--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Scenarios at a time.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print drift.json on stdout instead of the table.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(["meaning", "breaking", "information", "nothing"]), default="breaking", show_default=True, help="What in the last step makes the exit code 1: this or worse.")  # fmt: skip
def run(
    versions: tuple[str, ...], selection: str | None, jobs: int, fail_on: str, *, as_json: bool
) -> None:
    """Record the releases and say what changed at each step; the report is in reports/drift/.

    Exit code 0: the last step broke nothing; 1: between the last two releases something is gone, has another type or
    another meaning (--fail-on). Older steps are history and decide nothing.
    """
    found = project()
    releases = chosen(versions)
    if len(releases) < _FEWEST:
        raise UsageFault("one release has no step", hint="Name two or more, or a range.")
    scenarios = [one for one in found.catalogue.select(selection) if one.model is not None]
    if not scenarios:
        raise NothingSelected("no scenario with a `model` part", where=selection)
    folder = _folder(found.root)
    for version in releases:
        keep(found.root, version, scenarios, jobs, folder / version, aside=True)
    steps = drift_of([recorded(folder / version) for version in releases])
    write_atomically(folder / "drift.json", _json(to_json(steps)))
    write_atomically(folder / "drift.md", rendered.markdown(steps).encode("utf-8"))
    write_atomically(folder / "index.html", rendered.html(steps, _sources()).encode("utf-8"))
    if as_json:
        print_json(to_json(steps))
    else:
        _show(steps)
        console().print(f"report: {folder / 'index.html'}", soft_wrap=True)
    threshold = None if fail_on == "nothing" else cast("Severity", fail_on)
    sys.exit(EXIT_DIVERGENCE if rendered.fails(steps, threshold) else EXIT_PARITY)


@drift.command()
@click.argument("name", metavar="CHANGE")
def explain(name: str) -> None:
    """Show the two recordings of a change of the last `drift run` side by side."""
    folder = _folder(find_root(None))
    releases = [recorded(folder / version) for version in stable(_versions(folder))]
    if not releases:
        raise UsageFault("there is no drift to explain", hint="Run `codex-parity drift run FIRST..LAST`.")  # fmt: skip
    steps = drift_of(releases)
    found = [(step, change) for step in steps for change in step.changes if change.name == name]
    if not found:
        known = sorted({change.name for step in steps for change in step.changes})
        raise UsageFault(f"no change `{name}`", hint=f"There is {', '.join(known) or 'none'}.")
    by_version = {one.version: one for one in releases}
    for step, change in found:
        _explain(step, change, by_version[step.older], by_version[step.newer])


def _explain(step: Step, change: Change, older: Recorded, newer: Recorded) -> None:
    out = console()
    scenario = change.scenarios[0]
    out.print(f"{change.kind}: {change.what}", markup=False, style="bold")
    out.print(f"{rendered.WORDS[change.severity]}: {change.before} -> {change.after}", markup=False)
    out.print(f"shown by {scenario}", markup=False)
    table = Table(show_lines=True)
    for head in ("", f"codex {step.older}", f"codex {step.newer}"):
        table.add_column(head, overflow="fold")
    rows = rendered.side_by_side(older.turns.get(scenario, ()), newer.turns.get(scenario, ()))
    for sign, left, right in rows:
        table.add_row(sign, left, right)
    out.print(table, markup=False)


def _show(steps: Sequence[Step]) -> None:
    out = console()
    for step in steps:
        out.print(f"{step.older} -> {step.newer}: {len(step.changes)} changes in {step.compared} scenarios", style="bold")  # fmt: skip
        table = Table("severity", "what", "before", "after", "scenarios", box=None)
        for change in step.changes:
            table.add_row(
                rendered.WORDS[change.severity],
                f"{change.kind}: {change.what}",
                change.before,
                change.after,
                rendered.examples(change),
            )
        if step.changes:
            out.print(table, markup=False)


def _versions(folder: Path) -> list[str]:
    return [path.parent.name for path in folder.glob(f"*/{PROVENANCE}")]


def _folder(root: Root) -> Path:
    return root.reports / "drift"


def _sources() -> dict[str, str]:
    assets = files("harness.report") / "assets"
    names = (rendered.TEMPLATE, rendered.STYLE)
    return {name: (assets / name).read_text("utf-8") for name in names}


def _json(value: JsonValue) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
