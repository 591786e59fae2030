"""Whoever watches a run is told what to look at, how far it is, and how it ended."""

from __future__ import annotations

from harness.report.tail import Tail
from tests.report import runs


def told(tail: Tail, *lines: runs.Line) -> list[str]:
    """Everything that is said of these lines."""
    return [text for line in lines for text in tail.hear(line)]


def test_a_watcher_sees_what_to_look_at_and_the_end() -> None:
    """Provenance: REQUIREMENTS.md R0-14; the lines are those of schemas/run.json."""
    tail = Tail()
    results = [runs.result("left"), runs.divergence("right", runs.difference())]

    said = told(
        tail, runs.header(), runs.scenario(), runs.observation("left"), *results, runs.rerun("right"), runs.footer(*results),
    )  # fmt: skip

    assert said == [
        "run run-1 since 2026-11-21T04:10:31.120+00:00: 2 cells of left, right, lane mock",
        f"divergence     right {runs.ONE}",
        "2 of 2 cells",
        f"alone          right {runs.ONE}: 3 of 4 plays differ",
        "ended after 1 min 0 s with exit 1: 1 divergence",
    ]
    assert tail.exit == 1


def test_every_result_is_said_when_asked_for_and_there_is_a_count_now_and_then() -> None:
    """Provenance: ours."""
    tail = Tail(every=True)
    names = [f"exec.items.{number}" for number in range(60)]

    said = told(
        tail, runs.header(scenarios=[*names]), *(runs.result("left", name=name) for name in names)
    )

    assert sum(line.startswith("match ") for line in said) == 60
    assert [line for line in said if line.endswith("cells")] == ["50 of 120 cells"]
    assert tail.exit is None


def test_a_value_of_an_sdk_sends_nothing_to_the_terminal() -> None:
    """Provenance: ours; a name is text."""
    (said,) = told(Tail(), runs.divergence("left", runs.difference(), name="exec.\u001b[31m"))

    assert "\u001b" not in said
