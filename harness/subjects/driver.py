"""IO: a driver as a process: starts it, speaks the driver protocol (version 1) with it, ends it.

Every way in which a driver can fail while it plays is a value (``PlayEnd``); after anything but ``Done`` and
``NotApplicable`` the process is dead and the caller starts another. Judges no SDK, and knows no scenario.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from harness.client import process
from harness.errors import BadLine, DriverFault, HarnessFault, RuntimeMissing, SpawnFailed
from harness.jsonvalue import JsonValue
from harness.subjects.base import (
    Done,
    DriverBroke,
    Hello,
    HostCrashed,
    HostHung,
    JsonObject,
    NotApplicable,
    OnMessage,
    PlayEnd,
    Subject,
    classify,
    version_of,
)
from harness.subjects.conversation import Conversation, plan_of
from harness.subjects.install import command
from harness.subjects.patience import expire
from harness.wire.jsontext import decode_whole, to_line
from harness.wire.lines import LineReader
from harness.wire.schemas import SchemaSet

STDERR_KEPT: Final = 16384
"""Bytes of a driver's stderr that are kept: the end of what it wrote since the last run began."""

BYE_S: Final = 2.0
"""How long a driver that was told ``bye`` may take to exit."""

DEFINITIONS: Final[Mapping[str, str]] = {
    "hello": "hello",
    "gate": "gate",
    "event": "event",
    "result": "outcome/oneOf/0",
    "end": "outcome/oneOf/1",
    "stopped": "outcome/oneOf/1",
    "error": "outcome/oneOf/2",
    "thread_id": "thread_id",
    "done": "done",
    "not_applicable": "not_applicable",
    "driver_error": "driver_error",
}
"""A message's ``kind`` -> its definition in ``schemas/driver.json``: of a failed union a validator says nothing useful."""

_QUOTED: Final = 200


class _Silence(Exception):
    """The driver's stdout has ended."""


class _Tail:
    """The last bytes of a stream that may be without end."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def add(self, data: bytes) -> None:
        self._kept += data
        del self._kept[:-STDERR_KEPT]

    def clear(self) -> None:
        self._kept.clear()

    def text(self) -> str:
        return self._kept.decode("utf-8", "replace")


class DriverSession:
    """One driver process. Made by ``start``, asked once for ``hello``, then for one ``run`` after the other."""

    def __init__(
        self, subject: Subject, child: process.Child, tail: _Tail, schemas: SchemaSet
    ) -> None:
        self.subject: Final = subject
        self.pid: Final = child.pid
        self.hello_message: JsonObject | None = None
        self._child = child
        self._tail = tail
        self._schemas = schemas
        self._reader = LineReader()
        self._lines: deque[str] = deque()
        self._ids = map(str, itertools.count(1))
        self._running: str | None = None
        self._broken = False
        self.last_line: str | None = None

    def __repr__(self) -> str:
        return f"<DriverSession {self.subject.name} {self._child!r} run={self._running} usable={self.usable}>"

    @classmethod
    async def start(
        cls, subject: Subject, *, env: Mapping[str, str], cwd: str, home: Path, schemas: SchemaSet
    ) -> DriverSession:
        """Start a subject's driver, as the leader of a process group of its own.

        Args:
            subject: whose driver.
            env: the driver's whole environment.
            cwd: its working directory.
            home: where SDKs are installed.
            schemas: the contracts; ``driver`` is used.

        Raises:
            RuntimeMissing: the runtime is not on this machine or the SDK is not installed.
        """
        tail = _Tail()
        argv = command(subject, home)
        try:
            child = await process.start(argv, env=env, cwd=cwd, own_group=True, stderr_to=tail.add)
        except SpawnFailed as error:
            raise RuntimeMissing(str(error), where=subject.name, hint=subject.get) from error
        return cls(subject, child, tail, schemas)

    @property
    def usable(self) -> bool:
        """Whether another run may be asked for."""
        return not self._broken and self._running is None

    def stderr_tail(self) -> str:
        """The end of what the driver wrote to stderr since its last run began."""
        return self._tail.text()

    def kind_of(self, error: Mapping[str, JsonValue]) -> str:
        """The kind of an error of this driver, as its subject.toml names it."""
        return classify(self.subject, error)

    async def hello(self, seconds: float) -> Hello:
        """Ask the driver what it is.

        Raises:
            DriverFault: no answer in time, an answer that the protocol does not allow, or another SDK than the subject's.
            RuntimeMissing: its runtime is too old.
        """
        message = await self.ask({"op": "hello", "protocol": 1}, seconds)
        if message["kind"] != "hello":
            raise self._fault(
                f"`{message['kind']}` in answer to hello: {message.get('message', '')}"
            )
        hello = Hello.from_message(message)
        subject = self.subject
        if version_of(hello.runtime) < subject.runtime_min:
            raise RuntimeMissing(
                f"{hello.runtime} is too old", where=subject.name, hint=subject.get
            )
        found, wanted = (hello.sdk, hello.version), (subject.sdk, subject.version)
        if subject.install is not None and found != wanted:
            raise self._fault(
                f"the driver reaches {' '.join(found)}, subject.toml says {' '.join(wanted)}"
            )
        self.hello_message = message
        return hello

    async def ask(self, request: JsonObject | bytes, seconds: float) -> JsonObject:
        """Send one request, or the bytes of something that is none, outside of a run, and return the next message.

        Raises:
            DriverFault: no answer in time, not a message of the protocol, or the driver's process has ended.
        """
        line = request if isinstance(request, bytes) else _encoded(request)
        was_broken, self._broken = self._broken, True
        try:
            async with asyncio.timeout(seconds):
                await self._child.write(line)
                message = await self._message()
        except TimeoutError as error:
            raise self._fault(f"the driver said nothing within {seconds:g} s") from error
        except _Silence as error:
            returncode = await self._child.stop(process.KILL_NOW)
            raise self._fault(
                f"the driver ended instead of answering (exit {returncode})"
            ) from error
        except DriverFault as error:
            raise self._fault(error.what) from error
        self._broken = was_broken
        return message

    async def run(
        self,
        request: JsonObject,
        on_message: OnMessage,
        deadline_s: float,
        *,
        keep_orphans: bool = False,
    ) -> PlayEnd:
        """Play once; see ``base.Session``. ``keep_orphans``: what a crashed host leaves behind lives on until ``close``.

        Raises:
            HarnessFault: ``request`` does not fit ``schemas/driver.json``: our bug.
            whatever ``on_message`` raises; the driver is killed then.
        """
        assert self.usable, "one run at a time, and none after a failure"
        run_id = next(self._ids)
        whole: JsonObject = {"op": "run", "id": run_id, **request}
        problem = self._schemas.first_problem("driver#op_run", whole)
        if problem is not None:
            raise HarnessFault(
                f"a run request that does not fit: {problem.message}", where=f"run {problem.path}"
            )
        self._running, self._broken = run_id, True
        self._tail.clear()
        try:
            end = await self._bounded(whole, on_message, deadline_s)
        finally:
            self._running = None
        if isinstance(end, Done | NotApplicable):
            self._broken = False
        elif not (keep_orphans and isinstance(end, HostCrashed)):
            await self._kill()
        return end

    async def cancel(self, times: int = 1) -> None:
        """Ask for the turn that runs to be cancelled, so often in one breath; without a run, nothing happens."""
        if self._running is not None:
            await self._child.write(_encoded({"op": "cancel", "id": self._running}) * times)

    async def close(self) -> None:
        """Tell the driver ``bye``, wait ``BYE_S`` for its end, then kill its whole group."""
        if not self._broken:
            self._broken = True
            with suppress(TimeoutError):
                async with asyncio.timeout(BYE_S):
                    await self._child.write(_encoded({"op": "bye"}))
                    await self._child.wait()
        await self._kill()

    async def leave(self, *, say_bye: bool, seconds: float) -> int | None:
        """Say ``bye``, or only close stdin, and return the driver's exit status, or None when it lives on."""
        self._broken = True
        if say_bye:
            await self._child.write(_encoded({"op": "bye"}))
        else:
            await self._child.close_stdin()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._child.wait()
        return None

    async def _bounded(
        self, whole: JsonObject, on_message: OnMessage, deadline_s: float
    ) -> PlayEnd:
        timer = asyncio.timeout(None)
        try:
            async with timer:
                clock = asyncio.create_task(expire(timer, deadline_s, self.pid))
                try:
                    return await self._converse(whole, on_message)
                finally:
                    clock.cancel()
        except TimeoutError:
            if not timer.expired():
                await self._kill()
                raise
            return HostHung(seconds=deadline_s)
        except DriverFault as error:
            return DriverBroke(message=error.what)
        except _Silence:
            return await self._after_silence()
        except BaseException:
            await self._kill()
            raise

    async def _converse(self, whole: JsonObject, on_message: OnMessage) -> PlayEnd:
        run_id = cast("str", whole["id"])
        conversation = Conversation(run_id, plan_of(cast("list[JsonObject]", whole["steps"])))
        await self._child.write(_encoded(whole))
        while True:
            message = await self._message()
            conversation.hear(message)
            if conversation.over:
                self._refuse_more("after the end of the run")
            if message["kind"] == "not_applicable":
                issue = cast("str | None", message.get("issue"))
                return NotApplicable(reason=cast("str", message["reason"]), issue=issue)
            if conversation.over:
                return Done()
            await on_message(message)
            if conversation.waits:
                self._refuse_more(conversation.state.value)
                conversation.proceed()
                await self._child.write(_encoded({"op": "continue", "id": run_id}))

    def _refuse_more(self, when: str) -> None:
        if self._lines or self._reader.held:
            said = self._lines[0] if self._lines else "the beginning of a line"
            raise DriverFault(f"not silent {when}: {_quoted(said)}")

    async def _after_silence(self) -> PlayEnd:
        try:
            async with asyncio.timeout(BYE_S):
                returncode = await self._child.wait()
        except TimeoutError:
            return DriverBroke(message="the driver closed its stdout and lives on")
        return HostCrashed(returncode=returncode, stderr=self._tail.text())

    async def _message(self) -> JsonObject:
        while not self._lines:
            data = await self._child.read()
            if not data:
                raise _Silence
            self._lines.extend(self._reader.feed(data))
        line = self.last_line = self._lines.popleft()
        try:
            message = decode_whole(line)
        except BadLine as error:
            raise DriverFault(f"not JSON ({error.reason}): {_quoted(line)}") from error
        kind = message.get("kind") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(kind, str) or kind not in DEFINITIONS:
            raise DriverFault(f"no message of the protocol: {_quoted(line)}")
        if _is_event(message):
            return message
        problem = self._schemas.first_problem(f"driver#{DEFINITIONS[kind]}", message)
        if problem is not None:
            raise DriverFault(
                f"`{kind}` does not fit schemas/driver.json at {problem.path}: {problem.message}: {_quoted(line)}"
            )
        return message

    async def _kill(self) -> None:
        self._broken = True
        await self._child.stop(process.KILL_NOW)

    def _fault(self, what: str) -> DriverFault:
        tail = self._tail.text().strip()
        hint = (
            f"Its stderr ends: {tail[-1000:]}"
            if tail
            else f"See docs/your-sdk.md; `codex-parity driver check {self.subject.name}` probes a driver."
        )
        return DriverFault(what, where=f"driver of {self.subject.name}", hint=hint)


def _is_event(message: JsonObject) -> bool:
    """Whether a message fits the definition ``event``: of thousands in a play, a validator would be the slowest part."""
    turn = message.get("turn")
    return (
        message.keys() == {"id", "kind", "turn", "event"}
        and message["kind"] == "event"
        and isinstance(message["id"], str)
        and type(turn) is int
        and turn >= 0
    )


def _encoded(request: Mapping[str, JsonValue]) -> bytes:
    return to_line(dict(request)).encode("ascii") + b"\n"


def _quoted(line: str) -> str:
    return repr(line if len(line) <= _QUOTED else f"{line[:_QUOTED]} ... ({len(line)} characters)")
