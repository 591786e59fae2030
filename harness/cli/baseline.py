"""IO: ``baseline check`` and ``baseline update``: expected differences against the last run."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import cast

import click

from harness.baseline.entries import REASONS, Flaky, Reason, parse_flaky
from harness.baseline.review import review
from harness.baseline.rewrite import Declaration, Seen
from harness.baseline.rewrite import update as rewrite
from harness.cli.common import console, in_ci, project
from harness.cli.inspect import last_run
from harness.errors import EXIT_STALE, UsageFault
from harness.report import files
from harness.report.model import RunModel
from harness.runner.judge import fingerprints
from harness.runner.run import read_baseline
from harness.storage import read_text, write_atomically

_RUN = click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Run file. Default: reports/parity/run.jsonl.",
)


@click.group()
def baseline() -> None:
    """Expected differences of each subject (fixtures/baselines/SUBJECT.toml)."""


@baseline.command()
@_RUN
def check(run_file: Path | None) -> None:
    """Say which entries no longer hold: fixed, changed, unknown id, expired, unused. Plays nothing."""
    found = project()
    model = files.read_model(last_run(found.root.reports, run_file))
    known = frozenset(scenario.id for scenario in found.catalogue.scenarios)
    count = 0
    for subject in _subjects(model):
        entries = read_baseline(found.root, subject)
        for problem in review(
            entries,
            cells=fingerprints(model.result_lines, subject),
            known_ids=known,
            version=_version(model, subject),
            today=dt.datetime.now(tz=dt.UTC).date(),
            complete=bool(model.header["complete"]),
        ):
            count += 1
            console().print(
                f"{problem.kind:<10} {subject}: {problem.sentence}", soft_wrap=True, markup=False
            )
    console().print(f"{count} stale entries")
    if count:
        sys.exit(EXIT_STALE)


@baseline.command()
@_RUN
@click.option("-s", "--subject", "only", help="Only this subject.")
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
    rate: str | None,
    *,
    everywhere: bool,
) -> None:
    """Make the baselines explain what the last run showed; new entries get the reason given here. Refused in CI."""
    if in_ci():
        raise UsageFault(
            "baselines are never written in CI", hint="Run this on a laptop and commit the result."
        )
    if not because and not issue:
        raise UsageFault(
            "neither --because nor --issue", hint="Say why the difference is accepted."
        )
    declaration = Declaration(
        reason=reason,
        because=because,
        issue=issue,
        until=until,
        flaky=_measured(rate),
        everywhere=everywhere,
    )
    found = project()
    model = files.read_model(last_run(found.root.reports, run_file))
    if model.interrupted:
        raise UsageFault("the run was interrupted", hint="Run `codex-parity run` to its end first.")
    subjects = _subjects(model)
    if only is not None and only not in subjects:
        raise UsageFault(f"no subject `{only}` in this run", hint=f"It has {', '.join(subjects)}.")
    for subject in [only] if only else subjects:
        path = found.root.baselines / f"{subject}.toml"
        before = read_text(path) or ""
        compared = frozenset(fingerprints(model.result_lines, subject))
        seen = [
            one
            for one in _seen(model, subject)
            if not chosen or one.fingerprint in chosen or _listed(before, one)
        ]
        after = rewrite(before, seen, compared=compared, declaration=declaration)
        if after != before:
            write_atomically(path, after.encode("utf-8"))
            console().print(f"wrote {path}", soft_wrap=True)


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


def _listed(text: str, one: Seen) -> bool:
    return one.fingerprint in text


def _subjects(model: RunModel) -> list[str]:
    return sorted({str(line["subject"]) for line in model.result_lines})


def _version(model: RunModel, subject: str) -> str:
    rows = cast("list[dict[str, object]]", model.header["subjects"])
    return next(str(row["version"]) for row in rows if row["name"] == subject)


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
