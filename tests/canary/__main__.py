"""``python -m tests.canary [PART...]``: keys are found nowhere, prompts are found, and each part really recorded something.

Exit 0: so; 1: a key was recorded, or a part did nothing. A part that this machine cannot play is counted.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.redaction.sweep import Hit, sweep
from tests.canary.nest import ROOT, Nest
from tests.canary.parts import PARTS, Broken, Part, Skipped


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What a canary came to. ``leaks`` are keys where none may be; ``problems`` are why nothing found is no evidence."""

    leaks: list[Hit] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        """Whether no key was found and the looking was worth something."""
        return not self.leaks and not self.problems


def canary(folder: Path, parts: Sequence[Part], tree: Path = ROOT) -> Verdict:
    """Play the parts in ``folder`` with the code of ``tree``, then look through all that is there."""
    nest = Nest(folder, tree)
    verdict = Verdict()
    for part in parts:
        try:
            verdict.lines.append(f"{part.__name__:<10} {part(nest)}")
        except Skipped as reason:
            verdict.skipped.append(f"{part.__name__}: {reason}")
        except Broken as reason:
            verdict.problems.append(f"{part.__name__}: {reason}")
    found = sweep(folder, {**nest.keys, **nest.prompts})
    keys = [hit for hit in found.hits if hit.name in nest.keys]
    verdict.leaks = [hit for hit in keys if not nest.is_input(hit.path)]
    given = {hit.name for hit in keys if nest.is_input(hit.path)}
    shown = {
        hit.name for hit in found.hits if hit.name in nest.prompts and not nest.is_input(hit.path)
    }
    if not given:
        verdict.problems.append("the sweep does not even find the keys of the scenarios")
    if not shown and any(part.__name__ in ("run", "one_sdk") for part in parts):
        verdict.problems.append("no prompt is in any artifact: nothing was recorded")
    verdict.problems += found.shut
    unpacked = ", ".join(f"{count} {kind}" for kind, count in sorted(found.unpacked.items()))
    verdict.lines += [
        f"looked at {found.files} files, {found.bytes:,} bytes; unpacked {unpacked or 'nothing'}",
        f"{len(nest.keys)} keys: {len(verdict.leaks)} places outside of the scenarios",
        f"{len(shown)} of {len(nest.prompts)} prompts are in the artifacts, as they should be",
    ]
    return verdict


def main(names: Sequence[str]) -> int:
    """Play and print; the exit code."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.stderr.write(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        verdict = canary(Path(folder), [PARTS[name] for name in names or PARTS])
    for line in verdict.lines:
        print(line)
    for line in verdict.skipped:
        print(f"skipped    {line}")
    for line in verdict.problems:
        print(f"PROBLEM    {line}")
    for hit in verdict.leaks[:40]:
        print(f"LEAK       {hit.name} in {hit.path} ({hit.inside})")
    print("the canary lives" if verdict.alive else "the canary is dead")
    return 0 if verdict.alive else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
