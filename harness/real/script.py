"""The ``model:`` part of a scenario as frozen data: what the model behind codex answers, per turn and per request.

Form: ``schemas/scenario.json`` ``$defs/model``. What codex recognises of it: PROTOCOLS.md 4.3 to 4.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]

DEFAULT_MODEL: Final = "gpt-5.5"
"""A model that every release knows or takes with fallback metadata, and whose tools are called directly."""

USAGE: Final[dict[str, int]] = {"input": 42, "cached": 12, "output": 5, "reasoning": 2}
"""What an answer reports when the script does not say: input tokens (of them cached), output tokens (of them reasoning)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Text of the assistant; ``deltas`` streams it in these pieces before it is done."""

    text: str
    deltas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning:
    """Parts of a reasoning summary."""

    summary: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A shell command, through whatever tool the request offers for it."""

    cmd: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A change of files in the form of ``apply_patch``."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps of a plan: text and status (``pending``, ``in_progress``, ``completed``)."""

    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class McpCall:
    """A call of a tool of an MCP server."""

    server: str
    tool: str
    arguments: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSearch:
    """A hosted web search that has already happened: ``action`` as the Responses API gives it."""

    id: str
    action: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of any tool by its name (also inside a namespace)."""

    name: str
    arguments: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An output item exactly as written."""

    item: JsonObject


Item: TypeAlias = Message | Reasoning | Command | Patch | Plan | McpCall | WebSearch | Call | Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The response ended well, with this usage."""

    usage: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """``response.failed`` with a code of PROTOCOLS.md 4.6."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """``response.incomplete`` with its reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """The connection is closed before the response has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Nothing more comes until codex goes away: the gate that a cancelled turn waits at."""


End: TypeAlias = Finished | Failed | Incomplete | Dropped | Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """HTTP 200 and an event stream: items, then an end."""

    items: tuple[Item, ...]
    end: End


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpError:
    """Another status than 200, with a JSON body."""

    status: int
    body: JsonValue
    headers: dict[str, str] = field(default_factory=dict)


Answer: TypeAlias = Streamed | HttpError


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTurn:
    """The answers of one turn, in the order of its requests; ``prompt`` (exact text) says whose turn, None: anybody's.

    ``again``: a release that asks more often gets the last answer each time.
    """

    prompt: str | None
    answers: tuple[Answer, ...]
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelScript:
    """All that the model says in one scenario. ``free_order``: codex runs these calls in parallel, their order is chance."""

    model: str
    turns: tuple[ModelTurn, ...]
    mcp: bool = False
    free_order: bool = False


def parse(document: JsonValue) -> ModelScript:
    """Make a script of a ``model:`` part that fits its schema."""
    data = cast("JsonObject", document)
    turns = tuple(
        _turn(cast("JsonObject", turn)) for turn in cast("list[JsonValue]", data["turns"])
    )
    return ModelScript(
        model=cast("str", data.get("name", DEFAULT_MODEL)),
        turns=turns,
        mcp=any(isinstance(item, McpCall) for item in _items(turns)),
        free_order=bool(data.get("free_order", False)),
    )


def _items(turns: Iterable[ModelTurn]) -> Iterable[Item]:
    for turn in turns:
        for answer in turn.answers:
            if isinstance(answer, Streamed):
                yield from answer.items


def _turn(data: JsonObject) -> ModelTurn:
    answers = cast("list[JsonObject]", data["answers"])
    return ModelTurn(
        prompt=cast("str | None", data.get("prompt")),
        answers=tuple(_answer(answer) for answer in answers),
        again=bool(data.get("again", False)),
    )


def _answer(data: JsonObject) -> Answer:
    if "status" in data:
        return HttpError(
            status=cast("int", data["status"]),
            body=data.get("body"),
            headers=cast("dict[str, str]", data.get("headers", {})),
        )
    items = cast("list[JsonObject]", data.get("items", []))
    return Streamed(items=tuple(_item(item) for item in items), end=_end(data))


def _end(data: JsonObject) -> End:
    if "failed" in data:
        failed = cast("dict[str, str]", data["failed"])
        return Failed(code=failed["code"], message=failed["message"])
    if "incomplete" in data:
        return Incomplete(reason=cast("str", data["incomplete"]))
    if "drop" in data:
        return Dropped()
    if "hold" in data:
        return Held()
    return Finished(usage={**USAGE, **cast("dict[str, int]", data.get("usage", {}))})


def _item(data: JsonObject) -> Item:
    ((kind, body),) = data.items()
    match kind:
        case "message" if isinstance(body, dict):
            deltas = cast("list[str]", body["deltas"])
            return Message(text="".join(deltas), deltas=tuple(deltas))
        case "message":
            return Message(text=cast("str", body))
        case "reasoning":
            return Reasoning(summary=tuple(cast("list[str]", body)))
        case "command":
            return Command(cmd=cast("str", body))
        case "patch":
            return Patch(text=cast("str", body))
        case "plan":
            steps = cast("list[dict[str, str]]", body)
            return Plan(steps=tuple((one["step"], one["status"]) for one in steps))
        case "mcp":
            mcp = cast("JsonObject", body)
            return McpCall(
                server=cast("str", mcp["server"]),
                tool=cast("str", mcp["tool"]),
                arguments=mcp["arguments"],
            )
        case "web_search":
            search = cast("JsonObject", body)
            return WebSearch(
                id=cast("str", search["id"]), action=cast("JsonObject", search["action"])
            )
        case "call":
            call = cast("JsonObject", body)
            return Call(name=cast("str", call["name"]), arguments=call["arguments"])
        case _:
            return Raw(item=cast("JsonObject", body))
