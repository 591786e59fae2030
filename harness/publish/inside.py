"""CORE: looks through a text of the bundle for places of this machine: what is shown is counted, what is linked is refused.

A run file is evidence, and names the folders in which its cells were played: to refuse that would refuse every run. So a
path that is shown is counted, and the comment says in which file (REQUIREMENTS.md R4-30). A link of a Markdown file is a
promise to a reader, and one that only this machine can keep is refused.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import unquote

from harness.publish.links import LOCAL_PATH, SCHEME, targets

_HERE: Final = re.compile(r"(?:localhost|127\.|\[::1\]|0\.0\.0\.0)", re.IGNORECASE)


def local_paths(text: str) -> int:
    """How many paths of this machine a text shows."""
    return sum(1 for _ in LOCAL_PATH.finditer(text))


def refused_links(path: str, text: str, paths: Collection[str]) -> tuple[str, ...]:
    """The links of a Markdown file that nobody but this machine can follow, each once, as sentences.

    Args:
        path: of the file in the bundle.
        text: of the file.
        paths: of every file of the bundle.
    """
    return tuple(dict.fromkeys(_refused(path, text, paths)))


def _refused(path: str, text: str, paths: Collection[str]) -> Iterator[str]:
    for target in targets(text):
        scheme = SCHEME.match(target)
        if scheme is not None:
            name = scheme.group(1).lower()
            if name in ("file", "javascript") or _HERE.match(target.partition("//")[2]):
                yield f"{path} links to {target[:200]}, which only this machine has"
            continue
        way = unquote(re.split(r"[?#]", target)[0])
        if not way or way.startswith("//"):
            continue
        if way.startswith(("/", "\\")):
            yield f"{path} links to {target[:200]}, a path of this machine"
            continue
        there = posixpath.normpath(posixpath.join(posixpath.dirname(path), way))
        if there not in paths and not _is_folder(there, paths):
            yield f"{path} links to {target[:200]}, which is not in the bundle"


def _is_folder(there: str, paths: Collection[str]) -> bool:
    return there == "." or any(one.startswith(f"{there}/") for one in paths)
