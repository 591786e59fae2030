"""What one subject did in one play of one scenario, in three planes. Plain data; knows nothing of how it was got.

A *play* is a scenario in one mode (``run`` or ``stream``): both contracts are observed, each on its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Final, Literal, TypeAlias, cast

from harness.jsonvalue import JsonValue

Mode: TypeAlias = Literal["run", "stream"]
Plane: TypeAlias = Literal["sent", "surfaced", "lifecycle"]
OutcomeKind: TypeAlias = Literal["result", "end", "stopped", "error", "none"]
Lane: TypeAlias = Literal["mock", "real"]
HostState: TypeAlias = Literal["ok", "hung", "crashed"]
Ahead: TypeAlias = Literal["blocked", "written", "undecided"]

MODES: Final[tuple[Mode, ...]] = ("run", "stream")

CHECKS: Final[tuple[str, ...]] = (
    "sent.invocations",
    "sent.argv",
    "sent.argv_text",
    "sent.env",
    "sent.stdin",
    "sent.cwd",
    "sent.schema",
    "sent.images",
    "sent.requests",
    "surfaced.events",
    "surfaced.outcome",
    "surfaced.result",
    "surfaced.error",
    "surfaced.thread_id",
    "surfaced.stderr",
    "surfaced.secrets",
    "lifecycle.lazy",
    "lifecycle.backpressure",
    "lifecycle.alive",
    "lifecycle.descendants",
    "lifecycle.ending",
    "lifecycle.signals",
    "lifecycle.files",
    "lifecycle.modes",
    "lifecycle.host",
    "lifecycle.cost",
)
"""Every check there is; a check is ``plane.aspect``."""

ASKED_FOR: Final[frozenset[str]] = frozenset(
    {"surfaced.stderr", "surfaced.secrets", "lifecycle.cost"}
)
"""Checks that a scenario has only when it names them: they need a script that is made for them."""

REAL_ONLY: Final[frozenset[str]] = frozenset({"sent.requests"})
"""Checks that only a real codex can show: no scenario names them, the lane `real` adds them."""

MEASURED: Final[frozenset[str]] = frozenset({"lifecycle.backpressure", "lifecycle.cost"})
"""Checks that a noisy machine can leave undecided: where one side has no fact, the check did not happen."""


ONLY_IN: Final[dict[str, Mode]] = {
    "surfaced.events": "stream",
    "surfaced.result": "run",
    "lifecycle.lazy": "stream",
    "lifecycle.backpressure": "stream",
}
"""Checks that exist in one mode only: ``run`` shows no events, ``stream`` no folded result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One start of codex as the mock journaled it (``schemas/journal.json``), plus what the kernel said later.

    ``argv`` is without argv[0]. ``stdin`` and ``schema`` are text; bytes that are not UTF-8 are lone surrogates.
    ``end`` is ``exit N``, ``signal NAME`` or None when the mock was killed before it could say so.
    ``alive_after`` is whether the process still lived after the driver had said ``done``. ``free_end``: its script (as
    long as no turn was chosen: every turn of it) ends by itself, so when a client gives up early it is chance whether a signal still reaches it.
    ``told`` is what its turn writes to stderr, None unless the scenario asks whether that is kept.
    """

    argv: tuple[str, ...]
    env: dict[str, str]
    cwd: str
    stdin: str | None
    schema: str | None
    images: tuple[tuple[str, bool], ...]
    signals: tuple[str, ...]
    turn: int | None
    wrote: int
    stage: str
    end: str | None
    pid: int
    started_ns: int
    ended_ns: int | None
    alive_after: bool
    free_end: bool = False
    told: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCost:
    """What the host of the client has spent on one turn.

    ``cpu_ns`` is processor time in nanoseconds; ``held`` is its peak of memory during the turn beyond what it held
    before, in bytes; ``wrote`` is how many bytes codex wrote; ``reading_ns`` is the nanoseconds per byte that the
    core of the reference client took for the same events, in the harness, right after the turn.
    """

    cpu_ns: int
    held: int
    wrote: int
    reading_ns: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """What the SDK handed to its user in one turn.

    ``started_before_read`` counts the children the driver had when the stream existed and nothing had been read (None
    in ``run`` mode); ``alive_at_end`` counts the codex processes alive while the caller still held the stream (None
    when the turn never got there). ``error`` is the driver's error message object (``schemas/driver.json``) with
    ``kind``, the class of our taxonomy, added. ``ahead`` is what codex had come to when its reader had paused and nothing
    moved any more: ``blocked`` (it waited to write), ``written`` (all was taken from it), ``undecided`` (something
    still moved); None without a pause. ``cost`` is None unless the scenario asks for it.
    """

    events: tuple[JsonValue, ...] = ()
    outcome: OutcomeKind = "none"
    result: JsonValue = None
    error: JsonValue = None
    thread_id: JsonValue = None
    started_before_read: int | None = None
    alive_at_end: int | None = None
    ahead: Ahead | None = None
    cost: TurnCost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTiming:
    """When a turn began, when its first event came to the caller (None without one), when its last message came.

    Nanoseconds since the epoch, by the clock of the harness.
    """

    turn: int
    started_ns: int
    first_event_ns: int | None = None
    ended_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a play began and ended, nanoseconds since the epoch, and its turns."""

    started_ns: int
    ended_ns: int
    turns: tuple[TurnTiming, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that was seen in one play.

    ``places`` maps a label (``<CWD>``, ``<TMP>``, ``<CODEX>``, ``<CELL>``) to the path it stands for in this play.
    ``base_env`` is what the child would have got had the SDK changed nothing: the scenario's ``client.env``, else the
    environment of the driver. ``leftovers`` are paths in the temp folder after ``done``; ``modes_changed`` are
    ``path: old -> new`` of files the play was given. ``descendants`` counts the processes that codex had started and
    that lived after ``done``; None when the script starts none. ``secrets`` are the labels of what the client was given
    and must tell nobody but codex, empty unless the scenario asks for that. ``removed`` says which label was put in the
    place of a secret how often: an observation holds labels, never secrets. ``requests`` are what reached the model (``real/effect.py``);
    None in front of the mock, which has no model. ``not_observed`` are the checks that the lane cannot show.
    ``not_offered`` are the tools that the script calls and this codex does not offer, ``unforeseen`` the requests that no
    script foresees. ``cancels_unbegun`` says whether a turn of the scenario is cancelled before it begins.
    """

    scenario: str
    subject: str
    mode: Mode
    invocations: tuple[Invocation, ...] = ()
    turns: tuple[TurnRecord, ...] = ()
    host: HostState = "ok"
    host_detail: str = ""
    leftovers: tuple[str, ...] = ()
    modes_changed: tuple[str, ...] = ()
    descendants: int | None = None
    places: dict[str, str] = field(default_factory=dict)
    base_env: dict[str, str] = field(default_factory=dict)
    stderr: str = ""
    secrets: tuple[str, ...] = ()
    removed: dict[str, int] = field(default_factory=dict)
    requests: tuple[JsonValue, ...] | None = None
    not_observed: tuple[str, ...] = ()
    not_offered: tuple[str, ...] = ()
    unforeseen: tuple[str, ...] = ()
    cancels_unbegun: bool = False
    duration_ms: float = 0.0
    timing: Timing | None = None

    def to_json(self) -> dict[str, JsonValue]:
        """The observation as JSON: field names as keys, tuples as lists; ``timing``, which is no part of it, left out.

        Events are shared with it, not copied.
        """
        value = cast("dict[str, JsonValue]", _plain(self))
        del value["timing"]
        return value


def _plain(value: object) -> JsonValue:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(child) for child in value]
    return cast("JsonValue", value)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One rule of the normaliser that replaced something: where it did, how often, one example."""

    rule: str
    check: str
    hits: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """An observation ready for comparison: one JSON value per check, and the ledger of what was replaced.

    A check that did not happen (no invocation to take an argv from because the play never got there) is absent.
    """

    mode: Mode
    facts: dict[str, JsonValue]
    ledger: tuple[LedgerEntry, ...] = ()
