"""IO: writes the first driver of a new subject: a working one, whose part that reaches an SDK is to be replaced.

The skeletons are whole projects in ``skeletons/<language>/``; ``my-sdk`` in them becomes the subject's name. Starts nothing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from harness.errors import UsageFault

FOLDER: Final = Path(__file__).resolve().parent / "skeletons"
LANGUAGES: Final = ("python", "typescript", "go", "rust", "csharp", "elixir")
PLACE_OF_NAME: Final = "my-sdk"
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def write(language: str, name: str, into: Path) -> list[Path]:
    """Write the skeleton of a language as the subject ``name`` into the folder ``into``; returns the files, sorted.

    Raises:
        UsageFault: the name is none, or the folder holds something already.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageFault(
            f"`{name}` cannot be the name of a subject",
            hint="Small letters, digits and single hyphens, such as `acme-codex`.",
        )
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise UsageFault(
            f"{into} is not empty", hint="Nothing is overwritten; give another folder with --into."
        )
    source = FOLDER / language
    written = []
    for path in sorted(source.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            target = into / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes().replace(PLACE_OF_NAME.encode(), name.encode()))
            written.append(target)
    return written
