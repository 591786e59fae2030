"""CORE: the linter of a comment: nothing in it may lead to a place that only one machine has, or that will be gone.

Looks at the finished Markdown, so it does not matter how something came into it. Source: REQUIREMENTS.md R4-13, R4-28,
R4-30: never a path of a container, never a link that nobody else can open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.publish.manifest import Manifest
from harness.publish.places import place_of

LOCAL_PATH: Final = re.compile(
    r"(?<![\w.<>/-])(?:/(?:tmp|private|var|home|Users|root|mnt|opt|run|work|workspace|github|__w|builds)(?:/[^\s`'\"<>|,;)\]]*)?(?![\w-])"
    r"|[A-Za-z]:\\[^\s`'\"<>|]*|\\\\[\w.-]+\\[^\s`'\"<>|]*)"
)
"""A path that means something on one machine only: temp and home folders, the places where CI puts a checkout, Windows."""

SHA256: Final = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])")

_CODE: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_TARGETS: Final = (
    re.compile(r"\]\(\s*<?([^)\s>]*)"),
    re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)", re.MULTILINE),
    re.compile(r"""<[a-z][^<>]*\b(?:href|src)\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE),
    re.compile(r"<([a-z][a-z0-9+.-]*:[^>\s]*)>", re.IGNORECASE),
    re.compile(r"(?<!\w)((?:(?:https?|ftp)://|file:/|data:[a-z]+/|javascript:)[^\s<>)\"']+)", re.IGNORECASE),
    re.compile(r"(?<![\w./])(www\.[^\s<>)]+)", re.IGNORECASE),
)  # fmt: skip
SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
"""At the head of an address; one letter is a drive of Windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What may not be published, and why."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


def lint(text: str, manifest: Manifest, host: str) -> tuple[Refused, ...]:
    """Everything in a comment that may not be published, each once, in the order of the text's rules.

    Args:
        text: the Markdown of the comment.
        manifest: of the bundle it speaks of.
        host: the GitHub that is published to.
    """
    found = [
        *(_refused(match.group(), "a path of this machine") for match in LOCAL_PATH.finditer(text)),
        *(
            _refused(match.group(), "a sha256 that is not in the manifest")
            for match in SHA256.finditer(text)
            if match.group() not in manifest.hashes()
        ),
        *_links(text, manifest, host),
    ]
    return tuple(dict.fromkeys(found))


def targets(text: str) -> Iterator[str]:
    """Where the links of a Markdown text lead, in the order of their forms; what stands in code is shown and not linked."""
    shown = _CODE.sub("`", text)
    for form in _TARGETS:
        yield from (match.group(1) for match in form.finditer(shown))


def _links(text: str, manifest: Manifest, host: str) -> Iterator[Refused]:
    for target in targets(text):
        why = _why(target, manifest, host)
        if why is not None:
            yield _refused(target, why)


def _why(target: str, manifest: Manifest, host: str) -> str | None:
    scheme = SCHEME.match(target)
    if scheme is not None:
        name = scheme.group(1).lower()
        if name != "https":
            return f"a link of the kind `{name}:`"
        if place_of(target.rstrip(".,;:!?"), host) is None:
            return "not a place that is known to last"
        return None
    if target.startswith("#"):
        return None
    if target.removeprefix("./") not in manifest.paths():
        return "a relative link to what is not in the bundle"
    return "a relative link: a comment lies beside no file"


def _refused(what: str, why: str) -> Refused:
    return Refused(what=what[:200], why=why)
