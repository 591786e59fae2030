"""The run as a badge."""

from __future__ import annotations

import pytest

from harness.report.badge import badge
from tests.report import runs
from tests.report.runs import ONE, Line


def told(lines: list[Line]) -> tuple[object, object]:
    """Message and colour."""
    found = badge(runs.model(lines))
    assert (found["schemaVersion"], found["label"]) == (1, "codex parity")
    assert set(found) == {"schemaVersion", "label", "message", "color"}
    return found["message"], found["color"]


WHOLE = [runs.header(scenarios=[ONE]), runs.scenario(ONE)]
EQUAL = [runs.result("left"), runs.result("right")]
WRONG = [runs.divergence("left", runs.difference()), runs.result("right")]


@pytest.mark.requirement("R0-12")
@pytest.mark.parametrize(
    ("results", "changes", "message", "color"),
    [
        (EQUAL, {}, "2/2 @ mock", "brightgreen"),
        (WRONG, {}, "1/2 @ mock", "red"),
        (EQUAL, {"exit": 5, "exit_reason": "stale"}, "2/2 @ mock", "yellow"),
        (EQUAL, {"exit": 4, "exit_reason": "incomplete"}, "incomplete @ mock", "lightgrey"),
        (EQUAL, {"exit": 3, "exit_reason": "a driver"}, "no result @ mock", "lightgrey"),
    ],
)
def test_only_a_whole_run_at_parity_is_green_and_what_is_no_result_has_no_number(
    results: list[Line], changes: Line, message: str, color: str
) -> None:
    """Provenance: REQUIREMENTS.md R0-12; shields.io, Endpoint Badge."""
    lines = [*WHOLE, *results, runs.footer(*results, **changes)]

    assert told(lines) == (message, color)


@pytest.mark.requirement("R0-12")
def test_a_run_that_was_interrupted_or_filtered_is_not_green() -> None:
    """Provenance: ours; a badge of a part would be read as one of the whole."""
    part = [
        runs.header(scenarios=[ONE], filter="family:items", complete=False),
        *WHOLE[1:],
        *EQUAL,
        runs.footer(*EQUAL),
    ]

    assert told([*WHOLE, *EQUAL]) == ("interrupted @ mock", "lightgrey")
    assert told(part) == ("2/2 of a part @ mock", "yellow")


def test_a_run_before_a_released_codex_names_it() -> None:
    """Provenance: ours."""
    codex: Line = {
        "version": "0.169.0",
        "sha256": "a" * 64,
        "package": "codex",
        "platform": "linux",
    }
    head = runs.header(scenarios=[ONE], lane="real", codex=codex)

    assert told([head, *WHOLE[1:], *EQUAL, runs.footer(*EQUAL)])[0] == "2/2 @ codex 0.169.0"
