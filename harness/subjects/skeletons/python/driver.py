"""Driver of my-sdk: the protocol of schemas/driver.json. What reaches the SDK is in sdk.py; this file can stay as it is.

It hands on what the SDK gave and repairs nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from typing import Any, TypeAlias

OUT = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)  # what the SDK prints must not look like a message

from sdk import FACTS, Thread  # noqa: E402 - after stdout was put out of its reach

Json: TypeAlias = dict[str, Any]


def send(kind: str, **fields: Any) -> None:
    """Write one message and flush it. JSON has no NaN: a string."""
    told = json.loads(json.dumps({"kind": kind, **fields}), parse_constant=str)
    print(json.dumps(told), file=OUT, flush=True)


def describe(error: BaseException) -> Json:
    """An error as the SDK raised it, with its causes."""
    told: Json = {"class": type(error).__name__, "message": str(error)}
    return {**told, "cause": describe(error.__cause__)} if error.__cause__ else told


class _Driver:
    gate, run_id, cancels = asyncio.Event(), "", set[asyncio.Event]()
    playing: asyncio.Task[None] | None = None

    async def wait_at(self, gate: str, where: Json) -> None:
        self.gate.clear()
        send("gate", gate=gate, **where)
        await self.gate.wait()

    async def turn(self, thread: Thread, step: Json, *, gates: bool) -> None:
        consume = {} if step["consume"] == "all" else step["consume"]
        if unknown := consume.keys() - {"stop_after", "abort_after", "abort", "pause_after"}:
            raise ValueError(f"unknown consume {unknown}")
        where, cancelled, events = {"id": self.run_id, "turn": step["turn"]}, asyncio.Event(), None
        if consume.keys() & {"abort", "abort_after"}:
            self.cancels.add(cancelled)
        if consume.get("abort") == "before_start":
            cancelled.set()
        try:
            if step["mode"] == "run":
                told = await thread.run(step["input"], step["options"], cancelled)
                send("result", result=told, **where)
            else:
                events = await thread.stream(step["input"], step["options"], cancelled)
                if gates:
                    await self.wait_at("created", where)
                send(await self.read(events, consume, cancelled, where), **where)
        except Exception as error:
            send("error", error=describe(error), **where)
        self.cancels.discard(cancelled)
        send("thread_id", thread_id=thread.id, **where)
        if gates:
            await self.wait_at("ended", where)  # the stream is still held here
        if events is not None:
            await events.aclose()

    async def read(
        self, events: AsyncGenerator[Any], consume: Json, cancelled: asyncio.Event, where: Json
    ) -> str:
        seen = 0
        async for event in events:
            send("event", event=event, **where)
            seen += 1
            if seen == consume.get("pause_after"):
                await self.wait_at("paused", where)
            if seen == consume.get("abort_after"):
                cancelled.set()
            if seen == consume.get("stop_after"):
                return "stopped"
        return "end"

    async def step(self, request: Json, threads: list[Thread], step: Json) -> None:
        match step["op"]:
            case "start" | "resume":
                opened = request["codex"], request["client"], step["options"]
                threads.append(Thread(*opened, step.get("thread_id")))
            case "turn":
                await self.turn(threads[step.get("thread", -1)], step, gates=True)
            case "together":
                turns = [(threads[one.get("thread", -1)], one) for one in step["turns"]]
                await asyncio.gather(*(self.turn(*turn, gates=False) for turn in turns))
            case unknown:
                raise ValueError(f"unknown step {unknown}")

    async def run(self, request: Json) -> None:
        self.run_id, threads = request["id"], list[Thread]()
        try:
            for step in request["steps"]:
                await self.step(request, threads, step)
            send("done", id=self.run_id)
        except Exception as error:
            send("driver_error", id=self.run_id, message=repr(error))

    def answer(self, request: Json) -> None:
        match request["op"]:
            case "hello":
                send("hello", protocol=1, **FACTS)
            case "run":
                self.playing = asyncio.create_task(self.run(request))
            case "continue":
                self.gate.set()
            case "cancel":  # of a run that is over, or twice: nothing to do
                for cancelled in self.cancels if request["id"] == self.run_id else ():
                    cancelled.set()
            case unknown:
                raise ValueError(f"unknown op {unknown}")

    async def serve(self) -> None:
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            try:
                request = json.loads(line)
                if request["op"] == "bye":
                    break
                self.answer(request)
            except (ValueError, LookupError, TypeError) as error:
                send("driver_error", message=f"{error!r}: {line[:200]!r}")
        if self.playing is not None:  # the end of stdin or `bye`: a turn that runs is ended
            self.playing.cancel()
            await asyncio.wait([self.playing])


asyncio.run(_Driver().serve())
