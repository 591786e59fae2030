"""IO: ``fidelity``: play the reference in both lanes, and say where the mock is not what codex is."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import Progress

from harness.baseline.entries import Entry, parse
from harness.cli.codex import chosen, get
from harness.cli.common import (
    NEWEST,
    REFERENCE,
    Project,
    Stop,
    console,
    find_subject,
    in_ci,
    project,
)
from harness.cli.options import FILTER, JOBS
from harness.cli.record import kept_in
from harness.coverage import confirmed, exits, stream
from harness.errors import (
    EXIT_DIVERGENCE,
    EXIT_INCOMPLETE,
    EXIT_INTERRUPTED,
    EXIT_PARITY,
    EXIT_STALE,
    NothingSelected,
    UsageFault,
)
from harness.real.as_release import as_release
from harness.real.evidence import Evidence, identity
from harness.real.lane import choose
from harness.real.releases import Release
from harness.root import Root
from harness.runner.fidelity import Both, counts, judge, unused, worded
from harness.runner.lanes import Lanes, Seen
from harness.scenario import Scenario
from harness.storage import read_text, write_atomically
from harness.wire.shapes import ExecShapes

_LISTED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What one release answered: a scenario each, and the entries that explained nothing."""

    release: Release
    found: tuple[Both, ...]
    idle: tuple[Entry, ...]

    @property
    def exit(self) -> int:
        """The exit code: a difference first, then what was not compared, then entries that are stale."""
        seen = counts(self.found)
        if seen.get("differ"):
            return EXIT_DIVERGENCE
        if seen.get("not_played") or not seen.get("agree"):
            return EXIT_INCOMPLETE
        return EXIT_STALE if self.idle else EXIT_PARITY


@click.command()
@click.argument("versions", nargs=-1, metavar="[VERSION|latest|FIRST..LAST]...")
@FILTER
@click.option(
    "--write",
    is_flag=True,
    help="Keep what was confirmed in fixtures/fidelity. Refused with --filter and in CI.",
)
@JOBS
def fidelity(versions: tuple[str, ...], selection: str | None, jobs: int, *, write: bool) -> None:
    """Play every scenario that has a `model` part to the reference client in front of the mock and of a released codex, and compare.

    Every difference is a bug of the mock or has an entry with a reason in fixtures/fidelity/VERSION.toml.

    Exit code 0: both lanes show the same; 1: they differ; 4: something was not played; 5: an entry explains nothing.
    """
    if write and (selection is not None or in_ci()):
        raise UsageFault("--write with a part of the catalogue, or in CI")
    found = project()
    scenarios = choose(found.catalogue.select(selection)).played
    if not scenarios:
        raise NothingSelected("no scenario with a `model` part", where=selection)
    wanted = [get(found.root.home, one) for one in chosen(versions or (NEWEST,))]
    try:
        answers = asyncio.run(
            Stop().until_signal(_play(found, scenarios, wanted, jobs, whole=selection is None))
        )
    except (asyncio.CancelledError, KeyboardInterrupt):
        click.echo("interrupted: nothing was left running", err=True)
        sys.exit(EXIT_INTERRUPTED)
    for one in answers:
        evidence = _evidence(found, scenarios, one)
        if write:
            path = found.root.fidelity / f"{one.release.version}.json"
            write_atomically(path, evidence.text().encode("utf-8"))
        _say(found, one, evidence)
    sys.exit(max(one.exit for one in answers))


async def _play(
    found: Project,
    scenarios: Sequence[Scenario],
    wanted: Sequence[Release],
    jobs: int,
    *,
    whole: bool,
) -> list[_Answers]:
    total = sum(len(one.modes) for one in scenarios) * len(wanted) * 2
    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("mock", total=total)
        lanes = Lanes(
            subject=find_subject(found.root, REFERENCE),
            schemas=found.schemas,
            home=found.root.home,
            jobs=jobs,
            on_play=lambda _: bar.advance(task),
        )
        answers = []
        for release in wanted:
            bar.update(task, description=f"the mock as {release.version}")
            mock = await lanes.play(_as(found.root, scenarios, release.version), None)
            bar.update(task, description=f"codex {release.version}")
            real = await lanes.play(scenarios, release)
            entries = read_entries(found.root, release.version)
            answers.append(_judged(scenarios, mock, real, entries, release, whole=whole))
    return answers


def _as(root: Root, scenarios: Sequence[Scenario], version: str) -> list[Scenario]:
    """The scenarios with what ``version`` wrote as their scripts; those of the release that the mock imitates as they are."""
    if version == NEWEST:
        return [*scenarios]
    recorded = kept_in(root.wire / version)
    return [as_release(one, recorded[one.id]) if one.id in recorded else one for one in scenarios]


def _judged(
    scenarios: Sequence[Scenario],
    mock: Seen,
    real: Seen,
    entries: tuple[Entry, ...],
    release: Release,
    *,
    whole: bool,
) -> _Answers:
    found = tuple(judge(one, mock[one.id], real[one.id], entries=entries) for one in scenarios)
    return _Answers(release=release, found=found, idle=unused(entries, found) if whole else ())


def read_entries(root: Root, version: str) -> tuple[Entry, ...]:
    """The differences between the mock and a release that have a reason; a release without a file has none.

    Raises:
        BaselineInvalid: the file is wrong.
    """
    path = root.fidelity / f"{version}.toml"
    text = read_text(path)
    return () if text is None else parse(text, str(path))


def _evidence(found: Project, scenarios: Sequence[Scenario], answers: _Answers) -> Evidence:
    shapes = ExecShapes(json.loads((found.root.schemas / "exec-events.json").read_bytes()))
    by_id = {one.id: one for one in found.catalogue.scenarios}
    return Evidence(
        codex=answers.release.version,
        binary_sha256=answers.release.sha256,
        platform=answers.release.platform,
        played_on=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        agreed={
            one.scenario: identity(by_id[one.scenario])
            for one in answers.found
            if one.answer == "agree"
        },
        not_offered={
            one.scenario: one.reason
            for one in answers.found
            if one.answer in {"not_offered", "refused"}
        },
        shown=confirmed.shown_by(shapes, [event for one in answers.found for event in one.events]),
    )


def _say(found: Project, answers: _Answers, evidence: Evidence) -> None:
    out = console()
    seen = counts(answers.found)
    words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in seen.items())
    out.print(
        f"codex {answers.release.version}: {len(answers.found)} scenarios in both lanes: {words}",
        soft_wrap=True,
    )
    for one in answers.found:
        if one.answer not in {"agree", "explained"}:
            out.print(
                f"  {one.answer.replace('_', ' ')}  {one.scenario}: {one.reason}",
                soft_wrap=True,
                markup=False,
            )
        for difference in one.differences:
            out.print(
                f"    {difference.fingerprint} {difference.mode} {difference.check} {difference.where} {difference.path}: {worded(difference.sentence)}",
                soft_wrap=True,
                markup=False,
            )
    for entry in answers.idle:
        out.print(
            f"  {entry.fingerprint} ({entry.check}) explains nothing: remove it", soft_wrap=True
        )
    schema = json.loads((found.root.schemas / "exec-events.json").read_bytes())
    scenarios = found.catalogue.scenarios
    areas = stream.areas(ExecShapes(schema), scenarios)
    rows = confirmed.shares(areas, exits.area(scenarios), scenarios, evidence)
    for row in rows:
        out.print(
            f"  {row.name}: {row.percent} % confirmed ({row.confirmed} of {row.claimed}), the rest is synthetic",
            soft_wrap=True,
        )
    report = {
        "codex": answers.release.version,
        "scenarios": [one.to_json() for one in answers.found],
        "shares": [one.to_json() for one in rows],
    }
    path: Path = found.root.reports / "fidelity" / f"{answers.release.version}.json"
    write_atomically(path, (json.dumps(report, indent=1) + "\n").encode("utf-8"))
    out.print(f"  {path}", soft_wrap=True)
