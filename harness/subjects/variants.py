"""IO: a cell by its address: reads ``matrix.toml``, looks for the pins of a version and of a runtime. See ``matrix.py``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from harness.errors import SubjectInvalid, UsageFault
from harness.jsonvalue import JsonValue
from harness.storage import read_text
from harness.subjects.base import PINS, Subject
from harness.subjects.matrix import (
    RUNTIME,
    Address,
    Matrix,
    family_of,
    parse_matrix,
    runtime_label,
    second_runtime,
    version_key,
)
from harness.subjects.runtimes import LOCK
from harness.wire.schemas import SchemaSet

FILE: Final = "matrix.toml"
RUNTIMES: Final = "runtimes"
"""The folder in ``subjects/`` with one folder of pins per Node."""

_OWN_PYTHON: Final = runtime_label(f"python {sys.version.split()[0]}")


def at(subject: Subject, address: Address, subjects: Path) -> Subject:
    """A subject at the version and on the runtime of an address; the subject itself where the address says neither.

    Args:
        subject: as its ``subject.toml`` says.
        address: how the person wrote it.
        subjects: the project's ``subjects/``, where the pins of runtimes lie.

    Raises:
        UsageFault: no pins for that version or runtime, or a runtime of another kind; names what there is and what adds it.
    """
    version = address.version or subject.version
    if version not in versions_of(subject):
        raise UsageFault(
            f"no pins for {subject.name} {version}",
            hint=f"There is {', '.join(versions_of(subject))}; `codex-parity subject pin {subject.name}@{version}` adds it.",
        )
    name = str(replace(address, name=subject.name))
    on = None if address.runtime is None else _checked(subject, address.runtime, subjects)
    return replace(
        subject,
        name=name,
        version=version,
        pinned=subject.version,
        on=on,
        runtime_pins=subjects / RUNTIMES / on if on and subject.runtime == "node" else None,
    )


def versions_of(subject: Subject) -> tuple[str, ...]:
    """The versions that have pins, ascending; the one of ``subject.toml`` among them."""
    folder = subject.folder / PINS
    there = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    return tuple(sorted(there | {subject.pinned or subject.version}, key=version_key))


def nodes(subjects: Path) -> tuple[str, ...]:
    """The Nodes that have pins."""
    found = {path.parent.name for path in (subjects / RUNTIMES).glob(f"*/{LOCK[0]}")}
    return tuple(sorted(found, key=version_key))


def _checked(subject: Subject, runtime: str, subjects: Path) -> str:
    match = RUNTIME.fullmatch(runtime)
    if match is None or match["kind"] != subject.runtime:
        raise UsageFault(
            f"{subject.name} does not run on {runtime}",
            hint=f"Its runtime is {subject.runtime}."
            if subject.runtime != "none"
            else "Its runtime cannot be chosen.",
        )
    if subject.install is None:
        raise UsageFault(
            f"{subject.name} has no [install], so its runtime cannot be chosen",
            hint="Only an SDK that is installed here can be put on another runtime.",
        )
    if match["kind"] == "node" and runtime not in nodes(subjects):
        raise UsageFault(
            f"no pins for {runtime}",
            hint=f"There is {', '.join(nodes(subjects)) or 'none'}; `codex-parity subject pin {runtime}` adds it.",
        )
    if match["kind"] == "python" and "." not in runtime:
        raise UsageFault(f"{runtime} is no version of Python", hint="Write it as python3.12.")
    return runtime


def read_matrix(subject: Subject, schemas: SchemaSet) -> Matrix | None:
    """The matrix of a subject; None for a subject without one.

    Raises:
        SubjectInvalid: the file is wrong, or names a version without pins.
    """
    path = subject.folder / FILE
    text = read_text(path)
    if text is None:
        return None
    try:
        document = cast("JsonValue", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SubjectInvalid(f"not TOML: {error}", where=str(path)) from error
    matrix = parse_matrix(document, str(path), subject.runtime, schemas)
    lacking = [one for one in matrix.versions if one not in versions_of(subject)]
    if lacking:
        family = family_of(subject.name)
        raise SubjectInvalid(
            f"version {lacking[0]} has no pins",
            where=str(path),
            hint=f"`codex-parity subject pin {family}@{lacking[0]}` writes them.",
        )
    return matrix


def cells(subject: Subject, schemas: SchemaSet, subjects: Path) -> list[Subject]:
    """Every cell of a subject's matrix; the subject itself when it has none.

    Raises:
        SubjectInvalid, UsageFault: see ``read_matrix`` and ``at``.
    """
    matrix = read_matrix(subject, schemas)
    if matrix is None:
        return [subject]
    return [
        at(
            subject,
            Address(name=subject.name, version=point.version, runtime=point.runtime),
            subjects,
        )
        for point in matrix.points
    ]


def everyday(
    found: Sequence[Subject], schemas: SchemaSet, subjects: Path, own_node: str | None
) -> list[Subject]:
    """What a plain run plays: each subject as it is pinned, then those that say so on a second runtime.

    Args:
        found: the pinned subjects.
        schemas: the contracts.
        subjects: the project's ``subjects/``.
        own_node: the machine's Node as an axis value; None: it has none.

    Raises:
        SubjectInvalid, UsageFault: see ``read_matrix`` and ``at``.
    """
    more = []
    for subject in found:
        matrix = read_matrix(subject, schemas)
        own = own_node if subject.runtime == "node" else _OWN_PYTHON
        second = None if matrix is None else second_runtime(matrix, own)
        if second is not None:
            more.append(at(subject, Address(name=subject.name, runtime=second), subjects))
    return [*found, *more]
