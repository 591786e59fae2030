"""Which jobs run in which order, with which matrix, and what their ends mean for the next. CORE."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from ci_local.document import Job
from ci_local.errors import Refused
from ci_local.expression import Open, Status, Value

Result: TypeAlias = Literal["success", "failure", "skipped", "elsewhere"]
"""``elsewhere``: a job of another system, which is not run here; what needs it goes on as after a success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a job ended, with all its instances."""

    result: Result
    outputs: Mapping[str, str] = field(default_factory=dict)


def in_order(jobs: Mapping[str, Job], only: Iterable[str] = ()) -> tuple[Job, ...]:
    """The jobs, each after those it needs; ``only``: these and what they need.

    Raises:
        Refused: a job needs one that is not there, or itself.
    """
    done: dict[str, Job] = {}

    def add(name: str, road: tuple[str, ...]) -> None:
        if name in road:
            raise Refused(f"jobs need each other: {' -> '.join([*road, name])}")
        if name not in jobs:
            raise Refused(f"no job `{name}`", f"known: {', '.join(jobs)}")
        for one in jobs[name].needs:
            add(one, (*road, name))
        done.setdefault(name, jobs[name])

    for name in only or jobs:
        add(name, ())
    return tuple(done.values())


def ancestors(jobs: Mapping[str, Job], name: str) -> set[str]:
    """All jobs that ``name`` needs, also through others."""
    found: set[str] = set()
    for one in jobs[name].needs:
        found |= {one} | ancestors(jobs, one)
    return found


def status(ends: Iterable[Ended]) -> Status:
    """What ``success()`` and ``failure()`` see after these jobs. After one that was skipped neither holds."""
    results = {one.result for one in ends}
    if "failure" in results:
        return "failure"
    return "skipped" if "skipped" in results else "success"


def together(results: Iterable[Result]) -> Result:
    """The result of a job from those of its instances."""
    found = set(results)
    for one in ("failure", "success", "elsewhere"):
        if one in found:
            return cast("Result", one)
    return "skipped"


def needs_context(job: Job, ends: Mapping[str, Ended]) -> dict[str, Value]:
    """The context ``needs`` of a job."""
    return {
        name: {
            "result": "success" if ends[name].result == "elsewhere" else ends[name].result,
            "outputs": Open(ends[name].outputs),
        }
        for name in job.needs
    }


def combinations(matrix: Mapping[str, Value], where: str) -> tuple[dict[str, Value], ...]:
    """The instances of a matrix: the product of its lists, then ``include``.

    An entry of ``include`` extends every combination whose own values it does not change; else it is one more.

    Raises:
        Refused: ``exclude``, something that is no list, or no instance at all.
    """
    if "exclude" in matrix:
        raise Refused("`exclude` is not known here", where)
    axes = {
        name: _list(values, f"{where} {name}")
        for name, values in matrix.items()
        if name != "include"
    }
    made = (
        [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
        if axes
        else []
    )
    original = [dict(one) for one in made]
    for entry in _list(matrix.get("include", []), f"{where} include"):
        if not isinstance(entry, Mapping):
            raise Refused("an entry of `include` is no mapping", where)
        fitting = [
            at
            for at, one in enumerate(original)
            if all(entry[name] == value for name, value in one.items() if name in entry)
        ]
        for at in fitting:
            made[at] |= entry
        if not fitting:
            made.append(dict(entry))
    if not made:
        raise Refused("the matrix has no instance", where)
    return tuple(made)


def system_of(runs_on: str) -> str:
    """``linux``, ``macos`` or ``windows`` from a label of a runner.

    Raises:
        Refused: the label is of another kind.
    """
    for start, name in (("ubuntu-", "linux"), ("macos-", "macos"), ("windows-", "windows")):
        if runs_on.startswith(start):
            return name
    raise Refused(f"no system is known for `runs-on: {runs_on}`")


def instance_name(job: str, values: Mapping[str, Value]) -> str:
    """A name for an instance that can be the name of a folder: ``tests (ubuntu-24.04, 3.14)`` as ``tests-ubuntu-24.04-3.14``."""
    return "-".join([job, *(re.sub(r"[^\w.]+", "-", str(value)) for value in values.values())])


def _list(values: Value, where: str) -> list[Value]:
    if not isinstance(values, list | tuple):
        raise Refused("not a list", where)
    return list(values)


def written(text: str) -> Iterator[tuple[str, str]]:
    """The pairs in a file such as ``$GITHUB_OUTPUT``: ``name=value`` lines, and ``name<<END`` with lines up to ``END``.

    Raises:
        Refused: a line is neither, or the end of a value is missing.
    """
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        many = re.fullmatch(r"([^=]+?)<<(.+)", line)
        if many:
            value: list[str] = []
            for one in lines:
                if one == many[2]:
                    break
                value.append(one)
            else:
                raise Refused(f"`{many[2]}` never comes", many[1])
            yield many[1], "\n".join(value)
        elif "=" in line:
            name, _, rest = line.partition("=")
            yield name, rest
        else:
            raise Refused("neither name=value nor name<<END", line)
