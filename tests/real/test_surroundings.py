"""Sentences about ``harness.real.surroundings``; that real releases obey them is shown in ``test_recorder.py``."""

from __future__ import annotations

import tomllib

from harness.real.surroundings import DUMMY_KEY, McpServer, changes, config_toml, environment


def test_the_configuration_names_one_provider_without_websocket_and_few_retries() -> None:
    config = tomllib.loads(config_toml(url="http://127.0.0.1:1/v1", model="gpt-5.5", mcp=None))
    provider = config["model_providers"][config["model_provider"]]
    assert provider["base_url"] == "http://127.0.0.1:1/v1"
    assert provider["supports_websockets"] is False
    assert (provider["request_max_retries"], provider["stream_max_retries"]) == (0, 1)
    assert config["model"] == "gpt-5.5"
    assert config["features"]["plugins"] is False
    assert "mcp_servers" not in config


def test_the_mcp_server_is_called_demo() -> None:
    mcp = McpServer(command="/usr/bin/python3", args=("-m", 'it"s'))
    config = tomllib.loads(config_toml(url="u", model="m", mcp=mcp))
    assert config["mcp_servers"] == {"demo": {"command": "/usr/bin/python3", "args": ["-m", 'it"s'], "required": True}}  # fmt: skip


def test_codex_gets_a_home_of_its_own_and_no_key_of_the_caller() -> None:
    found = environment(
        codex_home="/c",
        home="/h",
        temp="/t",
        given={"PATH": "/bin", "HOME": "/root", "OPENAI_API_KEY": "secret", "CODEX_API_KEY": ""},
    )
    assert found == {
        "PATH": "/bin",
        "HOME": "/h",
        "CODEX_HOME": "/c",
        "TMPDIR": "/t",
        "CODEX_API_KEY": DUMMY_KEY,
    }


def test_a_key_that_the_scenario_gives_is_kept() -> None:
    found = environment(codex_home="c", home="h", temp="t", given={"CODEX_API_KEY": "scenario"})
    assert found["CODEX_API_KEY"] == "scenario"


def test_what_is_changed_can_be_handed_to_the_launcher() -> None:
    """Ours: the launcher may import nothing of the harness."""
    assert changes(codex_home="c", home="h", temp="t").to_json() == {
        "remove": ["CODEX_ACCESS_TOKEN", "CODEX_SQLITE_HOME", "OPENAI_API_KEY"],
        "set": {"CODEX_HOME": "c", "HOME": "h", "TMPDIR": "t"},
        "default": {"CODEX_API_KEY": DUMMY_KEY},
    }
