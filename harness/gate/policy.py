"""CORE: what a gate asks for, as a person wrote it into ``gate.toml``; without a file, what is asked for by default.

The form is ``schemas/gate-policy.json``. Defaults and their reasons: REQUIREMENTS.md 2.4 (open decisions) and 3.5 (two
plays more are right only while about one cell in fifty is flaky).
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import math
import tomllib
from dataclasses import dataclass
from typing import Final, cast

from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.wire.schemas import SchemaSet

FILE: Final = "gate.toml"


class PolicyInvalid(UsageFault):
    """``gate.toml`` cannot be read, or does not fit its form."""

    fault = "the gate's policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """Something that does not block until a day: who answers for it, and why."""

    reason: str
    owner: str
    until: dt.date
    issue: str | None = None

    def expired(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return today > self.until

    def __str__(self) -> str:
        link = f", {self.issue}" if self.issue else ""
        return f"{self.reason} ({self.owner}, until {self.until.isoformat()}{link})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Cells that do not decide for a while: flaky ones, or ones that are being mended. ``scenario`` and ``subject`` are globs."""

    scenario: str
    subject: str
    excuse: Excuse

    def covers(self, scenario: str, subject: str) -> bool:
        """Whether a cell is meant."""
        return fnmatch.fnmatchcase(scenario, self.scenario) and fnmatch.fnmatchcase(
            subject, self.subject
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A command of the project, such as its tests. ``junit`` is the file in which it tells its tests, ``fallback`` a lesser command for where it cannot be started."""

    name: str
    argv: tuple[str, ...]
    blocking: bool
    timeout_s: float
    junit: str | None = None
    fallback: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a gate asks for.

    ``candidate_plays`` and ``base_plays`` are further plays of a cell that got worse; ``cells`` is how many cells at most are
    played again; ``flake_limit`` is a share of the compared cells. ``shrink_plays`` is the budget of one reproduction,
    ``reproductions`` how many are made. ``journeys`` None: all. ``excused`` are journeys that may be missing, by name.
    """

    candidate_plays: int = 2
    base_plays: int = 1
    cells: int = 40
    flake_limit: float = 0.02
    shrink_plays: int = 200
    reproductions: int = 3
    journeys: tuple[str, ...] | None = None
    excused: tuple[tuple[str, Excuse], ...] = ()
    quarantine: tuple[Quarantine, ...] = ()
    checks: tuple[Check, ...] = ()
    blockers: tuple[str, ...] = ()


def parse_policy(text: str, where: str, schemas: SchemaSet) -> Policy:
    """Read a ``gate.toml``.

    Args:
        text: the file.
        where: what an error calls it.
        schemas: the contracts; ``gate-policy`` is used.

    Raises:
        PolicyInvalid: no TOML, or not of the form; says where.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyInvalid(f"not TOML: {error}", where=where) from error
    problem = schemas.first_problem("gate-policy", _plain(data))
    if problem is not None:
        raise PolicyInvalid(
            problem.message,
            where=f"{where} {problem.path}",
            hint="The form is in schemas/gate-policy.json; docs/gate.md shows one.",
        )
    if not math.isfinite(data.get("flake_limit", 0)):
        raise PolicyInvalid("not a number", where=f"{where} $.flake_limit")
    given = {name: value for name, value in data.items() if not isinstance(value, list)}
    journeys = cast("list[str] | None", data.get("journeys"))
    return Policy(
        **given,
        journeys=None if journeys is None else tuple(journeys),
        excused=tuple(
            (one["journey"], _excuse(one, f"{where} $.exception[{index}]"))
            for index, one in enumerate(data.get("exception", []))
        ),
        quarantine=tuple(
            Quarantine(
                scenario=one["scenario"],
                subject=one.get("subject", "*"),
                excuse=_excuse(one, f"{where} $.quarantine[{index}]"),
            )
            for index, one in enumerate(data.get("quarantine", []))
        ),
        checks=tuple(_check(one) for one in data.get("check", [])),
        blockers=tuple(
            f"{one['what']} ({one['issue']})" if "issue" in one else one["what"]
            for one in data.get("blocker", [])
        ),
    )


def _plain(value: object) -> JsonValue:
    """TOML as JSON: days as text."""
    match value:
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return cast("JsonValue", value)


def _excuse(entry: dict[str, object], where: str) -> Excuse:
    return Excuse(
        reason=str(entry["reason"]),
        owner=str(entry["owner"]),
        until=_day(str(entry["until"]), f"{where}.until"),
        issue=None if "issue" not in entry else str(entry["issue"]),
    )


def _day(text: str, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise PolicyInvalid(f"`{text}` is no day ({error})", where=where) from error


def _check(entry: dict[str, object]) -> Check:
    fallback = cast("list[str] | None", entry.get("fallback"))
    return Check(
        name=str(entry["name"]),
        argv=tuple(cast("list[str]", entry["command"])),
        blocking=bool(entry.get("blocking", True)),
        timeout_s=float(cast("float", entry.get("timeout_s", 3600))),
        junit=None if "junit" not in entry else str(entry["junit"]),
        fallback=None if fallback is None else tuple(fallback),
    )
