"""Joins the client and scripted bytes in memory: a whole turn without a process, and a bound on every wait."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from harness.client.exec_session import ExecSession, Need
from harness.client.options import CodexOptions, ThreadOptions
from harness.client.thread import Codex, StreamedTurn, Thread
from harness.client.transport import Script, ScriptedLauncher, ScriptedProcess
from harness.errors import CodexError
from harness.jsonvalue import JsonValue
from harness.wire.events import Event

T = TypeVar("T")

THREAD_ID = "01a0edaa-8ead-7282-9541-c6bde7c8993c"
STARTED: JsonValue = {"type": "thread.started", "thread_id": THREAD_ID}
TURN: JsonValue = {"type": "turn.started"}
HI: JsonValue = {
    "type": "item.completed",
    "item": {"id": "item_0", "type": "agent_message", "text": "Hi!"},
}
USAGE: dict[str, JsonValue] = {
    "input_tokens": 42,
    "cached_input_tokens": 12,
    "cache_write_input_tokens": 0,
    "output_tokens": 5,
    "reasoning_output_tokens": 2,
}
COMPLETED: JsonValue = {"type": "turn.completed", "usage": USAGE}
PLAIN: tuple[JsonValue, ...] = (STARTED, TURN, HI, COMPLETED)
"""The plain turn of PROTOCOLS.md 1.5 (a)."""


def wire(*values: JsonValue) -> bytes:
    """The values as codex writes them: compact, UTF-8, one a line."""
    return b"".join(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for value in values
    )


def bounded(work: Coroutine[object, object, T]) -> T:
    """Run ``work`` to its end; five seconds are more than anything here may take."""

    async def within() -> T:
        async with asyncio.timeout(5):
            return await work

    return asyncio.run(within())


async def until(true: Callable[[], bool]) -> None:
    """Let the event loop work until ``true()``; to be used inside ``bounded``."""
    loop = asyncio.get_running_loop()
    while not true():
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a session said of some bytes: its events, and the error it ended with."""

    session: ExecSession
    events: list[Event]
    error: CodexError | None

    @property
    def raw(self) -> list[JsonValue]:
        """The events as JSON."""
        return [event.raw for event in self.events]


def hear(
    chunks: Iterable[bytes],
    *,
    returncode: int = 0,
    stderr: bytes = b"",
    session: ExecSession | None = None,
) -> Heard:
    """Play chunks and an exit to a session, asking it as the client does."""
    session = session or ExecSession()
    pending = iter(chunks)
    events: list[Event] = []
    try:
        while True:
            match session.next_event():
                case Need.DATA:
                    chunk = next(pending, None)
                    if chunk is None:
                        session.receive_eof()
                    else:
                        session.receive_data(chunk)
                case Need.EXIT:
                    session.receive_exit(returncode, stderr)
                case Need.NOTHING:
                    return Heard(session=session, events=events, error=None)
                case event:
                    events.append(event)
    except CodexError as error:
        return Heard(session=session, events=events, error=error)


class Pair:
    """A client whose processes are scripts.

    Args:
        scripts: one per turn; bytes stand for a process that writes them and ends well.
        client: options of the client; codex is at ``/codex`` unless they say otherwise.
        thread: options of the thread.
        resume: the thread to resume.
    """

    def __init__(
        self,
        *scripts: Script | bytes,
        client: CodexOptions | None = None,
        thread: ThreadOptions | None = None,
        resume: str | None = None,
    ) -> None:
        self.launcher = ScriptedLauncher(
            scripts=[Script(stdout=(s,)) if isinstance(s, bytes) else s for s in scripts]
        )
        codex = Codex(client or CodexOptions(codex_path_override="/codex"), launch=self.launcher)
        self.thread: Thread = (
            codex.start_thread(thread) if resume is None else codex.resume_thread(resume, thread)
        )

    @property
    def started(self) -> int:
        """How many processes have been started."""
        return len(self.launcher.started)

    @property
    def argv(self) -> list[str]:
        """The command line of the last start."""
        return self.launcher.started[-1][0]

    @property
    def env(self) -> dict[str, str]:
        """The environment of the last start."""
        return self.launcher.started[-1][1]

    @property
    def process(self) -> ScriptedProcess:
        """The process of the last start."""
        return self.launcher.started[-1][2]


async def read(stream: StreamedTurn) -> tuple[list[JsonValue], CodexError | None]:
    """Read a stream to its end: the raw events and the error it ended with."""
    events: list[JsonValue] = []
    try:
        async with stream:
            async for event in stream:
                events += [event.raw]
    except CodexError as error:
        return events, error
    return events, None


def left(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())
