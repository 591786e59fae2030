"""CORE: divergent cells that are played again alone: which, in which order, and how often they differ then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, cast

from harness.jsonvalue import JsonValue

Line = dict[str, JsonValue]

RERUN_S: Final = 60.0
"""For how long divergent cells are played again; an SDK with hundreds of them is flaky in none that matters first."""

NEW: Final = frozenset({"divergence", "changed"})
"""Verdicts of cells that show something no baseline explains."""


def again(results: Sequence[Line]) -> list[tuple[str, str]]:
    """The cells to play again, as ``(scenario, subject)``: the first of each cause before the second of any.

    Many cells often have one cause; should the time not suffice for all of them, every cause has been looked at.
    """
    cells = [line for line in results if line["verdict"] in NEW]
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int, Line]] = []
    for index, line in enumerate(cells):
        cause = f"{line['subject']} {min(new_causes(line))}"
        ranked.append((seen[cause], index, line))
        seen[cause] += 1
    return [
        (str(line["scenario"]), str(line["subject"]))
        for _, _, line in sorted(ranked, key=lambda one: one[:2])
    ]


def new_causes(line: Line) -> frozenset[str]:
    """Fingerprints of the differences of a cell that count and that no baseline explains."""
    return frozenset(
        str(one["fingerprint"])
        for one in cast("list[Line]", line["differences"])
        if one["known"] is None and one["level"] != "cosmetic"
    )


def rerun_line(first: Line, later: Sequence[Line]) -> Line:
    """What the plays alone say of a cell; the verdict of the first play stays.

    Args:
        first: the result line of the run.
        later: result lines of the same cell, played alone.

    Returns:
        the line of ``schemas/run.json``: of how many plays, the first among them, how many differ in something that is
        not explained, and per fingerprint in how many it shows.
    """
    plays = [first, *later]
    causes = Counter(name for line in plays for name in new_causes(line))
    return {
        "kind": "rerun",
        "scenario": first["scenario"],
        "subject": first["subject"],
        "plays": len(plays),
        "differing": sum(line["verdict"] in NEW for line in plays),
        "causes": dict[str, JsonValue](sorted(causes.items())),
        "verdicts": [str(line["verdict"]) for line in later],
    }


def is_flaky(line: Line) -> bool:
    """Whether the plays of a rerun line do not all differ, or not all in the same."""
    counts = [line["differing"], *cast("Line", line["causes"]).values()]
    return any(count != line["plays"] for count in counts)


def left_out(cells: int, seconds: float) -> str:
    """The sentence for cells that were not played again."""
    word = "1 divergent cell was" if cells == 1 else f"{cells} divergent cells were"
    return f"{word} not played again alone: the {seconds:g} s for that were used up"
