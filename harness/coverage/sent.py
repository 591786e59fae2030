"""CORE: what a scenario makes a client send: options of the command line, their words, config keys, kinds of input.

Computed with the reference client's own command line, and read as codex reads it (``harness.normalize.argv``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from harness.client.argv import exec_arguments
from harness.client.options import CodexOptions, ThreadOptions, TurnOptions
from harness.coverage.areas import Area
from harness.errors import InvalidOption
from harness.jsonvalue import JsonValue
from harness.normalize.argv import FLAGS, meaning
from harness.scenario import Scenario
from harness.steps import JsonObject, Resume, Start, Turn, turns_of

NO_SDK: Final = (
    "no SDK has an option for it; the mock's probes show it (tests/mock_codex/probes.json)"
)
OF_REVIEW: Final = "belongs to `codex exec review`, which no SDK calls"
PROMPT: Final = "an SDK writes the prompt to standard input (PROTOCOLS.md 2.2)"

_REVIEW: Final = ("uncommitted", "base", "commit", "title")
_SENT: Final = frozenset(
    {"config", "model", "images", "sandbox", "cd", "add_dir", "thread_source", "cyber_access_program",
     "skip_git_repo_check", "output_schema", "json", "SESSION_ID", "last"}
)  # fmt: skip
"""Options that the official TypeScript SDK sends (PROTOCOLS.md 2.2); ``last`` as a thread id that nothing protects."""

CONFIG_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "openai_base_url": (),
    "model_reasoning_effort": ("minimal", "low", "medium", "high", "xhigh"),
    "sandbox_workspace_write.network_access": ("true", "false"),
    "web_search": ("disabled", "cached", "live"),
    "approval_policy": ("never", "on-request", "on-failure", "untrusted"),
}
"""Config keys that an SDK option of its own sends, with the words of its type (PROTOCOLS.md 2.2; TypeScript SDK 0.163.0)."""

VALUE_KINDS: Final = (
    "string",
    "boolean",
    "integer",
    "float",
    "array",
    "table in array",
    "empty table",
)
"""Kinds of values that ``CodexOptions.config`` can hold (PROTOCOLS.md 2.3)."""

INPUTS: Final = (
    "text",
    "list of texts",
    "list with image",
    "only images",
    "empty text",
    "empty list",
)
"""Forms of a turn's input (PROTOCOLS.md 2.5)."""


def command_lines(scenario: Scenario) -> Iterator[dict[str, JsonValue]]:
    """What codex makes of the command line of each turn, as far as the client gets to send one."""
    options: JsonObject = {}
    thread_id: str | None = None
    for step in scenario.steps:
        if isinstance(step, Start):
            options, thread_id = step.options, None
        elif isinstance(step, Resume):
            options, thread_id = step.options, step.thread_id
        for turn in turns_of(step):
            argv = _argv(scenario, options, turn, thread_id)
            if argv is not None:
                yield meaning(argv)
            thread_id = thread_id or "the-thread"


def images_of(turn: Turn) -> list[str]:
    """The image paths of a turn's input."""
    parts = turn.input if isinstance(turn.input, list) else []
    return [
        cast("str", part["path"])
        for part in cast("list[JsonObject]", parts)
        if part["type"] == "local_image"
    ]


def prompt_of(turn: Turn) -> str:
    """What the client writes to standard input."""
    if isinstance(turn.input, str):
        return turn.input
    parts = cast("list[JsonObject]", turn.input)
    return "\n\n".join(cast("str", part["text"]) for part in parts if part["type"] == "text")


def areas(scenarios: Iterable[Scenario]) -> list[Area]:
    """The areas of what is sent."""
    options: dict[str, list[str]] = {name: [] for name in _option_names()}
    words: dict[str, list[str]] = {name: [] for name in _word_names()}
    kinds: dict[str, list[str]] = {name: [] for name in VALUE_KINDS}
    inputs: dict[str, list[str]] = {name: [] for name in INPUTS}
    for scenario in scenarios:
        for line in command_lines(scenario):
            for name in {name for name in _options_in(line) if name in options}:
                options[name].append(scenario.id)
            for name in {name for name in _words_in(line) if name in words}:
                words[name].append(scenario.id)
        for kind in set(_kinds(cast("JsonObject", scenario.client.get("config", {})))):
            kinds[kind].append(scenario.id)
        for form in {_form(turn) for turn in scenario.turns}:
            inputs[form].append(scenario.id)
    reasons = {name: _reason(name) for name in options if name not in _SENT}
    return [
        _area("options", options, reasons),
        _area("option_words", words, {}),
        _area("config_values", kinds, {}),
        _area("inputs", inputs, {}),
    ]


def _area(name: str, found: Mapping[str, list[str]], reasons: Mapping[str, str]) -> Area:
    shown = {part: tuple(sorted(set(ids))) for part, ids in found.items()}
    return Area(name=name, shown=shown, reasons=reasons)


def _argv(
    scenario: Scenario, options: JsonObject, turn: Turn, thread_id: str | None
) -> list[str] | None:
    schema = turn.options.get("output_schema")
    if "output_schema" in turn.options and not isinstance(schema, dict):
        return None
    try:
        return exec_arguments(
            CodexOptions(**scenario.client),  # type: ignore[arg-type]  # checked by schemas/scenario.json
            ThreadOptions(**options),  # type: ignore[arg-type]
            TurnOptions(**turn.options),  # type: ignore[arg-type]
            thread_id=thread_id,
            schema_path=None if schema is None else "schema.json",
            images=images_of(turn),
        )
    except InvalidOption:
        return None


def _option_names() -> list[str]:
    below = {"exec", "resume", "fork", "review"}
    return [
        *dict.fromkeys(flag.key for flag in FLAGS if flag.levels & below),
        "PROMPT",
        "SESSION_ID",
    ]


def _options_in(line: dict[str, JsonValue]) -> list[str]:
    other = {"thread": "SESSION_ID", "prompt": "PROMPT"}
    return [other.get(name, name) for name in line]


def _reason(name: str) -> str:
    if name == "PROMPT":
        return PROMPT
    return OF_REVIEW if name in _REVIEW else NO_SDK


def _word_names() -> list[str]:
    flags = [f"{flag.key} = {word}" for flag in FLAGS if flag.key in _SENT for word in flag.choices]
    keys = [f"config {key} = {word}" for key, known in CONFIG_WORDS.items() for word in known]
    return [*flags, *(f"config {key}" for key in CONFIG_WORDS), *keys]


def _words_in(line: dict[str, JsonValue]) -> Iterator[str]:
    for name, value in line.items():
        yield f"{name} = {value}"
    for key in CONFIG_WORDS:
        node: JsonValue = line.get("config", {})
        for step in key.split("."):
            node = node.get(step) if isinstance(node, dict) else None
        if node is not None:
            yield f"config {key}"
            yield f"config {key} = {str(node).lower() if isinstance(node, bool) else node}"


def _kinds(value: JsonValue, *, in_array: bool = False) -> Iterator[str]:
    match value:
        case bool():
            yield "boolean"
        case str():
            yield "string"
        case int():
            yield "integer"
        case float():
            yield "float"
        case list():
            yield "array"
            for child in value:
                yield from _kinds(child, in_array=True)
        case dict():
            if in_array:
                yield "table in array"
            for child in value.values():
                if child == {}:
                    yield "empty table"
                yield from _kinds(child, in_array=in_array)
        case _:
            return


def _form(turn: Turn) -> str:
    if isinstance(turn.input, str):
        return "text" if turn.input else "empty text"
    if not turn.input:
        return "empty list"
    if not images_of(turn):
        return "list of texts"
    return "list with image" if prompt_of(turn) else "only images"
