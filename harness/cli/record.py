"""IO: ``record``: play scenarios to released codex binaries and keep what they wrote."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from harness.cli.codex import chosen, get
from harness.cli.common import console, project
from harness.cli.options import FILTER
from harness.cli.recorded import PROVENANCE
from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, NothingSelected
from harness.jsonvalue import JsonValue, canonical
from harness.real.recorder import NOT_OFFERED, Recording
from harness.real.recorder import record as record_one
from harness.real.recordings import Kept, file_name, form, provenance, settled
from harness.real.releases import Release
from harness.real.script import parse
from harness.real.shapes import TurnBytes, events_of, first
from harness.root import Root
from harness.scenario import Scenario
from harness.storage import read_text, write_atomically

_RECIPE: Final = "codex exec --experimental-json OPTIONS-OF-THE-SCENARIO [resume THREAD-ID]"

_Value = TypeVar("_Value")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True, kw_only=True)
class _Found:
    """What one release did, by scenario id."""

    kept: dict[str, tuple[Kept, ...]] = field(default_factory=dict)
    complaints: dict[str, Sequence[str]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


@click.command()
@click.argument("versions", nargs=-1, required=True, metavar="VERSION|latest|FIRST..LAST...")
@FILTER
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Folder of the recordings. Default: reports/record; fixtures/wire keeps them in the repository.")  # fmt: skip
@click.option("--check", is_flag=True, help="Record twice and compare; exit 1 when a normal form differs.")  # fmt: skip
@click.option("-j", "--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Scenarios at a time.")  # fmt: skip
def record(
    versions: tuple[str, ...], selection: str | None, into: Path | None, jobs: int, *, check: bool
) -> None:
    """Play every scenario that has a `model` part to released codex binaries and keep every byte.

    Exit code 0: all were recorded, or the release offers no tool for them; 1: two recordings of one scenario differ;
    4: some could not be recorded.
    """
    found = project()
    scenarios = [one for one in found.catalogue.select(selection) if one.model is not None]
    if not scenarios:
        raise NothingSelected("no scenario with a `model` part", where=selection)
    folder = into or found.root.reports / "record"
    worst = 0
    for version in chosen(versions):
        before = _thread_ids(folder / version)
        worst = max(
            worst,
            keep(
                found.root,
                version,
                scenarios,
                jobs,
                folder / version,
                twice=check,
                others=selection is not None,
            ),
        )
        if folder.resolve() == found.root.wire.resolve():
            _adopt(found.root.scenarios, before, _thread_ids(folder / version))
    sys.exit(worst)


def keep(
    root: Root,
    version: str,
    scenarios: Sequence[Scenario],
    jobs: int,
    folder: Path,
    *,
    twice: bool = False,
    others: bool = False,
    aside: bool = False,
) -> int:
    """Record ``scenarios`` with the release ``version`` into ``folder``; returns an exit code.

    ``twice``: record each a second time and compare. ``others``: recordings of other scenarios in ``folder`` stay.
    ``aside``: say what was recorded on stderr, for a command whose own answer is another.
    """
    release = get(root.home, version)
    done = asyncio.run(_record_all(release, scenarios, jobs, twice=twice))
    before = _kept_before(folder)
    for scenario in scenarios:
        if scenario.id in done.kept and scenario.id in before.kept:
            done.kept[scenario.id] = settled(
                before.kept[scenario.id],
                done.kept[scenario.id],
                free_order=parse(scenario.model).free_order,
            )
    _write(folder, release, _with_others(before, done, scenarios) if others else done)
    return _say(version, scenarios, done, folder, console(stderr=aside))


def _with_others(before: _Found, done: _Found, scenarios: Sequence[Scenario]) -> _Found:
    """``done``, and what there was before of scenarios that were not played now."""
    played = frozenset(scenario.id for scenario in scenarios)
    return _Found(
        kept={**_without(before.kept, played), **done.kept},
        complaints={**_without(before.complaints, played), **done.complaints},
    )


def _without(found: Mapping[str, _Value], played: frozenset[str]) -> dict[str, _Value]:
    return {scenario: value for scenario, value in found.items() if scenario not in played}


async def _record_all(
    release: Release, scenarios: Sequence[Scenario], jobs: int, *, twice: bool
) -> _Found:
    found = _Found()
    free = asyncio.Semaphore(jobs)
    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"codex {release.version}", total=len(scenarios))

        async def one(scenario: Scenario) -> None:
            async with free:
                recording = await record_one(scenario, release.binary, os.environ)
                again = await record_one(scenario, release.binary, os.environ) if twice else None
            _sort_in(found, scenario, recording, again)
            bar.advance(task)

        async with asyncio.TaskGroup() as group:
            for scenario in scenarios:
                group.create_task(one(scenario))
    return found


def _sort_in(
    found: _Found, scenario: Scenario, recording: Recording, again: Recording | None
) -> None:
    complaints = recording.complaints()
    if complaints:
        found.complaints[scenario.id] = complaints
        return
    kept = found.kept[scenario.id] = recording.kept()
    if again is not None:
        free = parse(scenario.model).free_order
        forms = [canonical(form(one, free_order=free)) for one in (kept, again.kept())]
        if forms[0] != forms[1] or again.complaints():
            found.changed.append(scenario.id)


def kept_in(folder: Path) -> dict[str, tuple[Kept, ...]]:
    """What is kept of each scenario in the folder of a release, by scenario id; nothing where there is no folder."""
    return dict(_kept_before(folder).kept)


def _kept_before(folder: Path) -> _Found:
    """What ``folder`` holds."""
    found = _Found()
    text = read_text(folder / PROVENANCE)
    if text is None:
        return found
    document = json.loads(text)
    for name, about in document["files"].items():
        kept = Kept(
            stdout=(folder / name).read_bytes(),
            exit_code=about["exit_code"],
            requests=about["requests"],
            refused=about.get("refused", ""),
        )
        before = found.kept.get(about["scenario"], ())
        found.kept[about["scenario"]] = (*before, kept)
    found.complaints.update(document["not_recorded"])
    return found


def _thread_ids(folder: Path) -> dict[str, str]:
    """The id of the thread in each recording of ``folder``, by file name."""
    found = {}
    for path in folder.glob("*.jsonl"):
        event = first(events_of(TurnBytes(stdout=path.read_bytes(), exit_code=0)), "thread.started")
        if event is not None:
            found[path.name] = str(event["thread_id"])
    return found


def _adopt(scenarios: Path, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Give the scenarios the thread ids of the new recordings in place of those of the old ones."""
    new = {before[name]: after[name] for name in before.keys() & after.keys()}
    for path in scenarios.rglob("*.yaml"):
        text = path.read_text("utf-8")
        changed = _UUID.sub(lambda found: new.get(found[0], found[0]), text)
        if changed != text:
            write_atomically(path, changed.encode("utf-8"))


def _write(folder: Path, release: Release, found: _Found) -> None:
    written = {PROVENANCE}
    for scenario, turns in found.kept.items():
        for number, turn in enumerate(turns, 1):
            written.add(file_name(scenario, number))
            write_atomically(folder / file_name(scenario, number), turn.stdout)
    for path in folder.glob("*.jsonl"):
        if path.name not in written:
            path.unlink()
    document = provenance(
        version=release.version,
        package=release.package,
        binary_sha256=release.sha256,
        platform=release.platform,
        recorded_on=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        recipe=_RECIPE,
        kept=found.kept,
        not_recorded=found.complaints,
    )
    text = json.dumps(_dated(folder, document), indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / PROVENANCE, text.encode("utf-8"))


def _dated(folder: Path, document: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """``document`` with the day of the provenance that is there, where nothing else is new."""
    text = read_text(folder / PROVENANCE)
    day = None if text is None else json.loads(text)["recorded_on"]
    same = day is not None and {**document, "recorded_on": day} == json.loads(text or "")
    return {**document, "recorded_on": day} if same else document


def _say(
    version: str, scenarios: Sequence[Scenario], found: _Found, folder: Path, out: Console
) -> int:
    turns = sum(map(len, found.kept.values()))
    refused = {
        scenario: kept[0].refused
        for scenario, kept in found.kept.items()
        if all(turn.refused for turn in kept)
    }
    out.print(
        f"codex {version}: {len(found.kept)} of {len(scenarios)} scenarios recorded, {turns} turns, in {folder}",
        soft_wrap=True,
    )
    for scenario, said in sorted(refused.items()):
        out.print(f"  {scenario}: refused by codex: {said}", soft_wrap=True, markup=False)
    for scenario, why in sorted(found.complaints.items()):
        out.print(f"  {scenario}: {'; '.join(why)}", soft_wrap=True, markup=False)
    for scenario in sorted(found.changed):
        out.print(f"  {scenario}: two recordings differ", soft_wrap=True)
    if found.changed:
        return EXIT_DIVERGENCE
    odd = [
        one for why in found.complaints.values() for one in why if not one.startswith(NOT_OFFERED)
    ]
    return EXIT_INCOMPLETE if odd else 0
