"""A conversation, taken up again by its id: ``python examples/multi_turn.py [path of codex]``."""

from __future__ import annotations

import asyncio
import sys

from harness.client.options import CodexOptions, ThreadOptions
from harness.client.thread import Codex


async def main(codex_path: str | None) -> None:
    """Two turns in one thread, a third in a thread made from its id."""
    codex = Codex(CodexOptions(codex_path_override=codex_path))
    options = ThreadOptions(skip_git_repo_check=True)

    thread = codex.start_thread(options)
    print((await thread.run("Pick a number.")).final_response)
    print((await thread.run("Double it.")).final_response)

    assert thread.id is not None, "the first turn named the thread"
    again = codex.resume_thread(thread.id, options)
    print((await again.run("Which number was it?")).final_response)


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
