"""IO: what the probes of a driver work with: one session, the scripts codex plays, and two ways to have a turn played.

``play`` keeps to the table of the driver protocol (``conversation.py``); ``raw`` says and hears single lines, for what a
run of the harness never does. Knows no probe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias, cast

from harness.errors import DriverFault, ParityError
from harness.jsonvalue import JsonValue
from harness.subjects.base import Done, HostCrashed, HostHung, JsonObject, NotApplicable
from harness.subjects.driver import DriverSession

EXECUTABLE: Final = "codex.exe" if sys.platform == "win32" else "codex"
ANSWER_S: Final = 5.0
"""How long a driver may take to answer where nothing is played."""

PATIENCE_S: Final = 15.0
SILENCE_S: Final = 0.4
"""How long is listened at a closed gate: a driver that does not wait there speaks at once."""

_QUOTED: Final = 300
Hear: TypeAlias = Callable[[JsonObject], Awaitable[None]]


class CannotRun(Exception):
    """A probe that this driver gives no occasion for; ``str()`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One probe. ``detail``: of a pass a note, of a failure what was wrong, else why it could not run.

    ``fix`` says what to do, ``line`` is the last line the driver wrote; both only of a failure.
    """

    probe: str
    outcome: Literal["pass", "fail", "not run"]
    detail: str = ""
    fix: str = ""
    line: str | None = None

    @classmethod
    def failed(cls, probe: str, error: ParityError, line: str | None) -> Self:
        """The row of a probe that ended with this error."""
        said = line if line is None or len(line) <= _QUOTED else f"{line[:_QUOTED]} ..."
        return cls(
            probe=probe, outcome="fail", detail=error.what, fix=error.hint or _FIX, line=said
        )


_FIX: Final = "The order and form of all messages: schemas/driver.json."


@dataclass(frozen=True, slots=True)
class Bench:
    """``session`` has said hello; ``mock`` holds one codex per script; ``patience_s`` bounds one play."""

    session: DriverSession
    mock: Path
    patience_s: float

    @property
    def hello(self) -> JsonObject:
        """What the driver says of itself."""
        assert self.session.hello_message is not None, "`connect` returns a driver that said hello"
        return self.session.hello_message

    @property
    def capabilities(self) -> list[str]:
        """What the driver claims."""
        return cast("list[str]", self.hello["capabilities"])

    @property
    def modes(self) -> list[str]:
        """``run`` and ``stream``, as far as they are claimed; raises CannotRun where neither is."""
        claimed: list[str] = [mode for mode in ("run", "stream") if mode in self.capabilities]
        if not claimed:
            raise CannotRun("hello claims neither run nor stream")
        return claimed

    def need(self, *capabilities: str) -> None:
        """Raises CannotRun where one of these is not claimed."""
        missing = [name for name in capabilities if name not in self.capabilities]
        if missing:
            raise CannotRun(f"hello claims no {', '.join(missing)}")

    def codex(self, script: str) -> Path:
        """The executable that plays a script."""
        return self.mock / script / EXECUTABLE

    def start(self, **options: JsonValue) -> JsonObject:
        """A step that starts a thread. Where the driver runs need not be a repository: codex is told so, if possible."""
        if "thread.skip_git_repo_check" in self.capabilities:
            options = {"skip_git_repo_check": True, **options}
        return {"op": "start", "options": options}

    async def play(
        self,
        script: str,
        *steps: JsonObject,
        hear: Hear | None = None,
        client: JsonObject | None = None,
    ) -> list[JsonObject]:
        """Play steps by the rules; returns the messages without gates. ``hear`` is told each message, gates too.

        Raises:
            DriverFault: the play did not end with ``done``.
        """
        heard: list[JsonObject] = []

        async def listen(message: JsonObject) -> None:
            if message["kind"] != "gate":
                heard.append(message)
            if hear is not None:
                await hear(message)

        request: JsonObject = {
            "codex": str(self.codex(script)),
            "client": client or {},
            "steps": cast("list[JsonValue]", list(steps)),
        }
        end = await self.session.run(request, listen, self.patience_s)
        match end:
            case Done():
                return heard
            case HostHung(seconds=seconds):
                raise DriverFault(
                    f"the run had not ended after {seconds:g} s",
                    hint="Say `done` after the last turn; flush each line; read stdin while a turn runs.",
                )
            case HostCrashed(returncode=returncode, stderr=stderr):
                raise DriverFault(
                    f"the driver ended in the middle of a run (exit {returncode})",
                    hint=f"Its stderr ends: {stderr.strip()[-500:]}",
                )
            case NotApplicable(reason=reason):
                raise DriverFault(
                    f"says not_applicable ({reason}) to what its hello claims",
                    hint="Take it out of `capabilities`; what is claimed is asked for.",
                )
            case broke:
                raise DriverFault(broke.message)

    async def raw(self, *lines: JsonObject | bytes) -> JsonObject:
        """Say these lines in one write and return the next message; no line: only listen."""
        data = b"".join(line if isinstance(line, bytes) else _line(line) for line in lines)
        return await self.session.ask(data, self.patience_s)

    async def raw_run(self, script: str, *steps: JsonObject) -> JsonObject:
        """Ask for a run with the id ``probe`` and return the first message of it."""
        return await self.raw(
            {
                "op": "run",
                "id": "probe",
                "codex": str(self.codex(script)),
                "client": {},
                "steps": cast("list[JsonValue]", list(steps)),
            }
        )

    async def silent(self) -> bool:
        """Whether the driver says nothing for a while. A session that was silent takes no further ``play``."""
        try:
            await self.session.ask(b"", SILENCE_S)
        except DriverFault as error:
            if isinstance(error.__cause__, TimeoutError):
                return True
            raise
        return False


Probe: TypeAlias = Callable[[Bench], Awaitable[str | None]]
"""Returns a note or None; raises DriverFault with what to fix, or CannotRun."""


def turn(mode: str, consume: JsonValue = "all", **changes: JsonValue) -> JsonObject:
    """A turn step."""
    plain: JsonObject = {
        "op": "turn",
        "turn": 0,
        "mode": mode,
        "input": "probe",
        "options": {},
        "consume": consume,
    }
    return {**plain, **changes}


def outcome(heard: list[JsonObject]) -> JsonObject:
    """The outcome of the first turn heard: result, end, stopped or error."""
    return next(message for message in heard if message["kind"] not in {"event", "thread_id"})


def completed(heard: list[JsonObject]) -> JsonObject:
    """The outcome of a turn that codex completed.

    Raises:
        DriverFault: it is an error.
    """
    found = outcome(heard)
    if found["kind"] not in {"result", "end"}:
        raise DriverFault(
            f"a turn that codex completed ends with {shown(found)}",
            hint="Hand the events on and say `end`, or the SDK's answer as `result`.",
        )
    return found


def items(heard: list[JsonObject]) -> list[JsonValue]:
    """The completed items of a turn, from its result or from its events."""
    found = outcome(heard)
    if found["kind"] == "result":
        result = cast("JsonObject", found["result"])
        return cast("list[JsonValue]", result.get("items", []))
    events = [cast("JsonObject", one["event"]) for one in heard if one["kind"] == "event"]
    return [event["item"] for event in events if event.get("type") == "item.completed"]


def shown(message: JsonValue) -> str:
    """A message for an error sentence, not too long."""
    text = json.dumps(message, ensure_ascii=True)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]} ..."


def _line(request: JsonObject) -> bytes:
    return json.dumps(request).encode("ascii") + b"\n"
