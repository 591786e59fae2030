"""IO: ``compare``: one subject against another, or one version of an SDK against the next, without any expectation."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from harness.cli.common import Project, console, find_subject, print_json, project
from harness.cli.options import FILTER, JOBS
from harness.cli.run import carry_out
from harness.errors import UsageFault
from harness.report import comparison, terminal
from harness.runner.run import Plan
from harness.subjects.base import Subject
from harness.subjects.install import install

_FOLDER = str.maketrans({"/": "_", "\\": "_", ":": "_"})


@click.command()
@click.argument("before", metavar="REFERENCE")
@click.argument("after", metavar="SDK")
@FILTER
@JOBS
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the reports. Default: reports/compare/REFERENCE..SDK.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print summary.json on stdout instead of the text."
)
def compare(
    before: str, after: str, selection: str | None, jobs: int, out: Path | None, *, as_json: bool
) -> None:
    """Say what differs between two subjects: two versions of one SDK, two runtimes, or two SDKs.

    Both are written NAME[@VERSION][+RUNTIME]. The first is the reference; no baseline and no golden takes part, so every
    difference is told, grouped by cause. What is not installed yet is installed first. Exit code 0 means the same, 1 differences.
    """
    found = project()
    one, two = find_subject(found.root, before), find_subject(found.root, after)
    if (one.family, one.version, one.on) == (two.family, two.version, two.on):
        raise UsageFault(
            f"`{before}` and `{after}` are the same",
            hint="Name two versions, two runtimes or two SDKs; `codex-parity subject matrix` lists them.",
        )
    _install(found, one, two)
    pair = f"{one.name}..{two.name}".translate(_FOLDER)
    plan = Plan(
        root=found.root,
        schemas=found.schemas,
        scenarios=found.catalogue.select(selection),
        subjects=[two],
        reference=one,
        selection=selection,
        catalogue=frozenset(scenario.id for scenario in found.catalogue.scenarios),
        jobs=jobs,
        command=["codex-parity", *sys.argv[1:]],
        out=out or found.root.reports / "compare" / pair,
        missing_runtime="fail",
        goldens=False,
        baselines=False,
        replay=f"codex-parity compare {before} {after} --filter {{scenario}}",
    )
    end, written = carry_out(plan)
    if as_json:
        print_json(terminal.summary_json(written.model))
    else:
        for line in comparison.told(written.model):
            console().print(line, soft_wrap=True, markup=False)
        console().print(f"report: {written.html}", soft_wrap=True, markup=False)
    sys.exit(end.exit)


def _install(found: Project, *subjects: Subject) -> None:
    say = console(stderr=True)
    for subject in subjects:
        asyncio.run(
            install(
                subject,
                found.root.home,
                lambda text: say.print(text, markup=False, soft_wrap=True),
            )
        )
