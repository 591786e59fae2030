"""CORE: a first guess at the cause of a regression, from the shape of its differences; rules, no reading of code.

Source: REQUIREMENTS.md R4-9 (a root-cause hypothesis per regression) and F14 (rule-based: field dropped in decoding, order,
type). A guess says that it is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harness.report.records import Difference

_PLANES: Final = ("surfaced", "sent", "lifecycle")
_SENT: Final[dict[str, str]] = {
    "sent.argv": "the options that are turned into the command line",
    "sent.env": "the environment that is made for codex",
    "sent.stdin": "how the prompt is written to codex' stdin",
    "sent.schema": "how the output schema is written for codex",
    "sent.images": "how images are handed to codex",
    "sent.invocations": "when a process of codex is started",
}


def hypothesis(differences: Sequence[Difference]) -> str:
    """One sentence: where to look first.

    Args:
        differences: of one cell, those that count and that no baseline expects; at least one.
    """
    first = min(differences, key=lambda one: _PLANES.index(one.plane))
    where = f"`{first.path}`" if first.path != "$" else first.where or first.check
    match first.plane:
        case "sent":
            place = _SENT.get(first.check, f"what makes {first.check}")
            return f"Look at {place}: {first.sentence}."
        case "lifecycle":
            return f"Look at how the SDK starts, ends and cleans up after codex: {first.sentence}."
        case _:
            return f"{_surfaced(first, where)}: {first.sentence}."


def _surfaced(one: Difference, where: str) -> str:
    if one.check in ("surfaced.error", "surfaced.outcome", "surfaced.stderr"):
        return "Look at how the SDK turns an end of codex into an error"
    match one.kind:
        case "missing":
            return f"Dropped while reading: look at what decodes {where}"
        case "extra":
            return f"Made up while reading: look for a default of {where}"
        case "type_changed":
            return f"Converted while reading: look at the type of {where}"
        case "changed":
            return f"Altered while reading: look at what decodes {where}"
        case "id_mismatch":
            return f"Ids are mixed up: look for state shared between items or turns at {where}"
        case "order_only":
            return "Handed on in another order: look for tasks that overtake each other"
        case _:
            return "Handed on twice: look for a line that is read again"
