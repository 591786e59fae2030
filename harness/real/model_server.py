"""IO: the scripted model server on loopback, on a port that the operating system chose. HTTP/1.1 by h11."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import h11

from harness.real.responder import Reply, Request, Responder, drops, holds
from harness.real.script import ModelScript

_CHUNK: Final = 1 << 16


class ModelServer:
    """``async with ModelServer(script) as server``: ``server.url`` is the base URL, ``server.responder`` what was seen.

    ``holding`` is set while a stream is held open: codex then waits for the model.
    """

    def __init__(self, script: ModelScript) -> None:
        self.responder = Responder(script)
        self.holding = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The base URL, to which codex appends ``/responses``."""
        assert self._server is not None, "the server is not started"
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with suppress(ConnectionError):
                await self._connection(reader, writer)
        finally:
            self._connections.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER)
        while True:
            request = await _receive(http, reader)
            if request is None:
                return
            reply = self.responder.reply(request)
            await self._send(http, reply, reader, writer)
            if http.our_state is not h11.DONE or http.their_state is not h11.DONE:
                return
            http.start_next_cycle()

    async def _send(
        self,
        http: h11.Connection,
        reply: Reply,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        headers = list(reply.headers)
        unfinished = drops(reply) or holds(reply)
        if not unfinished:
            headers.append(("content-length", str(len(reply.body))))
        writer.write(http.send(h11.Response(status_code=reply.status, headers=headers)))
        writer.write(http.send(h11.Data(data=reply.body)))
        await writer.drain()
        if holds(reply):
            self.holding.set()
            # Held until codex closes its side: the scenario ends the turn, never the server.
            while await reader.read(_CHUNK):
                pass
            self.holding.clear()
        if not unfinished:
            writer.write(http.send(h11.EndOfMessage()))
            await writer.drain()


async def _receive(http: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    """The next request, whole; None when the peer is gone or does not speak HTTP."""
    head: h11.Request | None = None
    body = bytearray()
    try:
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await reader.read(_CHUNK))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _request(head, bytes(body))
            else:
                return None
    except h11.RemoteProtocolError:
        return None


def _request(head: h11.Request, body: bytes) -> Request:
    return Request(
        method=head.method.decode("ascii"),
        path=urlsplit(head.target.decode("ascii")).path,
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in head.headers},
        body=body,
    )
