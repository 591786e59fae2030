"""CORE: which version or runtime a difference belongs to: a fold over the cells of a run, one sentence per cause.

``only on node20``, ``since 0.120.0``, ``in every version and runtime``. Speaks of what was played: a cell that could not run,
or in which the scenarios of the cause were not compared, says nothing. A subject that was played in one cell has no axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.report.records import COMPARED, ResultLine, Subject
from harness.report.words import listed
from harness.subjects.matrix import family_of, runtime_label, version_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cell of a matrix by the values of its axes."""

    version: str
    runtime: str

    @classmethod
    def of(cls, subject: Subject) -> Place:
        """Where a subject of a run lies; its version and runtime are what its driver said."""
        return cls(version=subject.version, runtime=runtime_label(subject.runtime))

    def __str__(self) -> str:
        return f"{self.version} on {self.runtime}"


def axes(
    results: Mapping[tuple[str, str], ResultLine], judged: Sequence[Subject]
) -> dict[tuple[str, str], str]:
    """For every fingerprint and every subject with more than one cell: where it shows.

    Whether the baseline expects it plays no part: what differs, differs.

    Args:
        results: (scenario, subject) -> verdict and differences.
        judged: the subjects that have results.

    Returns:
        (fingerprint, the subject's name without version and runtime) -> a clause such as ``since 0.120.0``.
    """
    families: dict[str, list[Subject]] = {}
    for subject in judged:
        families.setdefault(family_of(subject.name), []).append(subject)
    shown: dict[tuple[str, str], set[str]] = {}
    scenarios: dict[tuple[str, str], set[str]] = {}
    for (scenario, name), result in results.items():
        for difference in result.differences:
            key = (difference.fingerprint, family_of(name))
            shown.setdefault(key, set()).add(name)
            scenarios.setdefault(key, set()).add(scenario)
    return {
        (fingerprint, family): clause(
            showing=[Place.of(one) for one in families[family] if one.name in names],
            played=[
                Place.of(one)
                for one in families[family]
                if _compared(one.name, scenarios[fingerprint, family], results)
            ],
        )
        for (fingerprint, family), names in shown.items()
        if len(families[family]) > 1
    }


def _compared(
    name: str, scenarios: Iterable[str], results: Mapping[tuple[str, str], ResultLine]
) -> bool:
    return any(
        (scenario, name) in results and results[scenario, name].verdict in COMPARED
        for scenario in scenarios
    )


def clause(*, showing: Sequence[Place], played: Sequence[Place]) -> str:
    """Where a difference shows, of the cells in which it could have been seen.

    Args:
        showing: the cells that show it; among ``played``, except where a cell shows it and has no verdict.
        played: the cells that were compared.
    """
    there = {*showing, *played}
    shows = set(showing)
    if shows == there:
        return _everywhere(there)
    versions = {one.version for one in shows}
    runtimes = {one.runtime for one in shows}
    by_version = {one for one in there if one.version in versions}
    by_runtime = {one for one in there if one.runtime in runtimes}
    if shows == by_version:
        return _versions(versions, {one.version for one in there})
    if shows == by_runtime:
        return f"only on {listed(sorted(runtimes, key=version_key))}"
    if shows == by_version & by_runtime:
        told = _versions(versions, {one.version for one in there})
        return f"{told}, only on {listed(sorted(runtimes, key=version_key))}"
    order = sorted(shows, key=lambda one: (version_key(one.version), one.runtime))
    return f"only in {listed([str(one) for one in order])}"


def _everywhere(there: set[Place]) -> str:
    if len(there) == 1:
        return f"in {next(iter(there))}, the only one compared"
    many_versions = len({one.version for one in there}) > 1
    many_runtimes = len({one.runtime for one in there}) > 1
    if many_versions and many_runtimes:
        return "in every version and on every runtime"
    return "in every version" if many_versions else "on every runtime"


def _versions(shows: set[str], there: set[str]) -> str:
    """``since``, ``up to``, ``from ... to``, or the list, in the order of the versions that were played."""
    order = sorted(there, key=version_key)
    first, last = order.index(min(shows, key=version_key)), order.index(max(shows, key=version_key))
    gapless = order[first : last + 1] == sorted(shows, key=version_key)
    if not gapless:
        return f"only in {listed(sorted(shows, key=version_key))}"
    if last == len(order) - 1:
        return f"since {order[first]}, not in {order[first - 1]}"
    if first == 0:
        return f"up to {order[last]}, not in {order[last + 1]}"
    return f"only in {order[first]}" if first == last else f"from {order[first]} to {order[last]}"
