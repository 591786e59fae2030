"""IO: scenarios x subjects x lane -> a stream of run lines. Owns deadlines, processes and the order of things.

The only module that joins normalise, compare, golden and baseline. What it writes is specified by ``schemas/run.json``;
reports are made of that and of nothing else.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import platform
import sys
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final, Self

from harness.client import process
from harness.client.kernel import asleep
from harness.errors import HarnessFault, ParityError, RuntimeMissing
from harness.jsonvalue import JsonValue
from harness.observation import Mode
from harness.real.releases import Release
from harness.runner.play import play
from harness.runner.realcell import real_cell
from harness.runner.records import NotPlayed, PlayKey, PlayResult, SubjectState
from harness.runner.workspace import Cell, Seat, Workspace
from harness.scenario import Scenario
from harness.subjects.base import Subject
from harness.subjects.driver import DriverSession
from harness.wire.schemas import SchemaSet

HELLO_S: Final = 15.0
"""How long a driver may take to say hello: a cold start of its runtime and its SDK."""

WAITING: Final = 12
"""How many plays may be under way beside those that work: enough for every deadline of a run to pass at once, and a bound
on the memory of their drivers."""

_LOOK_S: Final = 0.05
_STILL: Final = 4
"""Looks in a row at which all processes of a play sleep: then it waits for a deadline, not for a core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """What plays need: the workspace, the contracts, where SDKs are installed, and the keeper of a killed run.

    ``real`` is the released codex that stands behind the clients; None: the mock does.
    """

    workspace: Workspace
    schemas: SchemaSet
    home: Path
    keeper: process.Child
    real: Release | None = None

    @asynccontextmanager
    async def cell(self, scenario: Scenario, seat: Seat) -> AsyncIterator[Cell]:
        """A fresh cell for one play of ``scenario`` to a driver that lives in ``seat``; its folders are gone afterwards."""
        if self.real is None:
            cell = self.workspace.cell(scenario)
            yield cell
        else:
            async with real_cell(self.workspace, scenario, seat, self.real) as cell:
                yield cell
        await asyncio.to_thread(self.workspace.discard, cell)

    async def build(self, scripts: Mapping[str, JsonValue]) -> None:
        """Build one executable of the mock per script, by scenario id.

        Raises:
            HarnessFault: the mock refused a script or could not be built.
        """
        order = json.dumps({"scripts": dict(scripts)})
        built = await process.run(
            [sys.executable, "-m", "mock_codex.shell", "build", "--out", str(self.workspace.mock)],
            stdin=order.encode("utf-8"),
            timeout_s=60,
        )
        if built.returncode != 0:
            raise HarnessFault(
                built.stderr.decode("utf-8", "replace").strip(),
                where="mock-codex build",
                hint="A scenario's script does not fit schemas/scenario.json.",
            )

    async def session(self, subject: Subject) -> tuple[DriverSession, Seat]:
        """Start one driver process of a subject and hear its hello.

        Raises:
            RuntimeMissing: the runtime or the SDK is not installed.
            DriverFault: the driver did not say hello as the protocol asks.
        """
        seat = self.workspace.seat()
        session = await DriverSession.start(
            subject,
            env=seat.environment(),
            cwd=str(seat.root / "cwd"),
            home=self.home,
            schemas=self.schemas,
        )
        await self.keeper.write(f"group {session.pid}\n".encode())
        try:
            await session.hello(HELLO_S)
        except BaseException:
            await session.close()
            raise
        return session, seat


@asynccontextmanager
async def lab(
    scripts: Mapping[str, JsonValue], schemas: SchemaSet, home: Path, real: Release | None = None
) -> AsyncIterator[Lab]:
    """Set up a run and take it down again: workspace, keeper, one executable of the mock per script unless ``real`` plays.

    Raises:
        HarnessFault: the mock refused a script or could not be built.
    """
    workspace = Workspace()
    keeper = await process.start(
        [sys.executable, "-m", "harness.runner.keeper", str(workspace.root)],
        env=None,
        own_group=True,
    )
    try:
        rig = Lab(workspace=workspace, schemas=schemas, home=home, keeper=keeper, real=real)
        if real is None:
            await rig.build(scripts)
        yield rig
    finally:
        workspace.remove()
        await keeper.write(b"done\n")
        await keeper.close_stdin()
        await keeper.wait()
        await keeper.stop()


def scripts_of(scenarios: Sequence[Scenario]) -> dict[str, JsonValue]:
    """What the mock must be able to play, by scenario id."""
    return {scenario.id: scenario.script for scenario in scenarios}


async def muster(subjects: Sequence[Subject], rig: Lab) -> list[SubjectState]:
    """Start each subject's driver once and hear what it can do. A subject that cannot run is a state, not an error."""

    async def one(subject: Subject) -> SubjectState:
        state = SubjectState(name=subject.name, declared=declared(subject))
        try:
            session, _ = await rig.session(subject)
        except RuntimeMissing as error:
            return replace(state, fault="runtime", reason=str(error))
        except ParityError as error:
            return replace(state, fault="driver", reason=str(error))
        await session.close()
        return replace(state, hello=session.hello_message)

    return list(await asyncio.gather(*(one(subject) for subject in subjects)))


def declared(subject: Subject) -> dict[str, str]:
    """What a subject's own file says of it."""
    return {
        "sdk": subject.sdk,
        "version": subject.version,
        "language": subject.language,
        "runtime": subject.runtime,
    }


@dataclass(slots=True)
class Crew:
    """Plays everything once and hands each result on as soon as it is there.

    ``jobs`` plays work at a time; a play whose processes all wait lends its place to another until it ends, so that up to
    ``WAITING`` more are under way. A subject has as many driver processes as plays need at once; a process that broke,
    crashed or hung is replaced.
    """

    rig: Lab
    subjects: Mapping[str, Subject]
    jobs: int
    on_play: Callable[[PlayKey, PlayResult], None]
    _idle: dict[str, list[tuple[DriverSession, Seat]]] = field(default_factory=dict)
    _busy: set[DriverSession] = field(default_factory=set)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def run(self, plays: Sequence[tuple[Scenario, SubjectState, Mode]]) -> None:
        """Play all; every driver is closed when this returns or raises."""
        try:
            await self.play_all(plays)
        finally:
            await self.close()

    async def play_all(self, plays: Sequence[tuple[Scenario, SubjectState, Mode]]) -> None:
        """Play all, those that are made to wait first; the drivers are kept for the next call, the caller ends with ``close``."""
        queue = deque(sorted(plays, key=lambda one: not one[0].waits))
        self._places = asyncio.Semaphore(self.jobs)
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self.jobs + WAITING, len(queue))):
                workers.create_task(self._work(queue))

    async def close(self) -> None:
        """Close every driver."""
        idle = [session for pool in self._idle.values() for session, _ in pool]
        await asyncio.gather(*(session.close() for session in [*idle, *self._busy]))

    async def _work(self, queue: deque[tuple[Scenario, SubjectState, Mode]]) -> None:
        while queue:
            await self._places.acquire()
            place = _Place(self._places)
            try:
                if queue:
                    await self._next(*queue.popleft(), place)
            finally:
                await place.leave()

    async def _next(
        self, scenario: Scenario, state: SubjectState, mode: Mode, place: _Place
    ) -> None:
        key = PlayKey(scenario=scenario.id, subject=state.name, mode=mode)
        missing = sorted(scenario.capabilities(mode) - state.capabilities())
        if missing:
            reason = f"{state.fact('sdk')} has no {', '.join(missing)}"
            self.on_play(key, NotPlayed(why="not_applicable", reason=reason))
            return
        self.on_play(key, await self._one(scenario, self.subjects[state.name], mode, place))

    async def _one(
        self, scenario: Scenario, subject: Subject, mode: Mode, place: _Place
    ) -> PlayResult:
        pool = self._idle.setdefault(subject.name, [])
        try:
            session, seat = pool.pop() if pool else await self.rig.session(subject)
        except ParityError as error:
            return NotPlayed(why="driver", reason=f"the driver did not start again: {error}")
        self._busy.add(session)
        place.lend_while_asleep(session.pid)
        async with self.rig.cell(scenario, seat) as cell:
            result = await play(scenario, mode, session, seat, cell)
        self._busy.discard(session)
        if session.usable and subject.isolation == "shared":
            pool.append((session, seat))
        else:
            await session.close()
        return result


class _Place:
    """One of the places for plays that work, lent for good once the play has been seen to wait."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = True
        self._watch: asyncio.Task[None] | None = None

    def lend_while_asleep(self, pid: int) -> None:
        """Look after the driver ``pid`` from now on: give the place away when nothing of it does anything."""
        self._watch = asyncio.create_task(self._until_asleep(pid))

    async def leave(self) -> None:
        """The play is over: give the place back, unless it is lent."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
            if not self._watch.cancelled():
                self._watch.result()
        self._give()

    async def _until_asleep(self, pid: int) -> None:
        still = 0
        while still < _STILL:
            await asyncio.sleep(_LOOK_S)
            still = still + 1 if asleep(pid) else 0
        self._give()

    def _give(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


def header(
    *,
    real: Release | None,
    others: Sequence[str],
    reference: str,
    normaliser: str,
    states: Sequence[SubjectState],
    scenarios: Sequence[Scenario],
    selection: str | None,
    command: Sequence[str],
    shard: dict[str, JsonValue] | None = None,
) -> dict[str, JsonValue]:
    """The first line of a run: what was to be done, by which versions, where, in front of which codex, as which shard."""
    return {
        "kind": "header",
        "schema": 1,
        "run_id": uuid.uuid4().hex[:12],
        "started_at": dt.datetime.now(tz=dt.UTC).isoformat(timespec="milliseconds"),
        "tool": {
            "version": version("codex-parity"),
            "python": platform.python_version(),
            "platform": platform.platform(),
            "cpus": os.cpu_count(),
        },
        "lane": "mock" if real is None else "real",
        "codex": None
        if real is None
        else {
            "version": real.version,
            "sha256": real.sha256,
            "package": real.package,
            "platform": real.platform,
        },
        "not_in_lane": [*others],
        "reference": reference,
        "normaliser": normaliser,
        "command": list(command),
        "filter": selection,
        "complete": selection is None and shard is None,
        "subjects": [state.to_json() for state in states],
        "scenarios": [scenario.id for scenario in scenarios],
        **({} if shard is None else {"shard": shard}),
    }


def stopwatch() -> Callable[[], float]:
    """A function that says how many milliseconds passed since this call."""
    start = time.perf_counter()
    return lambda: round((time.perf_counter() - start) * 1000, 1)


class RunFile:
    """The JSONL of a run, one line at a time, flushed, so that a killed run leaves whole lines and no footer."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: Mapping[str, JsonValue]) -> None:
        """Append one line."""
        with suppress(ValueError):
            self._file.write(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n")
            self._file.flush()
