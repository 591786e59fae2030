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
from harness.scenario import Scenario, parse
from harness.steps import JsonObject, Resume, Start, Turn

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


SPAWNS: JsonValue = {"turns": [{"do": [{"spawn": {"group": "own", "for": "exit"}}]}]}


def test_a_script_that_starts_something_is_asked_for_what_lives_on() -> None:
    """Ours: what nobody started cannot be left behind, and a check that cannot fail is none."""
    assert "lifecycle.descendants" in _parse(script=SPAWNS).checks
    assert _parse(script=SPAWNS).spawns
    assert not _parse().spawns
    assert "starts nothing" in _refused(checks=["lifecycle.descendants"])


def test_what_a_document_leaves_out_has_a_default() -> None:
    """Provenance: ``schemas/scenario.json``, the defaults named there."""
    scenario = _parse()
    assert scenario.level == "contract"
    assert scenario.since == "0.169.0"
    assert scenario.modes == ("run", "stream")
    assert set(CHECKS) - set(scenario.checks) == {
        "sent.requests",
        "surfaced.stderr",
        "surfaced.secrets",
        "lifecycle.backpressure",
        "lifecycle.descendants",
        "lifecycle.cost",
    }
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
            {"turn": {"input": "x", "consume": {"abort": "twice_when_hanging"}}},
            {"turn": {"input": "x", "consume": {"pause_after": 1}}},
            {"turn": {"input": "x", "thread": 0, "consume": {"times": 2}}},
        ],
        modes=["stream"],
    )
    needed = scenario.capabilities("run") | scenario.capabilities("stream")
    assert len(needed) == 25
    for name in needed:
        assert SCHEMAS.first_problem("driver#capability", name) is None, name


def test_a_document_that_does_not_fit_the_schema_is_refused_with_its_path() -> None:
    """Provenance: ``schemas/scenario.json``."""
    message = _refused(family="fruit")
    assert "'fruit' is not one of" in message
    assert "@ x.yaml $.family" in message
    assert message.endswith("The form of a scenario is in schemas/scenario.json.")


PAUSING: JsonValue = [{"start": {}}, {"turn": {"input": "x", "consume": {"pause_after": 1}}}]
TOGETHER: JsonValue = [{"start": {}}, {"together": {"turns": [{"input": "x"}, {"input": "y"}]}}]


def test_how_far_codex_wrote_and_whether_it_began_early_are_asked_where_it_can_be_seen() -> None:
    """Provenance: ours; a check for which there is nothing to look at cannot fail."""
    assert "lifecycle.backpressure" in _parse(steps=PAUSING, modes=["stream"]).checks
    assert "lifecycle.lazy" not in _parse(steps=TOGETHER).checks


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ("lifecycle.descendants", "a script that starts nothing"),
        ("lifecycle.backpressure", "turns that never pause"),
        ("surfaced.stderr", "a script that writes nothing to stderr"),
        ("surfaced.secrets", "a client without a secret"),
        ("lifecycle.cost", "fewer than three turns in a row"),
    ],
)
def test_a_check_that_could_not_fail_is_refused(check: str, what: str) -> None:
    """Provenance: house rule, no check that cannot fail."""
    assert _refused(checks=[check]).startswith(f"`{check}` is asked of {what} @ x.yaml $.checks")


def test_a_cost_is_not_asked_of_turns_at_the_same_time() -> None:
    """Provenance: ours; what each of them costs the host cannot be told apart."""
    steps: JsonValue = [
        {"start": {}},
        {"together": {"turns": [{"input": "x"}, {"input": "y"}, {"input": "z"}]}},
    ]
    assert "in a row" in _refused(checks=["lifecycle.cost"], steps=steps)


def test_a_check_that_has_something_to_look_at_is_kept() -> None:
    """Provenance: ``schemas/scenario.json``, check."""
    script: JsonValue = {
        "turns": [{"do": [{"stderr": "a"}, {"line": 1}, {"stderr": {"text": "b", "times": 3}}]}]
    }
    checks: JsonValue = ["surfaced.stderr", "surfaced.secrets", "lifecycle.cost"]
    turn: JsonValue = {"turn": {"input": "x"}}
    steps: JsonValue = [{"start": {}}, turn, turn, turn]
    client: JsonValue = {"api_key": "k", "env": {"A_TOKEN": "t", "B_API_KEY": "", "C": "c"}}

    scenario = _parse(script=script, checks=checks, steps=steps, client=client)

    assert list(scenario.checks) == checks
    assert scenario.stderr_of(0) == "abbb"
    assert list(scenario.secrets.values()) == ["k", "t"]


def test_the_turns_that_run_beside_others_are_known_by_number() -> None:
    """Provenance: driver protocol, turns are counted through all steps."""
    steps: JsonValue = [
        {"start": {}},
        {"turn": {"input": "w"}},
        {"together": {"turns": [{"input": "x"}, {"input": "y"}]}},
        {"turn": {"input": "z"}},
    ]
    scenario = _parse(steps=steps)

    assert scenario.beside == {1, 2}
    assert [turn.input for turn in scenario.turns] == ["w", "x", "y", "z"]
    assert "concurrent" in scenario.capabilities("run")


def test_a_model_is_refused_beside_turns_at_the_same_time_and_left_out_of_the_hash() -> None:
    """Provenance: ours: whose request is whose could not be told."""
    model: JsonValue = {"turns": []}
    assert "beside turns at the same time" in _refused(steps=TOGETHER, model=model)
    assert _parse(model=model).sha256 == _parse().sha256
    assert _parse(model=model).model == model


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


def test_a_script_that_hangs_waits_and_a_turn_may_be_cancelled_before_it_begins() -> None:
    """Provenance: ``schemas/scenario.json``, hang and abort."""
    steps: JsonValue = [
        {"start": {}},
        {"turn": {"input": "x", "consume": {"abort": "before_start"}}},
    ]
    script: JsonValue = {"turns": [{"do": [{"hang": {}}]}]}

    assert _parse(script=script, steps=steps).waits
    assert _parse(script=script, steps=steps).cancels_unbegun
    assert not _parse().waits
    assert not _parse().cancels_unbegun
