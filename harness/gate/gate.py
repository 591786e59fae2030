"""IO: a gate from the plan to the hand-over; every file of its bundle is written here or by the command that made it.

The order of the stages and what each leaves: REQUIREMENTS.md 1.3 and F13. Nothing is tagged, merged, pushed or published.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from harness.errors import EXIT_INCOMPLETE, UsageFault
from harness.gate import candidate as candidates
from harness.gate import intake as intakes
from harness.gate import texts
from harness.gate.commands import LOGS, Commands
from harness.gate.environment import environment, programs
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
from harness.publish.gh import secrets_of
from harness.redaction.labels import SHORTEST, Redactor
from harness.redaction.sweep import sweep
from harness.report import files
from harness.report.model import RunModel
from harness.report.regressions import Regressions
from harness.storage import write_atomically
from harness.wire.schemas import SchemaSet

_MADE: Final = (PLAN, HANDOFF, RECORD, REGRESSIONS, COMMANDS, STOP)
_MARKS: Final = (PLAN, RECORD, COMMANDS, "run.jsonl")
"""A folder that holds one of these is that of a gate or of a run: what a gate leaves there may take its place."""

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
    """Write ``plan.md`` and give its text; plays nothing, and leaves everything else in the folder as it is.

    Raises:
        UsageFault: the folder is not that of a gate, or holds the base.
    """
    base = _base(order)
    _look_at(order)
    with tempfile.TemporaryDirectory(prefix="parity-") as place:
        text = _plan(order, await _take_in(order, Path(place)), base)
    write_atomically(order.folder / PLAN, text.encode())
    return text


async def gate(order: Order) -> Gate:
    """Go through all stages and write the bundle.

    Raises:
        RunUnreadable, RunContradiction: base or candidate is no run.
        UsageFault: the folder is not that of a gate, or holds the base.
        HarnessFault: the candidate could not be played at all.
    """
    base = _base(order)
    _look_at(order)
    course = await _begin(order)
    write_atomically(order.folder / PLAN, _plan(order, course.intake, base).encode())
    course.enter(intakes.stage(course.intake, order.policy.blockers))
    course.enter(await environment(course.commands, programs(walks=order.policy.journeys != ())))
    candidate = await _candidate(course)
    judged = await judge(course.commands, base, candidate, order.policy, order.schemas)
    course.enter(judged.stage)
    made, stage = await reproduce(course.commands, judged.found, candidate, order.policy)
    course.enter(stage)
    course.enter(await walk(course.commands, order.policy))
    return _hand_over(course, base, candidate, judged, made)


def _look_at(order: Order) -> None:
    """Refuse to write over what no gate has left."""
    folder = order.folder
    if order.base is not None and order.base.resolve().parent == folder.resolve():
        raise UsageFault(
            f"the base lies in {folder}", where="--out", hint="Give the bundle another folder."
        )
    if folder.exists() and not folder.is_dir():
        raise UsageFault(f"{folder} is no folder", where="--out")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise UsageFault(
            f"{folder} holds what no gate has left",
            where="--out",
            hint="Give the bundle a folder of its own.",
        )


def _is_ours(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _MARKS)


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
        intake=await _asked(order, commands),
        gate_id=uuid.uuid4().hex[:12],
        started_at=_now(),
    )


async def _take_in(order: Order, place: Path) -> Intake:
    return await _asked(order, Commands(folder=place, cwd=order.cwd, bundle=order.folder))


async def _asked(order: Order, commands: Commands) -> Intake:
    found = await intakes.take_in(commands, order.release, order.changelog)
    intakes.draft(found, order.cwd, order.changelog)  # what cannot be read is said now
    return replace(found, release=_CLEAN.text(found.release))


_CLEAN: Final = Redactor.of_environment(os.environ)
"""Takes the secrets of this environment out of what a person said on the command line or wrote into a changelog."""


def _base(order: Order) -> RunModel | None:
    return None if order.base is None else files.read_model(order.base, order.schemas)


def _plan(order: Order, intake: Intake, base: RunModel | None) -> str:
    run = order.candidate
    return texts.plan(
        intake,
        order.policy,
        base=base,
        candidate=None if run is None else intakes.shown(run, order.cwd),
        run=candidates.run_command(order.arguments, order.folder),
        journeys=wanted(order.policy, NAMES),
    )


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
    found = judged.found
    _write(order.folder / REGRESSIONS, {**found.to_json(), "flakes": judged.flakes.to_json()})
    bundle = Stage(name="bundle", findings=tuple(_bundle(order.folder, os.environ)))
    ended = _end(course, base, candidate, found, made, bundle)
    _write_end(order, ended)
    # Once more, with what was written last among the files.
    again = Stage(name="bundle", findings=tuple(_bundle(order.folder, os.environ)))
    if again.exit != bundle.exit:
        ended = _end(course, base, candidate, found, made, again)
        _write_end(order, ended)
    order.on_stage(again)
    return ended


def _end(
    course: _Course,
    base: RunModel | None,
    candidate: RunModel,
    found: Regressions,
    made: tuple[Reproduction, ...],
    bundle: Stage,
) -> Gate:
    stages = (*course.stages, bundle)
    return Gate(
        gate_id=course.gate_id,
        started_at=course.started_at,
        finished_at=_now(),
        command=tuple(map(_CLEAN.text, course.order.command)),
        intake=course.intake,
        base=base,
        candidate=candidate,
        found=found,
        stages=stages,
        commands=tuple(course.commands.done),
        reproductions=made,
        decision=decide(stages),
    )


def _write_end(order: Order, ended: Gate) -> None:
    _write(order.folder / RECORD, ended.to_json())
    worth = (*_WORTH_OPENING, *_files(ended.reproductions))
    there = [one for one in worth if (order.folder / one).is_file()]
    draft = intakes.draft(ended.intake, order.cwd, order.changelog)
    text = texts.handoff(ended, None if draft is None else _CLEAN.text(draft), there)
    write_atomically(order.folder / HANDOFF, text.encode())


def _files(made: Sequence[Reproduction]) -> list[str]:
    return [one.file for one in made if one.file is not None]


def _bundle(folder: Path, env: Mapping[str, str]) -> list[Finding]:
    """Whether the bundle may leave this machine: it holds no value of a secret variable."""
    secrets = {
        name: value for name, value in secrets_of(env, None).items() if len(value) >= SHORTEST
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
