"""What a reduction must keep: one difference, told again by its fingerprint, with the errors that belong to it.

A fingerprint is check, class, type of event and item, and path without values (``compare/difference.py``). It alone would let
a reduction slip to another bug with the same symptom: a stream that ends early for a new reason still lacks its last
event. So no side may show a class of error that it did not show in the beginning, and the reference may not ask for a
turn that the script no longer has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.jsonvalue import JsonValue
from harness.observation import Observation

Row: TypeAlias = "dict[str, JsonValue]"

_UNMATCHED: Final = "exit 97"
"""How the mock ends when no turn of the script fits (``mock_codex/player.py``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One document played to both sides in one mode: the differences (rows of ``schemas/run.json``) and both observations."""

    rows: tuple[Row, ...]
    reference: Observation
    sdk: Observation

    def fingerprints(self) -> frozenset[str]:
        """Of all its differences, cosmetic ones too."""
        return frozenset(str(row["fingerprint"]) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The difference that must stay, and what may be seen beside it."""

    row: Row
    errors: frozenset[tuple[str, str]]
    unmatched: bool

    @property
    def fingerprint(self) -> str:
        """Of the difference."""
        return str(self.row["fingerprint"])

    @property
    def hangs(self) -> bool:
        """Whether the divergence is about the host, so that a deadline is part of it."""
        return self.row["check"] == "lifecycle.host"

    @classmethod
    def of(cls, row: Row, seen: Seen) -> Target:
        """The target that ``row`` of ``seen`` makes."""
        return cls(row=row, errors=_errors(seen), unmatched=_unmatched(seen.reference))

    def shows_in(self, seen: Seen) -> bool:
        """Whether a play shows this difference, and no other reason for it."""
        return (
            self.fingerprint in seen.fingerprints()
            and _errors(seen) <= self.errors
            and (self.unmatched or not _unmatched(seen.reference))
        )

    def row_of(self, seen: Seen) -> Row:
        """The difference as this play shows it."""
        return next(row for row in seen.rows if row["fingerprint"] == self.fingerprint)


def choose(
    rows: Sequence[Row], *, check: str | None = None, fingerprint: str | None = None
) -> Row | None:
    """The difference to reduce: what no baseline explains first, then what counts, then in the order of the checks.

    Args:
        rows: all differences of a scenario.
        check: only of this check.
        fingerprint: only this cause.
    """
    fitting = [
        row
        for row in rows
        if (check is None or row["check"] == check)
        and (fingerprint is None or row["fingerprint"] == fingerprint)
    ]
    return min(
        fitting,
        key=lambda row: (row["level"] == "cosmetic", row["known"] is not None),
        default=None,
    )


def _errors(seen: Seen) -> frozenset[tuple[str, str]]:
    return frozenset(
        (side, str(cast("Row", turn.error)["class"]))
        for side, observation in (("reference", seen.reference), ("sdk", seen.sdk))
        for turn in observation.turns
        if turn.error is not None
    )


def _unmatched(observation: Observation) -> bool:
    return any(one.turn is None and one.end == _UNMATCHED for one in observation.invocations)
