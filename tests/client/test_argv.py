"""Options to a command line and an environment, in the order of the official TypeScript SDK."""

from __future__ import annotations

import math

import pytest

from harness.client.argv import environment, exec_arguments, flatten
from harness.client.options import CodexOptions, ThreadOptions, TurnOptions
from harness.errors import InvalidOption

BASE = ["exec", "--experimental-json"]


def arguments(
    client: CodexOptions | None = None,
    thread: ThreadOptions | None = None,
    turn: TurnOptions | None = None,
    *,
    thread_id: str | None = None,
    schema_path: str | None = None,
    images: tuple[str, ...] = (),
) -> list[str]:
    """What follows ``exec --experimental-json``."""
    found = exec_arguments(
        client or CodexOptions(),
        thread or ThreadOptions(),
        turn or TurnOptions(),
        thread_id=thread_id,
        schema_path=schema_path,
        images=images,
    )
    assert found[:2] == BASE
    return found[2:]


@pytest.mark.requirement("R2-3", "R2-11")
def test_every_option_stands_where_the_official_sdk_puts_it() -> None:
    """PROTOCOLS.md 2.2, measured on the TypeScript SDK 0.163.0."""
    found = arguments(
        CodexOptions(config={"a": {"b": 1}}, config_overrides=["c=2"], base_url='http://h/"x"'),
        ThreadOptions(
            model="m",
            thread_source="s",
            sandbox_mode="read-only",
            working_directory="/w",
            additional_directories=["/a", "/b"],
            skip_git_repo_check=True,
            model_reasoning_effort="high",
            network_access_enabled=True,
            web_search_mode="cached",
            web_search_enabled=False,
            approval_policy="never",
        ),
        TurnOptions(cyber_access_program="standard"),
        schema_path="/t/schema.json",
        images=("1.png", "2.png"),
    )

    assert found == [
        *("--config", "a.b=1"),
        *("--config", "c=2"),
        *("--config", 'openai_base_url="http://h/\\"x\\""'),
        *("--model", "m"),
        *("--thread-source", "s"),
        *("--sandbox", "read-only"),
        *("--cd", "/w"),
        *("--add-dir", "/a"),
        *("--add-dir", "/b"),
        "--skip-git-repo-check",
        *("--output-schema", "/t/schema.json"),
        *("--cyber-access-program", "standard"),
        *("--config", 'model_reasoning_effort="high"'),
        *("--config", "sandbox_workspace_write.network_access=true"),
        *("--config", 'web_search="cached"'),
        *("--config", 'approval_policy="never"'),
        *("--image", "1.png"),
        *("--image", "2.png"),
    ]


def test_nothing_asked_is_nothing_sent() -> None:
    """PROTOCOLS.md 2.2."""
    assert arguments() == []


def test_a_resumed_thread_comes_before_its_images_and_has_no_source() -> None:
    """OpenAI's own test "places resume args before image args" (PROTOCOLS.md 5.1)."""
    found = arguments(thread=ThreadOptions(thread_source="s"), thread_id="t1", images=("a.png",))

    assert found == ["resume", "t1", "--image", "a.png"]


def test_empty_texts_are_skipped_except_where_only_absence_counts() -> None:
    """TypeScript SDK source: `if (args.model)` against `!== void 0`."""
    empty = ThreadOptions(
        model="",
        thread_source="",
        sandbox_mode="",
        working_directory="",
        additional_directories=[""],
        skip_git_repo_check=False,
        model_reasoning_effort="",
        web_search_mode="",
        approval_policy="",
    )
    found = arguments(
        CodexOptions(base_url="", config_overrides=[], config={}),
        empty,
        TurnOptions(cyber_access_program=""),
        thread_id="",
        schema_path="",
    )

    assert found == ["--thread-source", "", "--add-dir", "", "--cyber-access-program", ""]


@pytest.mark.parametrize(
    ("options", "override"),
    [
        (ThreadOptions(web_search_enabled=True), 'web_search="live"'),
        (ThreadOptions(web_search_enabled=False), 'web_search="disabled"'),
        (ThreadOptions(web_search_mode="", web_search_enabled=True), 'web_search="live"'),
        (
            ThreadOptions(network_access_enabled=False),
            "sandbox_workspace_write.network_access=false",
        ),
        (ThreadOptions(approval_policy='a"b'), 'approval_policy="a"b"'),
    ],
)
def test_a_switch_or_word_becomes_one_override(options: ThreadOptions, override: str) -> None:
    """PROTOCOLS.md 2.2; the words are spliced without escaping there."""
    assert arguments(thread=options) == ["--config", override]


def test_what_utf8_cannot_hold_is_replaced() -> None:
    """Measured on node 20.20.2: a lone surrogate reaches the child as U+FFFD."""
    assert arguments(thread=ThreadOptions(model="a\ud800")) == ["--model", "a\ufffd"]


@pytest.mark.parametrize(
    ("config", "flat"),
    [
        ({}, []),
        ({"a": {}}, ["a={}"]),
        ({"a": {"b": {"c": True}}}, ["a.b.c=true"]),
        ({"a": {"b": {"d.e": False}}}, ["a.b.d.e=false"]),
        ({"s": 'he"llo\n'}, ['s="he\\"llo\\n"']),
        ({"arr": ["x", {"k": 1, "q r": "z"}]}, ['arr=["x", {k = 1, "q r" = "z"}]']),
        ({"n": 1.0, "m": 1e21, "i": 3, "z": -0.5}, ["n=1", "m=1e+21", "i=3", "z=-0.5"]),
        ({"b": True, "l": (), "t": [[1], []]}, ["b=true", "l=[]", "t=[[1], []]"]),
        ({"z": 1, "a": {"y": 2, "b": 3}, "c": 4}, ["z=1", "a.y=2", "a.b=3", "c=4"]),
        ({"l": [{"a": {"b": []}}, {}]}, ["l=[{a = {b = []}}, {}]"]),
    ],
)
def test_config_is_flattened_to_toml(config: dict[str, object], flat: list[str]) -> None:
    """PROTOCOLS.md 2.3, measured on the TypeScript SDK 0.163.0."""
    assert flatten(config) == flat


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ([], "Codex config overrides must be a plain object"),
        ("a=1", "Codex config overrides must be a plain object"),
        ({"a": None}, "Codex config override at a cannot be null"),
        ({"a": {"b": [1, None]}}, "Codex config override at a.b[1] cannot be null"),
        ({"a": [{"b": None}]}, "Codex config override at a[0].b cannot be null"),
        ({"a": math.nan}, "Codex config override at a must be a finite number"),
        ({"a": [math.inf]}, "Codex config override at a[0] must be a finite number"),
        ({"": 1}, "Codex config override keys must be non-empty strings"),
        ({"a": {"": 1}}, "Codex config override keys must be non-empty strings"),
        ({"a": [{"": 1}]}, "Codex config override keys must be non-empty strings"),
        ({1: 1}, "Codex config override keys must be non-empty strings"),
        ({"a": len}, "Unsupported Codex config override value at a: builtin_function_or_method"),
        ({"a": {1, 2}}, "Unsupported Codex config override value at a: set"),
    ],
)
def test_config_that_toml_cannot_hold_is_refused_in_the_words_of_the_official_sdk(
    config: object, message: str
) -> None:
    """PROTOCOLS.md 2.3; the type's name is Python's."""
    with pytest.raises(InvalidOption) as caught:
        flatten(config)

    assert str(caught.value) == message
    assert caught.value.option.startswith("config")


def test_the_environment_is_inherited_unless_one_is_given() -> None:
    """PROTOCOLS.md 2.4."""
    inherited = {"PATH": "/bin", "CODEX_API_KEY": "old"}

    assert environment(CodexOptions(), inherited) == {
        **inherited,
        "CODEX_INTERNAL_ORIGINATOR_OVERRIDE": "codex_parity_reference",
    }
    assert environment(CodexOptions(env={"A": "b\udc80"}, api_key="k"), inherited) == {
        "A": "b\ufffd",
        "CODEX_INTERNAL_ORIGINATOR_OVERRIDE": "codex_parity_reference",
        "CODEX_API_KEY": "k",
    }
    assert environment(CodexOptions(env={}, api_key=""), inherited) == {
        "CODEX_INTERNAL_ORIGINATOR_OVERRIDE": "codex_parity_reference"
    }


@pytest.mark.parametrize(("given", "sent"), [("mine", "mine"), ("", "codex_parity_reference")])
def test_an_originator_that_is_set_stays_and_an_empty_one_does_not(given: str, sent: str) -> None:
    """PROTOCOLS.md 2.4: unless already non-empty."""
    name = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE"

    assert environment(CodexOptions(), {name: given})[name] == sent
    assert environment(CodexOptions(env={name: given}), {})[name] == sent


@pytest.mark.requirement("F18")
def test_a_nul_is_refused_before_codex_starts_and_its_text_is_not_shown() -> None:
    """Measured: Node throws ERR_INVALID_ARG_VALUE for arguments and variables with a NUL; a key is a secret."""
    with pytest.raises(InvalidOption, match=r"arguments: a NUL byte"):
        arguments(thread=ThreadOptions(model="a\0b"))
    with pytest.raises(InvalidOption) as caught:
        environment(CodexOptions(env={"KEY": "secret\0"}), {})
    assert caught.value.option == "env.KEY"
    assert "secret" not in str(caught.value)
