"""CORE: a run that is one shard of a plan, and what its header must say so that the shards can be joined again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.baseline.entries import Entry
from harness.jsonvalue import JsonValue, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which shard of which plan a run is; ``shards`` are the names of all of the plan, this one among them."""

    plan: str
    leg: str
    name: str
    shards: tuple[str, ...]

    def to_json(
        self, *, baselines: str, goldens: bool, missing_runtime: str, rerun: int
    ) -> dict[str, JsonValue]:
        """The ``shard`` of the header: beside its place in the plan what the footer of the whole run will need.

        Args:
            baselines: :func:`baselines_sha256` of what the run expected.
            goldens: whether the golden files took part.
            missing_runtime: ``report`` or ``fail``.
            rerun: how often a divergent cell was to be played again.
        """
        return {
            "plan": self.plan,
            "leg": self.leg,
            "name": self.name,
            "shards": [*self.shards],
            "baselines": baselines,
            "goldens": goldens,
            "missing_runtime": missing_runtime,
            "rerun": rerun,
        }


def baselines_sha256(baselines: Mapping[str, Sequence[Entry]]) -> str:
    """The sha256 over the expected differences of all subjects, as far as they speak of a lane."""
    told: JsonValue = {
        name: [entry.to_json() for entry in entries] for name, entries in baselines.items()
    }
    return hashlib.sha256(canonical(told)).hexdigest()
