"""A driver that counts no input token in the first of any two turns: a difference that comes and goes."""

from __future__ import annotations

import itertools
import sys

from harness.jsonvalue import JsonValue
from harness.subjects.reference import main
from harness.wire.events import Event
from mutants.catalogue import MUTANTS
from mutants.wrong import driver_of

COUNT = itertools.count()


ZERO_USAGE = driver_of(MUTANTS["zero_usage"])


class NowAndThen(ZERO_USAGE):  # type: ignore[valid-type, misc]  # made at run time
    """Wrong every other time."""

    def event_json(self, event: Event) -> JsonValue:
        raw = event.raw
        done = isinstance(raw, dict) and raw.get("type") == "turn.completed"
        return super().event_json(event) if done and next(COUNT) % 2 == 0 else raw


if __name__ == "__main__":
    sys.exit(main(NowAndThen))
