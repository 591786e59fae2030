"""CORE: what the classes of a comparison mean for a release, as findings of the stage ``regressions``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.errors import EXIT_INCOMPLETE, EXIT_PARITY
from harness.gate.stages import Finding, failed, passed, warned, worst
from harness.report.regressions import MEANING, Change, Class, Regressions
from harness.report.words import plural

_GOOD: Final[frozenset[Class]] = frozenset({"fixed"})


def findings(found: Regressions) -> tuple[Finding, ...]:
    """One finding per class that occurs, and one for what was compared at all; quarantined cells block nothing."""
    return tuple(_findings(found))


def _findings(found: Regressions) -> Iterator[Finding]:
    for name in found.counts:
        changes = [one for one in found.changes if one.cls == name]
        blocking = [one for one in changes if one.exit != EXIT_PARITY]
        if blocking:
            code = worst([one.exit for one in blocking])
            yield failed(name, _first(blocking), code, blocking[0].replay or None)
        others = [one for one in changes if one.exit == EXIT_PARITY]
        if others and name in _GOOD:
            yield passed(name, f"{plural(len(others), 'cell')}: {MEANING[name]}")
        elif others:
            yield warned(name, _first(others), others[0].replay or None)
    yield from (warned("not alike", note) for note in found.notes)
    if found.compared:
        yield passed(
            "compared", f"{plural(found.compared, 'cell')} on both sides, {found.same} the same"
        )
    else:
        yield failed("compared", "no cell was compared on both sides", EXIT_INCOMPLETE)


def _first(changes: list[Change]) -> str:
    one = changes[0]
    count = plural(len(changes), "cell")
    return f"{count} ({MEANING[one.cls]}), first {one.subject} {one.scenario}: {one.reason}"
