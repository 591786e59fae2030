"""The command lines of older releases: which options, subcommands and values each has, as its own help says.

``data/codex-VERSION.json`` is written by ``python -m tests.mock_codex.record_profile``. What a help does not tell (hidden
aliases, conflicts, whether a path may be empty) is taken from 0.169.0 where that has the option too. Loaded only by a
script whose ``profile`` is another than 0.169.0.
"""

from __future__ import annotations

from mock_codex.flags import HELP, LEVELS, VERSION, Level, Option, together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def levels_of(release: dict[str, Any]) -> dict[str, Level]:
    """The commands of a release, by the word that calls them.

    Args:
        release: ``levels`` maps a command to its ``options`` (``long``, ``short``, ``metavar``, ``choices``, ``greedy``),
            its ``subcommands``, ``conflicts`` that 0.169.0 does not have, and its ``usage`` where that is always the same.
    """
    told: dict[str, dict[str, Any]] = release["levels"]
    levels = {name: _level(LEVELS[name], facts) for name, facts in told.items()}
    levels["e"] = levels["exec"]
    return together(levels)


def _level(newer: Level, facts: dict[str, Any]) -> Level:
    options = [_option(newer, one) for one in facts["options"]]
    names = {one.long for one in (*options, *newer.positionals)}
    for one in options:
        own = facts["conflicts"].get(one.long, ())
        one.conflicts = tuple(name for name in (*one.conflicts, *own) if name in names)
    return Level(
        newer.name,
        tuple(options),
        newer.positionals,
        required=newer.required,
        subcommands=tuple(facts["subcommands"]),
        usage=facts["usage"],
    )


def _option(newer: Level, facts: dict[str, Any]) -> Option:
    same = {"help": HELP, "version": VERSION}.get(facts["long"])
    if same is not None:
        return same
    known = newer.by_long.get(facts["long"])
    made = Option(
        facts["long"],
        facts["short"],
        facts["metavar"],
        choices=tuple(facts["choices"]),
        greedy=facts["greedy"],
    )
    if known is not None:
        made.repeatable, made.alias = known.repeatable, known.alias
        made.conflicts, made.requires = known.conflicts, known.requires
        if not made.choices and known.metavar == facts["metavar"] and not known.choices:
            made.kind = known.kind
    return made
