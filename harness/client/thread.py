"""The public client: ``Codex`` makes threads, a ``Thread`` runs turns, a ``StreamedTurn`` is one turn being read.

    codex = Codex(CodexOptions(codex_path_override="codex"))
    thread = codex.start_thread(ThreadOptions(sandbox_mode="read-only"))
    turn = await thread.run("Say hi.")
    async with thread.run_streamed("And again.") as events:
        async for event in events:
            ...

A turn is one process. Nothing happens before its first read: no file, no process. However a turn is left, whether at its
end, by ``break`` inside ``async with``, by an exception, a cancelled token or a cancelled task, its process is dead and its
file removed before the caller goes on. A stream that is left open without ``async with`` is closed when it is collected.

It must not know how a process is started (``process.py``) nor what its bytes mean (``exec_session.py``).
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeAlias

from harness.client import process
from harness.client.argv import environment, exec_arguments
from harness.client.exec_session import ExecSession, Need
from harness.client.fold import Turn, TurnFold
from harness.client.javascript import well_formed
from harness.client.options import CancelToken, CodexOptions, ThreadOptions, TurnOptions
from harness.client.schema_file import OutputSchemaFile
from harness.client.transport import Launcher, Process
from harness.errors import Cancelled, InvalidOption
from harness.wire.events import Event, ThreadStarted

Input: TypeAlias = str | Sequence[Mapping[str, str]]
"""A prompt, or parts: ``{"type": "text", "text": ...}`` and ``{"type": "local_image", "path": ...}``."""


class StreamedTurn:
    """One turn, event by event: an async iterator, and an async context manager that ends the turn on the way out."""

    def __init__(self, events: AsyncGenerator[Event, None]) -> None:
        self._events = events

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        return await anext(self._events)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the turn now and wait until its process is dead; a turn that is over or never began is left as it is."""
        await self._events.aclose()


class Thread:
    """A conversation with the agent: one or more turns, one at a time. Made by ``Codex``."""

    def __init__(
        self,
        client: CodexOptions,
        options: ThreadOptions,
        launch: Launcher,
        thread_id: str | None = None,
    ) -> None:
        self._client = client
        self._options = options
        self._launch = launch
        self._id = thread_id

    def __repr__(self) -> str:
        return f"Thread({self._id!r})"

    @property
    def id(self) -> str | None:
        """The id codex gave the thread; None until the first turn of a new thread has started."""
        return self._id

    async def run(self, prompt: Input, options: TurnOptions | None = None) -> Turn:
        """Run one turn to its end.

        Raises:
            InvalidOption: ``config``, the output schema or the input is something codex cannot take.
            SpawnFailed: the codex binary could not be started.
            BadLine: codex wrote something that is not an event.
            TurnFailed: codex reported that the turn failed; its exit status is not looked at.
            ExecExited: codex ended with a status other than 0, even after a completed turn.
            Cancelled: the turn's token was cancelled.
        """
        fold = TurnFold()
        async with self.run_streamed(prompt, options) as events:
            async for event in events:
                if fold.add(event):
                    break
        return fold.turn()

    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        """Run one turn, event by event; it begins with the first read.

        Reading raises what ``run`` raises, except ``TurnFailed``: there the event is handed out.
        """
        return StreamedTurn(self._events(prompt, options or TurnOptions()))

    async def _events(self, prompt: Input, options: TurnOptions) -> AsyncGenerator[Event, None]:
        with OutputSchemaFile(options.output_schema) as schema:
            text, images = _normalised(prompt)
            arguments = exec_arguments(
                self._client,
                self._options,
                options,
                thread_id=self._id,
                schema_path=schema.path,
                images=images,
            )
            token = options.cancel or CancelToken()
            if token.cancelled:
                raise Cancelled(token.reason)
            child = await self._launch(
                [_binary(self._client), *arguments],
                env=environment(self._client, os.environ),
            )
            session = ExecSession(self._id)
            turn = _RunningTurn(child, session, token)
            try:
                turn.begin(well_formed(text).encode())
                while (event := await turn.next_event()) is not None:
                    if isinstance(event, ThreadStarted):
                        self._id = session.thread_id
                    yield event
            finally:
                await turn.end()


class Codex:
    """The client. Cheap to make: nothing is started or looked up.

    Args:
        options: see ``CodexOptions``.
        launch: starts processes; the default starts real ones.
    """

    thread_type: type[Thread] = Thread

    def __init__(
        self, options: CodexOptions | None = None, *, launch: Launcher = process.start
    ) -> None:
        self._options = options or CodexOptions()
        self._launch = launch

    def start_thread(self, options: ThreadOptions | None = None) -> Thread:
        """A new thread; codex names it in the first turn."""
        return self.thread_type(self._options, options or ThreadOptions(), self._launch)

    def resume_thread(self, thread_id: str, options: ThreadOptions | None = None) -> Thread:
        """A thread that codex already knows."""
        return self.thread_type(self._options, options or ThreadOptions(), self._launch, thread_id)


class _RunningTurn:
    """Joins one process and one session, and owns the end of both."""

    def __init__(self, child: Process, session: ExecSession, token: CancelToken) -> None:
        self._child = child
        self._session = session
        self._token = token
        self._loop = asyncio.get_running_loop()
        self._feeder: asyncio.Task[None] | None = None
        self._stopper: asyncio.Task[int] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    def begin(self, prompt: bytes) -> None:
        """Feed the prompt beside the reading, and listen to the token."""
        self._feeder = asyncio.create_task(self._feed(prompt))
        self._unsubscribe = self._token.subscribe(self._cancel_soon)
        if self._token.cancelled:  # between the look before the start and now
            self._cancel()

    async def next_event(self) -> Event | None:
        """The next event, or None when the process has ended well."""
        session, child = self._session, self._child
        while True:
            match session.next_event():
                case Need.DATA:
                    if data := await child.read():
                        session.receive_data(data)
                    else:
                        session.receive_eof()
                case Need.EXIT:
                    returncode = await child.wait()
                    session.receive_exit(returncode, child.stderr)
                case Need.NOTHING:
                    return None
                case event:
                    return event

    async def end(self) -> None:
        """Leave nothing: the process is dead and every task has ended when this returns, also under cancellation."""
        self._unsubscribe()
        self._session.stop()
        stopper = self._stop()
        tasks = {task for task in (stopper, self._feeder) if task is not None}
        interrupted = False
        while not all(task.done() for task in tasks):
            try:
                await asyncio.wait(tasks)
            except asyncio.CancelledError:
                # A second cancellation may not interrupt the ladder, which is bounded; it is passed on afterwards.
                interrupted = True
        for task in tasks:
            task.result()
        if interrupted:
            raise asyncio.CancelledError

    def _cancel_soon(self) -> None:
        self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        # A turn that codex has ended by itself is not cancelled any more (the official SDK: kill() returns false).
        if self._child.returncode is None:
            self._session.cancel(self._token.reason)
            self._stop()

    def _stop(self) -> asyncio.Task[int]:
        if self._stopper is None:
            self._stopper = asyncio.create_task(self._child.stop())
        return self._stopper

    async def _feed(self, prompt: bytes) -> None:
        await self._child.write(prompt)
        await self._child.close_stdin()


def _binary(client: CodexOptions) -> str:
    return client.codex_path_override or shutil.which("codex") or "codex"


def _normalised(prompt: Input) -> tuple[str, list[str]]:
    """The text for stdin (parts joined by a blank line) and the paths of images; parts of other kinds are left out."""
    if isinstance(prompt, str):
        return prompt, []
    texts: list[str] = []
    images: list[str] = []
    try:
        for part in prompt:
            if part["type"] == "text":
                texts.append(part["text"])
            elif part["type"] == "local_image":
                images.append(part["path"])
    except (TypeError, KeyError) as error:
        raise InvalidOption("input", f"input must be str or a list of parts: {error!r}") from error
    return "\n\n".join(texts), images
