"""IO: the folders that one play of a real codex lives in; made fresh, gone afterwards, with every process in them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.client import kernel
from harness.jsonvalue import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One folder with all that codex may touch: working folder (a git repository), CODEX_HOME, HOME, temp."""

    root: Path

    @property
    def work(self) -> Path:
        """The working folder."""
        return self.root / "work"

    @property
    def codex_home(self) -> Path:
        """CODEX_HOME."""
        return self.root / "codex-home"

    @property
    def home(self) -> Path:
        """HOME."""
        return self.root / "home"

    @property
    def temp(self) -> Path:
        """Where temporary files go."""
        return self.root / "tmp"

    def places(self) -> dict[str, str]:
        """Label to path, the longest first, so that one inside another is found first."""
        return {
            "<CODEX_HOME>": str(self.codex_home),
            "<CWD>": str(self.work),
            "<HOME>": str(self.home),
            "<TMP>": str(self.temp),
            "<CELL>": str(self.root),
        }

    def fill(self, template: JsonValue) -> JsonValue:
        """Replace the labels of places in every string of a JSON value."""
        match template:
            case str():
                for label, path in self.places().items():
                    template = template.replace(label, path)
                return template
            case list():
                return [self.fill(child) for child in template]
            case dict():
                return {key: self.fill(child) for key, child in template.items()}
            case _:
                return template


@contextmanager
def place(files: Mapping[str, bytes]) -> Iterator[Place]:
    """A fresh place with ``files`` (path to content) in its working folder; whatever lives in it at the end is killed."""
    here = Place(root=Path(tempfile.mkdtemp(prefix="parity-real-")).resolve())
    try:
        for folder in (here.work / ".git", here.codex_home, here.home, here.temp):
            folder.mkdir(parents=True)
        # As much of a git repository as codex looks at.
        (here.work / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")
        for name, data in files.items():
            target = here.work / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        yield here
    finally:
        # The tools of codex lead process groups of their own, and outlive a codex that was killed.
        kernel.sweep(here.root)
        shutil.rmtree(here.root, ignore_errors=True)
