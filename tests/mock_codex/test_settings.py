"""Mirror of ``mock_codex/settings.py``: overrides are read and refused as by codex 0.169.0."""

from __future__ import annotations

import pytest

from mock_codex.command_line import read
from mock_codex.settings import SettingRefused, judge, judge_provider, merge, syntax_error, value
from tests.mock_codex.small_world import CASES, Case, argv_of

VARIANTS = "expected one of `disabled`, `cached`, `indexed`, `live`"


def _words(case: Case) -> str:
    line = read(argv_of(case))
    overrides = line.joined("config")
    error = syntax_error(overrides)
    if error is not None:
        return error
    try:
        judge(tree := merge(overrides))
        judge_provider(tree, None, oss=line.has("oss"))
    except SettingRefused as refused:
        return str(refused)
    return "accepted"


def test_overrides_alone_are_refused_in_the_words_of_codex() -> None:
    """Captured: the cases of probes.json that end while the configuration is loaded."""
    starts = (
        "Error loading config",
        "Error parsing -c",
        "Error: approval_policy",
        "Error: No default OSS",
    )
    cases = [case for case in CASES if str(case["stderr"]).startswith(starts)]
    assert len(cases) > 60
    assert {case["name"]: _words(case) for case in cases} == {
        case["name"]: case["stderr"] for case in cases
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"live"', "live"),
        ("true", True),
        ("false", False),
        ("live", "live"),
        ("'live'", "live"),
        ('"a\\nb"', "a\nb"),
        ('"', ""),
        ('"a"b"', 'a"b'),
        ("1_000", 1000),
        ("0x10", 16),
        ("1.5", 1.5),
        ("[1]", [1]),
        ("{a = 1}", {"a": 1}),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", "9223372036854775808"),
        ("", ""),
    ],
)
def test_a_value_is_toml_or_else_raw_text(text: str, expected: object) -> None:
    """PROTOCOLS.md 2.3; captured."""
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


def test_dotted_keys_make_tables_and_replace_what_is_none() -> None:
    """Captured: an override below a value that is no table replaces it; keys nobody judges are left out."""
    overrides = [
        "sandbox_workspace_write=1",
        "sandbox_workspace_write.network_access=true",
        "zzz=1",
        "a.b=2",
    ]
    more = ["sandbox_workspace_write.writable_roots=[]", " web_search = live "]
    assert merge([*overrides, *more]) == {
        "sandbox_workspace_write": {"network_access": True, "writable_roots": []},
        "web_search": "live",
    }


@pytest.mark.parametrize(
    "override",
    [
        "approval_policy=never",
        "approval_policy={granular={}}",
        "web_search={live=1}",
        "model_reasoning_effort=anything",
        "model=2020-01-01",
        "hide_agent_reasoning=true",
        "notify=[]",
        "model_context_window=1",
        "features.zzz=true",
        "features=1",
        "model_providers.x={name=1}",
        "model_providers=1",
        "sandbox_workspace_write.exclude_slash_tmp=1",
        "shell_environment_policy.set={a=1}",
        "shell_environment_policy=1",
    ],
)
def test_what_is_right_or_not_judged_passes(override: str) -> None:
    """Captured for most; the settings that codex would judge more closely are left alone (module docstring)."""
    judge(merge([override]))


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("web_search={}", f"unknown variant ``, {VARIANTS}"),
        (
            'hide_agent_reasoning="a\\n\\t\\\\"',
            'invalid type: string "a\\n\\t\\\\", expected a boolean',
        ),
        ("model_context_window=true", "invalid type: boolean `true`, expected i64"),
        ("model_providers.x=[]", "invalid type: sequence, expected struct ModelProviderInfo"),
    ],
)
def test_what_is_wrong_is_refused(override: str, said: str) -> None:
    """Ours, in the form of the captured cases."""
    with pytest.raises(SettingRefused, match=r"^Error loading config\.toml: ") as raised:
        judge(merge([override]))
    assert str(raised.value).split("\n")[0] == f"Error loading config.toml: {said}"


@pytest.mark.parametrize(
    "overrides",
    [[], ['model_provider="ollama"'], ["model_provider=x", "model_providers.x.name=x"]],
)
def test_a_provider_that_is_built_in_or_set_is_found(overrides: list[str]) -> None:
    """Captured: openai, ollama, lmstudio and amazon-bedrock are built in."""
    judge_provider(merge(overrides), None, oss=False)


def test_a_local_provider_counts_only_with_oss() -> None:
    """Captured: `--local-provider foo` alone is accepted, with `--oss` it is looked for."""
    judge_provider({}, "foo", oss=False)
    with pytest.raises(SettingRefused, match=r"^Error: Model provider `foo` not found\n$"):
        judge_provider({}, "foo", oss=True)
