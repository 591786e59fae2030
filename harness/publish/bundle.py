"""IO: the folder of a finished run or gate: what is in it, as a manifest, and the papers that the comment is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.publish.comment import TEMPLATE
from harness.publish.facts import Facts, facts_of
from harness.publish.gatefacts import facts_of_gate
from harness.publish.inside import local_paths, refused_links
from harness.publish.manifest import OWN_FILES, BundleFile, Manifest
from harness.wire.schemas import SchemaSet

ASSETS = Path(__file__).resolve().parent / "assets"
_HINT = "Give the folder of a finished run or gate, such as reports/parity; `codex-parity report` makes one of any run file."


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """``summary.json`` of a run and, where the folder is that of a gate, its ``gate.json`` and ``regressions.json``."""

    summary: Mapping[str, JsonValue]
    gate: Mapping[str, JsonValue] | None = None
    regressions: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def run_id(self) -> str:
        """Of the run, of the candidate where it is a gate."""
        return str(self.summary["run_id"])

    def facts(self) -> Facts:
        """What a comment says of it."""
        if self.gate is None:
            return facts_of(self.summary)
        return facts_of_gate(self.gate, self.regressions, self.summary)


def read_papers(folder: Path, schemas: SchemaSet) -> Papers:
    """The papers of a folder.

    Raises:
        UsageFault: there is no ``summary.json``, one of them is not of its form, or they speak of different runs.
    """
    summary = _read(folder, "summary", schemas)
    if not (folder / "gate.json").exists():
        return Papers(summary=summary)
    gate = _read(folder, "gate", schemas)
    regressions = _read(folder, "regressions", schemas)
    named = {
        "gate.json": cast("Mapping[str, JsonValue]", gate["candidate"])["run_id"],
        "regressions.json": regressions["candidate"],
    }
    for name, run_id in named.items():
        if run_id != summary["run_id"]:
            raise UsageFault(
                f"speaks of run {run_id}, summary.json of run {summary['run_id']}",
                where=str(folder / name),
                hint="Files of two gates are mixed here: run the gate again into an empty folder.",
            )
    return Papers(summary=summary, gate=gate, regressions=regressions)


def _read(folder: Path, name: str, schemas: SchemaSet) -> dict[str, JsonValue]:
    path = folder / f"{name}.json"
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UsageFault(f"no {name}.json", where=str(folder), hint=_HINT) from error
    except ValueError as error:
        raise UsageFault(f"not JSON ({error})", where=str(path), hint=_HINT) from error
    problem = schemas.first_problem(name, value)
    if problem is not None:
        raise UsageFault(problem.message, where=f"{path} {problem.path}", hint=_HINT)
    return cast("dict[str, JsonValue]", value)


def read_manifest(folder: Path, run_id: str) -> Manifest:
    """Every file below ``folder`` with its sha256, without what publishing writes there and without hidden files.

    Raises:
        UsageFault: a link in it leads out of the folder: whoever gets the bundle would not have the file.
    """
    root = folder.resolve()
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        shown = path.relative_to(folder).as_posix()
        if not path.is_file() or shown in OWN_FILES or shown.startswith("."):
            continue
        if not path.resolve().is_relative_to(root):
            raise UsageFault(
                "a link that leads out of the bundle",
                where=str(path),
                hint="Copy the file into the folder.",
            )
        found[shown] = path
    files = tuple(_file(shown, path.read_bytes(), found) for shown, path in found.items())
    return Manifest(run_id=run_id, files=files)


def _file(shown: str, data: bytes, paths: Collection[str]) -> BundleFile:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    return BundleFile(
        path=shown,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        blob=hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest(),
        local_paths=local_paths(text),
        refused=refused_links(shown, text, paths) if shown.endswith(".md") else (),
    )


def template_sources() -> dict[str, str]:
    """The template of the comment, by file name."""
    return {TEMPLATE: (ASSETS / TEMPLATE).read_text(encoding="utf-8")}
