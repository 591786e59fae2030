"""CORE: which expected differences speak of one cell, a version of the SDK on a runtime, and which of them bind it.

A baseline is filed under the subject's name and serves all its versions and runtimes (decisions/0010). An entry without
limits explains its difference wherever it shows; it promises it for the pinned version only, on every runtime. An entry
with ``sdk`` explains and promises for the versions in that range, one with ``runtimes`` on those runtimes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.baseline.entries import Entry
from harness.baseline.versions import in_range
from harness.observation import Lane


def for_lane(
    entries: Sequence[Entry], lane: Lane, not_observed: frozenset[str] = frozenset()
) -> tuple[Entry, ...]:
    """The entries that speak of a lane.

    Args:
        entries: a baseline.
        lane: of the run.
        not_observed: checks that the lane cannot show: their entries can neither explain nor go stale there.
    """
    return tuple(
        one for one in entries if one.lane in (None, lane) and one.check not in not_observed
    )


def for_cell(
    entries: Sequence[Entry], *, version: str, runtime: str, pinned: bool
) -> tuple[Entry, ...]:
    """The entries that speak of a cell; those that only explain there are not ``bound``.

    Args:
        entries: the subject's baseline.
        version: of the SDK in this cell.
        runtime: of this cell as an axis value, such as ``node22``.
        pinned: whether the cell is the pinned version, that is, was named without one.
    """
    return tuple(
        replace(entry, bound=pinned or entry.sdk is not None)
        for entry in entries
        if (entry.sdk is None or in_range(version, entry.sdk))
        and (not entry.runtimes or runtime in entry.runtimes)
    )
