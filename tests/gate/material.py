"""Two runs of one cell each, for the tests of the gate."""

from __future__ import annotations

from harness.report.model import RunModel
from tests.report import runs
from tests.report.gate import WHO, failing, rerun
from tests.report.runs import Line, result

ONE = "exec.gate.one"
TWO = "exec.gate.two"
PASSES = result(WHO, name=ONE)
FAILS = failing(ONE)
OTHERWISE = failing(ONE, "two")
CAUSE = "1" * 12
"""What ``FAILS`` shows."""


def model(
    *results: Line, again: tuple[Line, ...] = (), version: str = "1.2.3", name: str = WHO
) -> RunModel:
    """A run of the reference and one SDK, ``name`` at ``version``, with the scenarios of the results."""
    sdk = runs.subject(name, version=version, sdk=f"{WHO}-sdk")
    head = runs.header(
        run_id=f"run-{version}",
        scenarios=[str(one["scenario"]) for one in results],
        subjects=[runs.subject("reference"), sdk],
    )
    named = [
        {**one, "subject": name, "replay": str(one["replay"]).replace(WHO, name)} for one in results
    ]
    *lines, end = runs.run(*named, head=head)
    return runs.model([*lines, *again, end])


__all__ = [
    "CAUSE",
    "FAILS",
    "ONE",
    "OTHERWISE",
    "PASSES",
    "TWO",
    "WHO",
    "failing",
    "model",
    "rerun",
    "result",
]
