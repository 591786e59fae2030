"""IO: ``baseline check`` and ``baseline update``: expected differences against the last run."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import cast

import click

from harness.baseline.entries import REASONS, Flaky, Reason, parse_flaky
from harness.baseline.review import Played, review
from harness.baseline.rewrite import Declaration, Seen, Shown
from harness.baseline.rewrite import update as rewrite
from harness.baseline.since import note_since
from harness.baseline.versions import is_range
from harness.cli.common import console, in_ci, project
from harness.cli.inspect import last_run
from harness.errors import EXIT_STALE, UsageFault
from harness.report import files
from harness.report.model import RunModel
from harness.report.records import Subject
from harness.runner.baselines import read_baseline
from harness.runner.judge import fingerprints
from harness.storage import read_text, write_atomically
from harness.subjects.matrix import family_of, is_pinned, runtime_label

_NEVER_IN_CI = "baselines are never written in CI"
_ON_A_LAPTOP = "Run this on a laptop and commit the result."

_RUN = click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Run file. Default: reports/parity/run.jsonl.",
)


@click.group()
def baseline() -> None:
    """Expected differences of each subject (fixtures/baselines/SUBJECT.toml, here or packed)."""


@baseline.command()
@_RUN
def check(run_file: Path | None) -> None:
    """Say which entries no longer hold: fixed, changed, unknown id, expired, unused. Plays nothing."""
    found = project()
    model = files.read_model(last_run(found.root.reports, run_file))
    known = frozenset(scenario.id for scenario in found.catalogue.scenarios)
    count = 0
    for family, subjects in _families(model).items():
        for name, problem in review(
            read_baseline(found.root, family, model.head.lane),
            played=[_played(model, one) for one in subjects],
            known_ids=known,
            today=dt.datetime.now(tz=dt.UTC).date(),
        ):
            count += 1
            console().print(
                f"{problem.kind:<10} {name}: {problem.sentence}", soft_wrap=True, markup=False
            )
    console().print(f"{count} stale entries")
    if count:
        sys.exit(EXIT_STALE)


@baseline.command()
@_RUN
@click.option(
    "-s", "--subject", "only", help="Only this subject, with all its versions and runtimes."
)
@click.option(
    "-k", "--fingerprint", "chosen", multiple=True, help="Only these differences; repeatable."
)
@click.option("--reason", type=click.Choice(REASONS), required=True, help="Whose difference it is.")
@click.option("--because", default="", help="One sentence a maintainer of the SDK would accept.")
@click.option("--issue", help="Link to the issue.")
@click.option(
    "--until", help="Version of the SDK, or date (YYYY-MM-DD), from which the entry is expired."
)
@click.option(
    "--sdk", help="Range of versions that new entries speak of, such as `>=0.150`. Default: all."
)
@click.option(
    "--runtime",
    "runtimes",
    multiple=True,
    help="Runtime that new entries speak of, such as node24; repeatable. Default: all.",
)
@click.option(
    "--flaky",
    "rate",
    metavar="'N of M'",
    help="The SDK shows it now and then, this often, measured today; the entry promises nothing.",
)
@click.option("--everywhere", is_flag=True, help="Declare it once, for any scenario that shows it.")
def update(
    run_file: Path | None,
    only: str | None,
    chosen: tuple[str, ...],
    reason: Reason,
    because: str,
    issue: str | None,
    until: str | None,
    sdk: str | None,
    runtimes: tuple[str, ...],
    rate: str | None,
    *,
    everywhere: bool,
) -> None:
    """Make the baselines explain what the last run showed; new entries get the reason given here. Refused in CI."""
    if in_ci():
        raise UsageFault(_NEVER_IN_CI, hint=_ON_A_LAPTOP)
    _refuse_unexplained(because, issue, sdk)
    declaration = Declaration(
        reason=reason,
        because=because,
        issue=issue,
        until=until,
        sdk=sdk,
        runtimes=runtimes,
        flaky=_measured(rate),
        everywhere=everywhere,
        fingerprints=frozenset(chosen),
    )
    found = project()
    model = files.read_model(last_run(found.root.reports, run_file))
    if model.interrupted:
        raise UsageFault("the run was interrupted", hint="Run `codex-parity run` to its end first.")
    families = _families(model)
    if only is not None and only not in families:
        raise UsageFault(f"no subject `{only}` in this run", hint=f"It has {', '.join(families)}.")
    for family in [only] if only else families:
        path = found.root.own_baselines / f"{family}.toml"
        before = read_text(found.root.baseline(family)) or ""
        cells = [_shown(model, one) for one in families[family]]
        after = rewrite(before, cells, declaration, model.head.lane)
        if after != before:
            write_atomically(path, after.encode("utf-8"))
            console().print(f"wrote {path}", soft_wrap=True)


@baseline.command()
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Run file. Default: reports/matrix/run.jsonl.",
)
def since(run_file: Path | None) -> None:
    """Write into each entry since which version of the SDK it shows, from a run over several (`run --matrix`)."""
    if in_ci():
        raise UsageFault(_NEVER_IN_CI, hint=_ON_A_LAPTOP)
    found = project()
    model = files.read_model(run_file or found.root.reports / "matrix" / "run.jsonl")
    for family, subjects in _families(model).items():
        path = found.root.own_baselines / f"{family}.toml"
        before = read_text(found.root.baseline(family)) or ""
        after = note_since(before, [_shown(model, one) for one in subjects])
        if after != before:
            write_atomically(path, after.encode("utf-8"))
            console().print(f"wrote {path}", soft_wrap=True)


def _refuse_unexplained(because: str, issue: str | None, sdk: str | None) -> None:
    if not because and not issue:
        raise UsageFault(
            "neither --because nor --issue", hint="Say why the difference is accepted."
        )
    if sdk is not None and not is_range(sdk):
        raise UsageFault(
            f"`{sdk}` is no range of versions", hint='Such as ">=0.150" or ">=0.104,<0.120".'
        )


def _measured(rate: str | None) -> Flaky | None:
    if rate is None:
        return None
    try:
        return parse_flaky({"rate": rate, "measured": dt.datetime.now(tz=dt.UTC).date()})
    except ValueError as error:
        raise UsageFault(
            str(error),
            where="--flaky",
            hint='Give it as "3 of 20"; `codex-parity noise` measures it.',
        ) from error


def _families(model: RunModel) -> dict[str, list[Subject]]:
    """The subjects that have results, by the name their baseline is filed under."""
    there = {str(line["subject"]) for line in model.result_lines}
    found: dict[str, list[Subject]] = {}
    for subject in model.judged:
        if subject.name in there:
            found.setdefault(family_of(subject.name), []).append(subject)
    return dict(sorted(found.items()))


def _played(model: RunModel, subject: Subject) -> Played:
    return Played(
        name=subject.name,
        version=subject.version,
        runtime=runtime_label(subject.runtime),
        pinned=is_pinned(subject.name),
        cells=fingerprints(model.result_lines, subject.name),
        complete=bool(model.header["complete"]) and subject.state == "ready",
    )


def _shown(model: RunModel, subject: Subject) -> Shown:
    played = _played(model, subject)
    return Shown(
        version=played.version,
        runtime=played.runtime,
        pinned=played.pinned,
        compared=frozenset(played.cells),
        complete=played.complete,
        seen=_seen(model, subject.name),
    )


def _seen(model: RunModel, subject: str) -> list[Seen]:
    return [
        Seen(
            scenario=str(line["scenario"]),
            check=str(difference["check"]),
            fingerprint=str(difference["fingerprint"]),
            sentence=str(difference["sentence"]),
        )
        for line in model.result_lines
        if line["subject"] == subject
        for difference in cast("list[dict[str, object]]", line["differences"])
        if difference["level"] != "cosmetic"
    ]
