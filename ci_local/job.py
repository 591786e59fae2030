"""IO: one instance of a job: a fresh folder, its steps one after the other, what each wrote for the next."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from ruamel.yaml import YAML

from ci_local import shell
from ci_local.actions import Machine, act, own_action, prepare
from ci_local.document import Job, Step, parse_action, with_defaults
from ci_local.errors import ActionFailed, Refused
from ci_local.expression import (
    Open,
    Scope,
    Status,
    Value,
    as_text,
    condition,
    evaluate,
    interpolate,
    is_true,
)
from ci_local.order import written

_FILES: Final = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
_NOT_INHERITED: Final = (
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "VIRTUAL_ENV",
    "PYTHONWARNDEFAULTENCODING",
    "NOX_CURRENT_SESSION",
)
"""What a job does not get from the environment of whoever calls: tokens, and traces of the session that runs this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnd:
    """How a step ended."""

    title: str
    outcome: Literal["success", "failure", "skipped"]
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """How an instance of a job ended."""

    status: Status
    outputs: Mapping[str, str]
    steps: tuple[StepEnd, ...]
    stand_ins: tuple[str, ...]
    seconds: float


@dataclass(slots=True, kw_only=True)
class Steps:
    """Plays a list of steps: those of a job, or those of a composite action in it.

    Attributes:
        machine: what actions work on.
        contexts: what expressions see beside ``env`` and ``steps``.
        env: the environment so far; steps change it for those after them.
        logs: the folder of logs, scripts and the files that steps write to.
        deadline: the moment (``time.monotonic``) at which the job has taken too long.
        say: prints a line.
    """

    machine: Machine
    contexts: Mapping[str, Value]
    env: dict[str, str]
    logs: Path
    deadline: float
    say: Callable[[str], None]
    status: Status = "success"
    seen: dict[str, Value] = field(default_factory=dict)
    ends: list[StepEnd] = field(default_factory=list)

    def play(self, steps: tuple[Step, ...]) -> None:
        """Play them; a step whose condition does not hold is skipped."""
        for number, step in enumerate(steps, 1):
            if not is_true(evaluate(condition(step.condition), self.scope())):
                self.note(step, StepEnd(title=step.title, outcome="skipped"), {})
                continue
            self.say(f"--- {step.title}")
            outputs: dict[str, str] = {}
            try:
                code, said = self.one(step, self.logs / f"{number:02}.log", outputs)
            except ActionFailed as failed:
                code, said = 1, str(failed)
            if said:
                self.say(said)
            outcome: Literal["success", "failure"] = "failure" if code else "success"
            self.note(step, StepEnd(title=step.title, outcome=outcome, said=said), outputs)
            if code and not step.may_fail:
                self.status = "failure"

    def one(self, step: Step, log: Path, outputs: dict[str, str]) -> tuple[int, str]:
        """Play one step: (exit status, what to say of it); ``outputs`` is filled."""
        scope = self.scope()
        own = self.env | {
            name: as_text(interpolate(text, scope)) for name, text in step.env.items()
        }
        inside = Scope(contexts={**scope.contexts, "env": Open(own)}, status=self.status)
        given = {name: as_text(interpolate(text, inside)) for name, text in step.given.items()}
        if step.run is not None:
            return self.run(step, own, inside, log, outputs)
        assert step.uses is not None, "a step has either"
        if step.uses.startswith("$/"):
            return self.composite(step, own, given, log, outputs)
        said, made = act(step.uses.partition("@")[0], given, self.machine)
        outputs.update(made)
        return 0, said

    def run(
        self, step: Step, own: dict[str, str], scope: Scope, log: Path, outputs: dict[str, str]
    ) -> tuple[int, str]:
        """Run the script of a step, then take over what it wrote into the files."""
        files = {name: log.with_name(f"{log.stem}.{name.lower()}") for name in _FILES}
        for file in files.values():
            file.write_bytes(b"")
        path = os.pathsep.join([*self.machine.path, own.get("PATH", os.defpath)])
        code = shell.script(
            as_text(interpolate(step.run or "", scope)),
            shell=step.shell,
            env={**own, "PATH": path, **{name: str(file) for name, file in files.items()}},
            cwd=self.machine.workspace / as_text(interpolate(step.folder or ".", scope)),
            log=log,
            seconds=max(0.0, self.deadline - time.monotonic()),
        )
        texts = {name: file.read_text("utf-8") for name, file in files.items()}
        outputs.update(written(texts["GITHUB_OUTPUT"]))
        self.env.update(written(texts["GITHUB_ENV"]))
        for line in filter(None, texts["GITHUB_PATH"].split("\n")):
            self.machine.path.insert(0, line)
        with (self.logs / "summary.md").open("a", encoding="utf-8") as summary:
            summary.write(texts["GITHUB_STEP_SUMMARY"])
        late = "the time of the job is over" if code == shell.TIMED_OUT else ""
        return code, late or (f"exit {code}" if code else "")

    def composite(
        self,
        step: Step,
        own: dict[str, str],
        given: dict[str, str],
        log: Path,
        outputs: dict[str, str],
    ) -> tuple[int, str]:
        """Play the steps of a composite action of the workflow's own repository."""
        folder = own_action(str(step.uses).removeprefix("$/"), self.machine)
        action = parse_action(read_yaml(folder / "action.yml"), f"{step.uses}/action.yml")
        logs = log.with_suffix("")
        logs.mkdir()
        inner = Steps(
            machine=self.machine,
            contexts={**self.contexts, "inputs": with_defaults(action.inputs, given, step.where)},
            env={**own, "GITHUB_ACTION_PATH": str(folder)},
            logs=logs,
            deadline=self.deadline,
            say=self.say,
        )
        inner.play(action.steps)
        self.ends += inner.ends
        if (logs / "summary.md").is_file():
            with (self.logs / "summary.md").open("a", encoding="utf-8") as summary:
                summary.write((logs / "summary.md").read_text("utf-8"))
        outputs.update(
            {
                name: as_text(interpolate(text, inner.scope()))
                for name, text in action.outputs.items()
            }
        )
        return (1, "the action failed") if inner.status == "failure" else (0, "")

    def scope(self) -> Scope:
        """What an expression sees now."""
        contexts = {**self.contexts, "env": Open(self.env), "steps": self.seen}
        return Scope(contexts=contexts, status=self.status)

    def note(self, step: Step, end: StepEnd, outputs: Mapping[str, str]) -> None:
        """Keep how a step ended, for expressions and for the table."""
        self.ends.append(end)
        if step.id is not None:
            conclusion = "success" if step.may_fail and end.outcome == "failure" else end.outcome
            self.seen[step.id] = {
                "outputs": Open(outputs),
                "outcome": end.outcome,
                "conclusion": conclusion,
            }


def play_job(
    job: Job,
    *,
    contexts: Mapping[str, Value],
    env: Mapping[str, str],
    machine: Callable[[Path], Machine],
    logs: Path,
    say: Callable[[str], None],
) -> JobEnd:
    """Run one instance of a job in a folder of its own, which is removed.

    Args:
        job: the job.
        contexts: ``github``, ``inputs``, ``needs``, ``matrix``.
        env: of the workflow, expressions not yet replaced.
        machine: makes the machine in the job's folder.
        logs: the folder of its logs.
        say: prints a line.

    Raises:
        Refused: something in the file is not known here.
    """
    started = time.monotonic()
    logs.mkdir(parents=True)
    # The real path: macOS links its temp folder, and a step that compares paths sees both.
    home = Path(tempfile.mkdtemp(prefix="ci-")).resolve()
    try:
        mine = machine(home)
        for folder in (mine.workspace, home / "temp"):
            folder.mkdir()
        prepare(mine)
        steps = Steps(
            machine=mine,
            contexts={**contexts, "runner": _runner(home)},
            env=_environment(home, mine),
            logs=logs,
            deadline=started + job.minutes * 60,
            say=say,
        )
        outputs = _play(job, env, steps)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return JobEnd(
        status=steps.status,
        outputs=outputs,
        steps=tuple(steps.ends),
        stand_ins=tuple(dict.fromkeys(mine.stand_ins)),
        seconds=time.monotonic() - started,
    )


def _play(job: Job, env: Mapping[str, str], steps: Steps) -> dict[str, str]:
    """Play the steps of a job and what its actions do afterwards; returns the job's outputs."""
    for texts in (env, job.env):
        scope = steps.scope()
        steps.env |= {name: as_text(interpolate(text, scope)) for name, text in texts.items()}
    steps.play(job.steps)
    if steps.status == "success":
        for later in steps.machine.later:
            steps.say(later())
    scope = steps.scope()
    return {name: as_text(interpolate(text, scope)) for name, text in job.outputs.items()}


def read_yaml(path: Path) -> object:
    """The content of a YAML 1.2 file.

    Raises:
        Refused: there is none.
    """
    if not path.is_file():
        raise Refused("no such file", str(path))
    document: object = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    return document


def _runner(home: Path) -> Value:
    system = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}[sys.platform]
    arch = {"x86_64": "X64", "AMD64": "X64"}.get(_machine(), "ARM64")
    return {"os": system, "arch": arch, "temp": str(home / "temp")}


def _machine() -> str:
    return os.uname().machine if sys.platform != "win32" else os.environ["PROCESSOR_ARCHITECTURE"]


def _environment(home: Path, machine: Machine) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    scripts = str(Path(sys.executable).parent)
    path = [one for one in own.get("PATH", os.defpath).split(os.pathsep) if one != scripts]
    return {
        **own,
        "PATH": os.pathsep.join(path),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(machine.workspace),
        "GITHUB_REPOSITORY": machine.repository,
        "GITHUB_SHA": machine.commit,
        "RUNNER_TEMP": str(home / "temp"),
    }
