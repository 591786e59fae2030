"""Sentences about ``harness.real.effect``; the bodies have the form of requests of the real codex 0.169.0."""

from __future__ import annotations

import json

from harness.jsonvalue import JsonValue
from harness.real.effect import effect, effects
from harness.real.responder import Seen

PLACES = {"<CWD>": "/cell/work", "<CELL>": "/cell"}
UUID = "01a1fcf3-f6de-7d23-82be-1d6fa1f81a3e"


def seen(body: JsonValue, method: str = "POST", **headers: str) -> Seen:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Seen(method=method, path="/v1/responses", headers=named, body=body, fate="answered")


def user(text: str, **more: JsonValue) -> dict[str, JsonValue]:
    part: JsonValue = {"type": "input_text", "text": text}
    return {"type": "message", "role": "user", "content": [part], **more}


def test_only_requests_for_an_answer_count() -> None:
    body: JsonValue = {"model": "m"}
    found = effects([seen(None, "GET"), seen(body), seen(None)], PLACES)
    assert [one["model"] for one in found] == ["m"]  # type: ignore[call-overload, index]


def test_who_asks_and_the_plain_members_are_kept() -> None:
    found = effect(
        seen(
            {"model": "m", "reasoning": None, "prompt_cache_key": UUID},
            originator="codex_sdk_ts",
            authorization="Bearer k",
        ),
        PLACES,
    )
    assert found == {
        "originator": "codex_sdk_ts",
        "authorization": "Bearer k",
        "model": "m",
        "reasoning": None,
        "tools": {},
        "instructions": None,
        "input": [],
    }


def test_of_the_turn_only_what_a_client_can_set_is_kept() -> None:
    metadata = json.dumps({"sandbox_mode": "read-only", "turn_id": UUID})
    assert effect(seen({}, x_codex_turn_metadata=metadata), PLACES)["turn"] == {
        "sandbox_mode": "read-only"
    }
    assert effect(seen({}, x_codex_turn_metadata="?"), PLACES)["turn"] == {"unreadable": "?"}
    assert "turn" not in effect(seen({}, x_codex_turn_metadata="{}"), PLACES)


def test_tools_are_named_sorted_and_with_their_namespace() -> None:
    tools: JsonValue = [
        {"type": "namespace", "name": "mcp__demo", "tools": [{"type": "function", "name": "echo"}]},
        {"type": "function", "name": "exec_command"},
    ]
    assert effect(seen({"tools": tools}), PLACES)["tools"] == {
        "exec_command": True,
        "mcp__demo/echo": True,
    }


def test_paths_ids_and_dates_do_not_count_and_the_text_of_the_user_does() -> None:
    def asked(cwd: str, date: str, identity: str, prompt: str) -> JsonValue:
        places = {"<CWD>": f"{cwd}/work", "<CELL>": cwd}
        context = f"<cwd>{cwd}/work</cwd><current_date>{date}</current_date>{identity}"
        developer: JsonValue = {
            "role": "developer",
            "id": identity,
            "content": [{"text": f"{cwd}/skills {'long ' * 500}"}],
        }
        items: JsonValue = [developer, user(context, id=identity), user(prompt), "odd"]
        return effect(seen({"input": items}), places)

    other = UUID.replace("01a1", "02b2")
    one = asked("/a", "2026-11-20", UUID, "hi")
    assert one == asked("/b", "2026-11-21", other, "hi")
    assert one != asked("/a", "2026-11-20", UUID, "ho")


def test_long_instructions_are_kept_as_a_length_and_a_hash() -> None:
    found = effect(seen({"instructions": "x" * 5_000}), PLACES)["instructions"]
    assert isinstance(found, dict)
    assert found["bytes"] == 5_002
    assert found != effect(seen({"instructions": "y" * 5_000}), PLACES)["instructions"]


def test_the_data_of_an_image_is_kept_as_a_hash() -> None:
    def pictured(data: str) -> JsonValue:
        image: JsonValue = {"type": "input_image", "image_url": f"data:image/png;base64,{data}"}
        item: JsonValue = {"role": "user", "content": [image, "odd"]}
        return effect(seen({"input": [item, {"role": "user", "content": "text"}]}), PLACES)["input"]

    assert pictured("AAAA") != pictured("BBBB")
    assert "AAAA" not in json.dumps(pictured("AAAA"))
