"""A run's model as a tree of spans: run, cell, turn, process. CORE: takes no time of its own, sends nothing.

What may be in an attribute is listed here and nowhere else: names, numbers, words of closed sets. No prompt, no argument, no
environment, no text of an answer or an error ever becomes one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.errors import EXIT_PARITY
from harness.report.model import RED, RunModel
from harness.report.records import JsonObject, ObservationLine

Value: TypeAlias = str | int | float | bool

RUN: Final = "parity.run"
CELL: Final = "parity.cell"
TURN: Final = "parity.turn"
PROCESS: Final = "parity.process"

ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    RUN: ("parity.run_id", "parity.lane", "parity.reference", "parity.complete", "parity.exit"),
    CELL: (
        "parity.scenario",
        "parity.family",
        "parity.subject",
        "parity.subject.version",
        "parity.mode",
        "parity.verdict",
        "parity.host",
    ),
    TURN: (
        "parity.turn",
        "parity.outcome",
        "parity.error.kind",
        "parity.events",
        "parity.first_event_ms",
    ),
    PROCESS: (
        "process.pid",
        "parity.turn",
        "parity.end",
        "parity.wrote_bytes",
        "parity.alive_after",
        "parity.first_event_ms",
    ),
}
"""The attributes of each kind of span. ``first_event_ms`` counts from the start of the turn or process."""

REFERENCE: Final = "reference"
"""What stands for a verdict at a play of the reference, on which none is passed."""

_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One span with what happened inside. Times are nanoseconds since the epoch; ``failed`` is its status."""

    name: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Value]
    failed: bool
    children: tuple[Span, ...] = ()


def tree(model: RunModel) -> Span:
    """The run as one span with a cell for each play that took the time, the reference's too.

    A run that was interrupted ends with its last play.
    """
    cells = tuple(
        _cell(model, play) for play in model.observations.values() if play.timing is not None
    )
    start = _instant(model.head.started_at)
    last = [start, *(cell.end_ns for cell in cells)]
    end = max(last) if model.footer is None else max(*last, _instant(model.footer.finished_at))
    return _span(
        RUN,
        start,
        end,
        {
            "parity.run_id": model.head.run_id,
            "parity.lane": model.head.lane,
            "parity.reference": model.head.reference,
            "parity.complete": model.complete,
            "parity.exit": model.exit,
        },
        failed=model.exit != EXIT_PARITY,
        children=cells,
    )


def count(span: Span) -> int:
    """How many spans a tree has."""
    return 1 + sum(count(child) for child in span.children)


def _instant(text: str) -> int:
    moment = dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return moment // dt.timedelta(microseconds=1) * 1000


def _cell(model: RunModel, play: ObservationLine) -> Span:
    timing = cast("JsonObject", play.timing)
    raw = play.raw or {}
    start = cast("int", timing["started_ns"])
    cell = model.cells.get((play.scenario, play.subject))
    version = next(one.version for one in model.head.subjects if one.name == play.subject)
    turns = tuple(_turns(start, timing, raw))
    return _span(
        CELL,
        start,
        start + _ns(timing["ms"]),
        {
            "parity.scenario": play.scenario,
            "parity.family": model.scenarios[play.scenario].family,
            "parity.subject": play.subject,
            "parity.subject.version": version,
            "parity.mode": play.mode,
            "parity.verdict": REFERENCE if cell is None else cell.result.verdict,
            "parity.host": _word(raw.get("host")),
        },
        failed=cell is not None and cell.result.verdict in RED,
        children=(*turns, *_processes(start, timing, raw, None)),
    )


def _turns(start: int, timing: JsonObject, raw: JsonObject) -> Iterator[Span]:
    records = cast("list[JsonObject]", raw.get("turns", []))
    for number, one in enumerate(cast("list[JsonObject]", timing["turns"])):
        record = records[number] if number < len(records) else {}
        error = record.get("error")
        events = record.get("events")
        yield _span(
            TURN,
            start + _ns(one["at_ms"]),
            start + _ns(one["end_ms"]),
            {
                "parity.turn": cast("int", one["turn"]),
                "parity.outcome": _word(record.get("outcome")),
                "parity.error.kind": _word(error.get("kind")) if isinstance(error, dict) else "",
                "parity.events": len(events) if isinstance(events, list) else 0,
                "parity.first_event_ms": _from(one["at_ms"], one["first_event_ms"]),
            },
            failed=isinstance(error, dict),
            children=tuple(_processes(start, timing, raw, cast("int", one["turn"]))),
        )


def _processes(start: int, timing: JsonObject, raw: JsonObject, turn: int | None) -> Iterator[Span]:
    """The processes that were started in a turn; ``turn`` None: in no turn that is known.

    One whose end nobody saw (it was killed, or is a released codex) ends with the play.
    """
    records = cast("list[JsonObject]", raw.get("invocations", []))
    whole = cast("float", timing["ms"])
    for number, one in enumerate(cast("list[JsonObject]", timing["processes"])):
        if one["turn"] != turn:
            continue
        record = records[number] if number < len(records) else {}
        exit_ms = one["exit_ms"] if one["exit_ms"] is not None else whole
        yield _span(
            PROCESS,
            start + _ns(one["spawn_ms"]),
            start + _ns(exit_ms),
            {
                "process.pid": cast("int", record.get("pid", 0)),
                "parity.turn": -1 if turn is None else turn,
                "parity.end": _word(record.get("end")),
                "parity.wrote_bytes": cast("int", record.get("wrote", 0)),
                "parity.alive_after": record.get("alive_after") is True,
                "parity.first_event_ms": _from(one["spawn_ms"], one["first_event_ms"]),
            },
            failed=False,
        )


def _span(
    name: str,
    start: int,
    end: int,
    attributes: dict[str, Value | None],
    *,
    failed: bool,
    children: tuple[Span, ...] = (),
) -> Span:
    """A span with the attributes of its kind; what is not known is left out."""
    assert tuple(attributes) == ATTRIBUTES[name], f"the attributes of {name} are listed"
    told = {key: value for key, value in attributes.items() if value not in {None, ""}}
    return Span(
        name=name,
        start_ns=start,
        end_ns=max(start, end),
        attributes=told,
        failed=failed,
        children=children,
    )


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _from(start: object, event: object) -> float | None:
    return None if event is None else round(cast("float", event) - cast("float", start), 3)


def _ns(milliseconds: object) -> int:
    return round(cast("float", milliseconds) * _MS)
