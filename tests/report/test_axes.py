"""Which version or runtime a difference belongs to, told in one clause."""

from __future__ import annotations

from typing import cast

import pytest

from harness.jsonvalue import JsonValue
from harness.report import junit
from harness.report.axes import Place, clause
from harness.report.model import RunModel
from harness.report.summary import summarise
from tests.report import runs
from tests.report.runs import ONE, SCHEMAS, TWO


def places(*texts: str) -> list[Place]:
    """``1.0/node20`` -> the place."""
    pairs = (text.split("/") for text in texts)
    return [Place(version=version, runtime=runtime) for version, runtime in pairs]


GRID = [f"{version}/node{node}" for version in ("0.9", "0.10", "0.11") for node in (20, 22)]


@pytest.mark.parametrize(
    ("showing", "told"),
    [
        (GRID, "in every version and on every runtime"),
        (["0.9/node20", "0.10/node20", "0.11/node20"], "only on node20"),
        (GRID[2:], "since 0.10, not in 0.9"),
        (GRID[:2], "up to 0.9, not in 0.10"),
        (GRID[2:4], "only in 0.10"),
        ([*GRID[:2], *GRID[4:]], "only in 0.9 and 0.11"),
        (["0.10/node20", "0.11/node20"], "since 0.10, not in 0.9, only on node20"),
        (["0.9/node20", "0.10/node22"], "only in 0.9 on node20 and 0.10 on node22"),
    ],
)
def test_a_difference_belongs_to_the_axis_that_explains_it(showing: list[str], told: str) -> None:
    """Provenance: issue text: "the report shows which axis value a difference belongs to"."""
    assert clause(showing=places(*showing), played=places(*GRID)) == told


def test_a_gapless_piece_in_the_middle_is_told_by_its_ends() -> None:
    """Provenance: ours."""
    four = places("1/node20", "2/node20", "3/node20", "4/node20")

    assert clause(showing=four[1:3], played=four) == "from 2 to 3"


@pytest.mark.parametrize(
    ("played", "told"),
    [
        (["1/node20"], "in 1 on node20, the only one compared"),
        (["1/node20", "2/node20"], "in every version"),
        (["1/node20", "1/node22"], "on every runtime"),
    ],
)
def test_what_shows_everywhere_is_said_for_the_axes_that_were_played(
    played: list[str], told: str
) -> None:
    """Provenance: ours; with one version played nothing is known of versions."""
    assert clause(showing=places(*played), played=places(*played)) == told


def test_a_place_that_shows_it_counts_even_without_a_verdict() -> None:
    """Provenance: ours; an incomplete cell has differences too."""
    assert clause(showing=places("2/node20"), played=places("1/node20")) == "since 2, not in 1"


def family(*results: runs.Line, scenarios: tuple[str, ...] = (ONE,)) -> RunModel:
    """A run of one SDK in three cells, and of another in one."""
    return runs.played(
        *results,
        head=runs.header(
            scenarios=[*scenarios],
            subjects=[
                runs.subject("reference"),
                runs.subject("left@1.0", version="1.0", runtime="node 20.1.0"),
                runs.subject("left@2.0", version="2.0", runtime="node 20.1.0"),
                runs.subject("left@2.0+node22", version="2.0", runtime="node 22.1.0"),
                runs.subject("right"),
            ],
        ),
    )


def test_a_cause_names_the_sdk_once_with_the_values_it_belongs_to() -> None:
    """Provenance: ours; the other SDK was played in one cell and has no axes."""
    model = family(
        runs.result("left@1.0"),
        runs.divergence("left@2.0"),
        runs.divergence("left@2.0+node22"),
        runs.result("right"),
    )
    (group,) = model.unknown

    assert group.axes == {"left": "since 2.0, not in 1.0"}
    assert group.who == "only left (since 2.0, not in 1.0)"
    assert group.odd_one_out == "left"


def test_a_cell_that_was_not_compared_says_nothing() -> None:
    """Provenance: ours; a runtime that is missing is no version without the difference."""
    model = family(
        runs.result("left@1.0", "could_not_run"),
        runs.divergence("left@2.0"),
        runs.divergence("left@2.0+node22"),
        runs.divergence("right"),
    )
    (group,) = model.unknown

    assert group.axes == {"left": "on every runtime"}
    assert group.who == "left (on every runtime) and right"


def test_a_cell_without_a_result_says_nothing() -> None:
    """Provenance: ours; an interrupted run has some cells only."""
    model = family(
        runs.divergence("left@2.0"), runs.result("left@2.0", name=TWO), scenarios=(ONE, TWO)
    )
    (group,) = model.unknown

    assert group.axes == {"left": "in 2.0 on node20, the only one compared"}


def test_what_the_baseline_expects_in_one_version_still_differs_there() -> None:
    """Provenance: ours; a difference that is known in one version and new in another is in both."""
    expected = runs.difference(known=runs.known())
    model = family(
        runs.divergence("left@1.0"),
        {**runs.divergence("left@2.0", expected), "verdict": "known"},
        runs.result("left@2.0+node22"),
        runs.result("right"),
    )

    assert {group.axes["left"] for group in model.groups} == {"only on node20"}


def test_the_reports_for_programs_say_where_a_difference_belongs() -> None:
    """Provenance: issue text; summary.json and JUnit."""
    model = family(
        runs.result("left@1.0"),
        runs.divergence("left@2.0"),
        runs.divergence("left@2.0+node22"),
        runs.result("right"),
    )
    summary = summarise(model)

    assert SCHEMAS.first_problem("summary", summary) is None
    (told,) = cast("list[dict[str, JsonValue]]", summary["differences"])
    assert told["axes"] == {"left": "since 2.0, not in 1.0"}
    assert b'<property name="axes.0" value="since 2.0, not in 1.0" />' in junit.render(model)
