"""IO: runs the commands of a gate one after the other and keeps each with its outcome and its log.

A line of ``commands.jsonl`` is written as soon as a command has ended, so that a gate that was interrupted can be read.
Source: REQUIREMENTS.md R4-5; what is kept holds no secret of the environment (R4-27).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import os
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from harness.client import process
from harness.errors import SpawnFailed
from harness.gate.record import COMMANDS, Command
from harness.gate.stages import StageName, Status
from harness.redaction.labels import Redactor
from harness.storage import write_atomically

OWN: Final = "codex-parity"
"""The program that is run by the interpreter of the gate, wherever it lies on PATH."""

PYTHON: Final = "python"
"""The interpreter of the gate itself."""

LOGS: Final = "logs"
_NOTE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended: ``exit`` None when it could not be started or had no end in its time; ``said`` is its last line."""

    exit: int | None
    said: str
    out: str


@dataclass(slots=True, kw_only=True)
class _Ended:
    """What a process left: exit status, what it wrote, and why there is no exit status."""

    code: int | None = None
    out: bytearray = field(default_factory=bytearray)
    err: bytearray = field(default_factory=bytearray)
    trouble: str = ""


@dataclass(slots=True, kw_only=True)
class Commands:
    """The commands of one gate. ``folder`` is its bundle, ``cwd`` where it was called, ``bundle`` the folder that is going to be it, where that is another one."""

    folder: Path
    cwd: Path
    bundle: Path | None = None
    done: list[Command] = field(default_factory=list)

    async def run(
        self, stage: StageName, name: str, argv: Sequence[str], *, timeout_s: float
    ) -> Ran:
        """Run a command to its end and keep it, as ``pass`` for exit 0 and as ``fail`` else; :meth:`judge` may say otherwise.

        Returns:
            how it ended; never raises for a command that cannot be started.
        """
        started = dt.datetime.now(tz=dt.UTC).isoformat(timespec="milliseconds")
        clock = time.perf_counter()
        ended = await self._carried_out(_program(argv), timeout_s)
        seconds = round(time.perf_counter() - clock, 2)
        redactor = Redactor.of_environment(os.environ)
        out, err = (
            redactor.text(data.decode("utf-8", "replace")) for data in (ended.out, ended.err)
        )
        log = f"{LOGS}/{len(self.done) + 1:02}-{stage}.log"
        data = f"$ {redactor.text(shlex.join(argv))}\n{out}\n[stderr]\n{err}\n{ended.trouble}\n".encode()
        write_atomically(self.folder / log, data)
        code, said = ended.code, (ended.trouble or _last(out, err, failed=ended.code != 0))[:_NOTE]
        self.done.append(
            Command(
                stage=stage,
                name=name,
                argv=tuple(redactor.text(word) for word in argv),
                cwd=".",
                env=tuple(sorted(os.environ)),
                status="pass" if code == 0 else "fail",
                exit=code,
                seconds=seconds,
                started_at=started,
                note=said,
                log=log,
                log_sha256=hashlib.sha256(data).hexdigest(),
            )
        )
        self._keep()
        return Ran(exit=code, said=said, out=out)

    def judge(self, status: Status, note: str) -> None:
        """Say what the last command means to the gate, where its exit status alone does not."""
        self.done[-1] = replace(self.done[-1], status=status, note=note[:_NOTE])
        self._keep()

    async def _carried_out(self, argv: Sequence[str], timeout_s: float) -> _Ended:
        ended = _Ended()
        try:
            child = await process.start(
                argv, env=None, cwd=str(self.cwd), own_group=True, stderr_to=ended.err.extend
            )
        except SpawnFailed as error:
            ended.trouble = str(error)
            return ended

        async def read() -> None:
            while chunk := await child.read():
                ended.out.extend(chunk)

        reader = asyncio.create_task(read())
        try:
            await child.close_stdin()
            async with asyncio.timeout(timeout_s):
                ended.code = await child.wait()
                await asyncio.wait({reader}, timeout=process.DRAIN_GRACE_S)
        except TimeoutError:
            ended.trouble = f"no end within {timeout_s:g} s"
        finally:
            await child.stop()
            await asyncio.wait({reader})
        return ended

    def _keep(self) -> None:
        lines = "".join(json.dumps(one.to_json()) + "\n" for one in self.done)
        write_atomically(self.folder / COMMANDS, lines.encode("ascii"))


def _program(argv: Sequence[str]) -> list[str]:
    if argv[0] == OWN:
        return [sys.executable, "-m", "harness.cli", *argv[1:]]
    return [sys.executable, *argv[1:]] if argv[0] == PYTHON else [*argv]


def _last(out: str, err: str, *, failed: bool) -> str:
    """The line that says how a command ended: that of our own error, else the last one it wrote."""
    first, second = (err, out) if failed else (out, err)
    lines = [line.strip() for line in (second + "\n" + first).split("\n") if line.strip()]
    errors = [line for line in lines if line.startswith("error:")]
    return (errors or lines or ["it wrote nothing"])[-1]
