"""IO: ``bisect``: the first release of codex with which an SDK differs from the reference as it did not before."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import click

from harness.cli.codex import chosen, get
from harness.cli.common import (
    REFERENCE,
    Project,
    behind_clients,
    console,
    find_subject,
    print_json,
    project,
)
from harness.cli.run import carry_out
from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_PARITY, RuntimeMissing
from harness.jsonvalue import JsonValue
from harness.real.bisect import ASSUMPTION, Found, Shown
from harness.real.bisect import bisect as search
from harness.report.model import RunModel
from harness.runner.judge import REPLAY
from harness.runner.run import Plan

_COMPARED = frozenset({"match", "divergence", "known", "changed", "fixed"})


@click.command()
@click.option("--scenario", "scenario_id", required=True, metavar="IDS", help="Scenario ids, globs, `family:NAME`; comma separated.")  # fmt: skip
@click.option("-s", "--subject", required=True, metavar="NAME[@VERSION][+RUNTIME]|PATH", help="The SDK under test.")  # fmt: skip
@click.option("--codex", "words", required=True, metavar="FIRST..LAST|VERSION,VERSION...", help="The releases, oldest first.")  # fmt: skip
@click.option("--reference", default=REFERENCE, show_default=True, metavar="NAME", help="The subject that it is compared with.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bisect(scenario_id: str, subject: str, words: str, reference: str, *, as_json: bool) -> None:
    """Find the first release of codex with which an SDK differs from the reference as it does not with the oldest one.

    Releases that are not here are installed. Differences of a baseline count as well. Exit code 0: no release of the
    range shows a new difference; 1: one does, and it is named; 4: an end of the range could not be played.
    """
    found = project()
    versions = chosen(tuple(words.split(",")))
    asker = _Asker(found=found, scenario_id=scenario_id, subject=subject, reference=reference)
    answer = search(versions, asker.ask)
    if as_json:
        print_json(_to_json(answer, asker))
    else:
        _say(answer, asker)
    if answer.first is not None:
        sys.exit(EXIT_DIVERGENCE)
    sys.exit(EXIT_INCOMPLETE if any(shown is None for _, shown in answer.asked) else EXIT_PARITY)


@dataclass(slots=True, kw_only=True)
class _Asker:
    """Plays the scenarios with one release after the other; ``told`` is what each name of a difference stands for."""

    found: Project
    scenario_id: str
    subject: str
    reference: str
    told: dict[str, str] = field(default_factory=dict)

    def ask(self, version: str) -> Shown | None:
        """The differences between SDK and reference in front of ``version``; None where they were not compared."""
        try:
            get(self.found.root.home, version)
        except RuntimeMissing as error:
            click.echo(f"codex {version}: not installed: {error.what}", err=True)
            return None
        end, written = carry_out(self._plan(version))
        shown = self._shown(written.model)
        told = f"not compared: {end.reason}" if shown is None else f"{len(shown)} differences"
        click.echo(f"codex {version}: {told}", err=True)
        return shown

    def _plan(self, version: str) -> Plan:
        root = self.found.root
        selected = self.found.catalogue.select(self.scenario_id)
        behind = behind_clients(root, selected, "real", version)
        return Plan(
            root=root,
            schemas=self.found.schemas,
            scenarios=behind.scenarios,
            real=behind.real,
            others=behind.others,
            subjects=[find_subject(root, self.subject)],
            reference=find_subject(root, self.reference),
            selection=self.scenario_id,
            catalogue=frozenset(one.id for one in self.found.catalogue.scenarios),
            jobs=2,
            command=["codex-parity", *sys.argv[1:]],
            out=root.reports / "bisect" / version,
            missing_runtime="fail",
            goldens=False,
            replay=f"{REPLAY} --lane real --codex {version}",
            rerun=0,
        )

    def _shown(self, model: RunModel) -> Shown | None:
        cells = list(model.cells.values())
        if not cells or model.missing or any(one.result.verdict not in _COMPARED for one in cells):
            return None
        names: set[str] = set()
        for cell in cells:
            for one in cell.result.differences:
                if one.level != "cosmetic":
                    name = f"{cell.result.scenario} {one.check} {one.fingerprint}"
                    names.add(name)
                    self.told[name] = f"{cell.result.scenario}: {one.check}: {one.sentence}"
        return frozenset(names)


def _say(answer: Found, asker: _Asker) -> None:
    out = console()
    if answer.first is None:
        out.print(f"{asker.subject}: no first release: {answer.why_not}", markup=False)
        return
    out.print(f"{asker.subject} differs since codex {answer.first}; with {answer.last} not yet", markup=False, style="bold")  # fmt: skip
    for name in sorted(answer.new):
        out.print(f"  {asker.told[name]}", markup=False, soft_wrap=True)
    if answer.between:
        out.print(f"not played, so the first may be one of them: {', '.join(answer.between)}", markup=False)  # fmt: skip
    out.print(
        f"{len(answer.asked)} releases were asked: {ASSUMPTION}", markup=False, soft_wrap=True
    )
    out.print(f"reports: {asker.found.root.reports / 'bisect'}", markup=False, soft_wrap=True)


def _to_json(answer: Found, asker: _Asker) -> JsonValue:
    return {
        "subject": asker.subject,
        "scenario": asker.scenario_id,
        "first": answer.first,
        "last": answer.last,
        "between": [*answer.between],
        "new": [asker.told[name] for name in sorted(answer.new)],
        "why_not": answer.why_not,
        "assumption": ASSUMPTION,
        "asked": [
            {"version": version, "differences": None if shown is None else [*sorted(shown)]}
            for version, shown in answer.asked
        ],
    }
