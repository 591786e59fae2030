"""IO: the run that is judged: made now, or read; its reports in the bundle; and the commands of the project beside it.

Source: REQUIREMENTS.md R4-5 (exact commands, failing suites and first failing tests), R4-4 (the mock is a fallback).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.errors import (
    EXIT_DIVERGENCE,
    EXIT_HARNESS,
    EXIT_INCOMPLETE,
    EXIT_PARITY,
    EXIT_STALE,
    HarnessFault,
    UsageFault,
)
from harness.gate.commands import OWN, Commands, Ran
from harness.gate.policy import Check
from harness.gate.stages import Finding, failed, fell_back, passed, warned, worst
from harness.ledger.outcomes import read as read_outcomes
from harness.report import files
from harness.report.model import RunModel
from harness.report.words import plural
from harness.wire.schemas import SchemaSet

RUN_S: Final = 4 * 3600.0
"""For how long the run of a candidate may last: a matrix of versions takes hours."""

_NAMED: Final = 3


async def make(commands: Commands, arguments: Sequence[str]) -> None:
    """Play the candidate into the bundle.

    Raises:
        HarnessFault: the command left no run file.
    """
    files.clear(
        commands.folder
    )  # an earlier run in this folder must not be taken for the candidate
    argv = run_command(arguments, commands.folder)
    ran = await commands.run("candidate", "run", argv, timeout_s=RUN_S)
    if not (commands.folder / "run.jsonl").is_file():
        log = commands.done[-1].log
        raise HarnessFault(
            f"the candidate was not played: {ran.said}",
            where=f"{commands.folder / str(log)}",
            hint="Call the command in the first line of that log.",
        )
    commands.judge(
        "fail" if ran.exit in (EXIT_HARNESS, None) else "pass",
        f"exit {ran.exit}; the classes say what of it is new",
    )


def run_command(arguments: Sequence[str], folder: Path) -> tuple[str, ...]:
    """The command that plays the candidate into a folder."""
    return (OWN, "run", *arguments, "-o", str(folder))


def read(run: Path, folder: Path, base: Path | None, schemas: SchemaSet) -> RunModel:
    """Put a run with all its reports into the bundle; they say what moved since ``base``."""
    kept = folder / "run.jsonl"
    if run.resolve() != kept.resolve():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run, kept)
    return files.write_all(kept, folder, schemas, previous=base).model


def findings(model: RunModel) -> list[Finding]:
    """What the run says of itself; its differences are judged beside the base."""
    found: list[Finding] = []
    if model.interrupted:
        found.append(failed("run", model.exit_reason, EXIT_INCOMPLETE))
    elif model.exit in (EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_STALE):
        found.append(failed("run", model.exit_reason, model.exit))
    else:
        found.append(passed("run", f"{model.head.run_id}, exit {model.exit}: {model.exit_reason}"))
    if model.footer is not None:
        found += [
            failed("baseline", f"{one.subject}: {one.sentence}", EXIT_STALE)
            for one in model.footer.baseline
        ]
    if not model.complete and not model.interrupted:
        part = model.head.filter or "a part of the catalogue"
        found.append(warned("catalogue", f"not all of it was played: {part}"))
    if model.head.lane == "mock":
        found.append(fell_back("codex", "no released codex was played", "the mock"))
    else:
        found.append(passed("codex", f"the released {model.head.codex}"))
    found += [warned("not verified", one) for one in model.not_verified]
    return found


async def checks(commands: Commands, wanted: Sequence[Check]) -> list[Finding]:
    """Run the commands of the project, each to its end, whatever the others say."""
    return [await _check(commands, one) for one in wanted]


async def _check(commands: Commands, check: Check) -> Finding:
    before = _written(check, commands.cwd)
    ran = await commands.run("candidate", check.name, check.argv, timeout_s=check.timeout_s)
    if ran.exit is None and check.fallback is not None:
        commands.judge("warn", ran.said)
        return await _fallback(commands, check, ran)
    finding = _judged(check, ran, _tests(check, commands.cwd, before))
    commands.judge(finding.status, finding.detail)
    return finding


async def _fallback(commands: Commands, check: Check, first: Ran) -> Finding:
    assert check.fallback is not None, "asked for by the caller"
    second = await commands.run("candidate", check.name, check.fallback, timeout_s=check.timeout_s)
    if second.exit != 0:
        finding = _judged(check, second, None)
    else:
        finding = fell_back(check.name, first.said, " ".join(check.fallback))
    commands.judge(finding.status, finding.detail)
    return finding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tests:
    """What a JUnit file says in one line, and what that makes of the exit code: 0 only for tests of which none failed."""

    said: str
    exit: int


def _judged(check: Check, ran: Ran, tests: _Tests | None) -> Finding:
    if ran.exit is None:
        code, how = EXIT_INCOMPLETE, "was not run to its end"
    else:
        code, how = EXIT_DIVERGENCE if ran.exit else EXIT_PARITY, f"exit {ran.exit}"
    if tests is not None:
        code = worst([code, tests.exit])
    detail = f"{how}: {ran.said if tests is None else tests.said}"
    if code == EXIT_PARITY:
        return passed(check.name, how if tests is None else detail)
    return failed(check.name, detail, code) if check.blocking else warned(check.name, detail)


def _written(check: Check, cwd: Path) -> int | None:
    """When the check's JUnit file was last written, None when there is none."""
    path = None if check.junit is None else cwd / check.junit
    return path.stat().st_mtime_ns if path is not None and path.is_file() else None


def _tests(check: Check, cwd: Path, before: int | None) -> _Tests | None:
    """What the JUnit file of a check says; None for a check without one."""
    if check.junit is None:
        return None
    if _written(check, cwd) == before:
        return _Tests(said=f"it did not write {check.junit}", exit=EXIT_INCOMPLETE)
    try:
        outcomes = read_outcomes((cwd / check.junit).read_text("utf-8"), check.junit)
    except (UsageFault, UnicodeDecodeError) as error:
        return _Tests(said=f"{check.junit} cannot be read: {error}", exit=EXIT_INCOMPLETE)
    bad = [name for name, outcome in outcomes.items() if outcome == "failed"]
    skipped = sum(outcome == "skipped" for outcome in outcomes.values())
    first = f", first {', '.join(bad[:_NAMED])}" if bad else ""
    return _Tests(
        said=f"{plural(len(outcomes), 'test')}, {len(bad)} failed{first}, {skipped} skipped",
        exit=EXIT_DIVERGENCE if bad else EXIT_PARITY,
    )
