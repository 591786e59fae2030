"""CORE: one line of the checklist, and the lines about version, changelog, tree, install and tag."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.errors import EXIT_DIVERGENCE, EXIT_PARITY
from harness.jsonvalue import JsonValue

Status: TypeAlias = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was looked at, how it came out and in which words; ``command`` shows it again."""

    status: Status
    name: str
    detail: str
    command: str

    def to_json(self) -> dict[str, JsonValue]:
        """The line for a program."""
        return {
            "status": self.status,
            "name": self.name,
            "detail": self.detail,
            "command": self.command,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that ran: how a person would type it, exit status (None: it could not be started), what it wrote."""

    command: str
    exit: int | None
    out: str = ""
    err: str = ""

    @property
    def last(self) -> str:
        """The last line it wrote, of errors first."""
        written = [line for line in (self.out + "\n" + self.err).split("\n") if line.strip()]
        return written[-1].strip()[:300] if written else "it wrote nothing"


def exit_code(lines: Sequence[Line]) -> int:
    """0 when no line failed, else 1; warnings are for a person to weigh."""
    return EXIT_DIVERGENCE if any(one.status == "fail" for one in lines) else EXIT_PARITY


def version_lines(wanted: str, pyproject: str, others: Mapping[str, str]) -> list[Line]:
    """Whether the version is said once, and everywhere the same.

    Args:
        wanted: the version to be released.
        pyproject: the text of pyproject.toml.
        others: every other file that says a version of this project, and which.
    """
    said = str(tomllib.loads(pyproject).get("project", {}).get("version"))
    look = "grep -n '^version' pyproject.toml"
    lines = [
        Line(status="pass", name="version", detail=f"pyproject.toml says {said}", command=look)
        if said == wanted
        else Line(
            status="fail",
            name="version",
            detail=f"pyproject.toml says {said}, not {wanted}",
            command=look,
        )
    ]
    for path, other in others.items():
        same = other == said
        detail = f"{path} says {other}" + ("" if same else f", pyproject.toml {said}")
        lines.append(
            Line(
                status="pass" if same else "fail",
                name="version elsewhere",
                detail=detail,
                command=f"grep -n version {path}",
            )
        )
    return lines


def changelog_lines(wanted: str, changelog: str, fragments: Sequence[str]) -> list[Line]:
    """Whether the changelog tells something of the version, and no fragment waits to be put into it."""
    said = _said(wanted, changelog)
    heading = f"heading `## {wanted}`"
    named = Line(
        status="pass" if said else "fail",
        name="changelog",
        detail=f"CHANGELOG.md has no {heading}"
        if said is None
        else f"{said} lines of CHANGELOG.md stand below the {heading}",
        command="grep -n '^## ' CHANGELOG.md",
    )
    waiting = Line(
        status="fail" if fragments else "pass",
        name="changelog fragments",
        detail=f"{len(fragments)} wait in changelog.d, first {fragments[0]}"
        if fragments
        else "none waits in changelog.d",
        command="ls changelog.d",
    )
    return [named, waiting]


def _said(wanted: str, changelog: str) -> int | None:
    """Lines below the heading of a version that are no heading, up to the next of its rank; None: it has no heading."""
    form = rf"^(##+) \[?v?{re.escape(wanted)}\]?(?:[^\S\n].*)?$"
    heading = re.search(form, changelog, re.MULTILINE)
    if heading is None:
        return None
    rank = len(heading[1])
    below = re.split(rf"^#{{1,{rank}}} ", changelog[heading.end() :], flags=re.MULTILINE)[0]
    return sum(1 for line in below.split("\n") if line.strip() and not line.startswith("#"))


def tree_line(ran: Ran) -> Line:
    """Whether what is released is what was committed (``git status --porcelain``)."""
    changed = [line for line in ran.out.split("\n") if line]
    if ran.exit != 0:
        return Line(status="fail", name="tree", detail=ran.last, command=ran.command)
    if changed:
        detail = f"{len(changed)} files are not committed and not in what was built, first {changed[0][3:]}"
        return Line(status="warn", name="tree", detail=detail, command=ran.command)
    return Line(status="pass", name="tree", detail="all is committed", command=ran.command)


def ran_line(name: str, ran: Ran, want: str = "") -> Line:
    """A command that must end with 0 and, where ``want`` is given, write that."""
    if ran.exit == 0 and want in ran.out:
        detail = f"says {want}" if want else "exit 0"
        return Line(status="pass", name=name, detail=detail, command=ran.command)
    if ran.exit == 0:
        detail = f"no `{want}` in what it wrote: {ran.last}"
    else:
        detail = ran.last if ran.exit is None else f"exit {ran.exit}: {ran.last}"
    return Line(status="fail", name=name, detail=detail, command=ran.command)


def tag_line(
    wanted: str,
    listed: Ran,
    verified: Ran | None = None,
    commit: Ran | None = None,
    head: str = "",
) -> Line:
    """Whether the tag, if there is one, stands on what was built and is signed by somebody this machine trusts.

    Args:
        wanted: the version.
        listed: ``git tag --list``.
        verified: ``git tag -v``, None where there is no tag.
        commit: ``git rev-list -n 1`` of the tag, None where there is no tag.
        head: the commit that was built.
    """
    if listed.exit != 0:
        return Line(status="fail", name="tag", detail=listed.last, command=listed.command)
    if verified is None:
        detail = f"no tag v{wanted} yet: a person sets and signs it after this list"
        return Line(status="warn", name="tag", detail=detail, command=listed.command)
    if commit is not None and commit.out.strip() != head:
        there = commit.out.strip()[:12] or commit.last
        detail = f"v{wanted} stands on {there}, and {head[:12]} was built"
        return Line(status="fail", name="tag", detail=detail, command=commit.command)
    if verified.exit == 0:
        detail = f"v{wanted} is signed, and stands on what was built"
        return Line(status="pass", name="tag", detail=detail, command=verified.command)
    detail = f"v{wanted} is not signed by a key this machine knows: {verified.last}"
    return Line(status="fail", name="tag", detail=detail, command=verified.command)
