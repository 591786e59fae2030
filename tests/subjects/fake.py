"""The fake driver (``fakes/driver.py``) as a subject, and sessions with it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from harness.subjects.base import JsonObject, PlayEnd, Subject
from harness.subjects.driver import DriverSession

T = TypeVar("T")

FAKES = Path(__file__).parent / "fakes"
ROOT = find_root(Path(__file__).parent)
SCHEMAS = load_schemas(ROOT)
BOUND_S = 30

TURN: JsonObject = {
    "op": "turn",
    "turn": 0,
    "mode": "stream",
    "input": "x",
    "options": {},
    "consume": "all",
}


def bounded(work: Coroutine[object, object, T], seconds: float = BOUND_S) -> T:
    """Run ``work`` to its end, with a bound on it all."""

    async def within() -> T:
        async with asyncio.timeout(seconds):
            return await work

    return asyncio.run(within())


def fake(way: str, **changes: object) -> Subject:
    """The subject whose driver is good or bad in this way."""
    subject = Subject(
        name="fake",
        sdk="fake",
        version="1.0",
        language="Python",
        runtime="none",
        command=("{python}", "{here}/driver.py", way),
        folder=FAKES,
    )
    return replace(subject, **changes)  # type: ignore[arg-type]  # the names are checked by replace


async def start(subject: Subject, home: Path = FAKES) -> DriverSession:
    """Start its driver in an environment with nothing but what Python needs."""
    wanted = ("PATH", "SYSTEMROOT", "TEMP", "TMP")
    env = {"PYTHONUTF8": "1", **{name: os.environ[name] for name in wanted if name in os.environ}}
    return await DriverSession.start(subject, env=env, cwd=str(FAKES), home=home, schemas=SCHEMAS)


@asynccontextmanager
async def session(way: str, **changes: object) -> AsyncIterator[DriverSession]:
    """A session with the fake driver, closed at the end."""
    opened = await start(fake(way, **changes))
    try:
        yield opened
    finally:
        await opened.close()


def request(*steps: JsonObject) -> JsonObject:
    """A run request for these steps, after a start."""
    start_step: JsonValue = {"op": "start", "options": {}}
    return {"codex": sys.executable, "client": {}, "steps": [start_step, *steps]}


async def play(
    opened: DriverSession, *steps: JsonObject, deadline_s: float = 10
) -> tuple[PlayEnd, list[JsonObject]]:
    """Play once; returns the end and what was handed on."""
    heard: list[JsonObject] = []

    async def hear(message: JsonObject) -> None:
        heard.append(message)

    return await opened.run(request(*(steps or (TURN,))), hear, deadline_s), heard
