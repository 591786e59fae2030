"""IO: what reached codex, as the mock journaled it (``schemas/journal.json``), as text to look for words in."""

from __future__ import annotations

import json
from pathlib import Path

WRITTEN = ("stdin", "schema")


def traces(codex: Path) -> frozenset[str]:
    """One text per invocation of this executable so far: argv, environment, working folder, stdin, schema; by line."""
    return frozenset(_text(path) for path in (codex.parent / "journal").glob("*.json"))


def _text(path: Path) -> str:
    journal = json.loads(path.read_bytes())
    lines = [path.name, *journal["argv"], journal["cwd"]]
    lines += [f"{name}={value}" for name, value in journal["env"].items()]
    for name in WRITTEN:
        lines.append(bytes.fromhex(journal[name] or "").decode("utf-8", "surrogateescape"))
    return "\n".join(lines)
