"""IO: ``fuzz``: streams and calls made by chance, played to the reference and to SDKs, until the time is over."""

from __future__ import annotations

import asyncio
import json
import secrets
import shlex
import sys
import time
from pathlib import Path
from typing import cast

import click
from hypothesis import configuration

from harness.cli.common import (
    REFERENCE,
    Project,
    Stop,
    console,
    find_subject,
    project,
    subject_names,
)
from harness.errors import (
    EXIT_DIVERGENCE,
    EXIT_HARNESS,
    EXIT_INCOMPLETE,
    EXIT_INTERRUPTED,
    EXIT_PARITY,
)
from harness.jsonvalue import JsonValue
from harness.runner.baselines import read_baseline
from harness.runner.bench import bench
from harness.runner.fuzzing import Fuzzing, Kept
from harness.runner.judge import replay_command
from harness.subjects.base import Subject


@click.command()
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="How long. Default: 2, or until --streams are played.",
)
@click.option("--streams", type=click.IntRange(1), help="How many streams at most.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    help="Makes the same streams again. Default: by chance; it is printed.",
)
@click.option(
    "-s",
    "--subject",
    "names",
    multiple=True,
    metavar="NAME|PATH",
    help="SDK under test; repeatable. Default: every one in subjects/.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the finds. Default: reports/fuzz.",
)
def fuzz(
    minutes: float | None,
    streams: int | None,
    seed: int | None,
    names: tuple[str, ...],
    out: Path | None,
) -> None:
    """Play streams and options made by chance, from the schema of codex' events and against it; keep what is news.

    A difference that no baseline entry explains is reduced and saved as a scenario.

    \b
    Exit codes: 0 nothing new, 1 something new, 2 wrong use, 3 driver or harness error, 4 nothing was played,
    130 interrupted; what was found until then is kept.
    """
    found = project()
    configuration.set_hypothesis_home_dir(found.root.home / "hypothesis")
    subjects = [find_subject(found.root, name) for name in names or subject_names(found.root)]
    given = {
        one.name: name
        for one, name in zip(subjects, names or subject_names(found.root), strict=True)
    }
    base = secrets.randbelow(2**31) if seed is None else seed
    limit = 60 * (minutes or (2.0 if streams is None else 1e6))
    began = time.monotonic()
    work = Fuzzing(
        schema=cast(
            "JsonValue", json.loads((found.root.schemas / "exec-events.json").read_bytes())
        ),
        sdks=[one.name for one in subjects],
        expected={one.name: read_baseline(found.root, one.name) for one in subjects},
        base=base,
        most=streams,
        folder=out or found.root.reports / "fuzz",
        going=lambda: time.monotonic() - began < limit,
        on_find=lambda kept: _say_find(kept, given[kept.subject]),
        on_batch=lambda count, plays: (
            click.echo(f"{count} streams, {plays} plays", err=True) if count % 120 == 0 else None
        ),
    )
    click.echo(f"seed {base}", err=True)
    stop = Stop()
    try:
        asyncio.run(stop.until_signal(_play(found, work, subjects)))
    except BaseException as error:
        if not (stop.asked or isinstance(error, KeyboardInterrupt)):
            raise
    _say_end(work, base)
    sys.exit(EXIT_INTERRUPTED if stop.asked else _exit_code(work))


async def _play(found: Project, work: Fuzzing, subjects: list[Subject]) -> None:
    async with bench(
        reference=find_subject(found.root, REFERENCE),
        subjects=subjects,
        schemas=found.schemas,
        home=found.root.home,
        expected=work.expected,
    ) as made:
        await work.run(made)


def _exit_code(work: Fuzzing) -> int:
    if work.broken:
        return EXIT_HARNESS
    if work.kept:
        return EXIT_DIVERGENCE
    return EXIT_PARITY if work.plays else EXIT_INCOMPLETE


def _say_find(kept: Kept, name: str) -> None:
    row = kept.find.row
    out = console()
    out.print(
        f"new: {kept.subject} {row['check']} {row['fingerprint']}: {row['sentence']}",
        soft_wrap=True,
        markup=False,
    )
    out.print(f"  from {kept.origin}; {kept.outcome.value}", soft_wrap=True, markup=False)
    if kept.file is not None:
        out.print(
            f"  {replay_command(shlex.quote(_short(kept.file)), shlex.quote(name))}",
            soft_wrap=True,
            markup=False,
        )


def _short(path: Path) -> str:
    full, here = path.resolve(), Path.cwd().resolve()
    return full.relative_to(here).as_posix() if full.is_relative_to(here) else str(full)


def _say_end(work: Fuzzing, base: int) -> None:
    out = console()
    for text in work.broken:
        out.print(f"broken: {text}", soft_wrap=True, markup=False)
    for key, count in sorted(work.shared.items()):
        out.print(
            f"every SDK shows {key} ({count} times): look at the reference first",
            markup=False,
            soft_wrap=True,
        )
    out.print(
        f"seed {base}: {work.streams} streams ({work.valid} valid), {work.plays} plays, {len(work.kept)} new finds "
        f"(seen {work.again.total()} times), {len(work.known)} known ones seen {work.known.total()} times, "
        f"{work.refused} not playable",
        soft_wrap=True,
    )
