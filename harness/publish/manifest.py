"""CORE: the manifest of a bundle: every file with its length and sha256. What a comment says of a file must be in it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.jsonvalue import JsonValue

OWN_FILES = ("manifest.json", "comment.md", "publication.json")
"""What publishing itself writes into the folder; never part of the bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """One file: its path in the bundle (slashes), its length in bytes, its sha256 in hex.

    ``blob`` is the name that git gives its content, by which a commit is held against it. ``local_paths`` counts the paths
    of this machine in its text, ``refused`` says which of its links nobody else could follow (``inside.py``).
    """

    path: str
    bytes: int
    sha256: str
    blob: str
    local_paths: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The files of the bundle of one run, sorted by path."""

    run_id: str
    files: tuple[BundleFile, ...]

    def paths(self) -> frozenset[str]:
        """Every path."""
        return frozenset(one.path for one in self.files)

    def hashes(self) -> frozenset[str]:
        """Every sha256."""
        return frozenset(one.sha256 for one in self.files)

    def refused(self) -> tuple[str, ...]:
        """Every link of a Markdown file of the bundle that only this machine could follow."""
        return tuple(said for one in self.files for said in one.refused)

    def to_json(self) -> dict[str, JsonValue]:
        """As ``schemas/manifest.json`` says."""
        return {
            "schema": 1,
            "run_id": self.run_id,
            "files": [
                {"path": one.path, "bytes": one.bytes, "sha256": one.sha256} for one in self.files
            ],
        }
