"""IO: a gate from the plan to the hand-over; every file of its bundle is written here or by the command that made it.

The order of the stages and what each leaves: REQUIREMENTS.md 1.3 and F13. Nothing is tagged, merged, pushed or published.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.errors import EXIT_INCOMPLETE
from harness.gate import candidate as candidates
from harness.gate import intake as intakes
from harness.gate import texts
from harness.gate.commands import LOGS, Commands
from harness.gate.environment import FFMPEG, GH, environment
from harness.gate.judging import AGAIN, STOP, Judged, judge
from harness.gate.policy import Policy
from harness.gate.record import (
    COMMANDS,
    HANDOFF,
    PLAN,
    RECORD,
    REGRESSIONS,
    Gate,
    Intake,
    Reproduction,
)
from harness.gate.reproducing import FOLDER as REPRODUCTIONS
from harness.gate.reproducing import reproduce
from harness.gate.stages import Finding, Stage, decide, failed, passed
from harness.gate.walked import wanted
from harness.gate.walking import JOURNEYS, walk
from harness.journeys.walk import NAMES
from harness.jsonvalue import JsonValue
from harness.redaction.labels import SECRET_NAME, SHORTEST
from harness.redaction.sweep import sweep
from harness.report import files
from harness.report.model import RunModel
from harness.storage import write_atomically
from harness.wire.schemas import SchemaSet

_MADE: Final = (PLAN, HANDOFF, RECORD, REGRESSIONS, COMMANDS, STOP)
_MADE_FOLDERS: Final = (LOGS, AGAIN, REPRODUCTIONS, JOURNEYS)
_WORTH_OPENING: Final = (
    "index.html", RECORD, REGRESSIONS, "summary.json", PLAN, COMMANDS, f"{JOURNEYS}/index.md",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person asked for.

    ``folder`` is the bundle; ``base`` and ``candidate`` are run files (None: no base; a candidate that is played now with
    ``arguments`` of ``codex-parity run``); ``release`` and ``changelog`` None: found by itself; ``command`` is the command line.
    """

    schemas: SchemaSet
    policy: Policy
    folder: Path
    cwd: Path
    base: Path | None
    candidate: Path | None
    arguments: tuple[str, ...]
    release: str | None
    changelog: Path | None
    command: tuple[str, ...]
    on_stage: Callable[[Stage], None] = field(default=lambda _: None)


@dataclass(slots=True, kw_only=True)
class _Course:
    """A gate as it goes on."""

    order: Order
    commands: Commands
    intake: Intake
    gate_id: str
    started_at: str
    stages: list[Stage] = field(default_factory=list)

    def enter(self, stage: Stage) -> None:
        """Note a stage that is over."""
        self.stages.append(stage)
        self.order.on_stage(stage)


async def plan(order: Order) -> str:
    """Write ``plan.md`` and give its text; plays nothing."""
    return _plan(await _begin(order), _base(order))


async def gate(order: Order) -> Gate:
    """Go through all stages and write the bundle.

    Raises:
        RunUnreadable, RunContradiction: base or candidate is no run.
        HarnessFault: the candidate could not be played at all.
    """
    course = await _begin(order)
    base = _base(order)
    _plan(course, base)
    course.enter(intakes.stage(course.intake, order.policy.blockers))
    course.enter(await environment(course.commands, (FFMPEG, GH)))
    candidate = await _candidate(course)
    judged = await judge(course.commands, base, candidate, order.policy, order.schemas)
    course.enter(judged.stage)
    made, stage = await reproduce(course.commands, judged.found, candidate, order.policy)
    course.enter(stage)
    course.enter(await walk(course.commands, order.policy))
    return _hand_over(course, base, candidate, judged, made)


async def _begin(order: Order) -> _Course:
    order.folder.mkdir(parents=True, exist_ok=True)
    for name in _MADE:
        (order.folder / name).unlink(missing_ok=True)
    for name in _MADE_FOLDERS:
        shutil.rmtree(order.folder / name, ignore_errors=True)
    commands = Commands(folder=order.folder, cwd=order.cwd)
    return _Course(
        order=order,
        commands=commands,
        intake=await intakes.take_in(commands, order.release, order.changelog),
        gate_id=uuid.uuid4().hex[:12],
        started_at=_now(),
    )


def _base(order: Order) -> RunModel | None:
    return None if order.base is None else files.read_model(order.base, order.schemas)


def _plan(course: _Course, base: RunModel | None) -> str:
    order = course.order
    run = order.candidate
    text = texts.plan(
        course.intake,
        order.policy,
        base=base,
        candidate=None if run is None else intakes.shown(run, order.cwd),
        run=candidates.run_command(order.arguments, order.folder),
        journeys=wanted(order.policy, NAMES),
    )
    write_atomically(order.folder / PLAN, text.encode())
    return text


async def _candidate(course: _Course) -> RunModel:
    order = course.order
    told = await candidates.checks(course.commands, order.policy.checks)
    if order.candidate is None:
        await candidates.make(course.commands, order.arguments)
    run = order.candidate or order.folder / "run.jsonl"
    model = candidates.read(run, order.folder, order.base, order.schemas)
    course.enter(Stage(name="candidate", findings=(*candidates.findings(model), *told)))
    return model


def _hand_over(
    course: _Course,
    base: RunModel | None,
    candidate: RunModel,
    judged: Judged,
    made: tuple[Reproduction, ...],
) -> Gate:
    order = course.order
    regressions = {**judged.found.to_json(), "flakes": judged.flakes.to_json()}
    _write(order.folder / REGRESSIONS, regressions)
    course.enter(Stage(name="bundle", findings=tuple(_bundle(order.folder, os.environ))))
    ended = Gate(
        gate_id=course.gate_id,
        started_at=course.started_at,
        finished_at=_now(),
        command=order.command,
        intake=course.intake,
        base=base,
        candidate=candidate,
        found=judged.found,
        stages=tuple(course.stages),
        commands=tuple(course.commands.done),
        reproductions=made,
        decision=decide(course.stages),
    )
    _write(order.folder / RECORD, ended.to_json())
    worth = [one for one in (*_WORTH_OPENING, *_files(made)) if (order.folder / one).is_file()]
    draft = intakes.draft(course.intake, order.cwd, order.changelog)
    write_atomically(order.folder / HANDOFF, texts.handoff(ended, draft, worth).encode())
    return ended


def _files(made: Sequence[Reproduction]) -> list[str]:
    return [one.file for one in made if one.file is not None]


def _bundle(folder: Path, env: Mapping[str, str]) -> list[Finding]:
    """Whether the bundle may leave this machine: it holds no value of a secret variable."""
    secrets = {
        name: value
        for name, value in env.items()
        if SECRET_NAME.search(name) and len(value) >= SHORTEST
    }
    seen = sweep(folder, secrets)
    if seen.hits:
        where = "; ".join(f"{hit.name} in {hit.path} ({hit.inside})" for hit in seen.hits[:5])
        return [failed("secrets", f"a secret of this environment: {where}", EXIT_INCOMPLETE)]
    looked = (
        f"{seen.files} files, none of them with one of {len(secrets)} secrets of this environment"
    )
    return [passed("secrets", looked)]


def _write(path: Path, value: Mapping[str, JsonValue]) -> None:
    write_atomically(path, (json.dumps(value, indent=1) + "\n").encode("ascii"))


def _now() -> str:
    return dt.datetime.now(tz=dt.UTC).isoformat(timespec="milliseconds")
