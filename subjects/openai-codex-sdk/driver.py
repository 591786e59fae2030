"""Driver of openai-codex-sdk (protocol: schemas/driver.json). Hands on what the SDK gave, repairs nothing."""

import asyncio
import functools
import json
import os
import sys
from importlib.metadata import version

OUT = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)  # what the SDK prints must not look like a message

from openai_codex_sdk import AbortController, Codex, ThreadOptions  # noqa: E402 - see above

SDK = {"sdk": "openai-codex-sdk", "version": version("openai-codex-sdk"), "language": "Python"}
CAN = "run stream resume images cancel cancel_before_start pause concurrent times client.base_url"
CAN = [*CAN.split(), "client.api_key", "client.env", "turn.output_schema"]
CAN += [f"thread.{name}" for name in ThreadOptions.model_fields]  # it has the protocol's names
TYPES = {"capabilities": CAN, "cannot_express": []}
WAYS = {*"all", "stop_after", "abort_after", "abort", "pause_after", "times"}
HELLO = {"protocol": 1, "runtime": f"python {sys.version.split()[0]}", **SDK, **TYPES}


class _Driver:
    gate, aborts, beside = asyncio.Event(), set(), False  # aborts: of turns that may be cancelled

    def known(self, run):  # what is passed over in silence looks like parity
        for turn in (turn for step in run["steps"] for turn in step.get("turns", [step])):
            if turn["op"] not in ("start", "resume", "turn") or {*turn.get("consume", ())} - WAYS:
                raise ValueError(f"unknown step {turn}")
        return run

    def send(self, kind, **fields):
        fields = json.loads(json.dumps(fields), parse_constant=str)  # JSON has no NaN: a string
        print(json.dumps({"kind": kind, **fields}), file=OUT, flush=True)

    def plain(self, model):
        return model and model.model_dump(exclude_unset=True)  # unset: absent stays absent

    def describe(self, error):
        told = {"class": type(error).__name__, "message": str(error)}
        return {**told, "cause": self.describe(error.__cause__)} if error.__cause__ else told

    async def wait_at(self, gate, where):
        if self.beside:  # no gates where turns run beside one another
            return
        self.gate.clear()
        self.send("gate", gate=gate, **where)
        await self.gate.wait()

    def open_thread(self, run, op, **given):
        codex = Codex({"codex_path_override": run["codex"], **run["client"]})
        return getattr(codex, f"{op}_thread")(**given)

    async def turn(self, thread, step, consume, where):
        options = dict(step["options"])
        abort = AbortController()
        if consume.keys() & {"abort", "abort_after"}:
            options["signal"] = abort.signal
            self.aborts.add(abort)
        if consume.get("abort") == "before_start":
            abort.abort()
        if step["mode"] == "run":
            turn = await thread.run(step["input"], options)
            told = {"items": [*map(self.plain, turn.items)], "usage": self.plain(turn.usage)}
            told["final_response"] = turn.final_response
            return self.send("result", result=told, **where)
        stream, seen = await thread.run_streamed(step["input"], options), 0
        await self.wait_at("created", where)
        for _ in range(consume.get("times", 1)):
            async for event in stream.events:
                self.send("event", event=self.plain(event), **where)
                seen += 1
                if seen == consume.get("pause_after"):
                    await self.wait_at("paused", where)
                if seen == consume.get("abort_after"):
                    abort.abort()
                if seen == consume.get("stop_after"):
                    break
        self.send("stopped" if seen == consume.get("stop_after") else "end", **where)
        return stream

    async def one(self, run, opened, step):
        where, thread, held = {"id": run["id"], "turn": step["turn"]}, None, None
        try:
            thread = opened()
            consume = {} if step["consume"] == "all" else step["consume"]
            held = await self.turn(thread, step, consume, where)
        except (Exception, asyncio.CancelledError) as error:
            self.send("error", error=self.describe(error), **where)
        self.send("thread_id", thread_id=thread and thread.id, **where)
        await self.wait_at("ended", where)
        del held

    async def run(self, run):
        threads = []  # each is opened in its first turn, which has the SDK's error
        for step in run["steps"]:
            if step["op"] in ("start", "resume"):
                threads.append(functools.cache(functools.partial(self.open_thread, run, **step)))
                continue
            turns, self.beside = step.get("turns", [step]), step["op"] == "together"
            self.aborts.clear()
            await asyncio.gather(*(self.one(run, threads[t.get("thread", -1)], t) for t in turns))
        self.send("done", id=run["id"])

    async def serve(self):
        ops = {"hello": lambda _: self.send("hello", **HELLO), "bye": lambda _: os._exit(0)}
        ops |= {"continue": lambda _: self.gate.set()}
        ops |= {"cancel": lambda _: [*map(AbortController.abort, self.aborts)]}
        ops["run"] = lambda run: setattr(
            self, "task", asyncio.create_task(self.run(self.known(run)))
        )
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            try:
                request = json.loads(line)
                ops[request["op"]](request)
            except (ValueError, LookupError, TypeError) as error:
                self.send("driver_error", message=f"{error!r}: {line!r}")
        os._exit(0)


asyncio.run(_Driver().serve())
