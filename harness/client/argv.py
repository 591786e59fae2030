"""Options to a command line and an environment, in exactly the order and form of the official TypeScript SDK 0.163.0.

Sources: PROTOCOLS.md 2.2 (argv), 2.3 (config to TOML), 2.4 (environment). It must not know how a process is started.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from harness.client.javascript import number, quote, well_formed
from harness.client.options import CodexOptions, ThreadOptions, TurnOptions
from harness.errors import InvalidOption

ORIGINATOR_ENV: Final = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE"
ORIGINATOR: Final = "codex_parity_reference"
"""Who we tell codex we are; it becomes the ``originator`` header of its requests."""
API_KEY_ENV: Final = "CODEX_API_KEY"

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def exec_arguments(
    client: CodexOptions,
    thread: ThreadOptions,
    turn: TurnOptions,
    *,
    thread_id: str | None = None,
    schema_path: str | None = None,
    images: Iterable[str] = (),
) -> list[str]:
    """The arguments of ``codex`` for one turn, without the program itself.

    Options that are absent, empty or False are skipped; ``thread_source``, ``cyber_access_program`` and the two switches of
    the network are skipped only when absent. Lone surrogates become U+FFFD, as Node has it.

    Args:
        client: options of the client.
        thread: options of the thread.
        turn: options of the turn.
        thread_id: the thread to resume; None or ``""`` starts a new one.
        schema_path: file with the output schema.
        images: paths of images, always last.

    Raises:
        InvalidOption: ``config`` holds what TOML cannot, or a NUL is somewhere.
    """
    arguments = ["exec", "--experimental-json"]
    for override in _overrides(client):
        arguments += "--config", override
    for flag, value in (
        ("--model", thread.model or None),
        ("--thread-source", None if thread_id else thread.thread_source),
        ("--sandbox", thread.sandbox_mode or None),
        ("--cd", thread.working_directory or None),
        *(("--add-dir", path) for path in thread.additional_directories or ()),
    ):
        if value is not None:
            arguments += flag, value
    if thread.skip_git_repo_check:
        arguments.append("--skip-git-repo-check")
    if schema_path:
        arguments += "--output-schema", schema_path
    if turn.cyber_access_program is not None:
        arguments += "--cyber-access-program", turn.cyber_access_program
    for override in _settings(thread):
        arguments += "--config", override
    if thread_id:
        arguments += "resume", thread_id
    for image in images:
        arguments += "--image", image
    return [well_formed(_without_nul("arguments", argument)) for argument in arguments]


def environment(client: CodexOptions, inherited: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of codex: the client's own or a copy of ``inherited``, plus originator and key.

    Raises:
        InvalidOption: a name or a value holds a NUL.
    """
    if client.env is None:
        env = dict(inherited)
    else:
        env = {well_formed(name): well_formed(value) for name, value in client.env.items()}
    if not env.get(ORIGINATOR_ENV):
        env[ORIGINATOR_ENV] = ORIGINATOR
    if client.api_key:
        env[API_KEY_ENV] = well_formed(client.api_key)
    for name, value in env.items():
        _without_nul(f"env.{name}", name + value)
    return env


def _without_nul(option: str, text: str) -> str:
    """The text; no process can be given a NUL (execve ends it there), and Node refuses it before it starts anything."""
    if "\0" in text:
        raise InvalidOption(option, f"{option}: a NUL byte, which no process can be given")
    return text


def flatten(config: object) -> list[str]:
    """Nested settings as ``key=value`` in insertion order; keys are joined by dots, unquoted.

    Raises:
        InvalidOption: with the texts of the official SDK (PROTOCOLS.md 2.3).
    """
    if not isinstance(config, Mapping):
        raise InvalidOption("config", "Codex config overrides must be a plain object")
    return list(_flat(config, ""))


def _overrides(client: CodexOptions) -> Iterator[str]:
    if client.config is not None:
        yield from flatten(client.config)
    yield from client.config_overrides or ()
    if client.base_url:
        yield f"openai_base_url={quote(client.base_url)}"


def _settings(thread: ThreadOptions) -> Iterator[str]:
    # The three words are spliced between bare quotes without escaping, as the official SDK does.
    if thread.model_reasoning_effort:
        yield f'model_reasoning_effort="{thread.model_reasoning_effort}"'
    if thread.network_access_enabled is not None:
        yield f"sandbox_workspace_write.network_access={_toml_bool(thread.network_access_enabled)}"
    if thread.web_search_mode:
        yield f'web_search="{thread.web_search_mode}"'
    elif thread.web_search_enabled is not None:
        yield f'web_search="{"live" if thread.web_search_enabled else "disabled"}"'
    if thread.approval_policy:
        yield f'approval_policy="{thread.approval_policy}"'


def _flat(table: Mapping[object, object], prefix: str) -> Iterator[str]:
    if prefix and not table:
        yield f"{prefix}={{}}"
    for key, child in _entries(table, prefix):
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(child, Mapping):
            yield from _flat(child, path)
        else:
            yield f"{path}={_toml(child, path)}"


def _toml(value: object, path: str) -> str:
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):  # before int: True is one
        return _toml_bool(value)
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise _refused(path, f"Codex config override at {path} must be a finite number")
        return number(value)
    if isinstance(value, list | tuple):
        rendered = (_toml(item, f"{path}[{index}]") for index, item in enumerate(value))
        return f"[{', '.join(rendered)}]"
    if isinstance(value, Mapping):
        parts = (
            f"{_toml_key(key)} = {_toml(child, f'{path}.{key}')}"
            for key, child in _entries(value, path)
        )
        return f"{{{', '.join(parts)}}}"
    if value is None:
        raise _refused(path, f"Codex config override at {path} cannot be null")
    raise _refused(
        path, f"Unsupported Codex config override value at {path}: {type(value).__name__}"
    )


def _entries(table: Mapping[object, object], path: str) -> Iterator[tuple[str, object]]:
    for key, child in table.items():
        if not isinstance(key, str) or not key:
            raise _refused(path, "Codex config override keys must be non-empty strings")
        yield key, child


def _toml_bool(value: bool) -> str:  # noqa: FBT001 - it is the value
    return "true" if value else "false"


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else quote(key)


def _refused(path: str, message: str) -> InvalidOption:
    return InvalidOption(f"config.{path}" if path else "config", message)
