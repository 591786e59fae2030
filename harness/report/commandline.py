"""A command line for the eye: cut into flags with their values, aligned between reference and SDK, each with its meaning.

CORE. Says what moved as well as what is missing. What the words mean to codex as a whole is the fact ``sent.argv``.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from harness.jsonvalue import JsonValue
from harness.normalize.argv import FLAGS
from harness.report.visible import Shown, whole
from harness.report.words import FLAG, SUBCOMMAND

_WORD_ROOM: Final = 400
_KEY_OF: Final = {word: flag.key for flag in FLAGS for word in flag.spellings}
_ALONE: Final = {
    word for flag in FLAGS if flag.kind in ("switch", "stop") for word in flag.spellings
}

Unit: TypeAlias = tuple[str, ...]
State: TypeAlias = Literal["equal", "missing", "extra", "order_only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRow:
    """One flag with its value, or one other word, on the side or sides that have it there."""

    state: State
    reference: Shown | None
    sdk: Shown | None
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """One invocation of codex on both sides; ``differs`` when any row does."""

    number: int
    rows: tuple[WordRow, ...]
    differs: bool


def command_lines(reference: JsonValue, sdk: JsonValue) -> tuple[CommandLine, ...]:
    """Align the ``sent.argv_text`` facts of two plays, invocation by invocation.

    Args:
        reference: a list of words per invocation; anything else counts as no invocation.
        sdk: the same of the SDK.
    """
    ours, theirs = _invocations(reference), _invocations(sdk)
    count = max(len(ours), len(theirs))
    found: list[CommandLine] = []
    for number in range(count):
        rows = _rows(
            units(ours[number] if number < len(ours) else ()),
            units(theirs[number] if number < len(theirs) else ()),
        )
        differs = any(row.state != "equal" for row in rows)
        found.append(CommandLine(number=number, rows=rows, differs=differs))
    return tuple(found)


def _invocations(fact: JsonValue) -> list[tuple[str, ...]]:
    if not isinstance(fact, list):
        return []
    return [
        tuple(word for word in words if isinstance(word, str)) if isinstance(words, list) else ()
        for words in fact
    ]


def units(words: Sequence[str]) -> list[Unit]:
    """A command line as flags with the value that follows, and single words."""
    found: list[Unit] = []
    at = 0
    while at < len(words):
        word = words[at]
        takes = word in _KEY_OF and word not in _ALONE and at + 1 < len(words)
        found.append((word, words[at + 1]) if takes else (word,))
        at += 2 if takes else 1
    return found


def _rows(ours: list[Unit], theirs: list[Unit]) -> tuple[WordRow, ...]:
    rows: list[WordRow] = []
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    blocks = matcher.get_opcodes()
    alone = [
        unit for tag, left, right, _, _ in blocks if tag != "equal" for unit in ours[left:right]
    ]
    extra = [
        unit for tag, _, _, left, right in blocks if tag != "equal" for unit in theirs[left:right]
    ]
    for tag, left, left_end, right, right_end in blocks:
        if tag == "equal":
            rows.extend(_row("equal", unit, unit) for unit in ours[left:left_end])
            continue
        rows.extend(
            _row("order_only" if unit in extra else "missing", unit, None)
            for unit in ours[left:left_end]
        )
        rows.extend(
            _row("order_only" if unit in alone else "extra", None, unit)
            for unit in theirs[right:right_end]
        )
    return tuple(rows)


def _row(state: State, one: Unit | None, two: Unit | None) -> WordRow:
    return WordRow(
        state=state, reference=_shown(one), sdk=_shown(two), meaning=meaning(one or two or ())
    )


def _shown(unit: Unit | None) -> Shown | None:
    return None if unit is None else whole(" ".join(word or "''" for word in unit), room=_WORD_ROOM)


def meaning(unit: Unit) -> str:
    """What one unit of a command line does, in words; empty when it explains itself or nobody knows."""
    if not unit:
        return ""
    return FLAG.get(_KEY_OF.get(unit[0], ""), SUBCOMMAND.get(unit[0], ""))
