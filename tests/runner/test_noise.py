"""Many plays of the same cells in; what came out differently, and how often, out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import cast

from harness.baseline.entries import Entry, Flaky
from harness.jsonvalue import JsonValue
from harness.outcomes import Alternative, OutcomeSet
from harness.root import find_root, load_schemas
from harness.runner.noise import Tally
from harness.runner.records import NotPlayed, PlayKey, PlayResult, SubjectState
from harness.scenario import Scenario
from tests.runner.test_judge import DECLARED, DONE, SCENARIO, STARTED, ZEROED, played, state

KEY = PlayKey(scenario=SCENARIO.id, subject="x", mode="stream")
TOLD: dict[str, JsonValue] = {
    "started_at": "a", "finished_at": "b", "duration_ms": 1.0, "command": [], "tool": {}
}  # fmt: skip
GOOD = played(STARTED, DONE)
BAD = played(STARTED, ZEROED)
SET = OutcomeSet(
    check="surfaced.events",
    at=0,
    modes=("stream",),
    alternatives=tuple(
        Alternative(name=name, because="it may", source="ours", fact=fact)
        for name, fact in cast(
            "list[tuple[str, JsonValue]]",
            [("two", [STARTED, DONE]), ("one", [STARTED]), ("none", [])],
        )
    ),
)


def tally(
    *results: PlayResult,
    scenario: Scenario = SCENARIO,
    entries: tuple[Entry, ...] = (),
    key: PlayKey = KEY,
) -> Tally:
    made = Tally(scenarios={scenario.id: scenario}, baselines={"x": entries})
    for result in results:
        made.add(key, result)
    return made


def document(
    made: Tally,
    *,
    states: tuple[SubjectState, ...] = (state("x"),),
    fail: bool = False,
) -> dict[str, JsonValue]:
    found = made.document(
        states=states, times=2, load=0, selection=None, fail_on_missing_runtime=fail, told=TOLD
    )
    assert load_schemas(find_root(Path(__file__).parent)).first_problem("noise", found) is None
    return found


def cell(found: dict[str, JsonValue]) -> dict[str, JsonValue]:
    (one,) = cast("list[dict[str, JsonValue]]", found["cells"])
    return one


def counts(found: dict[str, JsonValue]) -> list[JsonValue]:
    return [one["count"] for one in cast("list[dict[str, JsonValue]]", cell(found)["outcomes"])]


def test_plays_that_are_equal_are_one_outcome() -> None:
    """Provenance: issue text, item 4."""
    found = document(tally(GOOD, GOOD, replace(GOOD, duration_ms=9.0)))

    assert (found["exit"], counts(found), cell(found)["noisy"]) == (0, [3], False)
    assert found["exit_reason"] == "no subject differs from itself in 1 cells"


def test_plays_that_differ_are_outcomes_with_their_rates_and_what_is_between_them() -> None:
    """Provenance: issue text, item 4: check, path and both values."""
    made = tally(BAD, GOOD, GOOD, BAD, GOOD)
    found = document(made)

    assert (found["exit"], counts(found), made.noisy()) == (1, [3, 2], 1)
    outcomes = cast("list[dict[str, JsonValue]]", cell(found)["outcomes"])
    (one,) = cast("list[dict[str, JsonValue]]", outcomes[0]["differences"])
    assert (one["check"], one["path"]) == ("surfaced.events", "$.usage.input_tokens")
    assert (one["reference"], one["sdk"]) == (0, 7)
    assert "first exec.items.x (x, stream)" in str(found["exit_reason"])


def test_ids_that_are_only_renamed_are_the_same_outcome() -> None:
    """Provenance: harness.compare: ids count up to renaming; every play has its own thread id."""
    events = ({"type": "thread.started", "thread_id": name} for name in ("t", "u", "u"))
    plays = [replace(played(cast("JsonValue", one)), turns=played(cast("JsonValue", one)).turns) for one in events]  # fmt: skip
    item = [
        played({"type": "item.completed", "item": {"id": name, "type": "agent_message", "text": "a"}})
        for name in ("item_0", "item_7", "item_7")
    ]  # fmt: skip

    assert counts(document(tally(*item))) == [3]
    assert counts(document(tally(*plays))) == [3]


def test_what_is_only_cosmetic_is_told_and_is_no_noise() -> None:
    """Provenance: ARCHITECTURE.md, verdicts."""
    (one,) = GOOD.invocations
    other = replace(GOOD, invocations=(replace(one, argv=(*one.argv, "--model", "m")),))
    again = replace(GOOD, invocations=(replace(one, argv=("--model", "m", *one.argv)),))
    found = document(tally(other, again))

    assert cell(found)["noisy"] is False
    assert found["exit"] == 0


def test_noise_that_a_flaky_entry_declares_is_known() -> None:
    """Provenance: issue text: a declared set, or a flaky entry with its reason."""
    flaky = Flaky(shown=1, plays=20, measured=dt.date(2026, 11, 21))
    entry = Entry(
        fingerprint="0" * 12, check="surfaced.events", scenarios=("exec.items.*",), reason="sdk-bug", because="so", flaky=flaky
    )  # fmt: skip

    found = document(tally(GOOD, BAD, entries=(entry,)))
    assert found["exit"] == 0
    assert str(found["exit_reason"]).endswith(", 1 declared as flaky")
    assert cast("dict[str, JsonValue]", cell(found)["declared"])["flaky"] == flaky.to_json()
    for other in (
        replace(entry, flaky=None),
        replace(entry, check="sent.argv"),
        replace(entry, scenarios=("exec.turn.*",)),
    ):
        assert document(tally(GOOD, BAD, entries=(other,)))["exit"] == 1


def test_declared_outcomes_are_quiet_and_each_is_counted() -> None:
    """Provenance: issue text; an alternative that nobody shows is a stale set, one outside is seen."""
    scenario = replace(SCENARIO, outcomes=(SET,))
    found = document(tally(GOOD, GOOD, played(STARTED), BAD, scenario=scenario))

    (row,) = cast("list[dict[str, JsonValue]]", found["sets"])
    assert (row["plays"], row["outside"]) == (4, 1)
    seen = {
        str(one["name"]): (one["seen"], one["by"])
        for one in cast("list[dict[str, JsonValue]]", row["alternatives"])
    }
    assert seen == {
        "two": (2, {"x/stream": 2}),
        "one": (1, {"x/stream": 1}),
        "none": (0, {"x/stream": 0}),
    }
    assert counts(found) == [3, 1]


def test_a_set_is_not_counted_where_it_does_not_apply() -> None:
    """Provenance: ours; another mode, a turn never reached, a check that did not happen."""
    scenario = replace(SCENARIO, outcomes=(SET, replace(SET, check="lifecycle.ending", at=3)))
    made = tally(replace(GOOD, mode="run"), scenario=scenario, key=replace(KEY, mode="run"))
    made.add(KEY, replace(GOOD, turns=(), invocations=()))

    assert [one["plays"] for one in cast("list[dict[str, JsonValue]]", document(made)["sets"])] == [0, 0]  # fmt: skip


def test_a_driver_that_fails_makes_the_answer_worthless() -> None:
    """Provenance: docs/ci.md: 3 comes before 1."""
    broke = NotPlayed(why="driver", reason="it talked nonsense")

    found = document(tally(GOOD, BAD, broke))
    assert (found["exit"], found["exit_reason"]) == (3, "the driver failed for x")
    assert cell(found)["not_played"] == [{"why": "driver", "reason": broke.reason, "count": 1}]
    mute = SubjectState(name="y", declared=DECLARED, fault="driver", reason="no hello")
    assert document(tally(GOOD, GOOD), states=(state("x"), mute))["exit"] == 3


def test_nothing_played_twice_is_no_result() -> None:
    """Provenance: ours; zero cases is never a pass."""
    none = NotPlayed(why="not_applicable", reason="has no images")

    assert document(tally(none, none))["exit"] == 4
    assert document(tally(GOOD))["exit"] == 4


def test_a_missing_runtime_weighs_by_policy() -> None:
    """Provenance: decisions/0006."""
    states = (state("x"), SubjectState(name="y", declared=DECLARED, fault="runtime", reason="no go"))  # fmt: skip

    assert document(tally(GOOD, GOOD), states=states)["exit"] == 0
    assert document(tally(GOOD, GOOD), states=states, fail=True)["exit"] == 4
