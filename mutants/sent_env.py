"""Mutants that give codex the wrong environment."""

from __future__ import annotations

import os
from typing import Final

from harness.client.argv import API_KEY_ENV, ORIGINATOR_ENV
from harness.subjects.reference import JsonObject
from mutants.wrong import Change, Mutant

_PLAIN: Final = "exec.items.agent-message"


def _only_own(env: dict[str, str]) -> dict[str, str]:
    return {key: env[key] for key in (ORIGINATOR_ENV, API_KEY_ENV) if key in env}


def _key_of_env(env: dict[str, str]) -> dict[str, str]:
    """The environment's key wins over the option's."""
    other = env.get("OPENAI_API_KEY")
    return {**env, API_KEY_ENV: other} if other else env


def _url_in_env(client: JsonObject) -> JsonObject:
    url = client.get("base_url")
    if url is None:
        return client
    given = client.get("env")
    base = given if isinstance(given, dict) else dict(os.environ)
    return {**client, "base_url": None, "env": {**base, "OPENAI_BASE_URL": url}}


def _empty_is_absent(client: JsonObject) -> JsonObject:
    return {key: value for key, value in client.items() if key != "env" or value}


def _other_key(env: dict[str, str]) -> dict[str, str]:
    if API_KEY_ENV not in env:
        return env
    rest = {name: value for name, value in env.items() if name != API_KEY_ENV}
    return {**rest, "OPENAI_API_KEY": env[API_KEY_ENV]}


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant(
        name="leaks_environment",
        sentence="Hands on its own environment although it was given one to use instead.",
        scenario="exec.env.replaced",
        check="sent.env",
        path="PARITY_INHERITED",
        needs=("client.env",),
        change=Change(env=lambda env: {**os.environ, **env}),
    ),
    Mutant(
        name="inherits_nothing",
        sentence="Gives codex only its own variables, so that it has no PATH and no HOME.",
        scenario="exec.env.inherited",
        check="sent.env",
        path="PATH",
        change=Change(env=_only_own),
    ),
    Mutant(
        name="empty_env_is_none",
        sentence="Takes an empty environment for none and inherits.",
        scenario="exec.env.replaced-by-nothing",
        check="sent.env",
        path="PARITY_INHERITED",
        needs=("client.env",),
        change=Change(client=_empty_is_absent),
    ),
    Mutant(
        name="says_no_name",
        sentence="Does not tell codex who it is.",
        scenario=_PLAIN,
        check="sent.env",
        path=ORIGINATOR_ENV,
        change=Change(
            env=lambda env: {name: one for name, one in env.items() if name != ORIGINATOR_ENV}
        ),
    ),
    Mutant(
        name="forgets_given_name",
        sentence="Throws away the name that its user had set.",
        scenario="exec.env.originator-kept",
        check="sent.env",
        path=ORIGINATOR_ENV,
        change=Change(env=lambda env: {**env, ORIGINATOR_ENV: "codex_sdk_stale"}),
    ),
    Mutant(
        name="loses_api_key",
        sentence="Forgets the API key.",
        scenario="exec.env.api-key",
        check="sent.env",
        path=API_KEY_ENV,
        needs=("client.api_key",),
        change=Change(client=lambda client: {**client, "api_key": None}),
    ),
    Mutant(
        name="renames_api_key",
        sentence="Hands the key on as OPENAI_API_KEY, which codex exec does not look at.",
        scenario="exec.env.api-key",
        check="sent.env",
        path="OPENAI_API_KEY",
        needs=("client.api_key", "client.env"),
        change=Change(env=_other_key),
    ),
    Mutant(
        name="env_over_option",
        sentence="Lets a key of the environment win over the option.",
        scenario="exec.env.api-key-over-env",
        check="sent.env",
        path=API_KEY_ENV,
        needs=("client.api_key", "client.env"),
        change=Change(env=_key_of_env),
    ),
    Mutant(
        name="base_url_in_env",
        sentence="Sends the base URL as OPENAI_BASE_URL, which codex no longer reads.",
        scenario="exec.env.base-url",
        check="sent.env",
        path="OPENAI_BASE_URL",
        needs=("client.base_url",),
        change=Change(client=_url_in_env),
    ),
    Mutant(
        name="adds_a_variable",
        sentence="Sets RUST_LOG for codex.",
        scenario=_PLAIN,
        check="sent.env",
        path="RUST_LOG",
        change=Change(env=lambda env: {**env, "RUST_LOG": "debug"}),
    ),
)
