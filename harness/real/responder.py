"""What the scripted model server answers to one HTTP request, and what it keeps of it. No socket in here.

It never gives a default answer: a request that no script foresees is refused with a status and a sentence that name it,
and the refusal is part of what is kept (PROTOCOLS.md 4.1).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.real.script import Dropped, End, Finished, Held, HttpError, ModelScript
from harness.real.sse import write
from harness.real.tools import NotOffered, offered

JsonObject: TypeAlias = dict[str, JsonValue]
Fate: TypeAlias = Literal["answered", "models", "upgrade", "ignored", "unscripted", "unknown"]

_NO_TURN: Final = -1
_CONTEXT: Final = ("<environment_context>", "<user_instructions>", "<turn_aborted>")
"""How the user messages begin that codex itself puts before the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request: path without the query, header names in lower case, body as bytes."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent back: then the connection ends well, is dropped, or is held open (``end``)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    end: End


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request as it is kept: what it was, whose turn it was (-1: nobody's), what became of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: JsonValue
    fate: Fate
    turn: int = _NO_TURN
    not_offered: tuple[NotOffered, ...] = ()


class Responder:
    """Answers the requests of one scenario in their order; keeps each in ``seen``."""

    def __init__(self, script: ModelScript) -> None:
        self._script = script
        self._used = [0 for _ in script.turns]
        self.seen: list[Seen] = []

    def reply(self, request: Request) -> Reply:
        """The reply to ``request``; it is kept in ``seen``."""
        if request.headers.get("upgrade", "").lower() == "websocket":
            return self._keep(request, None, "upgrade", _plain(426, "use the event stream"))
        if request.method == "GET" and request.path.endswith("/models"):
            return self._keep(request, None, "models", _json(200, {"models": []}))
        if request.path.endswith("/analytics/codex/turn-costs"):
            return self._keep(request, None, "ignored", _plain(404, "no analytics here"))
        if request.method == "POST" and request.path.endswith("/responses"):
            return self._response(request)
        problem = f"the scripted model server has no {request.method} {request.path}"
        return self._keep(request, None, "unknown", _refusal(404, problem))

    def unspoken(self) -> tuple[int, ...]:
        """How many answers of each turn nobody has asked for."""
        return tuple(
            max(len(turn.answers) - used, 0)
            for turn, used in zip(self._script.turns, self._used, strict=True)
        )

    def _response(self, request: Request) -> Reply:
        try:
            body = json.loads(request.body)
        except ValueError:
            encoding = request.headers.get("content-encoding", "none")
            problem = f"the body is not JSON (content-encoding: {encoding})"
            return self._keep(request, None, "unknown", _refusal(400, problem))
        prompt = prompt_of(body)
        turn = self._turn_for(prompt)
        if turn is None:
            problem = f"no answer is left for the prompt {json.dumps(prompt)}"
            return self._keep(request, body, "unscripted", _refusal(400, problem))
        answers = self._script.turns[turn].answers
        answer = answers[min(self._used[turn], len(answers) - 1)]
        self._used[turn] += 1
        match answer:
            case HttpError():
                reply = _json(answer.status, answer.body, answer.headers)
                return self._keep(request, body, "answered", reply, turn=turn)
            case streamed:
                written = write(streamed, offered(body), sum(self._used))
                reply = Reply(
                    status=200,
                    headers=(("content-type", "text/event-stream"),),
                    body=written.text().encode("utf-8"),
                    end=written.end,
                )
                return self._keep(
                    request, body, "answered", reply, turn=turn, not_offered=written.not_offered
                )

    def _turn_for(self, prompt: str | None) -> int | None:
        for index, turn in enumerate(self._script.turns):
            fits = turn.prompt is None or turn.prompt == prompt
            if fits and (self._used[index] < len(turn.answers) or (turn.again and turn.answers)):
                return index
        return None

    def _keep(
        self,
        request: Request,
        body: JsonValue,
        fate: Fate,
        reply: Reply,
        *,
        turn: int = _NO_TURN,
        not_offered: tuple[NotOffered, ...] = (),
    ) -> Reply:
        self.seen.append(
            Seen(
                method=request.method,
                path=request.path,
                headers=dict(request.headers),
                body=body,
                fate=fate,
                turn=turn,
                not_offered=not_offered,
            )
        )
        return reply


def prompt_of(body: JsonObject) -> str | None:
    """The text of the newest prompt in a request body: the last user message that is not codex' own context."""
    items = cast("list[JsonObject]", body.get("input", []))
    for item in reversed(items):
        if item.get("type", "message") == "message" and item.get("role") == "user":
            parts = cast("list[JsonObject]", item.get("content", []))
            texts = [cast("str", part["text"]) for part in parts if part["type"] == "input_text"]
            text = texts[-1] if texts else ""
            if not text.startswith(_CONTEXT):
                return text
    return None


def drops(reply: Reply) -> bool:
    """Whether the connection is cut before the stream has ended."""
    return isinstance(reply.end, Dropped)


def holds(reply: Reply) -> bool:
    """Whether the stream stays open until codex goes away."""
    return isinstance(reply.end, Held)


def _json(status: int, body: JsonValue, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(
        status=status,
        headers=(("content-type", "application/json"), *(headers or {}).items()),
        body=json.dumps(body).encode("utf-8"),
        end=Finished(usage={}),
    )


def _plain(status: int, text: str) -> Reply:
    return Reply(
        status=status,
        headers=(("content-type", "text/plain"),),
        body=text.encode("utf-8"),
        end=Finished(usage={}),
    )


def _refusal(status: int, problem: str) -> Reply:
    return _json(status, {"error": {"message": f"codex-parity: {problem}"}})
