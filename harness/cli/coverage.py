"""IO: ``coverage``: what of the exec contract the scenarios exercise, with the list of holes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

from harness.cli.common import console, in_ci, print_json, project
from harness.coverage import confirmed, exits, ratchet, sent, stream
from harness.coverage.areas import Area
from harness.errors import EXIT_INCOMPLETE, UsageFault
from harness.real.kept_evidence import read_evidence
from harness.storage import read_text, write_atomically
from harness.wire.shapes import ExecShapes


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print every part with the scenarios that show it."
)
@click.option(
    "--min",
    "floor",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of shares that may not fall (fixtures/coverage.toml): exit 4 when one is lower.",
)
@click.option(
    "--update", is_flag=True, help="Write the shares of now into the file of --min. Refused in CI."
)
def coverage(floor: Path | None, *, as_json: bool, update: bool) -> None:
    """Say which events, items, fields, words, options and exit paths scenarios exercise, and which none does."""
    if update and (floor is None or in_ci()):
        raise UsageFault(
            "--update needs --min and is refused in CI", hint="Name the file to write."
        )
    found = project()
    schema = json.loads((found.root.schemas / "exec-events.json").read_bytes())
    scenarios = found.catalogue.scenarios
    areas = [
        *stream.areas(ExecShapes(schema), scenarios),
        *sent.areas(scenarios),
        exits.area(scenarios),
    ]
    real = confirmed.parts(areas, scenarios, read_evidence(found.root))
    if as_json:
        print_json([
            {"area": area.name, "confirmed": [*sorted(real[area.name])], "share": area.share, "covered": area.covered, "of": len(area.shown),
             "shown": {name: list(ids) for name, ids in area.shown.items() if ids}, "holes": {**area.holes}}
            for area in areas
        ])  # fmt: skip
    else:
        _show(areas, real)
    if floor is not None:
        _hold(areas, floor, update=update)


def _show(areas: list[Area], real: Mapping[str, frozenset[str]]) -> None:
    table = Table("area", "share", "shown", "confirmed by a real codex", "holes without a reason")
    for area in areas:
        bare = sum(reason is None for reason in area.holes.values())
        table.add_row(
            area.name,
            f"{area.share} %",
            f"{area.covered} of {len(area.shown)}",
            f"{len(real[area.name])}, {area.covered - len(real[area.name])} synthetic",
            str(bare),
        )
    console().print(table)
    for area in areas:
        by_reason: dict[str | None, list[str]] = {}
        for name, reason in area.holes.items():
            by_reason.setdefault(reason, []).append(name)
        for reason, names in by_reason.items():
            console().print(
                f"{area.name}: {reason or 'no scenario shows it'}: {', '.join(names)}",
                soft_wrap=True,
                markup=False,
            )


def _hold(areas: list[Area], floor: Path, *, update: bool) -> None:
    if update:
        write_atomically(floor, ratchet.raised(areas).encode())
        click.echo(f"wrote {floor}", err=True)
        return
    text = read_text(floor)
    if text is None:
        raise UsageFault(f"no file {floor}", hint="`--update` writes it.")
    sentences = ratchet.fallen(text, areas, str(floor))
    for sentence in sentences:
        click.echo(sentence, err=True)
    if sentences:
        click.echo(ratchet.HOW.replace("FILE", str(floor)), err=True)
        sys.exit(EXIT_INCOMPLETE)
