"""IO: puts the pinned SDK of a subject into an environment of its own, and says how its driver is started.

``<home>/subjects/<name>-<12 hex of the pins>`` is the environment (``packager.py``). Changed pins make another one, and one
that is there needs no network. The runtimes of one version share it where the packager does not care (npm); a Python has
its own. Knows packagers, not drivers.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Final

from harness.errors import RuntimeMissing
from harness.subjects import build
from harness.subjects.base import PLACEHOLDER, Subject, version_of
from harness.subjects.packager import (
    complete,
    digest_of,
    keep,
    npm_ci,
    on_path,
    run_tool,
    venv_python,
)
from harness.subjects.runtimes import find_python, install_node, node_program

_PROBE_S: Final = 20.0
_BUILD_S: Final = 900.0
_REPAIR: Final = "Repair what it says above, then call this again; what was built before is kept."
_NO_BINARIES: Final = "--omit=optional"
"""The optional packages of an SDK are the codex binary of each platform, and plays bring their own codex."""

_PIP: Final = (
    "-m",
    "pip",
    "install",
    "--no-deps",
    "--only-binary=:all:",
    "--no-input",
    "--disable-pip-version-check",
)
"""Without resolving and without building: the pins name every package (pip holds them to hashes where there are some), and
nothing of them runs."""


def environment(subject: Subject, home: Path) -> Path:
    """The folder in which the SDK of a subject is or would be installed; for one without ``[install]`` its own folder."""
    if subject.install is None:
        return subject.folder
    own = f"{sys.base_prefix} {sysconfig.get_python_version()}"
    more = (subject.on or own,) if subject.install.kind == "pip" else ()
    return home.resolve() / "subjects" / f"{subject.family}-{digest_of(pin_files(subject), *more)}"


def command(subject: Subject, home: Path) -> list[str]:
    """The argv of the subject's driver.

    Raises:
        RuntimeMissing: the runtime's program is not on this machine, or the SDK is not installed in ``home``.
    """
    env = environment(subject, home)
    if subject.install is not None and not complete(env):
        raise RuntimeMissing(
            f"{subject.sdk} {subject.version} is not installed",
            where=subject.name,
            hint=f"Run `codex-parity subject install {subject.name}`.",
        )
    places = {
        "runtime": _runtime(subject, env, home),
        "python": sys.executable,
        "here": str(subject.folder),
        "env": str(env),
    }
    return [PLACEHOLDER.sub(lambda found: places[found[1]], word) for word in subject.command]


def ready(subject: Subject, home: Path) -> str:
    """One sentence on a subject that can be started.

    Raises:
        RuntimeMissing: it cannot; see ``command``.
    """
    program = command(subject, home)[0]
    installed = "" if subject.install is None else f" in {environment(subject, home)}"
    return f"{subject.sdk} {subject.version}{installed}, started by {program}"


async def install(subject: Subject, home: Path, progress: Callable[[str], None]) -> Path:
    """Install the SDK of a subject, and the runtime it asks for, where they are not there yet; returns its environment.

    Args:
        subject: the subject; one without ``[install]`` needs nothing.
        home: where environments are kept, such as ``.parity``.
        progress: told one sentence before each step that takes time.

    Raises:
        RuntimeMissing: the runtime or its packager is missing or too old, or the packager failed; says what to do.
    """
    env = environment(subject, home)
    if subject.install is None:
        return env
    await install_node(subject, home, progress)
    if _complete(subject, env):
        return env
    kind = subject.install.kind

    async def make(new: Path) -> None:
        progress(f"{subject.name}: installing {subject.sdk} {subject.version} ({kind})")
        match kind:
            case "npm":
                await _npm(subject, new, home)
            case "pip":
                await _pip(subject, new, home, progress)
            case _:
                await _build(subject, new, env.parents[1] / "build" / subject.name)

    await keep(env, make, {"sdk": subject.sdk, "version": subject.version})
    return env


def _complete(subject: Subject, env: Path) -> bool:
    if not complete(env):
        return False
    if (
        subject.install is not None
        and subject.install.kind == "pip"
        and not venv_python(env).exists()
    ):
        # Its Python was uninstalled.
        shutil.rmtree(env)
        return False
    return True


async def _npm(subject: Subject, new: Path, home: Path) -> None:
    node = _runtime(subject, new, home)
    found = await run_tool(
        [node, "--version"],
        where=subject.name, complaint="node does not start", get=subject.get, timeout_s=_PROBE_S,
    )  # fmt: skip
    if version_of(found) < subject.runtime_min:
        raise _missing(subject, f"node is too old: {found.strip()}")
    await npm_ci(
        new, pin_files(subject), _NO_BINARIES,
        where=subject.name, complaint="npm could not install the SDK", get=subject.get,
    )  # fmt: skip


async def _pip(subject: Subject, new: Path, home: Path, progress: Callable[[str], None]) -> None:
    python, version = sys.executable, sys.version.split()[0]
    if subject.on is not None:
        python = await find_python(subject.on, home, subject.name, progress)
        version = subject.on
    if version_of(version) < subject.runtime_min:
        raise _missing(subject, f"Python is too old: {version}")
    await run_tool(
        [python, "-m", "venv", str(new)],
        where=subject.name, complaint="no virtual environment", get=subject.get,
    )  # fmt: skip
    (pins,) = pin_files(subject)
    await run_tool(
        [str(venv_python(new)), *_PIP, "--requirement", str(pins)],
        where=subject.name, complaint="pip could not install the SDK", get=subject.get,
    )  # fmt: skip


async def _build(subject: Subject, new: Path, cache: Path) -> None:
    assert subject.install is not None
    recipe = build.RECIPES[subject.install.kind]
    program = on_path(recipe.program, subject.name, subject.get)
    env = {**os.environ, **build.filled(recipe.env, new, cache)}
    for step in recipe.steps:
        argv = [program, *build.filled(dict(enumerate(step)), new, cache).values()]
        await run_tool(
            argv, where=subject.name, complaint=f"{recipe.program} could not build the driver",
            get=subject.get, timeout_s=_BUILD_S, cwd=subject.folder, env=env, again=_REPAIR,
        )  # fmt: skip


def _runtime(subject: Subject, env: Path, home: Path) -> str:
    match subject.runtime:
        case "node" if subject.runtime_pins is not None:
            return node_program(subject.runtime_pins, home, subject.name)
        case "node" | "dotnet" | "elixir":
            return on_path(subject.runtime, subject.name, subject.get)
        case "python":
            return str(venv_python(env)) if subject.install is not None else sys.executable
        case "go" | "rust" | "none":
            return ""


def _missing(subject: Subject, what: str) -> RuntimeMissing:
    return RuntimeMissing(what, where=subject.name, hint=subject.get)


def pin_files(subject: Subject) -> tuple[Path, ...]:
    """What an environment depends on and its key is made of: the version's pins, or the sources of what is built."""
    assert subject.install is not None, "a subject without an install has no pins"
    match subject.install.kind:
        case "npm":
            names: tuple[str, ...] = (subject.install.pins, "package.json")
        case "pip":
            names = (subject.install.pins,)
        case kind:
            return tuple(subject.folder / name for name in build.sources(kind, subject.folder))
    return tuple(subject.pins_folder / name for name in names)
