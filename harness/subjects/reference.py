"""The driver of the reference client: ``python -m harness.subjects.reference`` speaks the driver protocol, version 1.

It hands on what the client gives and repairs nothing. It imports little, because every play waits for its start, and it
must not know scenarios, normalisation or verdicts.

A deliberately broken copy is a subclass: override ``open_codex`` (to return a ``Codex`` whose ``thread_type`` is a broken
``Thread``), ``event_json`` or ``result_json``, and end the file with ``sys.exit(main(BrokenDriver))``.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import ClassVar, TypeAlias, cast

from harness.client.fold import Turn
from harness.client.options import CancelToken, CodexOptions, ThreadOptions, TurnOptions
from harness.client.thread import Codex, Input, StreamedTurn, Thread
from harness.errors import BadLine
from harness.jsonvalue import JsonValue, allow_deep_values
from harness.wire.events import Event
from harness.wire.jsontext import decode, to_line
from harness.wire.lines import LineReader

JsonObject: TypeAlias = dict[str, JsonValue]
PassGate: TypeAlias = Callable[[JsonObject, str], Awaitable[None]]

PROTOCOL = 1
CAPABILITIES = (
    "run",
    "stream",
    "resume",
    "images",
    "cancel",
    "cancel_before_start",
    "pause",
    "concurrent",
    "times",
    "client.base_url",
    "client.api_key",
    "client.env",
    "client.config",
    "client.config_overrides",
    "thread.model",
    "thread.thread_source",
    "thread.sandbox_mode",
    "thread.working_directory",
    "thread.additional_directories",
    "thread.skip_git_repo_check",
    "thread.model_reasoning_effort",
    "thread.network_access_enabled",
    "thread.web_search_mode",
    "thread.web_search_enabled",
    "thread.approval_policy",
    "turn.output_schema",
    "turn.cyber_access_program",
)
WAYS = frozenset({"stop_after", "abort_after", "abort", "pause_after", "times"})
"""The keys of ``consume`` (``schemas/scenario.json``)."""


class ReferenceDriver:
    """Serves one run at a time.

    Args:
        send: writes one message as a line and flushes it.
    """

    sdk: ClassVar[str] = "codex-parity-reference"
    version: ClassVar[str] = "0.1.0"

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send_line = send
        self._gate = asyncio.Event()
        self._tokens: set[CancelToken] = set()
        self._run: asyncio.Task[None] | None = None

    # -- what a broken copy overrides

    def open_codex(self, path: str, client: JsonObject) -> Codex:
        """The client for one run. ``client`` has the names of ``schemas/driver.json``, which are those of the client."""
        return Codex(CodexOptions(codex_path_override=path, **client))  # type: ignore[arg-type]  # refused by type there

    def event_json(self, event: Event) -> JsonValue:
        """What is sent of an event."""
        return event.raw

    def result_json(self, turn: Turn) -> JsonObject:
        """What is sent of a completed turn; a value the client did not give is absent."""
        return turn.raw

    # -- the protocol

    async def serve(self, requests: asyncio.Queue[str | None]) -> None:
        """Answer requests until ``bye`` or the end of them (None); a turn that still runs is ended then."""
        try:
            while (line := await requests.get()) is not None:
                if not self._handle(line):
                    break
        finally:
            if self._run is not None:
                self._run.cancel()
                await asyncio.wait({self._run})

    def _handle(self, line: str) -> bool:
        try:
            request = decode(line).value
        except BadLine as error:
            self._fault(f"a request is not JSON: {error.reason}")
            return True
        match request:
            case {"op": "hello", "protocol": int(asked)} if asked == PROTOCOL:
                self._hello()
            case {"op": "run", "id": str(), "codex": str(), "client": dict(), "steps": list(steps)}:
                if self._run is not None and not self._run.done():
                    self._fault("a run has not ended yet")
                elif unknown := _unknown(cast("list[JsonObject]", steps)):
                    self._fault(f"unknown step: {unknown}")
                else:
                    self._run = asyncio.create_task(self._play(cast("JsonObject", request)))
            case {"op": "continue"}:
                self._gate.set()
            case {"op": "cancel"}:
                for token in tuple(self._tokens):
                    token.cancel()
            case {"op": "bye"}:
                return False
            case _:
                self._fault(f"unknown request: {line[:200]}")
        return True

    def _hello(self) -> None:
        version = sys.version_info
        self._send(
            {
                "kind": "hello",
                "protocol": PROTOCOL,
                "sdk": self.sdk,
                "version": self.version,
                "language": "python",
                "runtime": f"python {version.major}.{version.minor}.{version.micro}",
                "capabilities": list(CAPABILITIES),
                "cannot_express": [],
            }
        )

    async def _play(self, request: JsonObject) -> None:
        run = cast("str", request["id"])
        try:
            await self._steps(run, request)
        except Exception as error:  # noqa: BLE001 - our own bug: it must reach the harness as one
            self._fault(f"{type(error).__name__}: {error}", run=run)
        else:
            self._send({"id": run, "kind": "done"})

    async def _steps(self, run: str, request: JsonObject) -> None:
        codex = self.open_codex(
            cast("str", request["codex"]), cast("JsonObject", request["client"])
        )
        threads: list[Thread] = []
        for step in cast("list[JsonObject]", request["steps"]):
            match step["op"]:
                case "turn":
                    await self._turn(run, threads, step, self._pass_gate)
                case "together":
                    turns = cast("list[JsonObject]", step["turns"])
                    await asyncio.gather(
                        *(self._turn(run, threads, one, _no_gate) for one in turns)
                    )
                case "start":
                    threads.append(codex.start_thread(_thread_options(step)))
                case _:
                    thread_id = cast("str", step["thread_id"])
                    threads.append(codex.resume_thread(thread_id, _thread_options(step)))

    async def _turn(
        self, run: str, threads: list[Thread], step: JsonObject, gate: PassGate
    ) -> None:
        thread = threads[cast("int", step.get("thread", -1))]
        consume = step["consume"] if isinstance(step["consume"], dict) else {}
        token = CancelToken()
        if consume.keys() & {"abort", "abort_after"}:
            self._tokens.add(token)
        if consume.get("abort") == "before_start":
            token.cancel()
        options = TurnOptions(**cast("JsonObject", step["options"]), cancel=token)  # type: ignore[arg-type]  # as above
        about: JsonObject = {"id": run, "turn": step["turn"]}
        prompt = cast("Input", step["input"])
        stream: StreamedTurn | None = None
        if step["mode"] == "run":
            await self._outcome(about, self._run_turn(about, thread.run(prompt, options)))
        else:
            stream = thread.run_streamed(prompt, options)
            await gate(about, "created")
            await self._outcome(about, self._stream_turn(about, stream, consume, token, gate))
        self._send({**about, "kind": "thread_id", "thread_id": thread.id})
        await gate(about, "ended")
        self._tokens.discard(token)
        del stream

    async def _run_turn(self, about: JsonObject, turn: Awaitable[Turn]) -> None:
        result = self.result_json(await turn)
        self._send({**about, "kind": "result", "result": result})

    async def _stream_turn(
        self,
        about: JsonObject,
        stream: StreamedTurn,
        consume: JsonObject,
        token: CancelToken,
        gate: PassGate,
    ) -> None:
        seen = 0
        async with stream as events:
            for _ in range(cast("int", consume.get("times", 1))):
                async for event in events:
                    self._send({**about, "kind": "event", "event": self.event_json(event)})
                    seen += 1
                    if seen == consume.get("pause_after"):
                        await gate(about, "paused")
                    if seen == consume.get("abort_after"):
                        token.cancel()
                    if seen == consume.get("stop_after"):
                        break
        self._send({**about, "kind": "stopped" if seen == consume.get("stop_after") else "end"})

    async def _outcome(self, about: JsonObject, turn: Awaitable[None]) -> None:
        try:
            await turn
        except Exception as error:  # noqa: BLE001 - whatever the client raises is what its user would see
            self._send({**about, "kind": "error", "error": _error(error)})

    async def _pass_gate(self, about: JsonObject, gate: str) -> None:
        self._gate.clear()
        self._send({**about, "kind": "gate", "gate": gate})
        await self._gate.wait()

    def _fault(self, message: str, run: str | None = None) -> None:
        about: JsonObject = {} if run is None else {"id": run}
        self._send({**about, "kind": "driver_error", "message": message})

    def _send(self, message: JsonObject) -> None:
        self._send_line(to_line(message))


async def _no_gate(_about: JsonObject, _gate: str) -> None:
    """There is no gate where turns run beside one another."""


def _thread_options(step: JsonObject) -> ThreadOptions:
    return ThreadOptions(**cast("JsonObject", step["options"]))  # type: ignore[arg-type]  # refused by type there


def _unknown(steps: list[JsonObject]) -> JsonObject | None:
    """The first step that this driver does not know: what is passed over in silence looks like parity."""
    for step in steps:
        for one in cast("list[JsonObject]", step.get("turns", [step])):
            consume = one.get("consume", "all")
            ways = consume.keys() if isinstance(consume, dict) else set[str]()
            if one["op"] not in {"start", "resume", "turn"} or ways - WAYS:
                return one
    return None


def _error(error: BaseException) -> JsonObject:
    facts: JsonObject = {"class": type(error).__name__, "message": str(error)}
    if error.__cause__ is not None:
        facts["cause"] = _error(error.__cause__)
    return facts


def _write_line(line: str) -> None:
    # As bytes: on Windows a text stream would write CR LF.
    sys.stdout.buffer.write(line.encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


def _pump_stdin(loop: asyncio.AbstractEventLoop, requests: asyncio.Queue[str | None]) -> None:
    # A thread, because Windows has no asynchronous stdin that is a pipe.
    reader = LineReader()
    try:
        while data := os.read(0, 65536):
            for line in reader.feed(data):
                loop.call_soon_threadsafe(requests.put_nowait, line)
        loop.call_soon_threadsafe(requests.put_nowait, None)
    except RuntimeError:
        # The loop is closed: `bye` came before the end of stdin.
        return


async def _main(driver_type: type[ReferenceDriver]) -> None:
    requests: asyncio.Queue[str | None] = asyncio.Queue()
    pump = threading.Thread(
        target=_pump_stdin, args=(asyncio.get_running_loop(), requests), daemon=True
    )
    pump.start()
    await driver_type(_write_line).serve(requests)


def main(driver_type: type[ReferenceDriver] = ReferenceDriver) -> int:
    """Serve on stdin and stdout; returns the exit status."""
    allow_deep_values()
    asyncio.run(_main(driver_type))
    return 0


if __name__ == "__main__":
    sys.exit(main())
