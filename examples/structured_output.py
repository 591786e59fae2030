"""An answer in the form of a JSON Schema: ``python examples/structured_output.py [path of codex]``."""

from __future__ import annotations

import asyncio
import json
import sys

from harness.client.options import CodexOptions, ThreadOptions, TurnOptions
from harness.client.thread import Codex

SCHEMA = {
    "type": "object",
    "properties": {
        "summary": {"type": "string"},
        "risk": {"type": "string", "enum": ["low", "high"]},
    },
    "required": ["summary", "risk"],
    "additionalProperties": False,
}


async def main(codex_path: str | None) -> None:
    """Ask for an object and read it."""
    codex = Codex(CodexOptions(codex_path_override=codex_path))
    thread = codex.start_thread(ThreadOptions(skip_git_repo_check=True))

    turn = await thread.run("Review the last commit.", TurnOptions(output_schema=SCHEMA))

    review = json.loads(turn.final_response)
    print(f"{review['risk']}: {review['summary']}")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
