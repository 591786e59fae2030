"""Every mutant by name, and the two canaries: a client and a mock that change nothing."""

from __future__ import annotations

from typing import Final

from mutants import (
    afterwards,
    events,
    framing,
    leftovers,
    mocks,
    outcome,
    sent_argv,
    sent_env,
    sent_rest,
    turns,
)
from mutants.mockfile import WrongMock
from mutants.wrong import Change, Mutant

SHEETS: Final[dict[str, tuple[Mutant, ...]]] = {
    "sent_argv": sent_argv.MUTANTS,
    "sent_env": sent_env.MUTANTS,
    "sent_rest": sent_rest.MUTANTS,
    "events": events.MUTANTS,
    "framing": framing.MUTANTS,
    "outcome": outcome.MUTANTS,
    "leftovers": leftovers.MUTANTS,
    "afterwards": afterwards.MUTANTS,
    "turns": turns.MUTANTS,
    "mocks": mocks.MUTANTS,
}
"""The mutants by the module that has them."""

_PLAYS = "    player = _Player(program, argv, place)\n"
_NOTHING: Final = ("player", _PLAYS, _PLAYS)

CANARIES: Final = (
    Mutant(
        name="canary",
        sentence="Changes nothing: the reference client, put together like a mutant.",
        scenario="",
        check="",
    ),
    Mutant(
        name="canary_mock",
        sentence="Changes nothing: the mock, taken apart and put together like a wrong one.",
        scenario="",
        check="",
        change=Change(mock=WrongMock(patches=(_NOTHING,), operations=lambda turn: turn[3])),
    ),
)

MUTANTS: Final[dict[str, Mutant]] = {
    one.name: one for one in (*(one for sheet in SHEETS.values() for one in sheet), *CANARIES)
}

EXCUSED: Final[dict[str, str]] = {}
"""Id of a scenario that kills no mutant -> why that is right. One that kills after all is a miss."""
