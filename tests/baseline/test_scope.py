"""Which expected differences speak of a version on a runtime, and which bind it."""

from __future__ import annotations

from dataclasses import replace

from harness.baseline.entries import Entry
from harness.baseline.scope import for_cell, for_lane


def entry(sdk: str | None = None, *runtimes: str) -> Entry:
    return Entry(
        fingerprint="0123456789ab",
        check="surfaced.events",
        scenarios=("exec.items.a",),
        reason="sdk-bug",
        because="drops a field",
        sdk=sdk,
        runtimes=runtimes,
    )


def test_an_entry_without_limits_explains_everywhere_and_promises_for_the_pinned_version() -> None:
    """Provenance: decisions/0010; one baseline file, no copies."""
    (pinned,) = for_cell([entry()], version="0.163.0", runtime="node22", pinned=True)
    (older,) = for_cell([entry()], version="0.104.0", runtime="node22", pinned=False)

    assert pinned.promises("exec.items.a")
    assert older.covers("exec.items.a")
    assert not older.promises("exec.items.a")


def test_an_entry_with_a_range_speaks_of_that_range_and_promises_there() -> None:
    """Provenance: decisions/0010."""
    limited = entry("<0.150")

    assert for_cell([limited], version="0.163.0", runtime="node22", pinned=True) == ()
    (bound,) = for_cell([limited], version="0.104.0", runtime="node22", pinned=False)
    assert bound.promises("exec.items.a")


def test_an_entry_with_runtimes_speaks_of_those() -> None:
    """Provenance: decisions/0010."""
    limited = entry(None, "node20", "node22")

    assert for_cell([limited], version="1", runtime="node24", pinned=True) == ()
    assert len(for_cell([limited], version="1", runtime="node22", pinned=True)) == 1


def test_an_entry_of_a_lane_speaks_in_that_lane_and_one_without_in_both() -> None:
    """Issue 4: stale checks do not fire for what a lane does not observe."""
    both, real = entry(), replace(entry(), lane="real")

    assert for_lane([both, real], "mock") == (both,)
    assert for_lane([both, real], "real") == (both, real)
    assert for_lane([both, real], "real", frozenset({"surfaced.events"})) == ()
