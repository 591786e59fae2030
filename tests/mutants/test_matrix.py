"""Who died where: every way in which a kill matrix can be wrong is named, and none of them looks green."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from mutants.matrix import Cell, Fate, Matrix, Named, Seen, cell_of, fold

EVENTS = Seen(check="surfaced.events", level="contract", where="$.usage turn 0")
WORDS = Seen(check="surfaced.error", level="cosmetic", where="$.message turn 0")


def mutant(name: str = "wrong", *, path: str = "", cosmetic: bool = False) -> Named:
    """A mutant that must die at surfaced.events in ``a``; a cosmetic one at surfaced.error."""
    return Named(
        name=name,
        kind="client",
        sentence="Is wrong.",
        scenario="a",
        check="surfaced.error" if cosmetic else "surfaced.events",
        path=path,
        cosmetic=cosmetic,
    )


def cell(*seen: Seen, name: str = "wrong", scenario: str = "a", verdict: str | None = None) -> Cell:
    """A cell whose verdict is what its differences make of it."""
    counted = any(one.level != "cosmetic" for one in seen)
    found = verdict or ("divergence" if counted else "match")
    return Cell(mutant=name, scenario=scenario, verdict=found, reason="why", seen=seen)


def folded(*cells: Cell, named: Named | None = None) -> Matrix:
    """A matrix of one mutant, scenarios not judged."""
    return fold([named or mutant()], [], cells, scenarios=[], excused={}, breadth="some")


def test_a_mutant_that_differs_at_its_check_is_killed() -> None:
    """Provenance: issue text, acceptance."""
    matrix = folded(cell(EVENTS, WORDS), cell(scenario="b"))

    (row,) = matrix.mutants
    assert row.fate is Fate.KILLED
    assert row.killed_at == ("surfaced.events", "surfaced.error")
    assert (row.kills, row.played) == (1, 2)
    assert matrix.problems == ()
    assert row.named.plane == "surfaced"


@pytest.mark.parametrize(
    ("seen", "path", "fate"),
    [
        ((), "", Fate.SURVIVED),
        ((WORDS,), "", Fate.SURVIVED),
        ((EVENTS,), "items", Fate.ELSEWHERE),
        ((Seen(check="sent.env", level="contract", where="$.HOME"),), "", Fate.ELSEWHERE),
        ((EVENTS,), "usage", Fate.KILLED),
    ],
)
def test_a_mutant_that_does_not_die_at_its_check_is_a_miss(
    seen: tuple[Seen, ...], path: str, fate: Fate
) -> None:
    """Provenance: issue text: misses are listed, not hidden."""
    matrix = folded(cell(*seen), named=mutant(path=path))

    assert matrix.mutants[0].fate is fate
    assert bool(matrix.problems) is (fate is not Fate.KILLED)
    assert matrix.count(fate) == 1
    for sentence in matrix.problems:
        assert "wrong" in sentence
        assert "surfaced.events" in sentence
        assert "in a" in sentence
        assert not path or f"({path})" in sentence


def test_a_difference_that_does_not_count_must_be_told_and_must_not_count() -> None:
    """Provenance: decisions/0004: cosmetic never decides."""
    told = folded(cell(WORDS), named=mutant(cosmetic=True))
    counted = folded(cell(WORDS, EVENTS), named=mutant(cosmetic=True))
    silent = folded(cell(), named=mutant(cosmetic=True))

    assert [one.mutants[0].fate for one in (told, counted, silent)] == [
        Fate.TOLD,
        Fate.ELSEWHERE,
        Fate.SURVIVED,
    ]
    assert [bool(one.problems) for one in (told, counted, silent)] == [False, True, True]


@pytest.mark.parametrize("verdict", ["could_not_run", "incomplete", "harness_error"])
def test_a_cell_that_says_nothing_is_no_kill(verdict: str) -> None:
    """Provenance: ARCHITECTURE, goal 1: no green without evidence."""
    matrix = folded(cell(EVENTS, verdict=verdict))

    assert matrix.mutants[0].fate is Fate.NOT_PLAYED
    assert matrix.mutants[0].kills == 0
    assert len(matrix.problems) == 2
    assert all(verdict in sentence for sentence in matrix.problems)


def test_a_mutant_that_was_never_played_is_a_miss() -> None:
    """Provenance: ARCHITECTURE, goal 1: a run that compared nothing is not green."""
    matrix = folded()

    assert matrix.mutants[0].fate is Fate.NOT_PLAYED
    assert "never played" in matrix.problems[0]


def test_a_cell_that_does_not_apply_is_no_miss() -> None:
    """Provenance: ours; a driver without a capability is not played there."""
    assert folded(cell(EVENTS), cell(scenario="b", verdict="not_applicable")).problems == ()


def canary(*cells: Cell) -> Matrix:
    """A matrix of one canary."""
    bird = Named(name="bird", kind="mock", sentence="", scenario="", check="")
    return fold([], [bird], cells, scenarios=[], excused={}, breadth="some")


def test_a_canary_must_be_played_and_match_everywhere() -> None:
    """Provenance: issue text: a canary that changes nothing must survive."""
    assert canary(cell(name="bird")).problems == ()
    assert "never played" in canary().problems[0]
    assert "in b" in canary(cell(name="bird"), cell(EVENTS, name="bird", scenario="b")).problems[0]
    assert canary(cell(WORDS, name="bird")).problems, "not even a cosmetic difference"
    assert canary(cell(name="bird", verdict="not_applicable")).problems


def whole(*cells: Cell, excused: dict[str, str]) -> Matrix:
    """Two mutants on the scenarios a, b and c."""
    both = [mutant(), mutant("other")]
    return fold(both, [], cells, scenarios=["a", "b", "c"], excused=excused, breadth="whole")


def test_a_scenario_that_kills_nothing_is_a_miss_unless_it_is_excused() -> None:
    """Provenance: issue text: every scenario kills at least one."""
    cells = [
        cell(EVENTS),
        cell(EVENTS, scenario="b"),
        cell(EVENTS, name="other"),
        cell(scenario="c"),
    ]

    missed = whole(*cells, excused={})
    excused = whole(*cells, excused={"c": "it only waits"})

    assert missed.problems == ("c kills no mutant",)
    assert excused.problems == ()
    assert [(row.scenario, row.kills, row.rarest) for row in missed.scenarios] == [
        ("a", 2, ("other", 1)),
        ("b", 1, ("wrong", 2)),
        ("c", 0, None),
    ]


def test_an_excuse_that_nobody_needs_is_a_miss() -> None:
    """Provenance: ours, as with stale baselines."""
    cells = [cell(EVENTS, name=name, scenario=one) for name in ("wrong", "other") for one in "abc"]

    matrix = whole(*cells, excused={"a": "why", "gone": "why"})

    assert [sentence.split()[0] for sentence in matrix.problems] == ["a", "gone"]


def test_a_cosmetic_difference_counts_as_a_kill_of_its_scenario() -> None:
    """Provenance: ours; a scenario that shows what is only told is of use."""
    named = mutant(cosmetic=True)
    matrix = fold([named], [], [cell(WORDS)], scenarios=["a"], excused={}, breadth="whole")

    assert matrix.scenarios[0].kills == 1


def test_a_result_line_becomes_a_cell() -> None:
    """Provenance: schemas/run.json, result."""
    difference: JsonValue = {
        "check": "sent.env",
        "level": "contract",
        "path": "$.HOME",
        "where": "invocation 0",
    }
    line: dict[str, JsonValue] = {
        "scenario": "a",
        "verdict": "divergence",
        "reason": "why",
        "differences": [difference],
    }

    assert cell_of("wrong", line) == Cell(
        mutant="wrong",
        scenario="a",
        verdict="divergence",
        reason="why",
        seen=(Seen(check="sent.env", level="contract", where="$.HOME invocation 0"),),
    )


def test_the_matrix_as_json_holds_every_row() -> None:
    """Provenance: ours; the form of reports/mutants/matrix.json."""
    bird = Named(name="bird", kind="mock", sentence="", scenario="", check="")
    cells = [cell(EVENTS), cell(name="bird")]
    matrix = fold([mutant()], [bird], cells, scenarios=["a", "b"], excused={}, breadth="whole")

    assert matrix.to_json() == {
        "schema": 2,
        "breadth": "whole",
        "fates": {"killed": 1, "told": 0, "survived": 0, "died elsewhere": 0, "not played": 0},
        "mutants": [
            {
                "name": "wrong",
                "kind": "client",
                "plane": "surfaced",
                "sentence": "Is wrong.",
                "scenario": "a",
                "check": "surfaced.events",
                "fate": "killed",
                "killed_at": ["surfaced.events"],
                "kills": 1,
                "played": 1,
            }
        ],
        "canaries": [
            {
                "name": "bird",
                "kind": "mock",
                "plane": "",
                "sentence": "",
                "scenario": "",
                "check": "",
                "fate": "not played",
                "killed_at": [],
                "kills": 0,
                "played": 1,
            }
        ],
        "scenarios": [
            {"scenario": "a", "kills": 1, "rarest": ["wrong", 1]},
            {"scenario": "b", "kills": 0, "rarest": None},
        ],
        "problems": ["b kills no mutant"],
    }


def test_a_cell_as_json_names_the_checks_that_count_first() -> None:
    """Provenance: ours; the form of a line of reports/mutants/cells.jsonl."""
    assert cell(WORDS, EVENTS).to_json() == {
        "mutant": "wrong",
        "scenario": "a",
        "verdict": "divergence",
        "reason": "why",
        "checks": ["surfaced.events", "surfaced.error"],
    }
