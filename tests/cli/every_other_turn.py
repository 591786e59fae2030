"""A driver that counts no input token in the first of any two turns: a difference that comes and goes."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable
from dataclasses import replace

from harness.subjects.reference import JsonObject, main
from mutants.catalogue import MUTANTS
from mutants.wrong import Change, driver_of

COUNT = itertools.count()
ZERO_USAGE = MUTANTS["zero_usage"]


def now_and_then(event: JsonObject) -> Iterable[JsonObject]:
    """Wrong every other time."""
    wrong = event.get("type") == "turn.completed" and next(COUNT) % 2 == 0
    return ZERO_USAGE.change.each(event) if wrong else [event]


if __name__ == "__main__":
    sys.exit(main(driver_of(replace(ZERO_USAGE, change=Change(each=now_and_then)))))
