"""Show what codex does while it does it: ``python examples/streaming.py [path of codex]``."""

from __future__ import annotations

import asyncio
import sys

from harness.client.options import CodexOptions, ThreadOptions
from harness.client.thread import Codex
from harness.wire.events import ItemCompleted, ItemStarted, TurnCompleted, TurnFailed, UnknownEvent
from harness.wire.items import AgentMessage, CommandExecution


async def main(codex_path: str | None) -> None:
    """Print a line for each event that says something."""
    codex = Codex(CodexOptions(codex_path_override=codex_path))
    thread = codex.start_thread(ThreadOptions(sandbox_mode="read-only", skip_git_repo_check=True))

    # The block ends the turn on every way out, also on `break`.
    async with thread.run_streamed("Which files are here?") as events:
        async for event in events:
            match event:
                case ItemStarted(item=CommandExecution(command=command)):
                    print(f"$ {command}")
                case ItemCompleted(item=CommandExecution(exit_code=code)):
                    print(f"  exit {code}")
                case ItemCompleted(item=AgentMessage(text=text)):
                    print(text)
                case TurnCompleted(usage=usage):
                    print(f"done, {usage.output_tokens} tokens out")
                case TurnFailed(message=message):
                    print(f"failed: {message}")
                case UnknownEvent(raw=raw):
                    print(f"a newer codex says {raw}")
                case _:
                    pass


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
