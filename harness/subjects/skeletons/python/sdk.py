"""REPLACE: what the driver asks of my-sdk. This stand-in starts codex by itself; put your SDK's calls here."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from typing import Any

FACTS = {
    "sdk": "my-sdk",
    "version": "0.0.0",  # better: importlib.metadata.version("my-sdk")
    "language": "Python",
    "runtime": f"python {sys.version.split()[0]}",
    "capabilities": [
        *("run", "stream", "resume", "cancel", "cancel_before_start", "pause", "concurrent"),
        "thread.skip_git_repo_check",
    ],
    "cannot_express": [],  # null_absent, int_float, big_int: what the types of your SDK lose
}


class Thread:
    """A thread of your SDK. ``client`` and ``options`` have the names of schemas/driver.json; absent: not given."""

    def __init__(self, codex: str, client: Any, options: Any, thread_id: str | None) -> None:
        self.codex, self.options, self.id = codex, options, thread_id

    async def stream(
        self, prompt: Any, options: Any, cancelled: asyncio.Event
    ) -> AsyncGenerator[Any]:
        """Ask the SDK for the stream of a turn: its events as JSON values. An SDK that starts codex here is seen to."""
        return self._events(prompt, cancelled)

    async def _events(self, prompt: Any, cancelled: asyncio.Event) -> AsyncGenerator[Any]:
        if cancelled.is_set():
            raise InterruptedError("cancelled before codex was started")
        text = prompt if isinstance(prompt, str) else "\n\n".join(part["text"] for part in prompt)
        argv = [self.codex, "exec", "--experimental-json"]
        argv += ["--skip-git-repo-check"] if self.options.get("skip_git_repo_check") else []
        argv += ["resume", self.id] if self.id else []
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, limit=2**30)
        assert child.stdin
        assert child.stdout
        killer = asyncio.create_task(cancelled.wait())
        killer.add_done_callback(lambda _: child.kill() if child.returncode is None else None)
        try:
            child.stdin.write(text.encode("utf-8", "replace"))
            child.stdin.close()
            async for line in child.stdout:
                event = json.loads(line)
                if event["type"] == "thread.started":
                    self.id = event["thread_id"]
                yield event
            status = await child.wait()
        finally:
            killer.cancel()
        if cancelled.is_set():
            raise InterruptedError("cancelled while codex ran")
        if status != 0:
            raise ChildProcessError(f"codex exited with {status}")

    async def run(self, prompt: Any, options: Any, cancelled: asyncio.Event) -> dict[str, Any]:
        """One turn in one call: items, final_response, usage; what the SDK did not give is left out."""
        told: dict[str, Any] = {"items": [], "final_response": ""}
        async for event in await self.stream(prompt, options, cancelled):
            match event:
                case {"type": "item.completed", "item": item}:
                    told["items"].append(item)
                    told["final_response"] = item.get("text", told["final_response"])
                case {"type": "turn.completed", "usage": usage}:
                    told["usage"] = usage
                case {"type": "turn.failed", "error": error}:
                    raise RuntimeError(error["message"])
        return told
