"""What a scenario makes a client send."""

from __future__ import annotations

import pytest

from harness.coverage import sent
from harness.coverage.areas import Area
from harness.jsonvalue import JsonValue
from harness.normalize.argv import FLAGS
from harness.scenario import Scenario
from mock_codex.flags import LEVELS
from tests.coverage.scripts import START, scenario


def areas(*scenarios: Scenario) -> dict[str, Area]:
    return {area.name: area for area in sent.areas(scenarios)}


def shown(area: Area) -> set[str]:
    return {name for name, ids in area.shown.items() if ids}


def client(config: JsonValue) -> Scenario:
    return scenario(client={"config": config})


def test_the_options_of_a_thread_are_on_the_command_line() -> None:
    """Provenance: PROTOCOLS.md 2.2."""
    options: JsonValue = {
        "model": "m", "sandbox_mode": "read-only", "network_access_enabled": False, "web_search_mode": "live",
    }  # fmt: skip
    found = areas(scenario(steps=[{"start": options}, {"turn": {"input": "x"}}]))

    assert shown(found["options"]) == {"config", "model", "sandbox", "json"}
    assert shown(found["option_words"]) == {
        "sandbox = read-only",
        "config web_search",
        "config web_search = live",
        "config sandbox_workspace_write.network_access",
        "config sandbox_workspace_write.network_access = false",
    }


def test_a_second_turn_and_a_resumed_thread_send_the_id_and_the_images() -> None:
    """Provenance: PROTOCOLS.md 2.2."""
    image: JsonValue = {"type": "local_image", "path": "a.png"}
    turn: JsonValue = {"turn": {"input": [image], "options": {"output_schema": {}}}}
    resumed = scenario(steps=[{"resume": {"thread_id": "t"}}, turn])
    again = scenario(steps=[START, {"turn": {"input": "x"}}, {"turn": {"input": "y"}}])

    assert shown(areas(resumed)["options"]) == {"json", "images", "output_schema", "SESSION_ID"}
    assert "SESSION_ID" in shown(areas(again)["options"])
    assert [line["command"] for line in sent.command_lines(again)] == ["exec", "exec.resume"]


@pytest.mark.parametrize(
    "refused",
    [
        scenario(client={"config": {"a": None}}),
        scenario(steps=[START, {"turn": {"input": "x", "options": {"output_schema": [1]}}}]),
    ],
    ids=["config", "schema"],
)
def test_what_the_client_refuses_is_not_sent(refused: Scenario) -> None:
    """Provenance: PROTOCOLS.md 2.3, 2.5."""
    assert list(sent.command_lines(refused)) == []


def test_every_option_that_nothing_sends_has_a_reason() -> None:
    """Provenance: issue text: what remains is named with a reason."""
    holes = areas()["options"].holes
    assert holes["trust"] == sent.NO_SDK
    assert holes["uncommitted"] == sent.OF_REVIEW
    assert holes["PROMPT"] == sent.PROMPT
    assert holes["model"] is None


def test_the_options_are_those_of_the_mock() -> None:
    """Provenance: ``mock_codex/flags.py``, codex 0.169.0, each tried on the real binary."""
    levels = ("exec", "resume", "fork", "review")
    of_mock = {option.long for level in levels for option in LEVELS[level].options}
    ours = {
        spelling.removeprefix("--")
        for flag in FLAGS
        if flag.levels & set(levels)
        for spelling in flag.spellings
        if spelling.startswith("--")
    }
    assert of_mock == ours - {"yolo", "experimental-json"}


@pytest.mark.parametrize(
    ("config", "kinds"),
    [
        ({}, set()),
        ({"a": "x", "b": {"c": True, "d": 1, "e": 0.5}}, {"string", "boolean", "integer", "float"}),
        ({"a": {}}, {"empty table"}),
        ({"a": [{"b": [1]}]}, {"array", "table in array", "integer"}),
        ({"a": None}, set()),
    ],
)
def test_the_kinds_of_config_values(config: JsonValue, kinds: set[str]) -> None:
    """Provenance: PROTOCOLS.md 2.3."""
    assert shown(areas(client(config))["config_values"]) == kinds


TEXT: JsonValue = {"type": "text", "text": "x"}
IMAGE: JsonValue = {"type": "local_image", "path": "a.png"}


@pytest.mark.parametrize(
    ("given", "form", "prompt"),
    [
        ("x", "text", "x"),
        ("", "empty text", ""),
        ([], "empty list", ""),
        ([TEXT, TEXT], "list of texts", "x\n\nx"),
        ([TEXT, IMAGE], "list with image", "x"),
        ([IMAGE], "only images", ""),
    ],
)
def test_the_forms_of_an_input(given: JsonValue, form: str, prompt: str) -> None:
    """Provenance: PROTOCOLS.md 2.5."""
    found = scenario(steps=[START, {"turn": {"input": given}}])
    assert shown(areas(found)["inputs"]) == {form}
    assert sent.prompt_of(found.turns[0]) == prompt
