"""Which differences of a play are news: neither explained by a baseline nor mere consequences of another one. CORE.

A baseline names causes by fingerprint, in the scenarios that were written down. Streams made by chance show the same causes
at other fields and other events, so more counts as explained than an equal fingerprint:

- What a turn that ended otherwise than the reference's leaves out follows from that end: the end is the find. It is told
  by the class of the SDK's error, and is known if an entry's example shows that class.
- For a stream that codex does not write (a mutated one), a difference that says the same as an entry's example but for
  names and values: `drops ... from ...` explains any dropped field that no codex documents.
- For a stream that fits the schema each field is documented, so there an entry explains its fingerprint and the same
  field of the same item at another moment (started, updated, completed); one that names drift scenarios only explains
  nothing.
- An event that never shows where both sides end with errors was swallowed by the SDK's.
- What an entry lists of scenarios in which the turn ended otherwise, too, follows from that end; where the turn ends as it
  should it explains nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from harness.baseline.entries import Entry
from harness.jsonvalue import JsonValue
from harness.observation import Observation
from harness.shrink.target import Row, Seen

Object: TypeAlias = "dict[str, JsonValue]"

_ENDS: Final = ("lifecycle.host", "surfaced.outcome", "surfaced.error")
"""Checks that say how a turn ended, the strongest first."""

_FOLLOWS: Final = ("surfaced.", "lifecycle.")
_NAMES: Final = re.compile(
    r"""`[^`]*`|"(?:[^"\\]|\\.)*"|\(.*\)|\[.*\]|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\b[a-z]+\.[a-z_]+(?:/\w+)?""",
    re.DOTALL,
)
_CLASS: Final = re.compile(r"\((\w+): ")
_MOMENT: Final = re.compile(r"item\.(?:started|updated|completed)")
_VALUES: Final = re.compile(r" \((?:reference|SDK): .*\)", re.DOTALL)
_ERROR: Final = "surfaced.error"
_FREE: Final = "sent.schema"
"""A check whose fields are the caller's, so that their names and values make no other cause."""

_LOST: Final = "never shows"
_DRIFT: Final = "exec.drift."


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A baseline as far as it explains finds."""

    entries: Sequence[Entry]

    def explains(self, row: Row, error: str, *, valid: bool) -> bool:
        """Whether an entry knows this difference, at a turn that the SDK ended with this class of error ("" for none)."""
        able = [one for one in self.entries if not (valid and _only_drift(one))]
        if error:
            told = {name for one in able for name in _CLASS.findall(one.example or "")}
            named = self._names(able, row)
            if row["check"] == _ERROR:  # its example does not tell the class
                return named or error in told
            return error in told and (named or not valid)
        if row["check"] not in _ENDS:
            able = [one for one in able if not self._follows(one)]
        alike = _moment if valid and row["check"] != _FREE else shape
        return self._names(able, row) or self._says(able, row, alike)

    def _follows(self, entry: Entry) -> bool:
        ended = {name for one in self.entries if one.check in _ENDS for name in one.scenarios}
        lost = entry.check != "surfaced.events" or _LOST in (entry.example or _LOST)
        return lost and entry.check.startswith(_FOLLOWS) and set(entry.scenarios) <= ended

    def _names(self, entries: Sequence[Entry], row: Row) -> bool:
        return any(one.fingerprint == row["fingerprint"] for one in entries)

    def _says(self, entries: Sequence[Entry], row: Row, alike: Callable[[str], str]) -> bool:
        said = alike(str(row["sentence"]))
        return any(
            one.check == row["check"] and alike(one.example or "") == said for one in entries
        )


def _only_drift(entry: Entry) -> bool:
    return all(one.startswith(_DRIFT) for one in entry.scenarios)


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One difference that stands for itself. ``key`` is equal for finds of one cause; ``error`` is the class of the SDK's error
    where the find is how the turn ended."""

    key: str
    row: Row
    error: str
    known: bool


def finds(seen: Seen, known: Known, *, valid: bool) -> list[Find]:
    """The differences of one play that stand for themselves, each with whether it is known."""
    rows = [row for row in seen.rows if row["level"] != "cosmetic"]
    checks = {str(row["check"]) for row in rows}
    leading = next((one for one in _ENDS if one in checks), None)
    error = _error_class(seen.sdk)
    found: dict[str, Find] = {}
    for row in rows:
        if leading is None or row["check"] == leading:
            swallowed = _LOST in str(row["sentence"])
            one = _find(row, error if leading or swallowed else "", known, valid=valid)
        elif not str(row["check"]).startswith(_FOLLOWS):
            one = _find(row, "", known, valid=valid)
        else:
            continue
        found.setdefault(one.key, one)
    return list(found.values())


def _find(row: Row, error: str, known: Known, *, valid: bool) -> Find:
    if valid and row["check"] != _FREE:
        key = f"{row['fingerprint']} {error}".strip()
    else:
        key = error or f"{row['check']}: {shape(str(row['sentence']))}"
    return Find(key=key, row=row, error=error, known=known.explains(row, error, valid=valid))


def shape(sentence: str) -> str:
    """A sentence without the names and values in it."""
    return _NAMES.sub("...", sentence)


def _moment(sentence: str) -> str:
    """A sentence without values, and without the moment of an item's life."""
    return _VALUES.sub("", _MOMENT.sub("item", sentence))


def _error_class(observation: Observation) -> str:
    errors = [cast("Object", turn.error) for turn in observation.turns if turn.error is not None]
    return str(errors[-1]["class"]) if errors else ""
