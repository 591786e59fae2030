"""CORE: whether what is pinned is pinned by content: every package of every lock file, every codex binary that was recorded."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Final, cast

from harness.jsonvalue import JsonValue
from harness.release.lines import Line

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def pins_line(path: str, text: str) -> Line:
    """Whether every package of a lock file has a hash of its content.

    Args:
        path: of the file, whose name says what it is: requirements.txt, package-lock.json or Cargo.lock.
        text: its content.
    """
    name = f"pins: {path}"
    command = f"cat {path}"
    read = _READERS.get(path.rsplit("/", 1)[-1])
    if read is None:
        detail = "nobody here can tell whether these pins have hashes"
        return Line(status="warn", name=name, detail=detail, command=command)
    try:
        packages = read(text)
    except (ValueError, KeyError, AttributeError) as error:
        detail = f"cannot be read ({type(error).__name__}: {error})"
        return Line(status="fail", name=name, detail=detail, command=command)
    bare = sorted(package for package, hashed in packages.items() if not hashed)
    if not packages:
        return Line(status="fail", name=name, detail="pins nothing", command=command)
    if bare:
        detail = f"{len(bare)} of {len(packages)} packages have no hash, first {bare[0]}"
        return Line(status="fail", name=name, detail=detail, command=command)
    detail = f"{len(packages)} packages, each with its hash"
    return Line(status="pass", name=name, detail=detail, command=command)


def _requirements(text: str) -> dict[str, bool]:
    blocks = text.replace("\\\n", " ").split("\n")
    return {
        block.split()[0]: "--hash=sha256:" in block and "==" in block
        for block in blocks
        if block.strip() and not block.startswith("#")
    }


def _package_lock(text: str) -> dict[str, bool]:
    packages = cast("dict[str, dict[str, JsonValue]]", json.loads(text)["packages"])
    return {
        path: str(entry.get("integrity", "")).startswith(("sha512-", "sha256-"))
        for path, entry in packages.items()
        if path and not entry.get("link")
    }


def _cargo_lock(text: str) -> dict[str, bool]:
    packages = cast("list[dict[str, str]]", tomllib.loads(text)["package"])
    return {
        f"{entry['name']} {entry['version']}": bool(_SHA256.fullmatch(entry.get("checksum", "")))
        for entry in packages
        if "source" in entry
    }


_READERS: Final[Mapping[str, Callable[[str], dict[str, bool]]]] = {
    "requirements.txt": _requirements,
    "package-lock.json": _package_lock,
    "Cargo.lock": _cargo_lock,
}


def binary_line(version: str, provenance: Mapping[str, JsonValue], here: str | None) -> Line:
    """Whether the recordings of a release of codex say the sha256 of its binary, and the binary here has it.

    Args:
        version: of codex.
        provenance: ``fixtures/wire/VERSION/provenance.json``.
        here: the sha256 of the binary on this machine, None without one.
    """
    name = f"binary: codex {version}"
    command = f"sha256sum .parity/codex/{version}/vendor/bin/codex"
    said = provenance.get("binary_sha256")
    if not isinstance(said, str) or not _SHA256.fullmatch(said):
        detail = f"fixtures/wire/{version}/provenance.json says no binary_sha256"
        return Line(status="fail", name=name, detail=detail, command=command)
    if here is None:
        detail = f"pinned as {said[:12]}; no such release on this machine to compare with"
        return Line(status="warn", name=name, detail=detail, command=command)
    if here != said:
        detail = f"pinned as {said[:12]}, the binary here is {here[:12]}"
        return Line(status="fail", name=name, detail=detail, command=command)
    return Line(status="pass", name=name, detail=f"sha256 {said[:12]}", command=command)
