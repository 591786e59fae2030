"""One question, one answer: ``python examples/basic.py [path of codex]``."""

from __future__ import annotations

import asyncio
import sys

from harness.client.options import CodexOptions, ThreadOptions
from harness.client.thread import Codex


async def main(codex_path: str | None) -> None:
    """Run one turn and print what came of it."""
    codex = Codex(CodexOptions(codex_path_override=codex_path))
    thread = codex.start_thread(ThreadOptions(sandbox_mode="read-only", skip_git_repo_check=True))

    turn = await thread.run("Summarise this folder in one sentence.")

    print(turn.final_response)
    if turn.usage is not None:
        print(f"{turn.usage.input_tokens} tokens in, {turn.usage.output_tokens} out")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
