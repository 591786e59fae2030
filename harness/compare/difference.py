"""One difference between reference and SDK, and its fingerprint.

A *finding* is what the comparing rooms produce; a *difference* is a finding with level, fingerprint and sentence.
Plain data: finds nothing itself.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from harness.jsonvalue import JsonValue, canonical
from harness.observation import Mode

DifferenceClass: TypeAlias = Literal[
    "missing", "extra", "changed", "type_changed", "id_mismatch", "order_only", "duplicate"
]
Level: TypeAlias = Literal["contract", "behaviour", "cosmetic"]


class Absent(Enum):
    """The one value that says a side has nothing there; JSON null says that it has null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Side: TypeAlias = "JsonValue | Absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where the facts of one check differ.

    ``path`` is relative to ``where`` (a turn, an event, an invocation). ``about`` is the type of the event and of its
    item, as far as there are any. ``closed`` says that the values come from a closed vocabulary and tell causes apart
    ("hangs" and "succeeds" instead of "fails"), so they belong into the fingerprint. ``grave`` lifts an ``order_only``
    out of its low level: it moved an event against the turn it belongs to. ``unobserved``: one side has no fact at all.
    ``note`` ends the sentence.
    """

    check: str
    cls: DifferenceClass
    path: str = "$"
    where: str = ""
    about: tuple[str, ...] = ()
    reference: Side = ABSENT
    sdk: Side = ABSENT
    closed: bool = False
    grave: bool = False
    unobserved: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A finding as it is reported; the form of the run JSONL."""

    mode: Mode
    check: str
    plane: str
    cls: DifferenceClass
    path: str
    level: Level
    reference: Side
    sdk: Side
    where: str
    fingerprint: str
    sentence: str

    def to_json(self) -> dict[str, JsonValue]:
        """The difference as JSON; a side that has nothing there has no key."""
        result: dict[str, JsonValue] = {
            "mode": self.mode,
            "check": self.check,
            "plane": self.plane,
            "class": self.cls,
            "path": self.path,
            "level": self.level,
            "where": self.where,
            "fingerprint": self.fingerprint,
            "sentence": self.sentence,
        }
        if not isinstance(self.reference, Absent):
            result["reference"] = self.reference
        if not isinstance(self.sdk, Absent):
            result["sdk"] = self.sdk
        return result


_INDEX: Final = re.compile(r"\[[0-9]+\]")
_AGENT: Final = re.compile(r'(\.agents_states)(?:\.[A-Za-z0-9_-]+|\["(?:[^"\\]|\\.)*"\])')


def fingerprint(finding: Finding, level: Level) -> str:
    """12 hex that are equal for one cause: over all scenarios, modes, values and positions.

    Made of the check, the class, the type of event and item, the path (positions and agents' thread ids taken out) and
    the level of the table, before a scenario lowers it. Values count only where they are of a closed vocabulary.
    """
    path = _AGENT.sub(r"\1[]", _INDEX.sub("[]", finding.path))
    cause: list[JsonValue] = [finding.check, finding.cls, list(finding.about), path, level]
    if finding.closed:
        cause.extend(
            [] if isinstance(side, Absent) else [side] for side in (finding.reference, finding.sdk)
        )
    return hashlib.sha256(canonical(cause)).hexdigest()[:12]
