"""Mirror of ``mock_codex/meeting.py``: what is read in a journal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mock_codex.meeting import wait_for

NOBODY = 2**22 + 1
"""More than any process number of Linux."""


def journal(folder: Path, turn: int | None, stage: str, pid: int) -> None:
    """A journal with what is looked at."""
    number = "null" if turn is None else turn
    text = f'{{"argv":["\\"turn\\":9,"],"turn":{number},"wrote":0,"stage":"{stage}"}}'
    (folder / f"17-{pid}.json").write_text(text, "ascii")


@pytest.mark.parametrize(
    ("turn", "stage", "lives", "begun", "ended"),
    [
        (1, "prompted", True, True, False),
        (1, "ended", True, True, True),
        (1, "prompted", False, True, True),
        (2, "ended", False, False, False),
        (None, "ended", False, False, False),
    ],
)
def test_another_turn_has_begun_or_ended(
    tmp_path: Path, turn: int | None, stage: str, *, lives: bool, begun: bool, ended: bool
) -> None:
    """Ours: schemas/scenario.json, `meet`."""
    journal(tmp_path, turn, stage, os.getpid() if lives else NOBODY)
    (tmp_path / ".17-1.draft").write_text('"turn":1,', "ascii")

    assert wait_for(str(tmp_path), 1, "begun", 0.02) is begun
    assert wait_for(str(tmp_path), 1, "ended", 0.02) is ended


def test_words_of_an_argument_are_not_members(tmp_path: Path) -> None:
    """Ours: a prompt may say anything."""
    journal(tmp_path, 1, "ended", NOBODY)

    assert not wait_for(str(tmp_path), 9, "begun", 0.02)
