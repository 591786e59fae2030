"""What of a baseline no longer holds after a run, each kind a failure of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from harness.baseline.entries import Entry, Flaky
from harness.baseline.review import Played, review

TODAY = dt.date(2026, 11, 21)


def entry(
    *scenarios: str,
    fingerprint: str = "0123456789ab",
    until: str | dt.date | None = None,
    flaky: bool = False,
) -> Entry:
    return Entry(
        fingerprint=fingerprint,
        check="surfaced.events",
        scenarios=scenarios,
        reason="sdk-bug",
        because="drops a field",
        until=until,
        flaky=Flaky(shown=1, plays=2, measured=dt.date(2026, 11, 21)) if flaky else None,
    )


def cell(
    cells: dict[str, set[str]],
    *,
    name: str = "fake",
    complete: bool = True,
    version: str = "0.117.0",
    runtime: str = "node20",
) -> Played:
    """One version on one runtime, as a run showed it."""
    return Played(
        name=name,
        version=version,
        runtime=runtime,
        pinned="@" not in name,
        cells={name: frozenset(prints) for name, prints in cells.items()},
        complete=complete,
    )


def kinds(
    *entries: Entry,
    cells: dict[str, set[str]],
    known: set[str] | None = None,
    complete: bool = True,
) -> list[str]:
    found = review(
        entries,
        played=[cell(cells, complete=complete)],
        known_ids=frozenset(known if known is not None else cells),
        today=TODAY,
    )
    return [problem.kind for _, problem in found]


def test_an_entry_that_still_shows_is_no_problem() -> None:
    """Provenance: ours."""
    assert kinds(entry("exec.items.a"), cells={"exec.items.a": {"0123456789ab"}}) == []
    assert kinds(entry("exec.*"), cells={"exec.items.a": {"0123456789ab"}, "exec.b.c": set()}) == []


def test_an_entry_whose_difference_is_gone_is_fixed() -> None:
    """Provenance: issue text, "now matching" is a failure of its own kind."""
    assert kinds(entry("exec.items.a"), cells={"exec.items.a": set()}) == ["fixed"]


def test_an_entry_whose_scenario_differs_otherwise_is_changed() -> None:
    """Provenance: issue text, "other fingerprint" is a failure of its own kind."""
    assert kinds(entry("exec.items.a"), cells={"exec.items.a": {"cccccccccccc"}}) == ["changed"]


def test_an_entry_with_an_unknown_id_names_the_nearest() -> None:
    """Provenance: issue text, "unknown id"; FIELD row 8."""
    ((name, problem),) = review(
        [entry("exec.items.aa")],
        played=[cell({}, complete=False), cell({}, name="fake+node22")],
        known_ids=frozenset({"exec.items.a"}),
        today=TODAY,
    )

    assert name == "fake"
    assert problem.kind == "unknown_id"
    assert problem.sentence.endswith("did you mean exec.items.a?")


def test_an_unknown_id_that_resembles_nothing_is_still_reported() -> None:
    """Provenance: ours."""
    assert kinds(entry("zzz"), cells={}, known={"exec.items.a"}) == ["unknown_id"]


@pytest.mark.parametrize(
    ("until", "expired"),
    [
        ("0.117.0", True),
        ("0.116.9", True),
        ("0.118.0", False),
        (dt.date(2026, 11, 21), True),
        (dt.date(2026, 11, 22), False),
        (None, False),
    ],
)
def test_an_entry_is_expired_from_its_end_on(until: str | dt.date | None, expired: bool) -> None:
    """Provenance: issue text, `until` version or date."""
    found = kinds(entry("exec.items.a", until=until), cells={"exec.items.a": {"0123456789ab"}})

    assert found == (["expired"] if expired else [])


def test_a_glob_that_shows_nowhere_is_unused_only_in_a_complete_run() -> None:
    """Provenance: ours; a partial run knows nothing of the rest."""
    assert kinds(entry("exec.*"), cells={"exec.items.a": set()}) == ["unused"]
    assert kinds(entry("exec.*"), cells={"exec.items.a": set()}, complete=False) == []


def test_a_glob_that_shows_nowhere_but_has_another_problem_is_reported_once() -> None:
    """Provenance: ours; one entry, one thing to do."""
    assert kinds(entry("exec.*", until=TODAY), cells={"exec.items.a": set()}) == ["expired"]
    assert kinds(entry("exec.items.a"), cells={}, known={"exec.items.a"}) == []


def test_a_flaky_entry_that_does_not_show_is_no_problem() -> None:
    """Provenance: ours; that it shows now and then is what it says."""
    assert kinds(entry("exec.items.a", flaky=True), cells={"exec.items.a": set()}) == []


def test_a_glob_with_an_unknown_id_is_not_told_twice() -> None:
    """Provenance: ours; one entry, one thing to do."""
    assert kinds(entry("exec.items.a", "zzz.*"), cells={}, known={"exec.items.a"}) == ["unknown_id"]
    assert kinds(entry("zzz.*"), cells={}, known={"exec.items.a"}) == ["unknown_id"]


def test_each_runtime_of_the_pinned_version_is_held_to_the_baseline_another_version_is_not() -> (
    None
):
    """Provenance: decisions/0010; a baseline of one version does not go stale on another."""
    one = "exec.items.a"
    found = review(
        [entry(one)],
        played=[
            cell({one: {"0123456789ab"}}),
            cell({one: set()}, name="fake+node22", runtime="node22"),
            cell({one: set()}, name="fake@0.1.0", version="0.1.0"),
        ],
        known_ids=frozenset({one}),
        today=TODAY,
    )

    assert [(name, problem.kind) for name, problem in found] == [("fake+node22", "fixed")]
