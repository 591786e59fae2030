"""CORE: an area of the contract: what there is, what the scenarios show of it, and which hole has which reason.

Must not know how one area is read off a scenario (``stream.py``, ``sent.py``, ``exits.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area.

    Args:
        name: as the ratchet file has it.
        shown: everything there is, in the order of its source, to the ids of the scenarios that show it.
        reasons: why a part is left out, for the parts that cannot be or need not be shown.
    """

    name: str
    shown: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, str]

    @property
    def covered(self) -> int:
        """How many parts a scenario shows."""
        return sum(bool(ids) for ids in self.shown.values())

    @property
    def share(self) -> float:
        """The covered share in percent, rounded down to a tenth: 100 only when nothing is left out."""
        return self.covered * 1000 // len(self.shown) / 10

    @property
    def holes(self) -> dict[str, str | None]:
        """What no scenario shows, each with its reason; None: nobody said why."""
        return {name: self.reasons.get(name) for name, ids in self.shown.items() if not ids}

    @property
    def idle_reasons(self) -> list[str]:
        """Reasons for parts that are shown after all, or that do not exist."""
        return [name for name in self.reasons if name not in self.holes]
