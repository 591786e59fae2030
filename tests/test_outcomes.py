"""Declared outcomes of a scenario: what may be said in the file, and what is refused."""

from __future__ import annotations

from typing import cast

import pytest

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue
from harness.observation import CHECKS, Mode
from harness.outcomes import OutcomeSet, parse_outcomes

Row = dict[str, JsonValue]


def one_of(check: str, *facts: JsonValue, **changes: JsonValue) -> Row:
    return {
        "check": check,
        "any_of": [
            {"name": f"way-{index}", "because": "it may be so", "source": "ours", "fact": fact}
            for index, fact in enumerate(facts)
        ],
        **changes,
    }


def parsed(
    *rows: Row, modes: tuple[Mode, ...] = ("run", "stream"), checks: tuple[str, ...] = CHECKS
) -> tuple[OutcomeSet, ...]:
    return parse_outcomes(list(rows), modes=modes, checks=checks, where="x.yaml")


def refused(*rows: Row, checks: tuple[str, ...] = CHECKS) -> str:
    with pytest.raises(ScenarioInvalid) as caught:
        parsed(*rows, checks=checks)
    return str(caught.value)


def test_a_set_is_read_with_its_place_modes_and_alternatives() -> None:
    """Provenance: schemas/scenario.json, outcomes."""
    whole, element = parsed(
        one_of("lifecycle.signals", [["SIGINT"]], [[]]),
        one_of("surfaced.events", [], [1], at=1),
    )

    assert (whole.at, whole.place, whole.modes) == (None, "lifecycle.signals", ("run", "stream"))
    assert whole.names == ("way-0", "way-1")
    assert (element.place, element.modes) == ("surfaced.events[1]", ("stream",))
    assert element.to_json() == {
        "check": "surfaced.events",
        "at": 1,
        "modes": ["stream"],
        "any_of": [
            {
                "name": f"way-{index}",
                "because": "it may be so",
                "source": "ours",
                "fact": fact,
                "covers": [],
            }
            for index, fact in enumerate(cast("list[JsonValue]", [[], [1]]))
        ],
    }


def test_sets_for_two_elements_or_two_modes_of_one_check_stand_side_by_side() -> None:
    """Provenance: ours."""
    assert parsed(
        one_of("surfaced.outcome", "end", "none", at=0),
        one_of("surfaced.outcome", "end", "none", at=1, modes=["run"]),
        one_of("surfaced.outcome", "end", "error", at=1, modes=["stream"]),
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([one_of("sent.cwd", 1, 2, modes=["run"], at=0)] * 2, "two sets for `sent.cwd[0]` in mode run"),
        ([one_of("sent.cwd", 1, 2, at=0), one_of("sent.cwd", 1, 2)], "two sets for `sent.cwd`"),
        ([one_of("sent.cwd", 1, 2), one_of("sent.cwd", 1, 2, at=0)], "two sets for `sent.cwd[0]`"),
        ([one_of("surfaced.events", 1, 2, modes=["run"])], "`surfaced.events` is not seen in mode run"),
        ([one_of("sent.cwd", 1, 1)], "two alternatives with the same fact"),
        (
            [{"check": "sent.cwd", "any_of": [*cast("list[JsonValue]", one_of("sent.cwd", 1)["any_of"]), *cast("list[JsonValue]", one_of("sent.cwd", 2)["any_of"])]}],
            "two alternatives of one name",
        ),
    ],
)  # fmt: skip
def test_sets_that_contradict_each_other_are_refused(rows: list[Row], message: str) -> None:
    """Provenance: ours; a set that hides another one would hide an outcome."""
    assert message in refused(*rows)


def test_a_set_for_a_check_that_is_not_declared_is_refused() -> None:
    """Provenance: ours."""
    message = refused(one_of("sent.cwd", 1, 2), checks=("sent.argv",))

    assert message.startswith(
        "outcomes of `sent.cwd`, which is not in `checks` @ x.yaml $.outcomes[0]"
    )


def test_a_set_for_a_check_that_no_mode_of_the_scenario_shows_is_refused() -> None:
    """Provenance: harness.observation.ONLY_IN."""
    with pytest.raises(ScenarioInvalid, match="not seen in mode run"):
        parsed(one_of("surfaced.events", 1, 2), modes=("run",))


@pytest.mark.parametrize(
    ("check", "fact", "word"),
    [
        ("lifecycle.host", "hung", "hang"),
        ("lifecycle.host", "crashed", "crash"),
        ("lifecycle.files", ["<TMP>/x"], "leftover"),
        ("lifecycle.alive", {"at_end": [0, 1], "after": 0}, "leftover"),
        ("lifecycle.ending", ["exit 0", "alive"], "leftover"),
        ("lifecycle.descendants", 1, "leftover"),
    ],
)
def test_a_set_covers_a_crash_a_hang_or_a_leftover_only_when_it_says_so(
    check: str, fact: JsonValue, word: str
) -> None:
    """Provenance: issue text, item 4."""
    quiet: dict[str, JsonValue] = {
        "lifecycle.host": "ok",
        "lifecycle.descendants": 0,
        "lifecycle.alive": {"at_end": [0, None], "after": 0},
    }
    row = one_of(check, quiet.get(check, []), fact)

    assert f"this alternative allows a {word} and does not say so" in refused(row)
    cast("list[Row]", row["any_of"])[1]["covers"] = [word]
    ((_, grave),) = (one.alternatives for one in parsed(row))
    assert grave.covers == (word,)
