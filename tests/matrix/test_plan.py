"""Plans: legs and shards, the id over all of it, what is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from harness.errors import NothingSelected, UsageFault
from harness.jsonvalue import JsonValue
from harness.matrix.balance import Durations, Played, durations_of
from harness.matrix.plan import (
    JOBS_OF_GITHUB,
    PLATFORMS,
    Chosen,
    JsonObject,
    Place,
    Plan,
    content,
    make,
    parse,
    parse_place,
)
from harness.scenario import Scenario
from tests.report.runs import SCHEMAS
from tests.runner.test_judge import SCENARIO

LINUX = Place(platform="linux")
REAL = Place(platform="linux", codex="0.169.0")
LEFT, RIGHT = Chosen(name="left", given="left"), Chosen(name="right", given="my/right.toml")


def scenario(name: str, model: JsonValue = None) -> Scenario:
    return replace(SCENARIO, id=name, sha256=f"{len(name):064x}", model=model)


SCENARIOS = (scenario("exec.a.one", {"turns": []}), scenario("exec.a.three"), scenario("exec.b"))
TIMES = durations_of(
    [Played(lane="mock", cells=(("exec.a.one", "left", 50), ("exec.a.three", "left", 30)))]
)


def plan(
    places: Sequence[Place] = (LINUX,),
    shards: int = 2,
    *,
    scenarios: Sequence[Scenario] = SCENARIOS,
    subjects: Sequence[Chosen] = (LEFT, RIGHT),
    selection: str | None = None,
    durations: Durations = TIMES,
) -> Plan:
    return make(
        version="0.1.0",
        normaliser="abc",
        scenarios=scenarios,
        selection=selection,
        reference="reference",
        subjects=subjects,
        named=True,
        places=places,
        shards=shards,
        durations=durations,
    )


@pytest.mark.requirement("F11")
def test_a_leg_is_split_by_scenario_and_every_shard_has_all_subjects() -> None:
    """Provenance: decisions/0016; so the reference plays each scenario once."""
    found = plan()

    assert [(one.name, [*one.scenarios], one.expected_ms) for one in found.shards] == [
        ("linux-mock-1", ["exec.a.one"], 100),
        ("linux-mock-2", ["exec.a.three", "exec.b"], 120),
    ]
    assert found.legs[0].spread == 1.091


def test_a_plan_fits_its_schema_and_is_read_as_it_was_written() -> None:
    """Provenance: schemas/plan.json."""
    found = plan([REAL, LINUX, Place(platform="windows")], selection="exec.*")
    text = json.dumps(found.to_json())

    assert SCHEMAS.first_problem("plan", json.loads(text)) is None
    assert parse(json.loads(text), "p", SCHEMAS) == found
    assert parse(json.loads(text), "p", SCHEMAS).id == found.id


def test_the_order_of_what_is_given_makes_no_other_plan() -> None:
    """Provenance: issue text, deterministic."""
    one = plan([LINUX, REAL])
    other = plan([REAL, LINUX], scenarios=SCENARIOS[::-1], subjects=(RIGHT, LEFT))

    assert one.id == other.id
    assert one.id != plan([LINUX, REAL], selection="*").id


def test_in_the_lane_real_a_leg_holds_what_that_lane_can_play_and_names_the_rest() -> None:
    """Provenance: issue text; lane.choose."""
    (leg,) = plan([REAL]).legs

    assert [[*one.scenarios] for one in leg.shards] == [["exec.a.one"]]
    assert leg.not_in_lane == ("exec.a.three", "exec.b")
    assert plan().legs[0].not_in_lane == ()


def test_a_leg_without_anything_to_play_is_refused() -> None:
    """Provenance: zero cases is never a pass."""
    with pytest.raises(NothingSelected, match="nothing to play in the leg linux-0") as told:
        plan([REAL], scenarios=SCENARIOS[1:])

    assert told.value.exit_code == 4


def test_the_hash_of_a_scenario_covers_its_model_part_where_that_is_played() -> None:
    """Provenance: measured; the sha256 of a scenario leaves the `model` part out."""
    one, other = scenario("exec.b", {"a": 1}), scenario("exec.b", {"a": 2})

    assert content(one, "mock") == content(other, "mock") == one.sha256
    assert content(one, "real") != content(other, "real")


@pytest.mark.parametrize("shards", [0, -1])
def test_less_than_one_shard_is_refused(shards: int) -> None:
    """Provenance: issue text."""
    with pytest.raises(UsageFault, match=f"{shards} shards"):
        plan(shards=shards)


def test_a_leg_twice_is_refused() -> None:
    """Provenance: its shards would have the same names."""
    with pytest.raises(UsageFault, match="the leg linux-mock twice"):
        plan([LINUX, parse_place("linux/mock")])


@pytest.mark.parametrize(
    ("text", "name", "lane"),
    [
        ("linux", "linux-mock", "mock"),
        ("macos/mock", "macos-mock", "mock"),
        ("windows/0.169.0", "windows-0.169.0", "real"),
        ("linux/0.170.0-alpha.2", "linux-0.170.0-alpha.2", "real"),
    ],
)
def test_a_leg_is_a_platform_and_what_stands_behind_the_clients(
    text: str, name: str, lane: str
) -> None:
    """Provenance: the interface that the workflows use."""
    place = parse_place(text)

    assert (place.name, place.lane) == (name, lane)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("solaris", "no platform `solaris`"),
        ("", "no platform ``"),
        ("linux/latest", "no codex `latest`"),
        ("linux/", "no codex ``"),
        ("linux/0.169.0/x", "no codex `0.169.0/x`"),
    ],
)
def test_an_unknown_platform_or_codex_is_refused_with_those_there_are(
    text: str, message: str
) -> None:
    """Provenance: issue text."""
    with pytest.raises(UsageFault, match=message) as told:
        parse_place(text)

    assert all(one in str(told.value) for one in PLATFORMS)


@pytest.mark.requirement("F11")
def test_github_gets_one_job_per_shard() -> None:
    """Provenance: the interface that the workflows use; `strategy.matrix` of GitHub Actions."""
    assert plan([LINUX, Place(platform="macos")], 1).for_github() == {
        "include": [
            {"shard": "linux-mock-1", "leg": "linux-mock", "os": "ubuntu-24.04", "python": "3.11"},
            {"shard": "macos-mock-1", "leg": "macos-mock", "os": "macos-15", "python": "3.11"},
        ]
    }


def test_more_jobs_than_github_makes_are_refused() -> None:
    """Provenance: the limit of 256 jobs of a matrix (docs.github.com)."""
    many = [scenario(f"exec.a.{number}") for number in range(JOBS_OF_GITHUB + 1)]

    most = plan(shards=JOBS_OF_GITHUB, scenarios=many).for_github()
    assert len(cast("list[JsonValue]", most["include"])) == 256
    with pytest.raises(UsageFault, match="257 shards, and GitHub Actions makes 256 jobs"):
        plan(shards=300, scenarios=many).for_github()


def test_a_shard_is_found_by_its_name_or_the_names_are_told() -> None:
    """Provenance: a message for every wrong use."""
    found = plan([LINUX, REAL])

    leg, shard = found.find("linux-mock-2")
    assert (leg.place, shard.name) == (LINUX, "linux-mock-2")
    with pytest.raises(UsageFault, match="no shard `linux-mock-3`") as told:
        found.find("linux-mock-3")
    assert "linux-0.169.0-1, linux-mock-1, linux-mock-2" in str(told.value)


def test_a_file_that_is_no_plan_is_refused_with_the_place() -> None:
    """Provenance: schemas/plan.json."""
    with pytest.raises(UsageFault, match="Additional properties") as told:
        parse({**plan().to_json(), "more": 1}, "plan.json", SCHEMAS)

    assert "plan.json $" in str(told.value)


@pytest.mark.parametrize("key", ["id", "reference", "legs"])
def test_a_plan_that_was_changed_by_hand_is_refused(key: str) -> None:
    """Provenance: the id is a hash over the content, so the shards of a plan have played the same plan."""
    document = cast("JsonObject", json.loads(json.dumps(plan().to_json())))
    if key == "legs":
        cast("list[JsonObject]", document["legs"])[0]["spread"] = 1
    else:
        document[key] = "f" * 64

    with pytest.raises(UsageFault, match="changed since it was made"):
        parse(document, "plan.json", SCHEMAS)
