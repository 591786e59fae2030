"""IO: puts the pinned SDK of a subject into an environment of its own, and says how its driver is started.

    <home>/subjects/<name>-<12 hex of the pins>/     the environment; complete when it holds ``installed.json``
    <home>/subjects/<name>-<12 hex>.new-<pid>/       being made; renamed when done, so a killed install leaves no ruin

Changed pins make another folder, and one that is there needs no network. Knows packagers, not drivers.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.client import process
from harness.errors import RuntimeMissing, SpawnFailed
from harness.subjects import build
from harness.subjects.base import PLACEHOLDER, Subject, version_of

MARKER: Final = "installed.json"
_PROBE_S: Final = 20.0
_INSTALL_S: Final = 300.0
_AGAIN: Final = "Is the package index reachable? Then run `codex-parity subject install` again; nothing half-made is kept."
_REPAIR: Final = "Repair what it says above, then call this again; what was built before is kept."
_STDERR_LINES: Final = 12
_BUILD_S: Final = 900.0
_NPM: Final = ("ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund")
"""Without the optional packages: they are the codex binary of each platform, and plays bring their own codex."""

_PIP: Final = (
    "-m",
    "pip",
    "install",
    "--no-deps",
    "--only-binary=:all:",
    "--no-input",
    "--disable-pip-version-check",
)
"""Without resolving and without building: the pins name every package, and nothing of them runs on installation."""


def environment(subject: Subject, home: Path) -> Path:
    """The folder in which the SDK of a subject is or would be installed; for one without ``[install]`` its own folder."""
    if subject.install is None:
        return subject.folder
    digest = hashlib.sha256()
    for name in _pin_files(subject):
        digest.update((subject.folder / name).read_bytes() + b"\0")
    if subject.install.kind == "pip":
        digest.update(f"{sys.base_prefix} {sysconfig.get_python_version()}".encode())
    return home.resolve() / "subjects" / f"{subject.name}-{digest.hexdigest()[:12]}"


def command(subject: Subject, home: Path) -> list[str]:
    """The argv of the subject's driver.

    Raises:
        RuntimeMissing: the runtime's program is not on this machine, or the SDK is not installed in ``home``.
    """
    env = environment(subject, home)
    if subject.install is not None and not (env / MARKER).is_file():
        raise RuntimeMissing(
            f"{subject.sdk} {subject.version} is not installed",
            where=subject.name,
            hint=f"Run `codex-parity subject install {subject.name}`.",
        )
    places = {
        "runtime": _runtime(subject, env),
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
    """Install the SDK of a subject where it is not there yet; returns its environment.

    Args:
        subject: the subject; one without ``[install]`` needs nothing.
        home: where environments are kept, such as ``.parity``.
        progress: told one sentence before each step that takes time.

    Raises:
        RuntimeMissing: the runtime or its packager is missing or too old, or the packager failed; says what to do.
    """
    env = environment(subject, home)
    if subject.install is None or _complete(subject, env):
        return env
    new = env.with_name(f"{env.name}.new-{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        progress(
            f"{subject.name}: installing {subject.sdk} {subject.version} ({subject.install.kind})"
        )
        match subject.install.kind:
            case "npm":
                await _npm(subject, new)
            case "pip":
                await _pip(subject, new)
            case _:
                await _build(subject, new, env.parents[1] / "build" / subject.name)
        (new / MARKER).write_text(
            json.dumps({"sdk": subject.sdk, "version": subject.version}), "utf-8"
        )
        _move_in(new, env)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return env


def _move_in(new: Path, env: Path) -> None:
    if env.exists() and not (env / MARKER).is_file():
        shutil.rmtree(env)
    try:
        new.rename(env)
    except OSError:
        # Another installation of the same pins was faster; its result is as good as ours.
        if not (env / MARKER).is_file():
            raise


def _complete(subject: Subject, env: Path) -> bool:
    if not (env / MARKER).is_file():
        return False
    if (
        subject.install is not None
        and subject.install.kind == "pip"
        and not _venv_python(env).exists()
    ):
        # Its Python was uninstalled.
        shutil.rmtree(env)
        return False
    return True


async def _npm(subject: Subject, new: Path) -> None:
    assert subject.install is not None
    node, npm = _program(subject, "node"), _program(subject, "npm")
    found = await _run([node, "--version"], subject, "node does not start", _PROBE_S)
    if version_of(found) < subject.runtime_min:
        raise _missing(subject, f"node is too old: {found.strip()}")
    for name in _pin_files(subject):
        shutil.copyfile(subject.folder / name, new / name)
    await _run([npm, *_NPM], subject, "npm could not install the SDK", _INSTALL_S, cwd=new)


async def _pip(subject: Subject, new: Path) -> None:
    assert subject.install is not None
    if sys.version_info < subject.runtime_min:
        raise _missing(subject, f"Python is too old: {sys.version.split()[0]}")
    await _run(
        [sys.executable, "-m", "venv", str(new)], subject, "no virtual environment", _INSTALL_S
    )
    pins = str(subject.folder / subject.install.pins)
    argv = [str(_venv_python(new)), *_PIP, "--requirement", pins]
    await _run(argv, subject, "pip could not install the SDK", _INSTALL_S)


async def _build(subject: Subject, new: Path, cache: Path) -> None:
    assert subject.install is not None
    recipe = build.RECIPES[subject.install.kind]
    program = _program(subject, recipe.program)
    env = {**os.environ, **build.filled(recipe.env, new, cache)}
    for step in recipe.steps:
        argv = [program, *build.filled(dict(enumerate(step)), new, cache).values()]
        complaint = f"{recipe.program} could not build the driver"
        await _run(argv, subject, complaint, _BUILD_S, subject.folder, env, _REPAIR)


async def _run(
    argv: Sequence[str],
    subject: Subject,
    complaint: str,
    timeout_s: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    hint: str = _AGAIN,
) -> str:
    where = None if cwd is None else str(cwd)
    try:
        ended = await process.run(argv, env=env, cwd=where, timeout_s=timeout_s)
    except SpawnFailed as error:
        raise _missing(subject, f"{complaint}: {error}") from error
    except TimeoutError as error:
        what = f"{complaint}: no end within {timeout_s:g} s"
        raise RuntimeMissing(what, where=subject.name, hint=hint) from error
    if ended.returncode != 0:
        said = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip().split("\n")
        tail = "\n  ".join(said[-_STDERR_LINES:])
        raise RuntimeMissing(
            f"{complaint} (exit {ended.returncode})\n  {tail}", where=subject.name, hint=hint
        )
    return ended.stdout.decode("utf-8", "replace")


def _runtime(subject: Subject, env: Path) -> str:
    match subject.runtime:
        case "node" | "dotnet" | "elixir":
            return _program(subject, subject.runtime)
        case "python":
            return str(_venv_python(env)) if subject.install is not None else sys.executable
        case "go" | "rust" | "none":
            return ""


def _program(subject: Subject, name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise _missing(subject, f"no `{name}` on PATH")
    return found


def _missing(subject: Subject, what: str) -> RuntimeMissing:
    return RuntimeMissing(what, where=subject.name, hint=subject.get)


def _venv_python(env: Path) -> Path:
    return env / "Scripts" / "python.exe" if sys.platform == "win32" else env / "bin" / "python"


def _pin_files(subject: Subject) -> Sequence[str]:
    """What an environment depends on, relative to the subject's folder: its pins, and the sources of what is built."""
    assert subject.install is not None
    match subject.install.kind:
        case "npm":
            return (subject.install.pins, "package.json")
        case "pip":
            return (subject.install.pins,)
        case kind:
            return build.sources(kind, subject.folder)
