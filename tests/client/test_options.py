"""Options: defaults, wrong types, and the token."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from harness.client.options import CancelToken, CodexOptions, ThreadOptions, TurnOptions
from harness.errors import InvalidOption

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "scenario.json").read_text("utf-8"))


def names(options: type) -> set[str]:
    """The names of the options of a class."""
    return {field.name for field in fields(options)}


@pytest.mark.requirement("R2-3")
def test_every_option_a_scenario_can_name_is_one_of_the_client() -> None:
    """Schema: schemas/scenario.json (R2-3)."""
    client = SCHEMA["properties"]["client"]["properties"]
    thread = SCHEMA["$defs"]["thread_options"]["properties"]
    turn = SCHEMA["$defs"]["turn_options"]["properties"]

    assert names(CodexOptions) == {*client, "codex_path_override"}
    assert names(ThreadOptions) == {*thread}
    assert names(TurnOptions) == {*turn, "cancel"}


@pytest.mark.requirement("R2-3")
@pytest.mark.parametrize("options", [CodexOptions(), ThreadOptions(), TurnOptions()])
def test_every_option_is_absent_by_default(options: object) -> None:
    """Ours: a default is codex' own, the client adds none."""
    assert all(getattr(options, name) is None for name in names(type(options)))


@pytest.mark.requirement("R2-3")
@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (CodexOptions, "codex_path_override", 1),
        (CodexOptions, "base_url", b"x"),
        (CodexOptions, "api_key", True),
        (CodexOptions, "env", [("A", "b")]),
        (CodexOptions, "env", {"A": 1}),
        (CodexOptions, "env", {1: "A"}),
        (CodexOptions, "config_overrides", "a=1"),
        (CodexOptions, "config_overrides", {"a": 1}),
        (CodexOptions, "config_overrides", [1]),
        (ThreadOptions, "model", 5),
        (ThreadOptions, "thread_source", 5),
        (ThreadOptions, "sandbox_mode", 5),
        (ThreadOptions, "working_directory", 5),
        (ThreadOptions, "model_reasoning_effort", 5),
        (ThreadOptions, "web_search_mode", 5),
        (ThreadOptions, "approval_policy", 5),
        (ThreadOptions, "skip_git_repo_check", 1),
        (ThreadOptions, "network_access_enabled", "true"),
        (ThreadOptions, "web_search_enabled", 0),
        (ThreadOptions, "additional_directories", "a"),
        (ThreadOptions, "additional_directories", [None]),
        (TurnOptions, "cyber_access_program", 1),
        (TurnOptions, "cancel", "now"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name(
    options: type, name: str, value: object
) -> None:
    """Ours: types are refused at once (R2-3), values never."""
    with pytest.raises(InvalidOption) as caught:
        options(**{name: value})

    assert caught.value.option == name
    assert name in str(caught.value)


def test_a_value_codex_does_not_know_is_taken() -> None:
    """PROTOCOLS.md 2.2: the official SDK sends it; refusing is for codex."""
    assert ThreadOptions(sandbox_mode="moon").sandbox_mode == "moon"
    assert TurnOptions(output_schema=[]).output_schema == []
    assert CodexOptions(config_overrides=("a=1",), env={}).config_overrides == ("a=1",)


def test_a_token_tells_its_subscribers_once_and_keeps_the_first_reason() -> None:
    """Ours."""
    token = CancelToken()
    told: list[str] = []
    token.subscribe(lambda: told.append("a"))
    undo = token.subscribe(lambda: told.append("b"))
    undo()

    assert (token.cancelled, token.reason) == (False, "")
    token.cancel("enough")
    token.cancel("again")

    assert told == ["a"]
    assert (token.cancelled, token.reason) == (True, "enough")
    assert repr(token) == "CancelToken(cancelled=True)"
