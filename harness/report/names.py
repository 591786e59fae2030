"""Ids of the parts of a page, made of ids of the run; stable over runs, safe in a URL and in HTML. CORE."""

from __future__ import annotations

import re
from typing import Final

from harness.report.visible import sha

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


def cell_id(scenario: str, subject: str) -> str:
    """``cell-exec.items.web-search--openai-codex-sdk``: the id of the inside of a cell.

    A browser opens a closed details element for a target within it, by itself.
    """
    return f"cell-{slug(scenario)}--{slug(subject)}"


def scenario_id(scenario: str) -> str:
    """The id of a scenario's section."""
    return f"scenario-{slug(scenario)}"


def cause_id(fingerprint: str, known: str | None) -> str:
    """The id of a group of differences; ``known`` is why it is expected, None for one that is not.

    One fingerprint may be expected for several reasons, each a group of its own.
    """
    name = slug(fingerprint)
    return f"cause-{name}" if known is None else f"known-{name}-{sha(known)[:6]}"


def slug(text: str) -> str:
    """``text`` with unsafe characters replaced; then a hash of the original keeps two names apart."""
    safe = _UNSAFE.sub("-", text)
    return safe if safe == text and text else f"{safe}-{sha(text)[:6]}"
