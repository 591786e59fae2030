"""IO: exactly the actions that our workflows use, as this machine can do them. An unknown action or input is refused."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from ci_local import shell
from ci_local.artifacts import Artifacts, Caches
from ci_local.errors import ActionFailed, Refused

Given: TypeAlias = Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Machine:
    """What the actions of one job work on.

    Attributes:
        checkout: the repository whose committed tree a job gets.
        commit: the commit.
        repository: the name that stands for it, as ``github.repository``.
        workspace: the job's folder.
        tools: where environments are made, outside of the workspace.
        path: folders that come before PATH, the newest first.
        stand_ins: what this machine did in place of what was asked for.
        later: what is done when the job has ended well.
    """

    checkout: Path
    commit: str
    repository: str
    workspace: Path
    tools: Path
    artifacts: Artifacts
    caches: Caches
    path: list[str] = field(default_factory=list)
    stand_ins: list[str] = field(default_factory=list)
    later: list[Callable[[], str]] = field(default_factory=list)


Made: TypeAlias = tuple[str, Mapping[str, str]]
"""What an action did, for a person, and its outputs."""


def prepare(machine: Machine) -> None:
    """What a runner has and this machine may lack: ``sudo``, which root needs not."""
    if sys.platform != "win32" and os.geteuid() == 0 and shutil.which("sudo") is None:
        sudo = machine.tools / "bin" / "sudo"
        sudo.parent.mkdir(parents=True)
        sudo.write_text('#!/bin/sh\nexec "$@"\n', "utf-8")
        sudo.chmod(0o755)
        machine.path.append(str(sudo.parent))


def own_action(path: str, machine: Machine) -> Path:
    """The folder of an action that lies in the workflow's own repository, named as ``$/PATH``: no checkout is needed for it."""
    folder = machine.tools / "self"
    if not folder.exists():
        _clone(machine, folder, "1", machine.commit)
    return folder / path


def act(name: str, given: Given, machine: Machine) -> Made:
    """Do what the action does.

    Args:
        name: the action without its commit, such as ``actions/checkout``.
        given: its inputs.
        machine: the job's.

    Raises:
        Refused: the action or one of its inputs is not known here.
        ActionFailed: it did what it does when it fails.
    """
    if name not in _ACTIONS:
        raise Refused(f"no action `{name}`", f"known: {', '.join(_ACTIONS)}")
    known, action = _ACTIONS[name]
    unknown = sorted(given.keys() - known)
    if unknown:
        raise Refused(f"the input `{unknown[0]}` of {name} is not known here")
    return action(given, machine)


def _checkout(given: Given, machine: Machine) -> Made:
    if given.get("repository") not in (None, machine.repository):
        raise Refused(f"only this repository is here, not {given['repository']}", "checkout")
    wanted = f"{given.get('ref') or machine.commit}^{{commit}}"
    commit = shell.git("rev-parse", "--verify", wanted, cwd=machine.checkout)
    place = given.get("path", ".")
    _clone(machine, machine.workspace / place, given.get("fetch-depth", "1"), commit)
    return f"commit {commit[:12]} in {place}", {}


def _clone(machine: Machine, target: Path, depth: str, commit: str) -> None:
    limit = [] if depth == "0" else [f"--depth={depth}"]
    target.mkdir(parents=True, exist_ok=True)
    shell.git("init", "--quiet", ".", cwd=target)
    shell.git("fetch", "--quiet", "--tags", *limit, machine.checkout.as_uri(), commit, cwd=target)  # fmt: skip
    shell.git("checkout", "--quiet", commit, cwd=target)


def _python(given: Given, machine: Machine) -> Made:
    wanted = given["python-version"]
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    named = next((one for one in _pythons(wanted) if shell.is_python(one, wanted)), None)
    if named is None and wanted != here:
        machine.stand_ins.append(f"Python {here} in place of {wanted}")
    folder = machine.tools / f"python-{wanted}"
    shell.venv(named or sys.executable, folder)
    machine.path.insert(0, str(folder / ("Scripts" if sys.platform == "win32" else "bin")))
    return f"Python {wanted if named else here} in {folder.name}", {}


def _pythons(version: str) -> Iterator[str]:
    """Programs that may be a Python of that version: on PATH, and what pyenv keeps."""
    on_path = shutil.which(f"python{version}")
    if on_path is not None:
        yield on_path
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from (str(path) for path in sorted(kept.glob(f"{version}.*/bin/python")))


def _node(given: Given, machine: Machine) -> Made:
    found = shutil.which("node")
    if found is None:
        machine.stand_ins.append(f"no Node.js in place of {given['node-version']}")
        return "there is no node here", {}
    machine.stand_ins.append(f"the Node.js of this machine in place of {given['node-version']}")
    return "the node that is here", {}


def _upload(given: Given, machine: Machine) -> Made:
    said = machine.artifacts.upload(
        given.get("name", "artifact"),
        given["path"],
        workspace=machine.workspace,
        nothing=given.get("if-no-files-found", "warn"),
    )
    return said, {}


def _download(given: Given, machine: Machine) -> Made:
    said = machine.artifacts.download(
        name=given.get("name", ""),
        pattern=given.get("pattern", ""),
        merge=given.get("merge-multiple") == "true",
        path=machine.workspace / given.get("path", "."),
    )
    return said, {}


def _restore(given: Given, machine: Machine) -> Made:
    key = given["key"]
    prefixes = [line.strip() for line in given.get("restore-keys", "").split("\n") if line.strip()]
    found = machine.caches.restore(key, prefixes, paths=given["path"], workspace=machine.workspace)
    return (
        f"{found} restored" if found else f"nothing is kept as {key}",
        {"cache-hit": str(found == key).lower(), "cache-matched-key": found or ""},
    )


def _save(given: Given, machine: Machine) -> Made:
    said = machine.caches.save(given["key"], paths=given["path"], workspace=machine.workspace)
    return said, {}


def _cache(given: Given, machine: Machine) -> Made:
    made = _restore(given, machine)
    if made[1]["cache-hit"] != "true":
        machine.later.append(lambda: _save(given, machine)[0])
    return made


def _attest(given: Given, machine: Machine) -> Made:
    pattern = given["subject-path"]
    found = [path for path in machine.workspace.glob(pattern) if path.is_file()]
    if not found:
        raise ActionFailed(f"no file at {pattern}")
    machine.stand_ins.append(f"no attestation of {len(found)} files: GitHub alone can sign it")
    return f"{len(found)} files, not attested here", {}


_ACTIONS: Final[Mapping[str, tuple[frozenset[str], Callable[[Given, Machine], Made]]]] = {
    "actions/checkout": (
        frozenset({"persist-credentials", "fetch-depth", "path", "ref", "repository"}),
        _checkout,
    ),
    "actions/setup-python": (frozenset({"python-version"}), _python),
    "actions/setup-node": (frozenset({"node-version"}), _node),
    "actions/upload-artifact": (
        frozenset({"name", "path", "if-no-files-found", "retention-days"}),
        _upload,
    ),
    "actions/download-artifact": (
        frozenset({"name", "pattern", "path", "merge-multiple"}),
        _download,
    ),
    "actions/cache": (frozenset({"path", "key", "restore-keys"}), _cache),
    "actions/cache/restore": (frozenset({"path", "key", "restore-keys"}), _restore),
    "actions/cache/save": (frozenset({"path", "key"}), _save),
    "actions/attest-build-provenance": (frozenset({"subject-path"}), _attest),
}
