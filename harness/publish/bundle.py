"""IO: the folder of a finished run: what is in it, as a manifest, and its summary."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import cast

from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.publish.comment import TEMPLATE
from harness.publish.manifest import OWN_FILES, BundleFile, Manifest
from harness.wire.schemas import SchemaSet

ASSETS = Path(__file__).resolve().parent / "assets"


def read_summary(folder: Path, schemas: SchemaSet) -> dict[str, JsonValue]:
    """The ``summary.json`` of a run.

    Raises:
        UsageFault: there is none, or it is not one.
    """
    path = folder / "summary.json"
    hint = "Give the folder of a finished run, such as reports/parity; `codex-parity report` makes one of any run file."
    try:
        summary = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UsageFault("no summary.json", where=str(folder), hint=hint) from error
    except ValueError as error:
        raise UsageFault(f"not JSON ({error})", where=str(path), hint=hint) from error
    problem = schemas.first_problem("summary", summary)
    if problem is not None:
        raise UsageFault(problem.message, where=f"{path} {problem.path}", hint=hint)
    return cast("dict[str, JsonValue]", summary)


def read_manifest(folder: Path, run_id: str) -> Manifest:
    """Every file below ``folder`` with its sha256, without what publishing writes there and without hidden files.

    Raises:
        UsageFault: a link in it leads out of the folder: whoever gets the bundle would not have the file.
    """
    root = folder.resolve()
    files = []
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
        data = path.read_bytes()
        files.append(
            BundleFile(path=shown, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        )
    return Manifest(run_id=run_id, files=tuple(files))


def template_sources() -> dict[str, str]:
    """The template of the comment, by file name."""
    return {TEMPLATE: (ASSETS / TEMPLATE).read_text(encoding="utf-8")}
