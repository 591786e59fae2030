"""The kill matrix for a person: nothing that is wrong can be overlooked."""

from __future__ import annotations

from mutants.matrix import Cell, Matrix, Named, Seen, fold
from mutants.table import headline, markdown, terminal

SEEN = Seen(check="sent.env", level="contract", where="$.HOME")
BIRD = Named(name="bird", kind="mock", sentence="Nothing.", scenario="", check="")


def named(name: str, check: str = "sent.env") -> Named:
    return Named(name=name, kind="client", sentence="A | B.", scenario="a", check=check)


def cell(name: str, *seen: Seen, scenario: str = "a") -> Cell:
    verdict = "divergence" if seen else "match"
    return Cell(mutant=name, scenario=scenario, verdict=verdict, reason="why", seen=seen)


def matrix(*, bird_sees: tuple[Seen, ...] = ()) -> Matrix:
    """Two scenarios: one mutant dies in both, one at another check, one survives; ``c`` kills nobody."""
    return fold(
        [named("dies"), named("strays", "sent.argv"), named("lives")],
        [BIRD],
        [
            cell("dies", SEEN),
            cell("dies", SEEN, scenario="b"),
            cell("strays", SEEN),
            cell("lives"),
            cell("bird", *bird_sees),
        ],
        scenarios=["a", "b", "c"],
        excused={},
        breadth="whole",
    )


def test_a_terminal_shows_a_line_for_each_mutant_each_scenario_and_each_miss() -> None:
    """Provenance: issue text: `nox -s mutants` prints the kill matrix; misses are listed, not hidden."""
    lines = terminal(matrix()).split("\n")
    rows = [line.split() for line in lines]

    assert ["dies", "client", "sent", "sent.env", "killed", "sent.env", "2/2"] in rows
    assert ["lives", "client", "sent", "sent.env", "survived", "0/1"] in rows
    assert ["strays", "client", "sent", "sent.argv", "died", "elsewhere", "sent.env", "1/1"] in rows
    assert ["bird", "mock", "-", "-", "alive", "0/1"] in rows
    assert ["a", "2", "strays", "only", "here"] in rows
    assert ["b", "1", "dies", "in", "2", "scenarios"] in rows
    assert ["c", "0"] in rows
    assert sum(line.startswith("  ") for line in lines) == 3
    assert lines[-1] == headline(matrix())


def test_only_a_whole_matrix_says_that_a_mutant_dies_nowhere_else() -> None:
    """Provenance: ours; a search stops at the first death."""
    searched = fold(
        [named("dies")], [], [cell("dies", SEEN)], scenarios=["a"], excused={}, breadth="search"
    )

    assert "only here" not in terminal(searched)
    assert "1 of 1 scenarios kill" in headline(searched)


def test_the_headline_counts_what_died_lives_and_is_missed() -> None:
    """Provenance: ours."""
    assert headline(matrix()) == (
        "3 mutants: 1 killed, 1 survived, 1 died elsewhere; 1 of 1 canaries alive;"
        " 2 of 3 scenarios kill; 3 misses"
    )
    assert "0 of 1 canaries alive" in headline(matrix(bird_sees=(SEEN,)))
    assert "dead" in terminal(matrix(bird_sees=(SEEN,)))


def test_a_run_of_some_mutants_does_not_look_like_a_whole_one() -> None:
    """Provenance: ARCHITECTURE, goal 1: no green without evidence."""
    some = fold([], [], [], scenarios=[], excused={}, breadth="some")

    assert headline(some) == (
        "0 mutants: none; 0 of 0 canaries alive; scenarios not judged: not every mutant was played"
        " on every scenario; no misses"
    )
    assert terminal(some) == headline(some)


def test_the_page_has_the_misses_first_and_every_sentence() -> None:
    """Provenance: ours; the form of reports/mutants/matrix.md."""
    page = markdown(matrix())

    assert page.index("## Misses") < page.index("## Mutants") < page.index("## Scenarios")
    assert "- lives survived" in page
    assert page.count("| A \\| B. |") == 3
    assert "| a | 2 | strays | only here |" in page
    clean = fold(
        [named("dies")], [], [cell("dies", SEEN)], scenarios=[], excused={}, breadth="some"
    )
    assert "## Misses" not in markdown(clean)
    assert "## Scenarios" not in markdown(clean)
