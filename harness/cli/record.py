"""IO: ``record``: play scenarios to released codex binaries and keep what they wrote."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
from rich.progress import Progress

from harness.cli.codex import chosen
from harness.cli.common import console, project
from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, NothingSelected
from harness.jsonvalue import JsonValue, canonical
from harness.real import releases
from harness.real.recorder import Recording
from harness.real.recorder import record as record_one
from harness.real.recordings import Kept, file_name, labelled, normal_form, provenance
from harness.real.releases import Release
from harness.real.script import parse
from harness.real.shapes import TurnBytes, events_of, first
from harness.root import Root
from harness.scenario import Scenario
from harness.storage import read_text, write_atomically

PROVENANCE: Final = "provenance.json"
_RECIPE: Final = "codex exec --experimental-json OPTIONS-OF-THE-SCENARIO [resume THREAD-ID]"

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True, kw_only=True)
class _Found:
    """What one release did, by scenario id."""

    kept: dict[str, list[Kept]] = field(default_factory=dict)
    complaints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


@click.command()
@click.argument("versions", nargs=-1, required=True, metavar="VERSION|latest|FIRST..LAST...")
@click.option("-k", "--filter", "selection", metavar="IDS", help="Scenario ids, globs, `family:NAME`; comma separated.")  # fmt: skip
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Folder of the recordings. Default: reports/record; fixtures/wire keeps them in the repository.")  # fmt: skip
@click.option("--check", is_flag=True, help="Record twice and compare; exit 1 when a normal form differs.")  # fmt: skip
@click.option("-j", "--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Scenarios at a time.")  # fmt: skip
def record(
    versions: tuple[str, ...], selection: str | None, into: Path | None, jobs: int, *, check: bool
) -> None:
    """Play every scenario that has a `model` part to released codex binaries and keep every byte.

    Exit code 0: all were recorded; 1: two recordings of one scenario differ; 4: some could not be recorded.
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
) -> int:
    """Record ``scenarios`` with the release ``version`` into ``folder``; returns an exit code.

    ``twice``: record each a second time and compare. ``others``: recordings of other scenarios in ``folder`` stay.
    """
    release = asyncio.run(releases.install(root.home, version, lambda *_: None))
    done = asyncio.run(_record_all(release, scenarios, jobs, twice=twice))
    kept = _kept_before(folder) if others else {}
    shutil.rmtree(folder, ignore_errors=True)
    recorded = {**kept, **done.kept}
    _write(folder, release, _Found(kept=recorded, complaints=done.complaints))
    return _say(version, scenarios, done, folder)


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
    answers = [one for one in recording.seen if one.fate == "answered"]
    found.kept[scenario.id] = [
        Kept(
            stdout=labelled(turn.stdout, recording.places),
            exit_code=turn.returncode,
            requests=sum(one.turn == number for one in answers),
        )
        for number, turn in enumerate(recording.turns)
    ]
    if again is not None and _form(scenario, recording) != _form(scenario, again):
        found.changed.append(scenario.id)


def _form(scenario: Scenario, recording: Recording) -> bytes:
    turns = [labelled(turn.stdout, recording.places) for turn in recording.turns]
    exits: list[JsonValue] = [turn.returncode for turn in recording.turns]
    form = normal_form(turns, free_order=parse(scenario.model).free_order)
    return canonical([form, exits])


def _kept_before(folder: Path) -> dict[str, list[Kept]]:
    """What ``folder`` holds, by scenario id."""
    found: dict[str, list[Kept]] = {}
    text = read_text(folder / PROVENANCE)
    if text is None:
        return found
    for name, about in json.loads(text)["files"].items():
        found.setdefault(about["scenario"], []).append(
            Kept(
                stdout=(folder / name).read_bytes(),
                exit_code=about["exit_code"],
                requests=about["requests"],
            )
        )
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
    for scenario, turns in found.kept.items():
        for number, turn in enumerate(turns, 1):
            write_atomically(folder / file_name(scenario, number), turn.stdout)
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
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / PROVENANCE, text.encode("utf-8"))


def _say(version: str, scenarios: Sequence[Scenario], found: _Found, folder: Path) -> int:
    out = console()
    turns = sum(map(len, found.kept.values()))
    out.print(
        f"codex {version}: {len(found.kept)} of {len(scenarios)} scenarios recorded, {turns} turns, in {folder}",
        soft_wrap=True,
    )
    for scenario, why in sorted(found.complaints.items()):
        out.print(f"  {scenario}: {'; '.join(why)}", soft_wrap=True, markup=False)
    for scenario in sorted(found.changed):
        out.print(f"  {scenario}: two recordings differ", soft_wrap=True)
    if found.changed:
        return EXIT_DIVERGENCE
    return EXIT_INCOMPLETE if found.complaints else 0
