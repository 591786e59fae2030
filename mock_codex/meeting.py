"""Waits for the codex of another turn of the same script, through the journals: a rendezvous of two mocks.

Loaded only where a script says `meet`, so it may import what the play path may not.
"""

from __future__ import annotations

import os
import time

PATIENCE_S = 5.0
"""How long one codex waits for another; a client that plays one turn after the other makes it wait in vain."""

_POLL_S = 0.005


def wait_for(folder: str, turn: int, until: str, seconds: float = PATIENCE_S) -> bool:
    """Wait until the codex of turn ``turn`` has ``begun`` (it journaled its turn) or ``ended`` (or was killed).

    Args:
        folder: where the mocks journal.
        turn: index of the other turn in the script.
        until: ``begun`` or ``ended``.
        seconds: how long at most.

    Returns:
        whether it came true in time.
    """
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        for name in os.listdir(folder):
            if name.endswith(".json") and _is_there(f"{folder}/{name}", turn, until):
                return True
        time.sleep(_POLL_S)
    return False


def _is_there(path: str, turn: int, until: str) -> bool:
    with open(path, "rb") as file:
        text = file.read()
    # A quote inside a string of the journal is escaped, so these can only be members.
    if b'"turn":%d,' % turn not in text:
        return False
    return until == "begun" or b'"stage":"ended"' in text or not _lives(path)


def _lives(path: str) -> bool:
    try:
        os.kill(int(path.rpartition("-")[2].partition(".")[0]), 0)
    except OSError:
        return False
    return True
