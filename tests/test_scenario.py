"""A scenario made of a parsed document."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import cast

import pytest

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue
from harness.observation import CHECKS
from harness.root import find_root, load_schemas
from harness.scenario import JsonObject, Resume, Scenario, Start, Turn, parse

SCHEMAS = load_schemas(find_root(Path(__file__).parent))
LEAST: JsonObject = {
    "id": "exec.items.plain",
    "title": "A scenario for this test",
    "expect": "Whatever this test needs",
    "source": "ours",
    "family": "items",
    "provenance": {"kind": "synthetic"},
    "script": {"turns": []},
    "steps": [{"start": {}}, {"turn": {"input": "hello"}}],
}


def _parse(**changes: JsonValue) -> Scenario:
    return parse({**deepcopy(LEAST), **changes}, "x.yaml", SCHEMAS)


def _refused(**changes: JsonValue) -> str:
    with pytest.raises(ScenarioInvalid) as caught:
        _parse(**changes)
    return str(caught.value)


def test_what_a_document_leaves_out_has_a_default() -> None:
    """Provenance: ``schemas/scenario.json``, the defaults named there."""
    scenario = _parse()
    assert scenario.level == "contract"
    assert scenario.since == "0.169.0"
    assert scenario.modes == ("run", "stream")
    assert scenario.checks == CHECKS
    assert scenario.deadline_s == 10.0
    assert scenario.codex == "mock"
    assert (scenario.files, scenario.client) == ({}, {})
    assert scenario.steps == (Start(options={}), Turn(input="hello", options={}, consume="all"))
    assert scenario.turns == scenario.steps[1:]


def test_what_a_document_says_is_kept() -> None:
    """Provenance: ``schemas/scenario.json``."""
    scenario = _parse(
        level="behaviour",
        since="0.58.0",
        modes=["stream"],
        checks=["sent.argv"],
        deadline=2,
        codex="missing",
        files={"a.txt": "a"},
        client={"env": {}},
        steps=[
            {"resume": {"thread_id": "t"}},
            {"resume": {"thread_id": "u", "options": {"model": "m"}}},
            {
                "turn": {
                    "input": [{"type": "text", "text": "x"}],
                    "options": {"output_schema": [1]},
                    "consume": {"stop_after": 2},
                }
            },
        ],
    )
    assert (scenario.level, scenario.since, scenario.codex) == ("behaviour", "0.58.0", "missing")
    assert (scenario.modes, scenario.checks, scenario.deadline_s) == (
        ("stream",),
        ("sent.argv",),
        2.0,
    )
    assert (scenario.files, scenario.client) == ({"a.txt": "a"}, {"env": {}})
    assert scenario.steps == (
        Resume(thread_id="t", options={}),
        Resume(thread_id="u", options={"model": "m"}),
        Turn(
            input=[{"type": "text", "text": "x"}],
            options={"output_schema": [1]},
            consume={"stop_after": 2},
        ),
    )


def test_the_hash_is_over_the_document_and_not_its_order() -> None:
    """Provenance: ours; a golden file is stale when the scenario says something else, not when it is laid out anew."""
    turned = parse(dict(reversed(deepcopy(LEAST).items())), "y.yaml", SCHEMAS)
    assert turned.sha256 == _parse().sha256
    assert _parse(title="A scenario for that test").sha256 != turned.sha256


def test_the_capabilities_name_every_option_and_feature_that_is_used() -> None:
    """Provenance: ``schemas/driver.json``, capability."""
    scenario = _parse(
        modes=["stream"],
        client={"env": {}, "api_key": "k"},
        steps=[
            {"start": {"model": "m"}},
            {"turn": {"input": [{"type": "text", "text": "x"}]}},
            {"resume": {"thread_id": "t", "options": {"sandbox_mode": "s"}}},
            {
                "turn": {
                    "input": [{"type": "local_image", "path": "a.png"}],
                    "options": {"output_schema": {}},
                }
            },
        ],
    )
    assert scenario.capabilities("stream") == {
        "stream",
        "client.env",
        "client.api_key",
        "thread.model",
        "resume",
        "thread.sandbox_mode",
        "images",
        "turn.output_schema",
    }


@pytest.mark.parametrize(
    ("consume", "needed"),
    [
        ("all", set()),
        ({"stop_after": 1}, {"stream"}),
        ({"abort_after": 1}, {"stream", "cancel"}),
        ({"abort": "when_hanging"}, {"cancel"}),
        ({"abort": "before_start"}, {"cancel_before_start"}),
    ],
)
def test_a_way_of_reading_needs_what_it_uses(consume: JsonValue, needed: set[str]) -> None:
    """Provenance: ``schemas/driver.json``, capability."""
    scenario = _parse(
        modes=["stream"], steps=[{"start": {}}, {"turn": {"input": "x", "consume": consume}}]
    )
    assert scenario.capabilities("stream") == {"stream"} | needed


def test_every_capability_of_a_scenario_is_one_that_a_driver_can_declare() -> None:
    """Provenance: ``schemas/scenario.json`` and ``schemas/driver.json`` name the same options."""
    document = SCHEMAS.first_problem("driver#capability", "no such capability")
    assert document is not None
    options: JsonObject = {
        "model": "m",
        "thread_source": "s",
        "sandbox_mode": "s",
        "working_directory": "w",
        "additional_directories": [],
        "skip_git_repo_check": True,
        "model_reasoning_effort": "e",
        "network_access_enabled": True,
        "web_search_mode": "m",
        "web_search_enabled": True,
        "approval_policy": "p",
    }
    scenario = _parse(
        client={"base_url": "u", "api_key": "k", "env": {}, "config": {}, "config_overrides": []},
        steps=[
            {"start": options},
            {
                "turn": {
                    "input": "x",
                    "options": {"output_schema": {}, "cyber_access_program": "p"},
                    "consume": {"abort": "before_start"},
                }
            },
            {"turn": {"input": "x", "consume": {"abort": "when_hanging"}}},
        ],
    )
    needed = scenario.capabilities("run") | scenario.capabilities("stream")
    assert len(needed) == 22
    for name in needed:
        assert SCHEMAS.first_problem("driver#capability", name) is None, name


def test_a_document_that_does_not_fit_the_schema_is_refused_with_its_path() -> None:
    """Provenance: ``schemas/scenario.json``."""
    message = _refused(family="fruit")
    assert "'fruit' is not one of" in message
    assert "@ x.yaml $.family" in message
    assert message.endswith("The form of a scenario is in schemas/scenario.json.")


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        ([{"start": {}}, {"start": {}}], "no turn @ x.yaml $.steps\n  Add a `turn` step."),
        (
            [{"turn": {"input": "x"}}, {"start": {}}],
            "a turn before any thread @ x.yaml $.steps[0]\n  Begin with `start` or `resume`.",
        ),
    ],
)
def test_steps_that_cannot_be_played_are_refused(steps: JsonValue, what: str) -> None:
    """Provenance: ours; the schema cannot say it."""
    assert _refused(steps=steps) == what


@pytest.mark.parametrize("name", ["stop_after", "abort_after"])
@pytest.mark.parametrize("modes", [["run"], ["run", "stream"], None])
def test_counting_events_is_refused_where_there_are_none(
    name: str, modes: list[JsonValue] | None
) -> None:
    """Provenance: PROTOCOLS.md 2.6; a blocking run shows no event."""
    changes: JsonObject = {} if modes is None else {"modes": modes}
    steps: list[JsonValue] = [{"start": {}}, {"turn": {"input": "x", "consume": {name: 1}}}]
    assert _refused(steps=steps, **changes) == (
        f"`{name}` needs events, which mode `run` does not show "
        "@ x.yaml $.steps[1].turn.consume\n  Set `modes: [stream]`."
    )


def test_aborting_without_counting_is_possible_in_both_modes() -> None:
    """Provenance: ``schemas/scenario.json``, consume."""
    turn: JsonObject = {"turn": {"input": "x", "consume": {"abort": "when_hanging"}}}
    scenario = _parse(steps=[{"start": {}}, turn])
    assert cast("JsonObject", scenario.turns[0].consume) == {"abort": "when_hanging"}


def test_declared_outcomes_are_part_of_a_scenario() -> None:
    """Provenance: ``schemas/scenario.json``, outcomes; what they may say is in tests/test_outcomes.py."""
    row: JsonValue = {
        "check": "lifecycle.signals",
        "any_of": [
            {"name": name, "because": "it may be so", "source": "ours", "fact": fact}
            for name, fact in cast(
                "list[tuple[str, JsonValue]]", [("none", [[]]), ("one", [["SIGINT"]])]
            )
        ],
    }

    (one,) = _parse(outcomes=[row]).outcomes
    assert one.names == ("none", "one")
    assert "$.outcomes[0]" in _refused(outcomes=[row], checks=["sent.argv"])
    assert "is too short" in _refused(outcomes=[{"check": "sent.argv", "any_of": []}])
