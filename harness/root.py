"""Where the project's data lies: scenarios, schemas, subjects, golden files, and where to write. Reads, never writes.

A checkout is found from the current folder upwards, so that `codex-parity` works in any folder of it. Outside of a
checkout the data packed into the installed package serves (``pyproject.toml``, force-include), and what is written goes
below the current folder. Knows paths and how to read the schemas, nothing of what a scenario says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue
from harness.wire.schemas import SchemaSet

PACKAGE: Final = Path(__file__).resolve().parent
"""The folder of the installed ``harness`` package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The folders of one project. ``reports``, ``home`` (caches, cells, run files) and ``own_baselines`` need not exist yet.

    ``own_baselines`` is where expected differences are written: in a checkout ``baselines`` itself, else below the current
    folder, because an SDK's own repository cannot write into an installed package.
    """

    fixtures: Path
    schemas: Path
    subjects: Path
    golden: Path
    baselines: Path
    own_baselines: Path
    reports: Path
    home: Path

    @property
    def scenarios(self) -> Path:
        """The folder of the scenarios, one folder per family."""
        return self.fixtures / "scenarios"

    def baseline(self, subject: str) -> Path:
        """The file with the expected differences of a subject, which need not exist: the caller's own, else the packed one."""
        own = self.own_baselines / f"{subject}.toml"
        return own if own.is_file() else self.baselines / f"{subject}.toml"

    @property
    def fidelity(self) -> Path:
        """The folder of what runs of released binaries confirmed, and of what explains a difference, per version."""
        return self.fixtures / "fidelity"

    @property
    def wire(self) -> Path:
        """The folder of the recordings, one folder per codex version."""
        return self.fixtures / "wire"


def find_root(start: Path | None = None, *, package: Path = PACKAGE) -> Root:
    """Find the data for somebody who stands in ``start``.

    Args:
        start: the folder to look from, upwards; None: the current folder.
        package: the folder of the installed package, whose data serves when no checkout is around ``start``.

    Returns:
        The nearest checkout; else the packed data; else, for an editable installation, the checkout of the package.
        Without a checkout around ``start``, ``reports``, ``home`` and ``own_baselines`` are below ``start``.

    Raises:
        HarnessFault: no data anywhere; the installation is broken.
    """
    here = (Path.cwd() if start is None else start).resolve()
    for folder in (here, *here.parents):
        if _holds_data(folder):
            return _root(folder, package, output=folder)
    for folder in (package / "_data", package.parent):
        if _holds_data(folder):
            return _root(folder, package, output=here)
    raise HarnessFault(
        "no scenarios and subjects",
        where=f"{here} and above, {package / '_data'}",
        hint="Change into a checkout of the project, or install the package again.",
    )


def load_schemas(root: Root) -> SchemaSet:
    """Read every contract in ``schemas/``.

    Raises:
        HarnessFault: a schema cannot be read, is not a JSON object, or there is none.
    """
    documents: dict[str, JsonValue] = {}
    for path in sorted(root.schemas.glob("*.json")):
        try:
            document = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise HarnessFault(f"not a schema ({error})", where=str(path)) from error
        if not isinstance(document, dict):
            raise HarnessFault("not a schema (not a JSON object)", where=str(path))
        documents[path.stem] = document
    if not documents:
        raise HarnessFault(
            "no schema",
            where=str(root.schemas),
            hint="Install the package again, or restore schemas/.",
        )
    return SchemaSet(documents)


def _holds_data(folder: Path) -> bool:
    return (folder / "fixtures" / "scenarios").is_dir() and (folder / "subjects").is_dir()


def _root(data: Path, package: Path, *, output: Path) -> Root:
    # A folder with scenarios of its own need not carry the contracts: they belong to the harness.
    candidates = (data / "schemas", package / "_data" / "schemas", package.parent / "schemas")
    schemas = next((path for path in candidates if path.is_dir()), candidates[0])
    fixtures = data / "fixtures"
    return Root(
        fixtures=fixtures,
        schemas=schemas,
        subjects=data / "subjects",
        golden=fixtures / "golden",
        baselines=fixtures / "baselines",
        own_baselines=output / "fixtures" / "baselines",
        reports=output / "reports",
        home=output / ".parity",
    )
