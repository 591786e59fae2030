"""Divergent cells are played again alone: which, in which order, and what that says."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.runner.reruns import again, is_flaky, left_out, new_causes, rerun_line

Line = dict[str, JsonValue]


def line(scenario: str, verdict: str, *fingerprints: str, subject: str = "x") -> Line:
    differences: list[JsonValue] = [
        {"fingerprint": name, "level": "contract", "known": None} for name in fingerprints
    ]
    differences += [
        {"fingerprint": "known", "level": "contract", "known": {}},
        {"fingerprint": "cosmetic", "level": "cosmetic", "known": None},
    ]
    return {
        "scenario": scenario,
        "subject": subject,
        "verdict": verdict,
        "differences": differences,
    }


def test_only_cells_that_no_baseline_explains_are_played_again_each_cause_first() -> None:
    """Provenance: issue text; when the time does not suffice, every cause has been looked at."""
    results = [
        line("a", "divergence", "1"),
        line("b", "divergence", "1"),
        line("c", "match"),
        line("d", "known"),
        line("e", "changed", "2"),
        line("f", "divergence", "1", subject="y"),
    ]

    assert again(results) == [("a", "x"), ("e", "x"), ("f", "y"), ("b", "x")]


def test_what_counts_is_neither_known_nor_cosmetic() -> None:
    """Provenance: harness.compare.verdict.decide."""
    assert new_causes(line("a", "divergence", "1", "2")) == {"1", "2"}


@pytest.mark.requirement("R4-8")
def test_the_rate_counts_the_first_play_and_those_alone() -> None:
    """Provenance: issue text: reported with its rate, never averaged away."""
    first = line("a", "divergence", "1", "2")
    later = [line("a", "match"), line("a", "divergence", "1"), line("a", "changed", "1")]

    told = rerun_line(first, later)
    assert told == {
        "kind": "rerun",
        "scenario": "a",
        "subject": "x",
        "plays": 4,
        "differing": 3,
        "causes": {"1": 3, "2": 1},
        "verdicts": ["match", "divergence", "changed"],
    }
    assert is_flaky(told)


def test_a_cell_is_flaky_too_when_it_always_differs_and_not_always_in_the_same() -> None:
    """Provenance: ours."""
    first = line("a", "divergence", "1")

    assert not is_flaky(rerun_line(first, [first]))
    assert is_flaky(rerun_line(first, [line("a", "divergence", "2")]))


def test_cells_that_were_not_played_again_are_counted() -> None:
    """Provenance: ours; what was not done is said."""
    assert left_out(1, 60.0).startswith("1 divergent cell was not played again alone: the 60 s")
    assert left_out(7, 60.0).startswith("7 divergent cells were")
