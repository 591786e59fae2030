"""Sentences about ``harness.real.model_server``: real connections on loopback, every byte as a client of HTTP sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from harness.jsonvalue import JsonValue
from harness.real.model_server import ModelServer
from harness.real.script import parse

HELLO: JsonValue = {"items": [{"message": "Hello!"}]}
PATIENCE_S = 20.0


def ask(body: JsonValue = None, *, path: str = "/v1/responses", method: str = "POST", more: str = "") -> bytes:  # fmt: skip
    """A request as bytes; ``body`` None: an empty input."""
    data = json.dumps({"input": []} if body is None else body).encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(data)}\r\n{more}\r\n"
    return head.encode() + data


def with_server(
    answers: list[JsonValue], play: Callable[[ModelServer], Awaitable[None]]
) -> ModelServer:
    """Run ``play`` in front of a server with one turn of these answers; returns the server, ended."""

    async def body() -> ModelServer:
        async with (
            asyncio.timeout(PATIENCE_S),
            ModelServer(parse({"turns": [{"answers": answers}]})) as server,
        ):
            await play(server)
        return server

    return asyncio.run(body())


async def connect(server: ModelServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = server.url.removeprefix("http://").removesuffix("/v1").split(":")
    return await asyncio.open_connection(host, int(port))


async def reply(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the reply; the connection stays."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(headers["content-length"]))
    return int(head[0].split()[1]), headers, body


def alone(request: bytes, answers: list[JsonValue]) -> tuple[int, dict[str, str], bytes]:
    """The reply to one request on a connection of its own."""
    found: list[tuple[int, dict[str, str], bytes]] = []

    async def play(server: ModelServer) -> None:
        reader, writer = await connect(server)
        found.append(await reply(reader, writer, request))
        writer.close()

    with_server(answers, play)
    return found[0]


def test_an_answer_is_a_stream_of_server_sent_events_that_ends() -> None:
    """Provenance: PROTOCOLS.md 4.4."""
    status, headers, body = alone(ask(), [HELLO])
    assert (status, headers["content-type"]) == (200, "text/event-stream")
    events = [part.split("\n")[0] for part in body.decode().split("\n\n") if part]
    assert (events[0], events[-1]) == ("event: response.created", "event: response.completed")
    assert '"Hello!"' in body.decode()


def test_a_websocket_is_told_to_use_the_stream() -> None:
    """Provenance: PROTOCOLS.md 4.1: codex then falls back to HTTP."""
    upgrade = ask(method="GET", more="connection: upgrade\r\nupgrade: websocket\r\n")
    assert alone(upgrade, [])[0] == 426


def test_the_list_of_models_is_empty_and_there() -> None:
    status, _, body = alone(ask(method="GET", path="/v1/models?client_version=1"), [])
    assert (status, json.loads(body)) == (200, {"models": []})


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/files", "/"])
def test_what_it_does_not_know_is_refused_by_name(path: str) -> None:
    status, _, body = alone(ask(path=path), [HELLO])
    assert status == 404
    assert json.loads(body) == {"error": {"message": f"codex-parity: the scripted model server has no POST {path}"}}  # fmt: skip


def test_a_request_that_no_script_foresees_is_refused_and_kept() -> None:
    statuses: list[int] = []

    async def play(server: ModelServer) -> None:
        reader, writer = await connect(server)
        statuses.extend([(await reply(reader, writer, ask()))[0] for _ in range(2)])
        writer.close()

    server = with_server([HELLO], play)
    assert statuses == [200, 400]
    assert [one.fate for one in server.responder.seen] == ["answered", "unscripted"]


def test_a_failure_by_status_carries_its_body_and_headers() -> None:
    answer: JsonValue = {"status": 429, "body": {"error": "slow"}, "headers": {"retry-after": "0"}}
    status, headers, body = alone(ask(), [answer])
    assert (status, headers["retry-after"], json.loads(body)) == (429, "0", {"error": "slow"})


def test_a_dropped_stream_ends_in_the_middle() -> None:
    """Provenance: PROTOCOLS.md 4.4: codex retries what has no response.completed."""
    taken: list[bytes] = []

    async def play(server: ModelServer) -> None:
        reader, writer = await connect(server)
        writer.write(ask())
        taken.append(await reader.read())
        writer.close()

    with_server([{"items": [{"message": "half"}], "drop": {}}], play)
    assert b"response.output_item.done" in taken[0]
    assert b"response.completed" not in taken[0]
    assert not taken[0].endswith(b"0\r\n\r\n")


def test_a_held_stream_stays_open_until_its_reader_goes_away() -> None:
    gates: list[bool] = []

    async def play(server: ModelServer) -> None:
        reader, writer = await connect(server)
        writer.write(ask())
        await reader.readuntil(b"response.created")
        await server.holding.wait()
        gates.append(server.holding.is_set())
        writer.close()
        other = await connect(server)
        while server.holding.is_set():
            await reply(*other, ask(method="GET", path="/v1/models"))
        other[1].close()
        gates.append(server.holding.is_set())

    with_server([{"hold": {}}], play)
    assert gates == [True, False]


def test_a_server_that_ends_lets_go_of_what_it_holds() -> None:
    ended: list[bytes] = []

    async def body() -> None:
        async with asyncio.timeout(PATIENCE_S):
            async with ModelServer(parse({"turns": [{"answers": [{"hold": {}}]}]})) as server:
                reader, writer = await connect(server)
                writer.write(ask())
                await server.holding.wait()
            ended.append(await reader.read())
            writer.close()

    asyncio.run(body())
    assert b"response.created" in ended[0]


def test_who_does_not_speak_http_is_hung_up_on() -> None:
    taken: list[bytes] = []

    async def play(server: ModelServer) -> None:
        for words in (b"\x00\x01 hello\r\n\r\n", b""):
            reader, writer = await connect(server)
            writer.write(words)
            writer.write_eof()
            taken.append(await reader.read())
            writer.close()

    assert with_server([], play).responder.seen == []
    assert taken == [b"", b""]


def test_each_server_has_a_port_of_its_own_on_loopback_alone() -> None:
    async def body() -> list[str]:
        script = parse({"turns": []})
        async with ModelServer(script) as one, ModelServer(script) as other:
            return [one.url, other.url]

    first, second = asyncio.run(body())
    assert first != second
    assert first.startswith("http://127.0.0.1:")
