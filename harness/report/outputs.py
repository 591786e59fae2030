"""What a step of GitHub Actions hands on from a run: ``name=value`` lines made of ``summary.json``. CORE."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from harness.jsonvalue import JsonValue

VERDICTS: Final = ("match", "divergence", "known", "changed", "fixed", "not_applicable")
"""Verdicts with a count of their own."""

NOT_COMPARED: Final = ("could_not_run", "incomplete", "harness_error")
"""Verdicts that say nothing of the SDK; counted together as ``not_compared``."""


def lines(summary: Mapping[str, JsonValue] | None, ended: int) -> tuple[str, ...]:
    """The lines for ``$GITHUB_OUTPUT``, each without its line end.

    Args:
        summary: ``summary.json`` (``schemas/summary.json``), None where the command wrote none.
        ended: the exit code of the command. A summary that tells another one is of an earlier run, and is not believed.

    Returns:
        ``exit``, ``reason``, a count per verdict, ``not_compared``; without a summary every count is 0.
    """
    if summary is None or summary["exit"] != ended:
        counts: dict[str, int] = {}
        reason = "codex-parity ended before it wrote a report"
    else:
        counts = cast("dict[str, int]", summary["verdicts"])
        reason = re.sub(r"\s+", " ", str(summary["exit_reason"]))
    return (
        f"exit={ended}",
        f"reason={reason}",
        *(f"{name}={counts.get(name, 0)}" for name in VERDICTS),
        f"not_compared={sum(counts.get(name, 0) for name in NOT_COMPARED)}",
    )
