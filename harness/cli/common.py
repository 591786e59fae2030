"""IO: what the commands share: consoles, the project's data, subjects by name or path."""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console

from harness import catalogue
from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.observation import Lane
from harness.real import releases
from harness.real.lane import choose
from harness.real.releases import Release
from harness.root import Root, find_root, load_schemas
from harness.scenario import Scenario
from harness.subjects import variants
from harness.subjects.base import Subject, load_subject
from harness.subjects.matrix import GRAMMAR, parse_address
from harness.subjects.runtimes import own_node
from harness.wire.schemas import SchemaSet

REFERENCE: Final = "reference"
NEWEST: Final = "0.169.0"
"""The release that the mock imitates (mock_codex/exec_peer.py), and the default of every command that asks a real one."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The data of the project a command was called in."""

    root: Root
    schemas: SchemaSet
    catalogue: catalogue.Catalogue


def project() -> Project:
    """Find and read the project's data.

    Raises:
        ScenarioInvalid, HarnessFault: a file of it is wrong or missing.
    """
    root = find_root(None)
    schemas = load_schemas(root)
    return Project(root=root, schemas=schemas, catalogue=catalogue.load(root, schemas))


def console(*, stderr: bool = False) -> Console:
    """A console that does not colour numbers and, where nobody watches, does not wrap."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 160
    return Console(stderr=stderr, highlight=False, width=width)


def in_ci() -> bool:
    """Whether this runs in CI: there nothing is written that belongs in the repository."""
    return bool(os.environ.get("CI"))


def subject_names(root: Root, *, optional: bool = False) -> list[str]:
    """Names of the subjects the project ships, the reference left out; ``optional``: also those with ``default = false``.

    Raises:
        SubjectInvalid: one of their files is wrong.
    """
    return sorted(
        path.parent.name
        for path in root.subjects.glob("*/subject.toml")
        if path.parent.name != REFERENCE and (optional or load_subject(path.parent).default)
    )


def find_subject(root: Root, name: str) -> Subject:
    """A subject by ``NAME[@VERSION][+RUNTIME]``; the name is one of ``subjects/``, or the path of a folder or of a ``.toml``.

    Raises:
        UsageFault: there is none, or none of that version or runtime.
        SubjectInvalid: its file is wrong.
    """
    whole = _load(root, name)
    if whole is not None:
        return whole
    address = parse_address(name)
    found = _load(root, address.name)
    if found is not None:
        cell = variants.at(found, address, root.subjects)
        return cell if found.given is None else replace(cell, given=name)
    known = [REFERENCE, *subject_names(root, optional=True)]
    near = difflib.get_close_matches(address.name, known, n=1)
    hint = (
        f"Did you mean {near[0]}?"
        if near
        else f"Known: {', '.join(known)}; or give the path of a subject's folder. A subject is written {GRAMMAR}."
    )
    raise UsageFault(f"no subject `{address.name}`", hint=hint)


def _load(root: Root, name: str) -> Subject | None:
    for path in (root.subjects / name, Path(name)):
        given = None if path.is_relative_to(root.subjects) else name
        if path.suffix == ".toml" and path.is_file():
            return replace(load_subject(path), given=given)
        if (path / "subject.toml").is_file():
            return replace(load_subject(path), given=given)
    return None


def everyday_subjects(root: Root, schemas: SchemaSet) -> list[Subject]:
    """What is played when nobody names a subject: every one the project ships, some on a second runtime too."""
    pinned = [find_subject(root, name) for name in subject_names(root)]
    return variants.everyday(pinned, schemas, root.subjects, own_node())


def matrix_subjects(root: Root, schemas: SchemaSet, names: Sequence[str]) -> list[Subject]:
    """Every cell of the matrices of these subjects; without names, of all that have one.

    Raises:
        UsageFault: a subject that was named has no matrix, or was named with a version or runtime.
    """
    cells: list[Subject] = []
    for name in names or subject_names(root):
        subject = find_subject(root, name)
        if subject.name != subject.family:
            raise UsageFault(
                f"`{name}` is one cell",
                where="--matrix",
                hint=f"Name the subject: {subject.family}.",
            )
        if variants.read_matrix(subject, schemas) is not None:
            cells += variants.cells(subject, schemas, root.subjects)
        elif names:
            raise UsageFault(
                f"{name} has no matrix",
                where="--matrix",
                hint=f"Write {subject.folder / variants.FILE}; docs/versions.md shows one.",
            )
    return cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind the clients: the release of the lane `real` or None, what it plays, and ids of what it cannot."""

    real: Release | None
    scenarios: tuple[Scenario, ...]
    others: tuple[str, ...]


def behind_clients(
    root: Root, scenarios: Sequence[Scenario], lane: Lane, version: str | None
) -> Behind:
    """The scenarios of a selection as a lane plays them.

    Raises:
        UsageFault: a release is named for the mock.
        RuntimeMissing: the release is not installed.
    """
    if lane == "mock":
        if version is not None:
            raise UsageFault("`--codex` without `--lane real`", hint="The mock is no release.")
        return Behind(real=None, scenarios=tuple(scenarios), others=())
    chosen = choose(scenarios)
    return Behind(
        real=releases.find(root.home, version or NEWEST),
        scenarios=chosen.played,
        others=chosen.others,
    )


def open_scenario(found: Project, given: str) -> catalogue.Opened:
    """The one scenario that a person named, by its id or as a file.

    Raises:
        NothingSelected: there is none with this id.
        UsageFault: the pattern fits several.
        ScenarioInvalid: the file is wrong.
    """
    if is_file(given):
        return catalogue.open_file(Path(given), found.root, found.schemas)
    scenarios = found.catalogue.select(given)
    if len(scenarios) > 1:
        raise UsageFault(
            f"`{given}` fits {len(scenarios)} scenarios",
            hint=f"Name one of them, such as {scenarios[0].id}.",
        )
    return catalogue.open_file(
        catalogue.path_of(scenarios[0], found.root), found.root, found.schemas
    )


def is_file(given: str) -> bool:
    """Whether a person means a file and not an id: ids have neither suffix nor slash."""
    return given.endswith((".yaml", ".json")) and Path(given).is_file()


def run_file(given: Path) -> Path:
    """The run file that a person means by a folder of a run, or by the file itself.

    Raises:
        UsageFault: there is none.
    """
    path = given / "run.jsonl" if given.is_dir() else given
    if not path.is_file():
        raise UsageFault(
            f"no run file at {path}", hint="Name the folder a run wrote to, or its run.jsonl."
        )
    return path


def print_json(value: JsonValue) -> None:
    """Write one JSON document to stdout for a program to read."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


class Stop:
    """Ends what plays in an orderly way at the first SIGINT or SIGTERM. Whatever it raises after that is its end."""

    def __init__(self) -> None:
        self.asked = False

    async def until_signal(self, work: Coroutine[object, object, _Result]) -> _Result:
        """Do ``work``; a signal cancels it, which kills what it started and removes its workspace."""
        task = asyncio.current_task()
        assert task is not None, "a coroutine that runs has a task"
        if sys.platform != "win32":
            for name in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(name, self._cancel, task)
        return await work

    def _cancel(self, task: asyncio.Task[object]) -> None:
        # Once: a second signal must not interrupt the cleaning up.
        if not self.asked:
            self.asked = True
            task.cancel()
