"""IO: a workflow from its file to its end: jobs in the order of their needs, each instance of a matrix one after the other."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from ci_local import shell
from ci_local.actions import Machine
from ci_local.artifacts import Artifacts, Caches
from ci_local.document import Job, Workflow, parse_workflow, with_defaults
from ci_local.errors import Refused
from ci_local.expression import (
    Open,
    Scope,
    Value,
    as_text,
    condition,
    evaluate,
    interpolate,
    is_true,
)
from ci_local.job import JobEnd, play_job, read_yaml
from ci_local.order import (
    Ended,
    Result,
    ancestors,
    combinations,
    in_order,
    instance_name,
    needs_context,
    status,
    system_of,
    together,
)

REPOSITORY: Final = "local/codex-parity"
HERE: Final = {"linux": "linux", "darwin": "macos", "win32": "windows"}[sys.platform]
"""The system of this machine, in the words of the runners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table at the end: an instance of a job. ``end`` is None where it did not run."""

    name: str
    result: Result
    note: str = ""
    end: JobEnd | None = None


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of one workflow.

    Attributes:
        checkout: the repository; what is committed runs, not what is only in the working tree.
        out: where logs, summaries and artifacts go; emptied first.
        kept: where caches are kept from run to run.
        say: prints a line.
        commit: what was committed when the run began; a commit in the meantime changes nothing.
    """

    checkout: Path
    out: Path
    kept: Path
    say: Callable[[str], None]
    commit: str = ""
    rows: list[Row] = field(default_factory=list)
    ends: dict[str, Ended] = field(default_factory=dict)

    def play(self, name: str, given: Mapping[str, str], only: Iterable[str]) -> bool:
        """Run a workflow; returns whether every job that ran was a success.

        Args:
            name: the file's in ``.github/workflows/``, without ``.yml``.
            given: inputs.
            only: these jobs and what they need; none: all.

        Raises:
            Refused: the file, an input or a job is not known here.
        """
        place = f".github/workflows/{name}.yml"
        workflow = parse_workflow(read_yaml(self.checkout / place), place)
        inputs = with_defaults(workflow.inputs, given, place)
        jobs = in_order(workflow.jobs, only)
        self.commit = shell.git("rev-parse", "HEAD", cwd=self.checkout)
        shutil.rmtree(self.out, ignore_errors=True)
        contexts: dict[str, Value] = {
            "github": self._github(workflow),
            "inputs": inputs,
        }
        for job in jobs:
            self.ends[job.id] = self._job(workflow, job, contexts)
        return all(one.result != "failure" for one in self.ends.values())

    def _job(self, workflow: Workflow, job: Job, contexts: Mapping[str, Value]) -> Ended:
        before = [self.ends[one] for one in ancestors(workflow.jobs, job.id)]
        seen = {**contexts, "needs": needs_context(job, self.ends)}
        scope = Scope(contexts=seen, status=status(before))
        if not is_true(evaluate(condition(job.condition), scope)):
            self.rows.append(Row(name=job.id, result="skipped", note=f"if: {job.condition}"))
            return Ended(result="skipped")
        results: list[Result] = []
        outputs: dict[str, str] = {}
        for values in self._instances(job, scope):
            row = self._instance(workflow, job, values, {**seen, "matrix": values})
            self.rows.append(row)
            results.append(row.result)
            outputs |= row.end.outputs if row.end else {}
        return Ended(result=together(results), outputs=outputs)

    def _instances(self, job: Job, scope: Scope) -> tuple[dict[str, Value], ...]:
        if job.matrix is None:
            return ({},)
        matrix = interpolate(job.matrix, scope) if isinstance(job.matrix, str) else job.matrix
        if not isinstance(matrix, Mapping):
            raise Refused("the matrix is no mapping", job.id)
        return combinations(cast("Mapping[str, Value]", matrix), job.id)

    def _instance(
        self, workflow: Workflow, job: Job, values: dict[str, Value], contexts: dict[str, Value]
    ) -> Row:
        name = instance_name(job.id, values)
        system = system_of(as_text(interpolate(job.runs_on, Scope(contexts=contexts))))
        if system != HERE:
            return Row(name=name, result="elsewhere", note=f"not run here: {system}")
        self.say(f"=== {name}")
        end = play_job(
            job,
            contexts=contexts,
            env=workflow.env,
            machine=self._machine,
            logs=self.out / name,
            say=self.say,
        )
        failed = [one.title for one in end.steps if one.outcome == "failure"]
        note = f"failed: {', '.join(failed)}" if end.status == "failure" else ""
        return Row(name=name, result="failure" if note else "success", note=note, end=end)

    def _machine(self, home: Path) -> Machine:
        return Machine(
            checkout=self.checkout,
            commit=self.commit,
            repository=REPOSITORY,
            workspace=home / "work",
            tools=home / "tools",
            artifacts=Artifacts(self.out / "artifacts"),
            caches=Caches(self.kept),
        )

    def _github(self, workflow: Workflow) -> Value:
        return {
            "event": Open(),
            "event_name": "workflow_dispatch" if workflow.dispatched else "push",
            "ref": "refs/heads/main",
            "repository": REPOSITORY,
            "run_id": str(time.time_ns()),
            "run_attempt": "1",
            "server_url": "https://github.com",
            "sha": self.commit,
            "token": "",
        }
