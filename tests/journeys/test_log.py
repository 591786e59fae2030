"""Mirror of ``harness/journeys/log.py``."""

from __future__ import annotations

import json

import pytest

from harness.journeys.log import Log
from harness.jsonvalue import JsonValue


def log() -> tuple[Log, list[str]]:
    """A log whose clock counts 1, 2, 3, and the lines it kept."""
    lines: list[str] = []
    clock = iter(range(1, 100))
    return Log(now=lambda: next(clock), keep=lines.append), lines


@pytest.mark.requirement("R4-12")
def test_an_assertion_is_a_line_with_its_step_both_values_and_its_time() -> None:
    """Provenance: issue text, item 5; REQUIREMENTS.md R4-12, machine-verifiable."""
    made, lines = log()
    made.step = "Copy it"

    assert made.equal("the command", "codex-parity replay a\u2028b", "codex-parity replay a\u2028b")
    assert lines[0].endswith("}\n")
    assert lines[0].count("\n") == 1
    assert json.loads(lines[0]) == {
        "step": "Copy it",
        "what": "the command",
        "expected": "codex-parity replay a\u2028b",
        "seen": "codex-parity replay a\u2028b",
        "ok": True,
        "ms": 1,
    }


@pytest.mark.parametrize(("expected", "seen"), [(1, True), (1, 1.0), ([], None), ("a", "b")])
def test_values_that_are_not_the_same_json_do_not_hold(expected: JsonValue, seen: JsonValue) -> None:  # fmt: skip
    """Provenance: DESIGN.md, the one equality there is."""
    made, _ = log()

    assert not made.equal("it", expected, seen)
    assert [one.what for one in made.failed] == ["it"]


def test_an_assertion_that_fails_does_not_end_the_walk() -> None:
    """Provenance: issue text, a failing assertion still leaves everything."""
    made, lines = log()
    made.holds("width", "at most 400", 512, ok=False)
    made.holds("width", "at most 400", 400, ok=True)

    assert [one.ok for one in made.made] == [False, True]
    assert [json.loads(line)["ms"] for line in lines] == [1, 2]
    assert [one.seen for one in made.failed] == [512]
