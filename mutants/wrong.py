"""What a mutant is: the reference driver with one thing changed, and the scenario and check that must show it.

``Change`` names the places of the reference client at which a mutant may cut in; all that it leaves alone is the reference
client itself. A mutant lives in a driver process of its own, so a change may also patch a module (``install``).
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, TypeAlias, TypeVar

from harness.client import process
from harness.client.fold import Turn
from harness.client.options import CodexOptions, ThreadOptions, TurnOptions
from harness.client.thread import Codex, Input, StreamedTurn, Thread
from harness.client.transport import Process
from harness.subjects.reference import JsonObject, ReferenceDriver
from harness.wire.events import Event, view
from mutants.mockfile import WrongMock

T = TypeVar("T")
Kind: TypeAlias = Literal["client", "mock"]
Events: TypeAlias = AsyncIterator[Event]
Chunks: TypeAlias = AsyncIterator[bytes]


def same(value: T) -> T:
    """Change nothing."""
    return value


def _one(event: JsonObject) -> Iterable[JsonObject]:
    yield event


def _id(found: str | None, _turns: int) -> str | None:
    return found


async def _start(argv: list[str], env: dict[str, str]) -> process.Child:
    return await process.start(argv, env=env)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Where a mutant cuts in; every default changes nothing.

    Args:
        install: called once when the driver starts.
        client: the options of the client, by name.
        thread: the options of a thread.
        turn: the options of a turn.
        prompt: what the caller gives to a turn.
        argv: the whole command line, the program first.
        env: the whole environment of codex.
        start: starts codex; a mutant that starts more, or elsewhere.
        child: the started process as the client sees it.
        stdin: the prompt as bytes.
        stdout: the bytes of codex on their way to the client.
        each: one event on its way to the caller, as none, one or several; ``run`` folds what is left.
        events: the same for what needs to see the stream.
        error: what is raised to the caller; None: nothing is.
        result: the folded result of ``run``.
        thread_id: the id that the caller sees, after so many turns.
        mock: the content of ``codex.script`` (``mutants/mockfile.py``).
    """

    install: Callable[[], object] = field(default=lambda: None)
    client: Callable[[JsonObject], JsonObject] = same
    thread: Callable[[ThreadOptions], ThreadOptions] = same
    turn: Callable[[TurnOptions], TurnOptions] = same
    prompt: Callable[[Input], Input] = same
    argv: Callable[[list[str]], list[str]] = same
    env: Callable[[dict[str, str]], dict[str, str]] = same
    start: Callable[[list[str], dict[str, str]], Awaitable[process.Child]] = _start
    child: Callable[[process.Child], Process] = same
    stdin: Callable[[bytes], bytes] = same
    stdout: Callable[[Chunks], Chunks] = same
    each: Callable[[JsonObject], Iterable[JsonObject]] = _one
    events: Callable[[Events], Events] = same
    error: Callable[[Exception], Exception | None] = same
    result: Callable[[JsonObject], JsonObject] = same
    thread_id: Callable[[str | None, int], str | None] = _id
    mock: WrongMock | None = None


class Passing:
    """A process that hands everything on to the real one; a mutant overrides what it does wrong."""

    def __init__(self, child: process.Child) -> None:
        self.child = child

    @property
    def returncode(self) -> int | None:
        """See ``process.Child``."""
        return self.child.returncode

    @property
    def stderr(self) -> bytes:
        """See ``process.Child``."""
        return self.child.stderr

    async def write(self, data: bytes) -> None:
        """See ``process.Child``."""
        await self.child.write(data)

    async def close_stdin(self) -> None:
        """See ``process.Child``."""
        await self.child.close_stdin()

    async def read(self) -> bytes:
        """See ``process.Child``."""
        return await self.child.read()

    async def wait(self) -> int:
        """See ``process.Child``."""
        return await self.child.wait()

    async def stop(self) -> int:
        """See ``process.Child``."""
        return await self.child.stop()


class _Piped:
    """A process whose stdin and stdout pass through a change."""

    def __init__(self, child: Process, change: Change) -> None:
        self._child = child
        self._change = change
        self._chunks = change.stdout(self._read())

    def __getattr__(self, name: str) -> object:
        return getattr(self._child, name)

    async def write(self, data: bytes) -> None:
        await self._child.write(self._change.stdin(data))

    async def read(self) -> bytes:
        return await anext(self._chunks, b"")

    async def _read(self) -> Chunks:
        while data := await self._child.read():
            yield data


class WrongThread(Thread):
    """A thread whose turns pass through a change."""

    change: ClassVar[Change]
    turns: int = 0

    @property
    def id(self) -> str | None:
        """What the caller sees."""
        return self.change.thread_id(self._id, self.turns)

    async def run(self, prompt: Input, options: TurnOptions | None = None) -> Turn:
        """Run, and raise what the change makes of an error; one it swallows leaves an empty result."""
        try:
            return await super().run(prompt, options)
        except Exception as error:
            changed = self.change.error(error)
            if changed is None:
                raw: JsonObject = {"items": [], "final_response": "", "usage": None}
                return Turn(items=(), final_response="", usage=None, raw=raw)
            if changed is error:
                raise
            # Without its cause, in which the words of the right error would still stand.
            raise changed from None

    def run_streamed(self, prompt: Input, options: TurnOptions | None = None) -> StreamedTurn:
        """Stream, every event through the change."""
        changed = self.change.turn(options or TurnOptions())
        return StreamedTurn(
            self._altered(super().run_streamed(self.change.prompt(prompt), changed))
        )

    async def _altered(self, stream: StreamedTurn) -> AsyncGenerator[Event, None]:
        self.turns += 1
        try:
            async with stream as events:
                async for event in self.change.events(events):
                    if isinstance(event.raw, dict):
                        for raw in self.change.each(event.raw):
                            yield event if raw is event.raw else view(raw, event.duplicate_keys)
                    else:
                        yield event
        except Exception as error:
            changed = self.change.error(error)
            if changed is error:
                raise
            if changed is not None:
                raise changed from None


class Wrong(ReferenceDriver):
    """The driver of a mutant; ``change`` is set by ``driver_of``."""

    sdk = "codex-parity-mutant"
    change: ClassVar[Change] = Change()
    thread: ClassVar[type[Thread]] = WrongThread

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__(send)
        self.change.install()

    def open_codex(self, path: str, client: JsonObject) -> Codex:
        """The reference client with the change in it."""
        if self.change.mock is not None:
            script = Path(path).with_name("codex.script")
            script.write_bytes(self.change.mock(script.read_bytes()))
        options = self.change.client(client)
        codex = WrongCodex(CodexOptions(codex_path_override=path, **options), launch=self.launch)  # type: ignore[arg-type]
        codex.change = self.change
        codex.thread_type = type("WrongThread", (self.thread,), {"change": self.change})
        return codex

    async def launch(self, argv: Sequence[str], *, env: Mapping[str, str] | None) -> Process:
        """Start codex as the change has it."""
        change = self.change
        child = await change.start(change.argv(list(argv)), change.env(dict(env or {})))
        return _Piped(change.child(child), change)  # type: ignore[return-value]

    def result_json(self, turn: Turn) -> JsonObject:
        """The result as the change has it."""
        return self.change.result(turn.raw)


class WrongCodex(Codex):
    """A client whose thread options pass through the change."""

    change: Change

    def start_thread(self, options: ThreadOptions | None = None) -> Thread:
        """A new thread."""
        return super().start_thread(self.change.thread(options or ThreadOptions()))

    def resume_thread(self, thread_id: str, options: ThreadOptions | None = None) -> Thread:
        """A known thread."""
        return super().resume_thread(thread_id, self.change.thread(options or ThreadOptions()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One wrong client or wrong mock.

    Args:
        name: words joined by underscores.
        sentence: what it does wrong, for a person.
        scenario: the scenario that must show it.
        check: the check at which it must die there; ``probes`` for a mock that the recorded probes must catch.
        path: a piece of the path or the place that the difference must name.
        change: what is wrong.
        driver: for what a ``Change`` cannot say.
        needs: capabilities (``schemas/driver.json``) one of which a scenario must ask for, or the change cannot show;
            empty: it can show anywhere.
        scope: globs over ids, comma separated: the only scenarios on which it is played. Set where each play would wait
            for a deadline.
        cosmetic: it changes nothing that counts: the difference must be told, and be cosmetic.
    """

    name: str
    sentence: str
    scenario: str
    check: str
    path: str = ""
    change: Change = field(default_factory=Change)
    driver: type[Wrong] = Wrong
    needs: tuple[str, ...] = ()
    scope: str = "*"
    cosmetic: bool = False

    @property
    def kind(self) -> Kind:
        """Whether the client or the mock is wrong."""
        return "client" if self.change.mock is None else "mock"


def driver_of(mutant: Mutant) -> type[Wrong]:
    """The driver that serves a mutant."""
    return type("WrongDriver", (mutant.driver,), {"change": mutant.change})
