"""The harness' side of the driver protocol, in memory, for the tests of the reference client's driver."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from harness.client.options import CodexOptions
from harness.client.thread import Codex
from harness.client.transport import Script, ScriptedLauncher
from harness.jsonvalue import JsonValue
from harness.subjects.reference import ReferenceDriver
from harness.wire.schemas import SchemaSet
from tests.pair import STARTED, TURN, bounded, wire

Message = dict[str, JsonValue]

ROOT = Path(__file__).parents[2]
SCHEMAS = SchemaSet({"driver": json.loads((ROOT / "schemas" / "driver.json").read_text("utf-8"))})
HANGING = Script(stdout=(wire(STARTED, TURN),), hangs=True)
START: Message = {"op": "start", "options": {}}


def turn(mode: str = "stream", consume: JsonValue = "all", **changes: JsonValue) -> Message:
    """A turn step."""
    step: Message = {
        "op": "turn",
        "turn": 0,
        "mode": mode,
        "input": "hi",
        "options": {},
        "consume": consume,
    }
    return {**step, **changes}


class Host:
    """Plays the harness' side in memory: validates every message and opens every gate.

    Args:
        scripts: what the codex processes do, one per turn.
        driver_type: the driver; its client starts these scripts.
        at: called with each message before a gate is opened.
    """

    def __init__(
        self,
        *scripts: Script | bytes,
        driver_type: type[ReferenceDriver] = ReferenceDriver,
        at: Callable[[Host, Message], None] = lambda _host, _message: None,
    ) -> None:
        launcher = ScriptedLauncher(
            scripts=[Script(stdout=(s,)) if isinstance(s, bytes) else s for s in scripts]
        )

        class Scripted(driver_type):  # type: ignore[misc, valid-type]  # a class made of its argument
            def open_codex(self, path: str, client: Message) -> Codex:
                assert isinstance(super().open_codex(path, client), Codex)
                options = CodexOptions(codex_path_override=path, **client)  # type: ignore[arg-type]  # as the driver does
                return Codex(options, launch=launcher)

        self.launcher = launcher
        self.messages: list[Message] = []
        self._at = at
        self._arrived = asyncio.Queue[Message]()
        self._requests = asyncio.Queue[str | None]()
        self._driver = Scripted(self._receive)

    def tell(self, **request: JsonValue) -> None:
        """Send a request; a valid one, unless a test says otherwise."""
        self._requests.put_nowait(json.dumps(request))

    def tell_line(self, line: str | None) -> None:
        """Send a line as it is, or the end of stdin."""
        self._requests.put_nowait(line)

    async def serve(self) -> None:
        """Serve until the end of the requests."""
        await self._driver.serve(self._requests)

    async def play(self, *steps: Message, client: Message | None = None) -> list[Message]:
        """One run from start to end; returns its messages."""
        serving = asyncio.create_task(self.serve())
        self.tell(op="run", id="r", codex="/codex", client=client or {}, steps=list(steps))
        while True:
            message = await self._arrived.get()
            self._at(self, message)
            if message["kind"] == "gate":
                self.tell(op="continue", id="r")
            if message["kind"] in {"done", "driver_error"}:
                break
        self.tell(op="bye")
        await serving
        return self.messages

    def _receive(self, line: str) -> None:
        message = json.loads(line)
        problem = SCHEMAS.first_problem("driver#message", message)
        assert problem is None, problem
        assert line.isascii()
        self.messages.append(message)
        self._arrived.put_nowait(message)


def kinds(messages: list[Message]) -> list[str]:
    """The kinds of messages, gates by their names."""
    return [str(message.get("gate", message["kind"])) for message in messages]


def play(host: Callable[[], Host], *steps: Message, client: Message | None = None) -> list[Message]:
    """One run of a host that is made inside the loop."""

    async def work() -> list[Message]:
        return await host().play(*steps, client=client)

    return bounded(work())
