"""Let codex change files and say which: ``python examples/file_operations.py [path of codex]``."""

from __future__ import annotations

import asyncio
import sys
import tempfile

from harness.client.options import CodexOptions, ThreadOptions
from harness.client.thread import Codex
from harness.wire.items import FileChange


async def main(codex_path: str | None) -> None:
    """Work in a folder of its own and list the changes."""
    codex = Codex(CodexOptions(codex_path_override=codex_path))
    with tempfile.TemporaryDirectory() as folder:
        thread = codex.start_thread(
            ThreadOptions(
                sandbox_mode="workspace-write",
                working_directory=folder,
                skip_git_repo_check=True,
            )
        )

        turn = await thread.run("Write hello.txt with a greeting.")

        for item in turn.items:
            if isinstance(item, FileChange):
                for change in item.changes:
                    print(f"{change.kind} {change.path.removeprefix(folder)} ({item.status})")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
