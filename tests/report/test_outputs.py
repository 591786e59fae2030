"""A run as outputs of a step of GitHub Actions."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.report.outputs import lines

SUMMARY: dict[str, JsonValue] = {
    "exit": 1,
    "exit_reason": "2 results\ndiffer",
    "verdicts": {"match": 3, "divergence": 2, "could_not_run": 1, "harness_error": 4},
}


def test_a_run_is_its_exit_code_its_reason_and_its_counts() -> None:
    """Provenance: issue 6, point 1: declared outputs; a line end in a value would begin another output."""
    assert lines(SUMMARY, 1) == (
        "exit=1",
        "reason=2 results differ",
        "match=3",
        "divergence=2",
        "known=0",
        "changed=0",
        "fixed=0",
        "not_applicable=0",
        "not_compared=5",
    )


def test_a_summary_that_is_not_of_this_run_counts_nothing() -> None:
    """Provenance: ours: a run that failed before it wrote leaves the summary of the run before."""
    for summary in (None, SUMMARY):
        told = lines(summary, 2)
        assert told[0] == "exit=2"
        assert [one for one in told[2:] if not one.endswith("=0")] == []
