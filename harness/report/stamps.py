"""Times in milliseconds and ids that hold from run to run, for the formats that ask for them. CORE: a model in, numbers out."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from harness.jsonvalue import JsonValue
from harness.report.groups import Cell
from harness.report.records import ObservationLine

_SPACE: Final = uuid.UUID("6b0e5b2e-5f5c-5c7b-9a54-2f2d1c7f6a10")


def milliseconds(instant: str) -> int:
    """An ISO 8601 instant with its offset, in milliseconds since the epoch."""
    return round(dt.datetime.fromisoformat(instant).timestamp() * 1000)


def started_ms(cell: Cell, run_started: int) -> int:
    """When the first codex of the cell was started, in milliseconds since the epoch; else when the run began."""
    found = [when for seen in cell.observations.values() for when in _starts(seen)]
    return min(found) // 1_000_000 if found else run_started


def _starts(seen: ObservationLine) -> list[int]:
    invocations: JsonValue = (seen.raw or {}).get("invocations")
    if not isinstance(invocations, list):
        return []
    times = [one.get("started_ns") for one in invocations if isinstance(one, dict)]
    return [when for when in times if isinstance(when, int)]


def stable_id(text: str) -> str:
    """A UUID that is the same for the same text, lone surrogates allowed."""
    return str(uuid.uuid5(_SPACE, text.encode("utf-8", "surrogatepass").hex()))
