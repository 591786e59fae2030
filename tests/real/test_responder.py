"""Sentences about ``harness.real.responder``: what the scripted model server answers, and what it refuses."""

from __future__ import annotations

import json

import pytest

from harness.jsonvalue import JsonValue
from harness.real.responder import Request, Responder, drops, holds, prompt_of
from harness.real.script import parse


def post(prompt: str, path: str = "/v1/responses", *, body: bytes | None = None) -> Request:
    message: JsonValue = {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": prompt}],
    }
    data = json.dumps({"input": [message]}).encode() if body is None else body
    return Request(method="POST", path=path, headers={"host": "x"}, body=data)


def get(path: str, **headers: str) -> Request:
    return Request(method="GET", path=path, headers=headers)


def say(text: str) -> JsonValue:
    return {"items": [{"message": text}]}


def test_the_answers_of_a_turn_are_given_in_their_order() -> None:
    responder = Responder(parse({"turns": [{"answers": [say("one"), say("two")]}]}))
    bodies = [responder.reply(post("hi")).body for _ in range(2)]
    assert [b"one" in bodies[0], b"two" in bodies[1]] == [True, True]
    assert responder.unspoken() == (0,)
    assert [seen.fate for seen in responder.seen] == ["answered", "answered"]


def test_a_turn_is_found_by_its_prompt_and_not_by_the_order_of_requests() -> None:
    responder = Responder(
        parse(
            {
                "turns": [
                    {"prompt": "first", "answers": [say("one")]},
                    {"prompt": "second", "answers": [say("two")]},
                ]
            }
        )
    )
    assert b"two" in responder.reply(post("second")).body
    assert b"one" in responder.reply(post("first")).body
    assert [seen.turn for seen in responder.seen] == [1, 0]


def test_a_release_that_asks_more_often_gets_the_last_answer_again_where_the_script_says_so() -> (
    None
):
    """Captured: codex 0.58.0 asks once more after a 400."""
    turns: list[JsonValue] = [{"again": True, "answers": [say("one"), say("two")]}]
    responder = Responder(parse({"turns": turns}))
    bodies = [responder.reply(post("hi")).body for _ in range(3)]
    assert [b"two" in body for body in bodies] == [False, True, True]
    assert responder.unspoken() == (0,)


def test_a_turn_without_answers_has_none_to_give_again() -> None:
    responder = Responder(parse({"turns": [{"again": True, "answers": []}]}))
    assert responder.reply(post("more")).status == 400


def test_a_request_without_an_answer_is_refused_by_name_and_kept() -> None:
    responder = Responder(parse({"turns": [{"answers": []}]}))
    reply = responder.reply(post("more"))
    assert reply.status == 400
    assert b'no answer is left for the prompt \\"more\\"' in reply.body
    assert responder.seen[0].fate == "unscripted"


@pytest.mark.parametrize(
    ("request_", "status", "fate"),
    [
        (get("/v1/responses", upgrade="websocket"), 426, "upgrade"),
        (get("/v1/models"), 200, "models"),
        (post("", "/v1/analytics/codex/turn-costs"), 404, "ignored"),
        (get("/v1/files"), 404, "unknown"),
        (post("", body=b"\x28\xb5\x2f\xfd"), 400, "unknown"),
    ],
)
def test_what_is_no_turn_gets_its_own_answer(request_: Request, status: int, fate: str) -> None:
    responder = Responder(parse({"turns": [{"answers": [say("one")]}]}))
    assert responder.reply(request_).status == status
    assert [seen.fate for seen in responder.seen] == [fate]
    assert responder.unspoken() == (1,)


def test_an_http_error_is_sent_with_its_headers() -> None:
    answer: JsonValue = {"status": 429, "body": {"e": 1}, "headers": {"retry-after": "1"}}
    reply = Responder(parse({"turns": [{"answers": [answer]}]})).reply(post("hi"))
    assert (reply.status, json.loads(reply.body)) == (429, {"e": 1})
    assert ("retry-after", "1") in reply.headers


def test_a_dropped_and_a_held_answer_are_told_apart() -> None:
    responder = Responder(parse({"turns": [{"answers": [{"drop": {}}, {"hold": {}}, say("x")]}]}))
    replies = [responder.reply(post("hi")) for _ in range(3)]
    assert [(drops(one), holds(one)) for one in replies] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_a_missing_tool_is_kept_with_the_request() -> None:
    responder = Responder(parse({"turns": [{"answers": [{"items": [{"command": "ls"}]}]}]}))
    responder.reply(post("hi"))
    assert responder.seen[0].not_offered[0].wanted == ("exec_command", "shell_command", "shell")


def user(*texts: str) -> JsonValue:
    return {"role": "user", "content": [{"type": "input_text", "text": text} for text in texts]}


@pytest.mark.parametrize(
    ("items", "prompt"),
    [
        ([], None),
        ([{"type": "message", "role": "developer", "content": []}], None),
        ([user("old"), user("new"), {"type": "function_call_output"}], "new"),
        ([user("hi"), user("<environment_context>\n</environment_context>")], "hi"),
        ([{"role": "user", "content": [{"type": "input_image", "image_url": "data:"}]}], ""),
        ([user("picture 1", "what is it?")], "what is it?"),
    ],
)
def test_the_prompt_is_the_newest_text_of_the_user(items: JsonValue, prompt: str | None) -> None:
    assert prompt_of({"input": items}) == prompt
