"""Mutants that put the wrong command line together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Final

from harness.client import argv as reference
from harness.client import thread as client_thread
from harness.client.options import ThreadOptions
from harness.subjects.reference import JsonObject
from mutants.wrong import Change, Mutant

_PLAIN: Final = "exec.items.agent-message"
_ALL: Final = "exec.options.all"


def _at(argv: list[str], flag: str) -> int | None:
    return argv.index(flag) if flag in argv else None


def _without(argv: list[str], flag: str, words: int = 2) -> list[str]:
    """The command line without every ``flag`` and what follows it."""
    while (at := _at(argv, flag)) is not None:
        argv = [*argv[:at], *argv[at + words :]]
    return argv


def _without_setting(argv: list[str], key: str) -> list[str]:
    kept = [argv[0]]
    for before, word in pairwise(argv):
        if before == "--config" and word.startswith(f"{key}="):
            kept.pop()
        else:
            kept.append(word)
    return kept


def _settings_changed(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    def changed(argv: list[str]) -> list[str]:
        return [argv[0]] + [
            change(word) if before == "--config" else word for before, word in pairwise(argv)
        ]

    return changed


def _drops_flag(
    name: str, words: int, path: str, scenario: str = _ALL, needs: tuple[str, ...] = ()
) -> Mutant:
    return Mutant(
        name=f"drops_{name}",
        sentence=f"Forgets the option {name}.",
        scenario=scenario,
        check="sent.argv",
        path=path,
        needs=needs,
        change=Change(argv=lambda argv: _without(argv, f"--{name.replace('_', '-')}", words)),
    )


def _drops_setting(name: str, key: str, path: str, needs: tuple[str, ...]) -> Mutant:
    return Mutant(
        name=f"drops_{name}",
        sentence=f"Forgets the option {name}, which codex takes as a setting.",
        scenario=_ALL,
        check="sent.argv",
        path=path,
        needs=needs,
        change=Change(argv=lambda argv: _without_setting(argv, key)),
    )


def _drops_client_option(name: str, path: str) -> Mutant:
    return Mutant(
        name=f"drops_{name}",
        sentence=f"Forgets the option {name} of the client.",
        scenario=_ALL,
        check="sent.argv",
        path=path,
        needs=(f"client.{name}",),
        change=Change(
            client=lambda options: {key: one for key, one in options.items() if key != name}
        ),
    )


_DROPPED: Final = (
    _drops_flag("model", 2, "model", needs=("thread.model",)),
    _drops_flag("thread_source", 2, "thread_source", needs=("thread.thread_source",)),
    _drops_flag("sandbox", 2, "sandbox", needs=("thread.sandbox_mode",)),
    _drops_flag("cd", 2, "cd", needs=("thread.working_directory",)),
    _drops_flag("add_dir", 2, "add_dir", needs=("thread.additional_directories",)),
    _drops_flag("skip_git_repo_check", 1, "skip_git_repo_check"),
    _drops_flag("output_schema", 2, "output_schema", needs=("turn.output_schema",)),
    _drops_flag(
        "cyber_access_program", 2, "cyber_access_program", needs=("turn.cyber_access_program",)
    ),
    _drops_flag("image", 2, "images", needs=("images",)),
    _drops_flag("experimental_json", 1, "json", _PLAIN),
    _drops_setting(
        "reasoning_effort",
        "model_reasoning_effort",
        "model_reasoning_effort",
        ("thread.model_reasoning_effort",),
    ),
    _drops_setting(
        "network_access",
        "sandbox_workspace_write.network_access",
        "sandbox_workspace_write",
        ("thread.network_access_enabled",),
    ),
    _drops_setting(
        "web_search",
        "web_search",
        "web_search",
        ("thread.web_search_mode", "thread.web_search_enabled"),
    ),
    _drops_setting(
        "approval_policy", "approval_policy", "approval_policy", ("thread.approval_policy",)
    ),
    _drops_client_option("base_url", "openai_base_url"),
    _drops_client_option("config", "tool_output_token_limit"),
    _drops_client_option("config_overrides", "history"),
)


def _twice(argv: list[str]) -> list[str]:
    at = _at(argv, "--model")
    return argv if at is None else [*argv[:at], *argv[at : at + 2], *argv[at:]]


def _new_thread(argv: list[str]) -> list[str]:
    at = _at(argv, "resume")
    return argv if at is None else [*argv[:at], *argv[at + 2 :]]


def _last_thread(argv: list[str]) -> list[str]:
    at = _at(argv, "resume")
    return argv if at is None else [*argv[: at + 1], "--last", *argv[at + 2 :]]


def _images_first(argv: list[str]) -> list[str]:
    resume, image = _at(argv, "resume"), _at(argv, "--image")
    if resume is None or image is None:
        return argv
    return [*argv[:resume], *argv[image:], *argv[resume:image]]


def _settings_backwards(argv: list[str]) -> list[str]:
    places = [at for at, word in enumerate(argv) if at and argv[at - 1] == "--config"]
    turned = list(argv)
    for at, other in zip(places, reversed(places), strict=True):
        turned[at] = argv[other]
    return turned


def _config_first(argv: list[str]) -> list[str]:
    """The same flags with the model before the settings: another text, the same meaning."""
    at = _at(argv, "--model")
    if at is None or "resume" in argv:
        return argv
    return [*argv[:2], *argv[at : at + 2], *argv[2:at], *argv[at + 2 :]]


def _bare(setting: str) -> str:
    """A string between quotes without any escape."""
    key, _, value = setting.partition("=")
    return f'{key}="{json.loads(value)}"' if value.startswith('"') else setting


def _python_words(setting: str) -> str:
    return re.sub(r"=(true|false)$", lambda word: word.group().title().replace("=T", "=T"), setting)


def _rounded(setting: str) -> str:
    return re.sub(
        r"(?<![\w.\"'])-?\d+\.\d+", lambda digits: str(round(float(digits.group()))), setting
    )


def _drop_false(options: ThreadOptions) -> ThreadOptions:
    return replace(
        options,
        network_access_enabled=options.network_access_enabled or None,
        web_search_enabled=options.web_search_enabled or None,
    )


def _boolean_wins(options: ThreadOptions) -> ThreadOptions:
    return options if options.web_search_enabled is None else replace(options, web_search_mode=None)


def _without_null(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_null(child) for key, child in value.items() if child is not None}
    if isinstance(value, list):
        return [_without_null(child) for child in value if child is not None]
    return value


def _null_skipped(client: JsonObject) -> JsonObject:
    return {**client, "config": _without_null(client["config"])} if "config" in client else client  # type: ignore[dict-item]


def _empty_keys_kept() -> None:
    whole = reference._entries
    reference._entries = lambda table, path: (
        iter(table.items()) if "" in table else whole(table, path)  # type: ignore[arg-type]
    )


def _source_always() -> None:
    """``--thread-source`` on a resumed thread too."""
    whole = reference.exec_arguments

    def arguments(client, thread, turn, **rest):  # type: ignore[no-untyped-def]
        made = whole(client, thread, turn, **rest)
        if rest.get("thread_id") and thread.thread_source is not None:
            made[2:2] = ["--thread-source", thread.thread_source]
        return made

    client_thread.exec_arguments = arguments  # type: ignore[attr-defined]


def _model_even_if_empty(argv: list[str]) -> list[str]:
    return argv if "--model" in argv else [*argv[:3], "--model", "", *argv[3:]]


def _split_settings(argv: list[str]) -> list[str]:
    """As a client that joins its words to one line and lets a shell split them."""
    return [argv[0], *(part for word in argv[1:] for part in word.split(" "))]


_WRONG: Final = (
    Mutant(
        name="sends_model_twice",
        sentence="Says `--model` twice, which codex refuses.",
        scenario="exec.options.common",
        check="sent.argv",
        path="rejected",
        needs=("thread.model",),
        change=Change(argv=_twice),
    ),
    Mutant(
        name="forgets_thread",
        sentence="Starts a new thread for every turn.",
        scenario="exec.resume.two-turns",
        check="sent.argv",
        path="thread",
        change=Change(argv=_new_thread),
    ),
    Mutant(
        name="resumes_last_thread",
        sentence="Resumes the last thread instead of the one it was asked for.",
        scenario="exec.resume.by-id",
        check="sent.argv",
        path="last",
        change=Change(argv=_last_thread),
    ),
    Mutant(
        name="images_before_resume",
        sentence="Puts `--image` before `resume`, where it swallows the rest.",
        scenario="exec.input.image-with-resume",
        check="sent.argv",
        path="images",
        needs=("images",),
        change=Change(argv=_images_first),
    ),
    Mutant(
        name="invents_a_flag",
        sentence="Spells `--sandbox` as `--sandbox-mode`, which codex does not know.",
        scenario="exec.options.common",
        check="sent.argv",
        path="rejected",
        needs=("thread.sandbox_mode",),
        change=Change(
            argv=lambda argv: ["--sandbox-mode" if word == "--sandbox" else word for word in argv]
        ),
    ),
    Mutant(
        name="orders_flags_otherwise",
        sentence="Puts `--model` before the settings, which means the same.",
        scenario=_ALL,
        check="sent.argv_text",
        cosmetic=True,
        needs=("thread.model",),
        change=Change(argv=_config_first),
    ),
    Mutant(
        name="reverses_precedence",
        sentence="Sends the settings in reverse, so that the weakest one wins.",
        scenario="exec.options.config-precedence",
        check="sent.argv",
        path="model_reasoning_effort",
        needs=(
            "client.config",
            "client.config_overrides",
            "thread.model_reasoning_effort",
            "thread.approval_policy",
            "thread.web_search_mode",
        ),
        change=Change(argv=_settings_backwards),
    ),
    Mutant(
        name="escapes_nothing",
        sentence="Puts strings of the config between quotes without escaping them.",
        scenario="exec.options.config-strings",
        check="sent.argv",
        needs=("client.config", "client.base_url"),
        change=Change(argv=_settings_changed(_bare)),
    ),
    Mutant(
        name="writes_python_words",
        sentence="Writes booleans as True and False, which TOML reads as text.",
        scenario="exec.options.config-nested",
        check="sent.argv",
        path="plugins",
        needs=("client.config", "client.config_overrides", "thread.network_access_enabled"),
        change=Change(argv=_settings_changed(_python_words)),
    ),
    Mutant(
        name="rounds_floats",
        sentence="Sends floats of the config as integers.",
        scenario="exec.options.config-nested",
        check="sent.argv",
        path="ratio",
        needs=("client.config", "client.config_overrides"),
        change=Change(argv=_settings_changed(_rounded)),
    ),
    Mutant(
        name="drops_false",
        sentence="Takes an option that is false for one that is not set.",
        scenario="exec.options.web-search-off",
        check="sent.argv",
        path="config",
        needs=("thread.network_access_enabled", "thread.web_search_enabled"),
        change=Change(thread=_drop_false),
    ),
    Mutant(
        name="boolean_wins",
        sentence="Lets web_search_enabled win over web_search_mode.",
        scenario="exec.options.web-search-mode-wins",
        check="sent.argv",
        path="web_search",
        needs=("thread.web_search_enabled",),
        change=Change(thread=_boolean_wins),
    ),
    Mutant(
        name="sends_empty_model",
        sentence="Sends `--model` with an empty name when none was chosen.",
        scenario="exec.options.empty-and-false",
        check="sent.argv",
        change=Change(argv=_model_even_if_empty),
    ),
    Mutant(
        name="source_on_resume",
        sentence="Sends `--thread-source` for a thread that exists already.",
        scenario="exec.options.all-on-resume",
        check="sent.argv",
        path="thread_source",
        needs=("thread.thread_source",),
        change=Change(install=_source_always),
    ),
    Mutant(
        name="splits_at_spaces",
        sentence="Joins the command line to one text and splits it at spaces again.",
        scenario="exec.options.directories",
        check="sent.argv",
        change=Change(argv=_split_settings),
    ),
    Mutant(
        name="skips_null_settings",
        sentence="Leaves out a null in the config instead of refusing it.",
        scenario="exec.options.config-null",
        check="surfaced.error",
        needs=("client.config",),
        change=Change(client=_null_skipped),
    ),
    Mutant(
        name="keeps_empty_keys",
        sentence="Sends a setting with an empty key instead of refusing it.",
        scenario="exec.options.config-empty-key",
        check="surfaced.error",
        needs=("client.config",),
        change=Change(install=_empty_keys_kept),
    ),
)

MUTANTS: Final[tuple[Mutant, ...]] = (*_DROPPED, *_WRONG)
