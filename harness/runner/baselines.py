"""IO: the expected differences of a subject, as far as they speak of a lane."""

from __future__ import annotations

from harness.baseline.entries import Entry, parse
from harness.baseline.scope import for_lane
from harness.observation import Lane
from harness.real.lane import NOT_OBSERVED, RACED
from harness.root import Root
from harness.storage import read_text
from harness.subjects.matrix import family_of


def read_baseline(root: Root, subject: str, lane: Lane = "mock") -> tuple[Entry, ...]:
    """The baseline of a subject in a lane, whichever version and runtime it is named with; a subject without a file has none.

    Raises:
        BaselineInvalid: the file is wrong.
    """
    path = root.baseline(family_of(subject))
    text = read_text(path)
    entries = () if text is None else parse(text, str(path))
    unseen = NOT_OBSERVED.keys() - {RACED} if lane == "real" else ()
    return for_lane(entries, lane, frozenset(unseen))
