"""The slowest plays of each SDK, in bands: what to look at when a run takes long. CORE. Nothing is decided by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from harness.observation import Mode
from harness.report.model import RunModel
from harness.report.records import JsonObject, ObservationLine

BANDS: Final[tuple[tuple[float, str], ...]] = (
    (50, "under 50 ms"),
    (200, "50 to 200 ms"),
    (1000, "0.2 to 1 s"),
    (5000, "1 to 5 s"),
    (20_000, "5 to 20 s"),
)
"""Milliseconds below which a time belongs to a band."""

_LONGEST: Final = "over 20 s"
_TIMES: Final[tuple[tuple[float, str], ...]] = (
    (2, "as long"),
    (4, "2 to 4 times"),
    (10, "4 to 10 times"),
)
_MOST_TIMES: Final = "over 10 times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """One play, in bands.

    ``first_event`` is from the start of its first codex to the first event of that turn at the caller, ``exit`` from there
    (without an event: from the start) to the end of that codex; ``beside`` says how long it took beside the reference.
    None is what cannot be told.
    """

    subject: str
    scenario: str
    mode: Mode
    whole: str
    first_event: str | None
    exit: str | None
    beside: str | None


def slowest(model: RunModel, most: int) -> dict[str, tuple[Slow, ...]]:
    """For each subject that was judged and played its ``most`` slowest plays, slowest first; by name."""
    found: dict[str, tuple[Slow, ...]] = {}
    for subject in model.judged:
        plays = [
            one
            for one in model.observations.values()
            if one.subject == subject.name and one.timing is not None
        ]
        plays.sort(key=lambda one: (-_ms(one), one.scenario, one.mode))
        if plays:
            found[subject.name] = tuple(_slow(model, one) for one in plays[:most])
    return found


def _slow(model: RunModel, play: ObservationLine) -> Slow:
    beside = model.observations.get((play.scenario, model.head.reference, play.mode))
    known = beside is not None and beside.timing is not None and beside is not play
    processes = cast("list[JsonObject]", cast("JsonObject", play.timing)["processes"])
    first = processes[0] if processes else {}
    spawn, event, end = (_number(first, key) for key in ("spawn_ms", "first_event_ms", "exit_ms"))
    return Slow(
        subject=play.subject,
        scenario=play.scenario,
        mode=play.mode,
        whole=band(_ms(play)),
        first_event=_between(spawn, event),
        exit=_between(spawn if event is None else event, end),
        beside=times(_ms(play), _ms(cast("ObservationLine", beside))) if known else None,
    )


def phases(model: RunModel, scenario: str, subject: str) -> str:
    """How long codex took to its first event at the caller and from there to its exit, in bands; empty where nobody streamed."""
    play = model.observations.get((scenario, subject, "stream"))
    if play is None or play.timing is None:
        return ""
    seen = _slow(model, play)
    told = (
        seen.first_event and f"first event {seen.first_event}",
        seen.exit and f"then exit {seen.exit}",
    )
    return ", ".join(part for part in told if part)


def band(milliseconds: float) -> str:
    """The band that a time belongs to."""
    return next((name for below, name in BANDS if milliseconds < below), _LONGEST)


def times(milliseconds: float, reference: float) -> str:
    """How long something took beside the reference; what is within the lowest band of it takes as long."""
    if milliseconds < reference + BANDS[0][0]:
        return _TIMES[0][1]
    return next((name for below, name in _TIMES if milliseconds < below * reference), _MOST_TIMES)


def _between(start: float | None, end: float | None) -> str | None:
    return None if start is None or end is None else band(end - start)


def _number(values: JsonObject, key: str) -> float | None:
    return cast("float | None", values.get(key))


def _ms(play: ObservationLine) -> float:
    return cast("float", cast("JsonObject", play.timing)["ms"])
