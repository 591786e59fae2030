"""The mutants to play next: those that most likely die, until every scenario has killed one or tried all."""

from __future__ import annotations

from mutants.matrix import Cell, Named, Seen
from mutants.search import WIDTH, Quarry, next_round

EVENTS = Seen(check="surfaced.events", level="contract", where="$.usage")
WORDS = Seen(check="surfaced.error", level="cosmetic", where="$.message")


def mutant(name: str, *, check: str = "surfaced.events", cosmetic: bool = False) -> Named:
    """A mutant that must die at ``check``."""
    return Named(
        name=name, kind="client", sentence="", scenario="x", check=check, cosmetic=cosmetic
    )


def cell(name: str, scenario: str, *seen: Seen, dies: bool = False) -> Cell:
    """What a mutant did in a scenario."""
    verdict = "divergence" if dies else "match"
    return Cell(mutant=name, scenario=scenario, verdict=verdict, reason="", seen=seen)


def quarry(
    scenario: str, *mutants: str, family: str = "items", checks: tuple[str, ...] = ()
) -> Quarry:
    """A scenario that must kill one of ``mutants``."""
    return Quarry(scenario=scenario, family=family, checks=frozenset(checks), mutants=mutants)


def named(*mutants: Named) -> dict[str, Named]:
    """By name."""
    return {one.name: one for one in mutants}


def test_a_scenario_that_has_killed_is_left_alone_and_one_that_tried_all_too() -> None:
    """Provenance: ours; a search ends."""
    cells = [cell("m", "a", EVENTS, dies=True), cell("m", "b")]

    assert next_round([quarry("a", "m"), quarry("b", "m")], named(mutant("m")), cells) == {}


def test_a_cosmetic_difference_that_is_told_is_a_kill() -> None:
    """Provenance: decisions/0004."""
    words = mutant("m", cosmetic=True)
    both = [quarry("a", "m", "n")]

    assert next_round(both, named(words, mutant("n")), [cell("m", "a", WORDS)]) == {}
    assert next_round(both, named(words, mutant("n")), [cell("m", "a")]) == {"n": ["a"]}


def test_a_canary_that_dies_is_no_kill() -> None:
    """Provenance: ours; what changes nothing must not satisfy a scenario."""
    cells = [cell("canary", "a", EVENTS, dies=True)]

    assert next_round([quarry("a", "m")], named(mutant("m")), cells) == {"m": ["a"]}


def test_a_round_takes_few_mutants_and_first_those_that_died_nearby() -> None:
    """Provenance: ours; family, then a declared check, then deaths anywhere, then the name."""
    many = [mutant(f"z{at}") for at in range(WIDTH)]
    near, fitting, often = mutant("near"), mutant("fitting", check="sent.env"), mutant("often")
    cells = [
        cell("near", "b", EVENTS, dies=True),
        cell("often", "far", EVENTS, dies=True),
        cell("often", "farther", EVENTS, dies=True),
    ]
    names = [*(one.name for one in many), "near", "fitting", "often"]
    hunted = [
        quarry("a", *names, checks=("sent.env",)),
        quarry("b", *names),
        quarry("far", *names, family="turn"),
        quarry("farther", *names, family="turn"),
    ]

    chosen = next_round(hunted, named(*many, near, fitting, often), cells)

    assert list(chosen) == ["near", "fitting", "often", "z0"]
    assert all(there == ["a"] for there in chosen.values())
