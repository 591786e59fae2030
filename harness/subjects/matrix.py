"""CORE: versions and runtimes as axes: how one cell is written, which cells a subject's ``matrix.toml`` names.

A cell is written ``NAME[@VERSION][+RUNTIME]``: ``openai-typescript``, ``openai-typescript@0.104.0``,
``openai-codex-sdk+python3.12``, ``openai-typescript@0.104.0+node24``. What is left out is the pinned version of
``subject.toml`` and the runtime of this machine. ``matrix.toml`` (form: ``schemas/matrix.json``) lies beside it::

    versions = ["0.104.0", "0.163.0"]     # each with pins: `codex-parity subject pin NAME@VERSION`
    runtimes = ["node20", "node22"]       # every version is played on every one
    everyday = ["node22", "node20"]       # the first that is not the machine's own is played by a plain `run` too

    [[include]]                           # one more cell
    version = "0.104.0"
    runtime = "node24"

    [[exclude]]                           # the cells of the product that fit every key given
    version = "0.104.0"
    runtime = "node20"

Takes text and parsed TOML, reads no file; knows nothing of what is installed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from harness.errors import SubjectInvalid, UsageFault
from harness.jsonvalue import JsonValue
from harness.wire.schemas import SchemaSet

GRAMMAR: Final = "NAME[@VERSION][+RUNTIME]"
RUNTIME: Final = re.compile(r"(?P<kind>node|python)(?P<version>\d+(?:\.\d+)*)")
"""A runtime as an axis value: ``node24``, ``python3.12``."""

_ADDRESS: Final = re.compile(
    r"(?P<name>.+?)(?:@(?P<version>[^@+/\\]+))?(?:\+(?P<runtime>[^@+/\\]+))?"
)
_NUMBER: Final = re.compile(r"\d+")
_KEPT: Final = {"node": 1, "python": 2}
"""How many numbers of a runtime's version tell its lines of releases apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One cell as a person writes it; None is what the subject's file and the machine give."""

    name: str
    version: str | None = None
    runtime: str | None = None

    def __str__(self) -> str:
        version = "" if self.version is None else f"@{self.version}"
        return self.name + version + ("" if self.runtime is None else f"+{self.runtime}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One cell of a matrix: a version, and a runtime unless the subject has none to choose."""

    version: str
    runtime: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What a subject's ``matrix.toml`` says, expanded. ``points`` are in the order of the versions, then the runtimes."""

    points: tuple[Point, ...]
    everyday: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of all cells, ascending."""
        return tuple(sorted({one.version for one in self.points}, key=version_key))


def parse_address(text: str) -> Address:
    """Read ``NAME[@VERSION][+RUNTIME]``; the name may be a path.

    Raises:
        UsageFault: no name, or a runtime that is none.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise UsageFault(
            f"no subject `{text}`",
            hint=f"A subject is written {GRAMMAR}, such as openai-typescript@0.104.0+node24.",
        )
    runtime = found["runtime"]
    if runtime is not None and RUNTIME.fullmatch(runtime) is None:
        raise UsageFault(
            f"no runtime `{runtime}` in `{text}`",
            hint=f"A subject is written {GRAMMAR}; a runtime is node22 or python3.12.",
        )
    return Address(name=found["name"], version=found["version"], runtime=runtime)


def family_of(name: str) -> str:
    """The subject's own name in the name of one of its cells: baselines are filed under it."""
    return name.partition("@")[0].partition("+")[0]


def is_pinned(name: str) -> bool:
    """Whether a cell's name stands for the pinned version: it names none."""
    return "@" not in name


def runtime_label(fact: str) -> str:
    """A runtime as a driver reports it, as an axis value: ``node 24.9.0`` -> ``node24``, ``python 3.12.1`` -> ``python3.12``.

    A runtime of another language, or one without a version, is returned as it is, without blanks.
    """
    kind, _, version = fact.lower().partition(" ")
    numbers = cast("list[str]", _NUMBER.findall(version))
    return kind + ".".join(numbers[: _KEPT.get(kind, len(numbers))])


def version_key(version: str) -> tuple[tuple[int, ...], str]:
    """What versions are sorted by: their numbers, then their text."""
    return tuple(map(int, _NUMBER.findall(version))), version


def parse_matrix(document: JsonValue, where: str, kind: str, schemas: SchemaSet) -> Matrix:
    """Make a matrix of a parsed ``matrix.toml``.

    Args:
        document: what the TOML reader gave.
        where: the file, for errors.
        kind: the subject's runtime: ``node``, ``python`` or ``none``.
        schemas: the contracts; ``matrix`` is used.

    Raises:
        SubjectInvalid: it does not fit the schema, names a runtime of another kind, or has an include that is there
            already or an exclude that excludes nothing.
    """
    problem = schemas.first_problem("matrix", document)
    if problem is not None:
        raise SubjectInvalid(
            problem.message,
            where=f"{where} {problem.path}",
            hint="The form of matrix.toml is in schemas/matrix.json.",
        )
    data = cast("dict[str, JsonValue]", document)
    versions = cast("list[str]", data["versions"])
    runtimes = cast("list[str]", data.get("runtimes", []))
    everyday = tuple(cast("list[str]", data.get("everyday", [])))
    include = cast("list[dict[str, str]]", data.get("include", []))
    exclude = cast("list[dict[str, str]]", data.get("exclude", []))
    named = [*runtimes, *everyday, *(one["runtime"] for one in include if "runtime" in one)]
    for runtime in named:
        if not runtime.startswith(kind):
            raise SubjectInvalid(
                f"the runtime `{runtime}` cannot run this subject",
                where=where,
                hint=f"subject.toml says runtime = {kind!r}.",
            )
    points = [
        Point(version=version, runtime=runtime)
        for version in sorted(versions, key=version_key)
        for runtime in (*runtimes,) or (None,)
    ]
    kept = _without(points, exclude, where)
    for index, one in enumerate(include):
        more = Point(version=one["version"], runtime=one.get("runtime"))
        if more in kept:
            raise SubjectInvalid(
                "a cell that is there already", where=f"{where} $.include[{index}]"
            )
        kept.append(more)
    return Matrix(points=tuple(kept), everyday=everyday)


def _without(
    points: Sequence[Point], exclude: Sequence[Mapping[str, str]], where: str
) -> list[Point]:
    for index, rule in enumerate(exclude):
        if not any(_fits(point, rule) for point in points):
            raise SubjectInvalid("excludes no cell", where=f"{where} $.exclude[{index}]")
    return [point for point in points if not any(_fits(point, rule) for rule in exclude)]


def _fits(point: Point, rule: Mapping[str, str]) -> bool:
    return rule.get("version", point.version) == point.version and (
        "runtime" not in rule or rule["runtime"] == point.runtime
    )


def second_runtime(matrix: Matrix, own: str | None) -> str | None:
    """The runtime that a plain run adds to the machine's own: the first of ``everyday`` that is another one.

    Args:
        matrix: of the subject.
        own: the machine's runtime as an axis value; None: it has none.
    """
    return next((one for one in matrix.everyday if one != own), None)
