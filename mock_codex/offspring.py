"""Processes that live beside a playing mock, as the commands and servers of codex live beside codex.

POSIX only, because it forks: the twin has the mock's own command line, so whoever looks for processes below the folder
of a run finds it. On the play path, so only built-in modules are imported.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed describes only its wrapper
import sys
import time

if sys.platform != "win32":
    import posix as system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import NoReturn

LIFE_S = 60
"""Nobody may find one of them tomorrow."""


class Offspring:
    """The processes that one mock has started, and what ties them to it."""

    __slots__ = ("leashes", "pids")

    def __init__(self) -> None:
        self.pids: list[int] = []
        self.leashes: list[int] = []

    def spawn(
        self,
        holds: tuple[int, ...],
        tell: Callable[[], None],
        *,
        own_group: bool,
        until_exit: bool,
        signals: Iterable[int],
    ) -> None:
        """Start one.

        Args:
            holds: which of the numbers 1 and 2 it keeps open.
            tell: journals the pids. It begins to live after that: one that nobody knows of ends at once.
            own_group: whether it leads a process group.
            until_exit: whether it ends with the mock, which the kernel tells it by closing a pipe.
            signals: numbers that the mock handles and it does not.
        """
        ready, go = system.pipe()
        held, leash = system.pipe()
        mask = _signal.pthread_sigmask(_signal.SIG_BLOCK, signals)
        pid = system.fork()
        if pid == 0:
            try:
                for number in signals:
                    _signal.signal(number, _signal.SIG_DFL)
                _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)
                if own_group:
                    system.setpgid(0, 0)
                for number in (0, go, leash, *self.leashes, *{1, 2}.difference(holds)):
                    _close(number)
                _live(ready, held if until_exit else None)
            finally:
                system._exit(0)
        if own_group:
            system.setpgid(pid, pid)
        _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)
        system.close(ready)
        system.close(held)
        self.leashes.append(leash)
        self.pids.append(pid)
        tell()
        system.write(go, b"!")
        system.close(go)

    def end(self) -> None:
        """Kill them all and wait for each: what codex does with its commands when it is interrupted."""
        for pid in self.pids:
            try:
                system.kill(pid, _signal.SIGKILL)
                system.waitpid(pid, 0)
            except OSError:
                continue  # it has ended and was reaped before


def _live(ready: int, leash: int | None) -> NoReturn:
    if system.read(ready, 1):
        if leash is None:
            time.sleep(LIFE_S)
        else:
            system.read(leash, 1)
    system._exit(0)


def _close(number: int) -> None:
    try:
        system.close(number)
    except OSError:
        return  # the script has closed it before
