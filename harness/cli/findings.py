"""IO: ``findings``: what a maintainer of each SDK could paste into an issue, from a run and the baselines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from harness.cli.common import Project, console, find_subject, project, subject_names
from harness.cli.inspect import last_run
from harness.errors import EXIT_STALE, UsageFault
from harness.report import files
from harness.report.findings import SdkFindings, fold, from_json, stale, to_json
from harness.report.findings_page import render
from harness.runner.baselines import read_baseline
from harness.storage import read_text, write_atomically

PAGE = "docs/findings.md"


@click.command()
@click.argument("run_file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the page there, and its data as JSON beside it. Default: print the page.",
)
@click.option(
    "--check",
    is_flag=True,
    help=f"Write nothing; say what of {PAGE} is stale. With a run file the whole page is compared.",
)
def findings(run_file: Path | None, out: Path | None, *, check: bool) -> None:
    """Write per SDK and root cause what differs, how bad, the smallest scenario and how to replay it."""
    found = project()
    page = out or found.root.fixtures.parent / PAGE
    if check:
        _check(found, page, run_file)
        return
    made = _made(found, last_run(found.root.reports, run_file))
    text = render(made)
    if out is None:
        sys.stdout.write(text)
        return
    write_atomically(out, text.encode("utf-8"))
    data = json.dumps(to_json(made), indent=1) + "\n"
    write_atomically(out.with_suffix(".json"), data.encode("ascii"))
    console().print(f"wrote {out} and {out.with_suffix('.json').name}", soft_wrap=True)


def _made(found: Project, run_file: Path) -> tuple[SdkFindings, ...]:
    model = files.read_model(run_file)
    if not model.complete:
        raise UsageFault(
            "the run is not whole: it was interrupted or filtered",
            where=str(run_file),
            hint="Findings are made of a run over every scenario: `codex-parity run`.",
        )
    return fold(model, {one.name: read_baseline(found.root, one.name) for one in model.judged})


def _check(found: Project, page: Path, run_file: Path | None) -> None:
    text, data = read_text(page), read_text(page.with_suffix(".json"))
    if text is None or data is None:
        raise UsageFault(f"no findings at {page}", hint=f"`codex-parity findings -o {PAGE}`.")
    kept = from_json(json.loads(data))
    names = subject_names(found.root)
    problems = list(
        stale(
            kept,
            baselines={name: read_baseline(found.root, name) for name in names},
            versions={name: find_subject(found.root, name).version for name in names},
            scenarios={one.id: one.sha256 for one in found.catalogue.scenarios},
        )
    )
    if render(kept) != text:
        problems.append(f"{page.name} is not what its data gives: it was edited by hand")
    if run_file is not None and render(_made(found, run_file)) != text:
        problems.append(f"{page.name} is not what {run_file} gives")
    for problem in problems:
        console().print(problem, soft_wrap=True, markup=False)
    seen = (
        "against the run" if run_file else "values and counts were not looked at, they need a run"
    )
    console().print(f"{len(problems)} stale; {seen}", soft_wrap=True)
    if problems:
        console().print(f"make it anew: codex-parity findings -o {PAGE}", soft_wrap=True)
        sys.exit(EXIT_STALE)
