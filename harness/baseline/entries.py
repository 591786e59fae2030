"""Expected divergences of one subject: read, matched against a run, rewritten. CORE: text in, text out; reads no file.

A baseline file is TOML, ``fixtures/baselines/<subject>.toml``, a list of ``[[expected]]`` tables:

    fingerprint = "0123456789ab"          # of the normalised difference, without values
    check = "surfaced.events"
    scenarios = ["exec.items.web-search"] # ids or globs; ["*"]: wherever it shows, declared once
    reason = "sdk-bug"                    # sdk-bug | upstream-bug | intended | unsupported
    because = "one sentence, or"
    issue = "a link"
    until = "0.118.0"                     # or a date: from then on the entry is expired
    sdk = ">=0.150"                       # only in these versions of the SDK (scope.py); absent: in all
    runtimes = ["node24"]                 # only on these runtimes; absent: on all
    flaky = {rate = "3 of 20", measured = 2026-11-21}   # shows now and then, this often: promises nothing
    lane = "real"                         # only in front of the mock, or of a released codex; absent: in both
    since = ">0.1.5,<=0.1.9"              # first SDK version that shows it, as far as versions were played (since.py)
    example = "what the difference looked like when it was written"

An entry that names a scenario promises that the scenario shows the difference: when it no longer does, that is a
failure of its own kind (``fixed``), so that nobody keeps a list of bugs that are gone.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
import tomllib
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, get_args

from harness.baseline.versions import is_range
from harness.errors import BaselineInvalid
from harness.jsonvalue import JsonValue
from harness.observation import CHECKS, Lane

Reason: TypeAlias = Literal["sdk-bug", "upstream-bug", "intended", "unsupported"]

REASONS: Final[tuple[str, ...]] = get_args(Reason)
_KEYS: Final = {
    "fingerprint",
    "check",
    "scenarios",
    "reason",
    "because",
    "issue",
    "until",
    "sdk",
    "runtimes",
    "flaky",
    "lane",
    "since",
    "example",
}
_RATE: Final = re.compile(r"(\d+) of (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaky:
    """How often a difference shows: in ``shown`` of ``plays`` plays, measured on a day."""

    shown: int
    plays: int
    measured: dt.date

    @property
    def rate(self) -> str:
        """``3 of 20``."""
        return f"{self.shown} of {self.plays}"

    def to_json(self) -> dict[str, JsonValue]:
        """Rate and day, as the file and the reports give them."""
        return {"rate": self.rate, "measured": self.measured.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One expected difference. ``until`` is a version, a date, or None for no end; ``since`` None: not determined.

    ``sdk`` is a range of versions, ``runtimes`` are axis values; None and empty are no limit. ``lane`` None: in both. ``bound`` says whether it
    promises anything in the cell at hand (``scope.py``), and is no part of the file.
    """

    fingerprint: str
    check: str
    scenarios: tuple[str, ...]
    reason: Reason
    because: str
    issue: str | None = None
    until: str | dt.date | None = None
    sdk: str | None = None
    runtimes: tuple[str, ...] = ()
    flaky: Flaky | None = None
    lane: Lane | None = None
    since: str | None = None
    example: str | None = None
    bound: bool = True

    def promises(self, scenario: str) -> bool:
        """Whether the entry says that this very scenario shows the difference, every time."""
        return self.bound and self.flaky is None and scenario in self.scenarios

    def covers(self, scenario: str) -> bool:
        """Whether one of the entry's patterns fits this scenario id."""
        return any(fnmatch.fnmatchcase(scenario, pattern) for pattern in self.scenarios)

    def to_json(self) -> dict[str, JsonValue]:
        """The entry as the report shows it."""
        return {
            "fingerprint": self.fingerprint,
            "check": self.check,
            "scenarios": list(self.scenarios),
            "reason": self.reason,
            "because": self.because,
            "issue": self.issue,
            "until": None if self.until is None else str(self.until),
            "sdk": self.sdk,
            "runtimes": list(self.runtimes),
            "flaky": None if self.flaky is None else self.flaky.to_json(),
            "lane": self.lane,
            "since": self.since,
        }


def parse(text: str, where: str) -> tuple[Entry, ...]:
    """Read a baseline file.

    Raises:
        BaselineInvalid: not TOML, an unknown key, a missing one, a reason that is not one of ours.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BaselineInvalid(str(error), where=where, hint="The file must be TOML.") from error
    if unknown := sorted(document.keys() - {"expected"}):
        raise BaselineInvalid(
            f"unknown key `{unknown[0]}`",
            where=f"{where} $",
            hint="The file is a list of [[expected]] tables.",
        )
    return tuple(
        _entry(table, f"{where} $.expected[{index}]")
        for index, table in enumerate(cast("list[dict[str, object]]", document.get("expected", [])))
    )


def _entry(table: dict[str, object], where: str) -> Entry:
    if unknown := sorted(table.keys() - _KEYS):
        raise BaselineInvalid(
            f"unknown key `{unknown[0]}`", where=where, hint=f"Known: {', '.join(sorted(_KEYS))}."
        )
    for key in ("fingerprint", "check", "reason"):
        if not isinstance(table.get(key), str):
            raise BaselineInvalid(f"`{key}` is missing or not a string", where=where)
    scenarios = table.get("scenarios")
    if (
        not isinstance(scenarios, list)
        or not scenarios
        or not all(isinstance(name, str) for name in scenarios)
    ):
        raise BaselineInvalid("`scenarios` must list at least one scenario id", where=where)
    if not re.fullmatch("[0-9a-f]{12}", cast("str", table["fingerprint"])):
        raise BaselineInvalid("`fingerprint` must be 12 hex digits", where=where)
    if table["check"] not in CHECKS:
        raise BaselineInvalid(
            f"unknown check `{table['check']}`", where=where, hint=f"Known: {', '.join(CHECKS)}."
        )
    if table["reason"] not in REASONS:
        raise BaselineInvalid(
            f"unknown reason `{table['reason']}`", where=where, hint=f"Known: {', '.join(REASONS)}."
        )
    if not table.get("because") and not table.get("issue"):
        raise BaselineInvalid(
            "neither `because` nor `issue`", where=where, hint="Say why the difference is accepted."
        )
    until = table.get("until")
    if until is not None and not isinstance(until, str | dt.date):
        raise BaselineInvalid("`until` must be a version string or a date", where=where)
    return Entry(
        fingerprint=cast("str", table["fingerprint"]),
        check=str(table["check"]),
        scenarios=tuple(cast("list[str]", scenarios)),
        reason=cast("Reason", table["reason"]),
        because=str(table.get("because", "")),
        issue=cast("str | None", table.get("issue")),
        until=until,
        sdk=_sdk(table, where),
        runtimes=_runtimes(table, where),
        flaky=_flaky(table, where),
        lane=_lane(table, where),
        since=_since(table, where),
        example=cast("str | None", table.get("example")),
    )


def _sdk(table: dict[str, object], where: str) -> str | None:
    sdk = table.get("sdk")
    if sdk is not None and not (isinstance(sdk, str) and is_range(sdk)):
        raise BaselineInvalid(
            "`sdk` must be a range of versions",
            where=where,
            hint='Such as ">=0.150" or ">=0.104,<0.120".',
        )
    return sdk


def _runtimes(table: dict[str, object], where: str) -> tuple[str, ...]:
    runtimes = table.get("runtimes", [])
    if not isinstance(runtimes, list) or not all(isinstance(one, str) for one in runtimes):
        raise BaselineInvalid(
            "`runtimes` must be a list of runtimes",
            where=where,
            hint='Such as ["node22"] or ["python3.12"].',
        )
    return tuple(cast("list[str]", runtimes))


def _flaky(table: dict[str, object], where: str) -> Flaky | None:
    value = table.get("flaky")
    if value is None:
        return None
    try:
        return parse_flaky(value)
    except ValueError as error:
        raise BaselineInvalid(
            str(error),
            where=where,
            hint='Write flaky = {rate = "3 of 20", measured = 2026-11-21}; `codex-parity noise` measures it.',
        ) from error


def parse_flaky(value: object) -> Flaky:
    """Read ``{rate, measured}``.

    Raises:
        ValueError: not both, a rate that is not ``N of M`` with 0 < N <= M, a day that is none.
    """
    if not isinstance(value, dict) or value.keys() != {"rate", "measured"}:
        raise ValueError("`flaky` must say rate and measured")
    found = _RATE.fullmatch(str(value["rate"]))
    if found is None or not 0 < int(found[1]) <= int(found[2]):
        raise ValueError("the rate of `flaky` must be how often of how many plays")
    day = value["measured"]
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        raise ValueError("`measured` of `flaky` must be a date")  # noqa: TRY004 - one error for the reader of the file
    return Flaky(shown=int(found[1]), plays=int(found[2]), measured=day)


def _lane(table: dict[str, object], where: str) -> Lane | None:
    lane = table.get("lane")
    if lane is not None and lane not in get_args(Lane):
        raise BaselineInvalid(
            f"unknown lane `{lane}`", where=where, hint=f"Known: {', '.join(get_args(Lane))}."
        )
    return cast("Lane | None", lane)


def _since(table: dict[str, object], where: str) -> str | None:
    since = table.get("since")
    if since is not None and not (
        isinstance(since, str) and (re.fullmatch(r"[0-9][\w.+-]*", since) or is_range(since))
    ):
        raise BaselineInvalid(
            "`since` must be a version of the SDK or a range of versions, as a string", where=where
        )
    return since
