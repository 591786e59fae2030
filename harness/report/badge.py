"""``badge.json``: the run as one word for a README, in the form that shields.io asks an endpoint for. CORE: a model in, JSON out.

Green is only a whole run at parity; a run that is no result has no number. Source: shields.io, "Endpoint Badge".
"""

from __future__ import annotations

from typing import Final

from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_PARITY, EXIT_STALE
from harness.report.model import RunModel
from harness.report.records import COMPARED, JsonObject

SCHEMA: Final = 1
"""The version of the form, as shields.io counts it."""

_COLOR: Final = {EXIT_PARITY: "brightgreen", EXIT_DIVERGENCE: "red", EXIT_STALE: "yellow"}
_EXPECTED: Final = ("match", "known")


def badge(model: RunModel) -> JsonObject:
    """Label, message and colour: ``96/98 @ codex 0.169.0`` counts cells as expected among cells compared."""
    message, color = _message(model)
    behind = "mock" if model.head.codex is None else f"codex {model.head.codex}"
    return {
        "schemaVersion": SCHEMA,
        "label": "codex parity",
        "message": f"{message} @ {behind}",
        "color": color,
    }


def _message(model: RunModel) -> tuple[str, str]:
    if model.interrupted:
        return "interrupted", "lightgrey"
    color = _COLOR.get(model.exit)
    if color is None:
        return "incomplete" if model.exit == EXIT_INCOMPLETE else "no result", "lightgrey"
    expected = sum(model.verdicts.get(name, 0) for name in _EXPECTED)
    compared = sum(model.verdicts.get(name, 0) for name in COMPARED)
    whole = model.complete or model.exit == EXIT_DIVERGENCE
    return f"{expected}/{compared}" + ("" if whole else " of a part"), color if whole else "yellow"
