"""IO: what a released codex leaves behind when a turn is cut short while it runs a tool: each way x sandbox x client.

The tools of codex live in process groups of their own, so a signal to codex, or the death of its parent, need not reach
them. Plays in the lane `real` and reads the answer off the observation; judges nothing.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast

import psutil

from harness.client.kernel import ExitStatus, living_in
from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue
from harness.observation import Observation
from harness.real.lane import real_form
from harness.real.releases import Release
from harness.runner.lab import Lab, lab, muster
from harness.runner.play import play
from harness.runner.realcell import RealCell
from harness.runner.recorder import Recorder
from harness.runner.records import NotPlayed, SubjectState
from harness.scenario import Scenario, parse
from harness.subjects.base import Subject
from harness.subjects.driver import DriverSession
from harness.wire.schemas import SchemaSet

Way: TypeAlias = Literal["abort", "early stop", "parent killed", "SIGINT", "SIGTERM", "SIGKILL"]

WAYS: Final[tuple[Way, ...]] = (
    "abort",
    "early stop",
    "parent killed",
    "SIGINT",
    "SIGTERM",
    "SIGKILL",
)
SANDBOXES: Final = ("read-only", "workspace-write", "danger-full-access")
MODEL: Final = "gpt-5.5"
"""A model that codex knows: no warning comes before the turn, so that the third event is that of the tool."""

_TOOL: Final = "sleep 6174"
_COMMAND: Final = f"{_TOOL}; true"
"""A shell that waits for a process of its own: codex ends the shell with itself (PR_SET_PDEATHSIG), not its children."""

_DEADLINE_S: Final = 5
_LOOK_S: Final = 0.05
_QUIET_S: Final = 0.2
_TERMINAL: Final = frozenset({"turn.completed", "turn.failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cell of the table.

    Args:
        subject, sandbox, way: which.
        tool: whether the tool ran when the turn was cut short; False: the sandbox did not let it.
        codex_left, tools_left: processes that lived when the client was done (or dead) and had had time to settle.
        terminal: the terminal event that the caller saw, None: none.
        ended: how codex ended, ``exit N`` or ``signal NAME``; None: it lives, or the kernel does not tell.
        outcome: how the turn ended for the caller; the host's end when it was killed.
        error: class and kind of the error, None: there was none.
        why_not: why it was not played; then all the rest says nothing.
    """

    subject: str
    sandbox: str
    way: Way
    tool: bool = False
    codex_left: int = 0
    tools_left: int = 0
    terminal: str | None = None
    ended: str | None = None
    outcome: str = ""
    error: str | None = None
    why_not: str | None = None

    def to_json(self) -> dict[str, JsonValue]:
        """As the report gives it."""
        return {name: cast("JsonValue", getattr(self, name)) for name in self.__slots__}


@dataclass(slots=True, kw_only=True)
class Teardown:
    """Plays the table for one release; ``on_row`` is called after each cell."""

    release: Release
    schemas: SchemaSet
    home: Path
    jobs: int
    on_row: Callable[[Row], None] = field(default=lambda _: None)

    async def run(
        self, subjects: Sequence[Subject], sandboxes: Sequence[str], ways: Sequence[Way]
    ) -> list[Row]:
        """Every cell, in the order of the arguments.

        Raises:
            HarnessFault: something lived on after the harness had cleaned up.
        """
        free = asyncio.Semaphore(self.jobs)
        async with lab({}, self.schemas, self.home, self.release) as rig:
            states = await muster(subjects, rig)

            async def one(subject: Subject, state: SubjectState, sandbox: str, way: Way) -> Row:
                async with free:
                    row = await self._row(rig, subject, state, sandbox, way)
                self.on_row(row)
                return row

            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(one(subject, state, sandbox, way))
                    for subject, state in zip(subjects, states, strict=True)
                    for sandbox in sandboxes
                    for way in ways
                ]
            if left := living_in(rig.workspace.root / "cells"):
                raise HarnessFault(f"{len(left)} processes live on", where="teardown")
        return [task.result() for task in tasks]

    async def _row(
        self, rig: Lab, subject: Subject, state: SubjectState, sandbox: str, way: Way
    ) -> Row:
        scenario = scenario_for(way, sandbox, self.schemas)
        row = Row(subject=subject.name, sandbox=sandbox, way=way)
        if not state.ready:
            return _not_played(row, state.reason or "the driver did not come up")
        missing = sorted(scenario.capabilities("stream") - state.capabilities())
        if missing:
            return _not_played(row, f"{state.fact('sdk')} has no {', '.join(missing)}")
        session, seat = await rig.session(subject)
        try:
            async with rig.cell(scenario, seat) as cell:
                deed = _Deed(way=way, session=session, cell=cast("RealCell", cell))
                seen = await play(scenario, "stream", session, seat, cell, deed)
        finally:
            await session.close()
        return _row(row, seen, deed)


@dataclass(slots=True, kw_only=True)
class _Deed:
    """Waits until the tool runs, or codex waits for the model because it may not, and cuts the turn short."""

    way: Way
    session: DriverSession
    cell: RealCell
    tool: bool = False
    status: ExitStatus | None = None

    async def __call__(self, recorder: Recorder) -> None:
        pid = await self._codex()
        self.status = ExitStatus(pid)
        while not (self._tool_runs() or self.cell.server.holding.is_set()):  # noqa: ASYNC110 - the kernel has no event for it
            await asyncio.sleep(_LOOK_S)
        before = -1
        while before != recorder.count():  # what the client has read is to be with its caller
            before = recorder.count()
            await asyncio.sleep(_QUIET_S)
        match self.way:
            case "abort":
                await self.session.cancel()
            case "early stop":
                return  # the caller stops by itself
            case "parent killed":
                os.kill(self.session.pid, signal.SIGKILL)
            case name:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.Signals[name])

    async def _codex(self) -> int:
        while not (journals := self.cell.journals()):  # noqa: ASYNC110 - a file that another process writes
            await asyncio.sleep(_LOOK_S)
        return cast("int", journals[0]["pid"])

    def _tool_runs(self) -> bool:
        for pid in self.cell.spawned():
            with suppress(psutil.Error):
                if psutil.Process(pid).cmdline()[-2:] == _TOOL.split():
                    self.tool = True
        return self.tool


def scenario_for(way: Way, sandbox: str, schemas: SchemaSet) -> Scenario:
    """The scenario of a cell: a command that does not end, then a model that does not answer."""
    consume: dict[Way, JsonValue] = {
        "abort": {"abort": "when_hanging"},
        "early stop": {"stop_after": 3},
    }
    name = f"exec.teardown.{way.lower().replace(' ', '-')}-{sandbox}"
    turn: dict[str, JsonValue] = {"input": "wait", "consume": consume.get(way, "all")}
    answers: list[JsonValue] = [{"items": [{"command": _COMMAND}]}, {"hold": {}}]
    document: JsonValue = {
        "id": name,
        "title": f"What is left of a tool in the sandbox {sandbox}: {way}",
        "expect": "Neither codex nor its tool lives on.",
        "source": "PROTOCOLS.md 2.5; ours",
        "family": "teardown",
        "provenance": {"kind": "synthetic"},
        "modes": ["stream"],
        "deadline": _DEADLINE_S,
        "script": {"turns": [{"do": []}]},
        "model": {"name": MODEL, "turns": [{"answers": answers}]},
        "steps": [
            {"start": {"skip_git_repo_check": True, "sandbox_mode": sandbox}},
            {"turn": turn},
        ],
    }
    return real_form(parse(document, name, schemas))


def _not_played(row: Row, why: str) -> Row:
    return Row(subject=row.subject, sandbox=row.sandbox, way=row.way, why_not=why)


def _row(row: Row, seen: Observation | NotPlayed, deed: _Deed) -> Row:
    ended = None if deed.status is None else deed.status.close()
    if isinstance(seen, NotPlayed):
        return _not_played(row, seen.reason)
    turn = seen.turns[0] if seen.turns else None
    events = [] if turn is None else [one for one in turn.events if isinstance(one, dict)]
    types = [str(one.get("type")) for one in events]
    error = turn.error if turn is not None and isinstance(turn.error, dict) else None
    tool = deed.tool or any(one.get("type") == "item.started" for one in events)
    return Row(
        subject=row.subject,
        sandbox=row.sandbox,
        way=row.way,
        tool=tool,
        codex_left=sum(one.alive_after for one in seen.invocations),
        tools_left=seen.descendants or 0,
        terminal=next((one for one in types if one in _TERMINAL), None),
        ended=ended,
        outcome=(turn.outcome if turn is not None else "none")
        if seen.host == "ok"
        else f"host {seen.host}",
        error=None if error is None else f"{error.get('class')} ({error.get('kind')})",
    )
