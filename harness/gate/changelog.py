"""CORE: the draft of a changelog, out of fragments or out of a changelog that has the release already.

Source: REQUIREMENTS.md R4-14. The draft is a text to be read and mended by a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_HEADINGS: Final = {
    "breaking": "Breaking",
    "subject": "Subjects",
    "scenario": "Scenarios",
    "harness": "Harness",
    "fix": "Fixes",
}
_FRAGMENT: Final = re.compile(r"\.(?P<kind>\w+)\.md$")


def from_fragments(fragments: Mapping[str, str]) -> str | None:
    """The entries of a folder of fragments by kind, what breaks first; None without any.

    Args:
        fragments: file name, ``+name.kind.md``, to text; one sentence per line. Other names are left out.
    """
    found: dict[str, list[str]] = {}
    for name, text in sorted(fragments.items()):
        kind = _FRAGMENT.search(name)
        if kind is None or not name.startswith("+"):
            continue
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        found.setdefault(kind["kind"], []).extend(lines)
    order = [*_HEADINGS, *sorted(found.keys() - _HEADINGS.keys())]
    parts = [
        "\n".join([f"#### {_HEADINGS.get(kind, kind)}", "", *(f"- {one}" for one in found[kind])])
        for kind in order
        if kind in found
    ]
    return "\n\n".join(parts) or None


def section(changelog: str, release: str) -> str | None:
    """What a changelog says under the heading of a release, or under ``Unreleased``; None when it has neither.

    Args:
        changelog: its text; headings of releases are of level two.
        release: such as ``1.2.3``.
    """
    for name in (re.escape(release), "unreleased"):
        head = re.search(
            rf"^## \[?v?{name}\]?(?:[ \t].*)?$", changelog, re.MULTILINE | re.IGNORECASE
        )
        if head is not None:
            rest = changelog[head.end() :]
            following = re.search(r"^## ", rest, re.MULTILINE)
            text = rest[: following.start()] if following else rest
            return text.strip() or None
    return None
