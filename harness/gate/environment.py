"""IO: the programs of this machine that the gate uses, each with its version, and what serves where one is missing.

Source: REQUIREMENTS.md R4-4 (blocking and not; a fallback is said), P-22 (each needed program with its version).
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from harness.errors import EXIT_INCOMPLETE
from harness.gate.commands import PYTHON, Commands
from harness.gate.stages import Finding, Stage, failed, fell_back, passed, warned
from harness.journeys.browser import find_chromium

_LOOK_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program, how it says its version, and what its absence means: it blocks, something serves in its place, or neither."""

    name: str
    argv: tuple[str, ...]
    wanted_for: str
    fallback: str | None = None
    blocking: bool = False

    def lacking(self, exit_status: int | None, said: str) -> Finding:
        """What is to be said where it is not here (``exit_status`` None), or ends otherwise than with 0."""
        how = "not on this machine" if exit_status is None else f"exit {exit_status}, {said}"
        detail = f"{how}; {self.wanted_for}"
        if self.fallback is not None:
            return fell_back(self.name, detail, self.fallback)
        if self.blocking:
            return failed(self.name, detail, EXIT_INCOMPLETE)
        return warned(self.name, detail)


_DEPENDENCIES: Final = Program(
    name="dependencies",
    argv=(PYTHON, "-m", "pip", "check"),
    wanted_for="the packages of this environment must fit each other",
    blocking=True,
)
_NODE: Final = Program(
    name="node",
    argv=("node", "--version"),
    wanted_for="SDKs for Node bring their own, or cannot run",
)
_FFMPEG: Final = Program(
    name="ffmpeg",
    argv=("ffmpeg", "-version"),
    wanted_for="it makes the videos of the journeys",
    fallback="single frames",
)
_GH: Final = Program(
    name="gh",
    argv=("gh", "--version"),
    wanted_for="the report cannot be published from here (`codex-parity publish`)",
)


def programs(*, walks: bool) -> tuple[Program, ...]:
    """What a gate looks for; ``walks`` says whether there are journeys, which need a browser."""
    dependencies = (
        _DEPENDENCIES
        if find_spec("pip") is not None
        else replace(_DEPENDENCIES, blocking=False, fallback="nothing: there is no pip here")
    )
    path = find_chromium()
    browser = Program(
        name="chromium",
        argv=(Path(path or "chromium").name, "--version"),
        wanted_for="the journeys need it, or the one that `playwright install chromium` brings",
    )
    return (dependencies, _NODE, *((browser, _FFMPEG) if walks else ()), _GH)


async def environment(commands: Commands, wanted: tuple[Program, ...]) -> Stage:
    """Ask each program for its version; what is missing is said, and with it what serves instead."""
    findings = [
        passed(
            "codex-parity",
            f"{version('codex-parity')} on Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        )
    ]
    for one in wanted:
        ran = await commands.run("environment", one.name, one.argv, timeout_s=_LOOK_S)
        if ran.exit == 0:
            findings.append(passed(one.name, ran.out.strip().split("\n")[0]))
            continue
        finding = one.lacking(ran.exit, ran.said)
        commands.judge(finding.status, ran.said)
        findings.append(finding)
    return Stage(name="environment", findings=tuple(findings))
