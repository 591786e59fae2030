"""Runs the public command line as a person would: a process of its own, its exit code, its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.jsonvalue import JsonValue
from harness.root import find_root
from mutants.run import write_subjects

ROOT = Path(__file__).parent.parent
PROGRAM = [sys.executable, "-m", "harness.cli"]


def mutant(name: str, folder: Path) -> str:
    """The path of a subject that is wrong in one known way, for ``--subject``."""
    (path,) = write_subjects([name], folder, find_root(ROOT))
    return str(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    folder: Path

    def lines(self) -> list[dict[str, JsonValue]]:
        """The run file, line by line."""
        text = (self.folder / "run.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    def results(self) -> list[dict[str, JsonValue]]:
        """The result lines."""
        return [line for line in self.lines() if line["kind"] == "result"]


def environment(**changes: str) -> dict[str, str]:
    """Our environment without CI, and with ``changes``."""
    return {**{name: value for name, value in os.environ.items() if name != "CI"}, **changes}


def codex_parity(
    *arguments: str, folder: Path, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> Ended:
    """Run ``codex-parity``; ``folder`` is where a run puts its reports (``--out`` is added to ``run``)."""
    words = list(arguments)
    if words[0] == "run":
        words += ["--out", str(folder)]
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=cwd,
        env=env or environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr, folder=folder)


def run_module(module: str, *arguments: str, folder: Path) -> Ended:
    """Run ``python -m module`` in ``folder``."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr, folder=folder)
