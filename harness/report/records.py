"""The lines of a run as frozen records, one class per kind of line. CORE.

The form of a line is ``schemas/run.json``. This module knows nothing of how a line is read (``reading.py``), how lines
relate to each other (``model.py``) nor how anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from harness.compare.difference import DifferenceClass, Level, Side
from harness.jsonvalue import JsonValue
from harness.observation import Mode, Plane

GOLDEN: Final = "golden"
"""The name under which the golden's facts appear among the observations."""

Verdict: TypeAlias = Literal[
    "match",
    "divergence",
    "known",
    "changed",
    "fixed",
    "not_applicable",
    "could_not_run",
    "incomplete",
    "harness_error",
]
COMPARED: Final[frozenset[Verdict]] = frozenset(
    {"match", "divergence", "known", "changed", "fixed"}
)
"""Verdicts of cells in which reference and SDK were really compared."""

CheckState: TypeAlias = Literal["equal", "differs", "not_done"]
JsonObject: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject as the run found it; ``reason`` says why it could not run."""

    name: str
    sdk: str
    version: str
    language: str
    runtime: str
    state: Literal["ready", "could_not_run"]
    fault: str | None
    reason: str | None
    capabilities: tuple[str, ...]
    cannot_express: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Which shard of which plan a run is; ``shards`` are the names of all shards of the plan."""

    plan: str
    leg: str
    name: str
    shards: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Of which plan and leg the shards are joined in this run; ``notes`` say what was not alike in them."""

    plan: str
    leg: str
    shards: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was to be done, by which versions, where. ``whole`` is false when a filter narrowed the run, or it is one shard.

    ``codex`` is the version of the released binary in the lane ``real``, None in front of the mock; ``not_in_lane`` are the
    selected scenarios that the lane cannot play.
    """

    run_id: str
    started_at: str
    tool: JsonObject
    lane: Literal["mock", "real"]
    reference: str
    normaliser: str
    command: tuple[str, ...]
    filter: str | None
    whole: bool
    subjects: tuple[Subject, ...]
    scenarios: tuple[str, ...]
    codex: str | None = None
    not_in_lane: tuple[str, ...] = ()
    shard: Shard | None = None
    merged: Merged | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioLine:
    """A scenario as far as a reader of the report needs it. ``golden`` is its state, its reason and its provenance.

    ``not_observed``: declared checks that the lane cannot show; ``confirmed_by``: releases that showed the same as the mock.
    """

    id: str
    title: str
    expect: str
    source: str
    family: str
    level: str
    since: str
    provenance: JsonObject
    sha256: str
    modes: tuple[Mode, ...]
    checks: tuple[str, ...]
    script: JsonObject
    golden: JsonObject
    outcomes: tuple[JsonObject, ...] = ()
    not_observed: tuple[str, ...] = ()
    confirmed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One rule of the normaliser that replaced something: where, how often, one example."""

    rule: str
    check: str
    hits: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationLine:
    """What one subject (or the golden) showed in one mode: as seen, and as compared. ``timing``: None where nobody took it."""

    scenario: str
    subject: str
    mode: Mode
    raw: JsonObject | None
    facts: JsonObject
    ledger: tuple[LedgerLine, ...]
    timing: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaky:
    """How often something shows that shows now and then (``3 of 20``), and the day on which that was measured."""

    rate: str
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Why a difference is expected: the baseline's entry as the run applied it."""

    reason: str
    because: str | None
    issue: str | None
    until: str | None
    flaky: Flaky | None = None
    since: str | None = None

    @property
    def cause(self) -> str:
        """What tells two entries with one fingerprint apart: why each is expected."""
        return f"{self.reason}: {self.because or self.issue or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference between the reference and an SDK, as ``compare`` listed it."""

    mode: Mode
    check: str
    plane: Plane
    kind: DifferenceClass
    path: str
    level: Level
    reference: Side
    sdk: Side
    where: str
    fingerprint: str
    sentence: str
    known: Known | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """How one check in one mode came out, with the three-way answer when there is a golden.

    ``outcomes`` are the declared sets of the check: ``at``, ``declared`` names, and which of them each side showed.
    """

    state: CheckState
    three_way: str | None
    outcomes: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """The verdict on one scenario for one subject. ``checks`` is keyed ``mode/check``."""

    scenario: str
    subject: str
    verdict: Verdict
    reason: str
    differences: tuple[Difference, ...]
    checks: dict[str, CheckLine]
    duration_ms: float
    replay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunLine:
    """What further plays of a divergent cell, alone, have shown: of ``plays`` (the first among them) ``differing`` differ.

    ``causes`` says per fingerprint in how many plays it shows.
    """

    scenario: str
    subject: str
    plays: int
    differing: int
    causes: dict[str, int]

    @property
    def rate(self) -> str:
        """``3 of 4 plays differ``."""
        return f"{self.differing} of {self.plays} plays differ"

    @property
    def flaky(self) -> bool:
        """Whether chance decides if it differs, or in what."""
        return any(count < self.plays for count in (self.differing, *self.causes.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineProblem:
    """A baseline entry that the run proved wrong."""

    problem: str
    subject: str
    entry: JsonObject
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """How the run ended. A run without one was interrupted."""

    counts: dict[str, int]
    levels: dict[str, int]
    exit: int
    exit_reason: str
    baseline: tuple[BaselineProblem, ...]
    not_verified: tuple[str, ...]
    finished_at: str
    duration_ms: float


Record: TypeAlias = Header | ScenarioLine | ObservationLine | ResultLine | RerunLine | Footer
