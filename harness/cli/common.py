"""IO: what the commands share: consoles, the project's data, subjects by name or path."""

from __future__ import annotations

import difflib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from harness import catalogue
from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.root import Root, find_root, load_schemas
from harness.subjects.base import Subject, load_subject
from harness.wire.schemas import SchemaSet

REFERENCE: Final = "reference"


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
    """A subject by its name in ``subjects/``, or by the path of its folder or of its ``.toml``.

    Raises:
        UsageFault: there is none.
        SubjectInvalid: its file is wrong.
    """
    for path in (root.subjects / name, Path(name)):
        if path.suffix == ".toml" and path.is_file():
            return load_subject(path)
        if (path / "subject.toml").is_file():
            return load_subject(path)
    known = [REFERENCE, *subject_names(root, optional=True)]
    near = difflib.get_close_matches(name, known, n=1)
    hint = (
        f"Did you mean {near[0]}?"
        if near
        else f"Known: {', '.join(known)}; or give the path of a subject's folder."
    )
    raise UsageFault(f"no subject `{name}`", hint=hint)


def print_json(value: JsonValue) -> None:
    """Write one JSON document to stdout for a program to read."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
