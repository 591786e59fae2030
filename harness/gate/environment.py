"""IO: the programs of this machine that the gate uses, each with its version, and what serves where one is missing.

Source: REQUIREMENTS.md R4-4 (blocking and not; a fallback is said), P-22 (each needed program with its version).
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from harness.errors import EXIT_INCOMPLETE
from harness.gate.commands import Commands
from harness.gate.stages import Finding, Stage, failed, fell_back, passed, warned

_LOOK_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program, how it says its version, and what its absence means: it blocks, something serves in its place, or neither."""

    name: str
    argv: tuple[str, ...]
    wanted_for: str
    fallback: str | None = None
    blocking: bool = False

    def lacking(self) -> Finding:
        """What is to be said where it is not here."""
        detail = f"not on this machine; {self.wanted_for}"
        if self.fallback is not None:
            return fell_back(self.name, detail, self.fallback)
        if self.blocking:
            return failed(self.name, detail, EXIT_INCOMPLETE)
        return warned(self.name, detail)


FFMPEG: Final = Program(
    name="ffmpeg",
    argv=("ffmpeg", "-version"),
    wanted_for="it makes the videos of the journeys",
    fallback="single frames",
)
GH: Final = Program(
    name="gh",
    argv=("gh", "--version"),
    wanted_for="the report cannot be published from here (`codex-parity publish`)",
)


async def environment(commands: Commands, programs: tuple[Program, ...]) -> Stage:
    """Ask each program for its version; what is missing is said, and with it what serves instead."""
    findings = [
        passed(
            "codex-parity",
            f"{version('codex-parity')} on Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        )
    ]
    for one in programs:
        ran = await commands.run("environment", one.name, one.argv, timeout_s=_LOOK_S)
        if ran.exit == 0:
            findings.append(passed(one.name, ran.out.strip().split("\n")[0]))
            continue
        finding = one.lacking()
        commands.judge(finding.status, ran.said)
        findings.append(finding)
    return Stage(name="environment", findings=tuple(findings))
