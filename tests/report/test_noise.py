"""The page of ``noise`` and its few lines for a terminal."""

from __future__ import annotations

from typing import cast

from harness.jsonvalue import JsonValue
from harness.report.noise import render, sentences

Line = dict[str, JsonValue]
ONE = "exec.items.x"


def difference(**sides: JsonValue) -> Line:
    return {"check": "surfaced.error", "where": "turn 0", "path": "$.kind", **sides}


def cell(*outcomes: tuple[int, list[Line]], **changes: JsonValue) -> Line:
    return {
        "scenario": ONE,
        "mode": "run",
        "subject": "left",
        "plays": sum(count for count, _ in outcomes),
        "noisy": len(outcomes) > 1,
        "declared": None,
        "outcomes": [
            {"count": count, "digest": "d", "differences": cast("list[JsonValue]", differences)}
            for count, differences in outcomes
        ],
        "not_played": [],
        "replay": f"codex-parity noise -k {ONE}",
        **changes,
    }


def document(*cells: Line, **changes: JsonValue) -> Line:
    return {
        "duration_ms": 2000.0,
        "filter": None,
        "times": 20,
        "load": 0,
        "subjects": [
            {"name": "left", "version": "1", "state": "ready", "reason": None},
            {"name": "gone", "version": "2", "state": "could_not_run", "reason": "no go"},
        ],
        "scenarios": 1,
        "plays": 20,
        "cells": [*cells],
        "sets": [],
        "exit": 0,
        "exit_reason": "all quiet",
        **changes,
    }


def test_a_quiet_run_says_what_was_played() -> None:
    """Provenance: ours."""
    found = document(cell((20, [])))

    assert sentences(found) == (
        "20 plays of 1 scenario: each 20 times per subject and mode, in 2.0 s.",
        "exit 0: all quiet",
    )
    text = render(found)
    assert text.startswith("## ✓ Noise: all quiet\n")
    assert "| left 1 | 1 | 20 | 1 | 0 | 0 |" in text
    assert "| gone 2: could not run, no go | 0 | 0 | 0 | 0 | 0 |" in text
    assert "###" not in text


def test_load_and_filter_are_named() -> None:
    """Provenance: ours; a result under load is another one."""
    line, *_ = sentences(document(load=2, filter="exec.x"))

    assert "filtered by exec.x" in line
    assert "beside 2 busy processes" in line


def test_a_noisy_cell_has_its_rates_the_check_the_path_and_both_values() -> None:
    """Provenance: issue text, item 4."""
    many = [difference(reference="a" * 300, sdk="b|c"), *[difference(sdk=1)] * 6]
    found = document(cell((19, []), (1, many)), exit=1, exit_reason="1 noisy")
    text = render(found)

    assert f"noisy: {ONE}, left, run: 19 / 1 of 20 plays" in sentences(found)
    assert text.startswith("## ✗")
    assert "### 1 noisy cell\n" in text
    assert "| 1 | surfaced.error | turn 0 $.kind | nothing | 1 |" in text
    assert "&#124;c" in text
    assert "aaa ... |" in text
    assert "... and 2 more" in text


def test_declared_noise_comes_last_with_its_reason_and_rate() -> None:
    """Provenance: issue text: declared flaky with its rate."""
    flaky: Line = {"rate": "3 of 20", "measured": "2026-11-21"}
    declared = cell((10, []), (10, []), declared={"because": "", "issue": "#1", "flaky": flaky})
    new = cell((10, []), (10, []), scenario="exec.items.y")
    found = document(declared, new)

    assert [line.split(":")[0] for line in sentences(found)[1:3]] == ["noisy", "flaky, declared"]
    assert "Declared: &#35;1 Measured 3 of 20 on 2026-11-21." in render(found)


def test_each_declared_outcome_is_told_and_one_that_nobody_shows() -> None:
    """Provenance: issue text; a stale set."""
    rows: list[JsonValue] = [
        {"name": "two", "seen": 19, "by": {"left/run": 19, "right/run": 0}},
        {"name": "three", "seen": 0, "by": {"left/run": 0}},
    ]
    base: Line = {"scenario": ONE, "check": "surfaced.events", "plays": 20, "alternatives": rows}
    found = document(
        sets=[{**base, "at": 0, "outside": 1}, {**base, "at": None, "outside": 0, "plays": 0}]
    )
    text = render(found)

    assert "| exec.items.x | surfaced.events&#91;0&#93; | two | 19 of 20 | left/run 19 |" in text
    assert "| three | 0 of 20 | nobody |" in text
    assert "| none of them | 1 of 20 | |" in text
    never = f"never seen in 20 plays: {ONE} surfaced.events, outcome `three`"
    assert sentences(found)[1:-1] == (never,)
    assert "### 1 outcome that nobody showed" in text
    calm = document(sets=[{**base, "at": 0, "outside": 0, "alternatives": rows[:1]}])
    assert "nobody showed" not in render(calm)


def test_a_driver_that_failed_is_told() -> None:
    """Provenance: ours."""
    failed: list[JsonValue] = [
        {"why": "driver", "reason": "nonsense", "count": 2},
        {"why": "not_applicable", "reason": "no images", "count": 18},
    ]
    text = render(document(cell(not_played=failed)))

    assert "### 1 cell in which a driver failed" in text
    assert "- left, exec.items.x, run, 2 times: nonsense" in text
    assert "no images" not in text
