"""The one way in which a workflow is refused. CORE."""

from __future__ import annotations


class Refused(Exception):
    """A file, an expression or an action that this interpreter does not know, or that is wrong.

    Args:
        what: what is wrong, one sentence without a full stop.
        where: the place in the file.
    """

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{what} @ {where}" if where else what)


class ActionFailed(Exception):
    """An action did what it does on GitHub when it fails: the step is red, and the message says why."""
