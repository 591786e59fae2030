"""IO: how far a run has come, on stderr: a bar for somebody who watches, plain lines for a log."""

from __future__ import annotations

from dataclasses import replace

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from harness.cli.common import console
from harness.jsonvalue import JsonValue
from harness.runner.run import Plan


class Bar:
    """Progress for somebody who watches."""

    def __init__(self, plan: Plan) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None)
        self._progress.start()
        self.plan = replace(plan, on_total=self._total, on_result=self._result)

    def _total(self, total: int) -> None:
        self._progress.update(self._task, total=total, description="playing")

    def _result(self, line: dict[str, JsonValue]) -> None:
        self._progress.update(
            self._task, advance=1, description=f"{line['subject']} {line['scenario']}"
        )

    def stop(self) -> None:
        """Take the bar off the screen."""
        self._progress.stop()


class Lines:
    """Progress for a log: one plain line per cell that is not a match, and a count now and then."""

    def __init__(self, plan: Plan) -> None:
        self._done = 0
        self._all = 0
        self.plan = replace(
            plan, on_total=self._total, on_result=self._result, on_rerun=self._rerun
        )

    def _total(self, total: int) -> None:
        self._all = total
        click.echo(f"playing {total} cells", err=True)

    def _rerun(self, line: dict[str, JsonValue]) -> None:
        click.echo(
            f"alone          {line['subject']} {line['scenario']}: {line['differing']} of {line['plays']} plays differ",
            err=True,
        )

    def _result(self, line: dict[str, JsonValue]) -> None:
        self._done += 1
        if line["verdict"] not in {"match", "known", "not_applicable"}:
            click.echo(f"{line['verdict']:<14} {line['subject']} {line['scenario']}", err=True)
        if self._done % 50 == 0 or self._done == self._all:
            click.echo(f"{self._done} of {self._all} cells", err=True)

    def stop(self) -> None:
        """Nothing to take away."""
