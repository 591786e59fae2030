"""IO: what is to be released, from which commit, with which changelog; asked before anything is done.

Source: REQUIREMENTS.md R4-3 (version, branch or tag, changelog, blockers), R4-14 (the draft of the changelog).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.errors import EXIT_DIVERGENCE
from harness.gate import changelog
from harness.gate.commands import Commands
from harness.gate.record import Intake
from harness.gate.stages import Finding, Stage, failed, passed, warned
from harness.storage import read_text

_LOOK_S: Final = 30.0
_NAMELESS: Final = "a release without a name"
_LOGS: Final = ("changelog.d", "CHANGELOG.md")


async def take_in(commands: Commands, release: str | None, log: Path | None) -> Intake:
    """What is to be released, from where.

    Args:
        commands: run git.
        release: as a person named it; None: name and version in the ``pyproject.toml`` of the current folder.
        log: the changelog as a person named it, a file or a folder of fragments; None: ``changelog.d``, else ``CHANGELOG.md``.
    """
    cwd = commands.cwd
    commit = await _git(commands, "commit", "rev-parse", "--verify", "HEAD")
    branch = tag = None
    dirty: bool | None = None
    if commit is not None:
        branch = await _git(commands, "branch", "rev-parse", "--abbrev-ref", "HEAD")
        tag = await _git(commands, "tag", "describe", "--exact-match", "--tags", "HEAD")
        dirty = await _dirty(commands)
    found = log or next((path for name in _LOGS if (path := cwd / name).exists()), None)
    return Intake(
        release=release or _version(cwd),
        commit=commit,
        branch=None if branch == "HEAD" else branch,
        tag=tag,
        dirty=dirty,
        changelog=None if found is None else shown(found, cwd),
    )


async def _git(commands: Commands, name: str, *words: str) -> str | None:
    ran = await commands.run("intake", name, ("git", *words), timeout_s=_LOOK_S)
    if ran.exit == 0:
        return ran.out.strip() or None
    commands.judge("warn", ran.said)
    return None


async def _dirty(commands: Commands) -> bool | None:
    """Whether something is not committed, the bundle of this gate left out; None: git cannot say."""
    bundle = (commands.bundle or commands.folder).resolve()
    own = (
        [f":(exclude){bundle.relative_to(commands.cwd).as_posix()}"]
        if bundle.is_relative_to(commands.cwd) and bundle != commands.cwd
        else []
    )
    argv = ("git", "status", "--porcelain", "--", ".", *own)
    ran = await commands.run("intake", "tree", argv, timeout_s=_LOOK_S)
    if ran.exit == 0:
        return bool(ran.out.strip())
    commands.judge("warn", ran.said)
    return None


def _version(cwd: Path) -> str:
    project = cwd / "pyproject.toml"
    if project.is_file():
        try:
            said = tomllib.loads(project.read_text("utf-8")).get("project", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return _NAMELESS
        if "version" in said:
            return f"{said.get('name', cwd.name)} {said['version']}"
    return _NAMELESS


def shown(path: Path, cwd: Path) -> str:
    """A path as it may stand in a file that leaves this machine: relative to ``cwd``, else its name alone."""
    whole = path.resolve()
    return whole.relative_to(cwd).as_posix() if whole.is_relative_to(cwd) else path.name


def stage(found: Intake, blockers: Sequence[str]) -> Stage:
    """What stands against a release before anything was looked at."""
    findings: list[Finding] = [failed("blocker", one, EXIT_DIVERGENCE) for one in blockers]
    if found.release == _NAMELESS:
        findings.append(
            warned("release", "nobody named it (--release), and no pyproject.toml does")
        )
    else:
        findings.append(passed("release", found.release))
    if found.commit is None:
        findings.append(warned("commit", "unknown: no git here, or no checkout with a commit"))
    elif found.dirty is None:
        findings.append(warned("commit", f"{found.commit}; git cannot say what is not committed"))
    elif found.dirty:
        findings.append(warned("commit", f"{found.commit} with changes that are not committed"))
    else:
        findings.append(passed("commit", found.commit))
    if found.changelog is None:
        findings.append(warned("changelog", "there is none (--changelog)"))
    else:
        findings.append(passed("changelog", found.changelog))
    return Stage(name="intake", findings=tuple(findings))


def draft(found: Intake, cwd: Path, given: Path | None) -> str | None:
    """The draft of the changelog, Markdown; None without one.

    Raises:
        UsageFault: it is not UTF-8.
    """
    path = given or (None if found.changelog is None else cwd / found.changelog)
    if path is None or not path.exists():
        return None
    if path.is_dir():
        return changelog.from_fragments({one.name: _text(one) for one in path.glob("*.md")})
    return changelog.section(_text(path), found.release.rpartition(" ")[2])


def _text(path: Path) -> str:
    text = read_text(path)
    assert text is not None, "it was there a moment ago"
    return text
