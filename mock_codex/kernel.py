"""What a play asks of the operating system beside reading and writing: paths, environment, signals, the reader's pace.

On the play path, so only built-in modules are imported (``player.py`` says why). Must not know a turn or a journal.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed describes only its wrapper
import sys
import time

if sys.platform == "win32":
    import nt as system
else:
    import posix as system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

KIND, FOLDER = 0o170000, 0o040000
_PIPE, _SOCKET = 0o010000, 0o140000
_STDOUT = 1
_READER_S = 0.05
_WRITER_MS, _WHOLE_MS = 2000, 100


def environment() -> dict[str, str]:
    """The environment as the process has it; bytes that are no UTF-8 are lone surrogates."""
    if sys.platform == "win32":
        return dict(system.environ)
    return {
        name.decode("utf-8", "surrogateescape"): value.decode("utf-8", "surrogateescape")
        for name, value in system.environ.items()
    }


def mode(path: str) -> int | None:
    """The mode bits of what lies at a path; None: nothing does."""
    try:
        return system.stat(path).st_mode
    except (OSError, ValueError):
        return None


def folder_of(path: str) -> str:
    """The folder part of a path."""
    cut = max(path.rfind("/"), path.rfind("\\") if sys.platform == "win32" else -1)
    return path[:cut] or "/" if cut >= 0 else "."


def make_folder(path: str) -> None:
    """Make a folder; one that is there is no error."""
    try:
        system.mkdir(path)
    except FileExistsError:
        return  # another invocation was first


def bytes_of(path: str) -> bytes | None:
    """The bytes of a file; None: it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def current_folder() -> str:
    """The working folder; empty if it is gone."""
    try:
        return system.getcwd()
    except OSError:
        return ""


def await_reader(seconds: float = _READER_S) -> None:
    """Wait until the reader took what was written, but not for ever: else two writes arrive as one."""
    try:
        import fcntl
        import termios

        kind = system.fstat(_STDOUT).st_mode & KIND
        question = {_PIPE: termios.FIONREAD, _SOCKET: termios.TIOCOUTQ}[kind]
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if not any(fcntl.ioctl(_STDOUT, question, b"\0\0\0\0")):
                return
            time.sleep(0.0002)
    except (ImportError, KeyError, OSError):
        time.sleep(_READER_S / 10)


def await_writer() -> None:
    """Wait until stdin holds something and, if that is all, until its end, but not for ever; reads nothing.

    A client that has not begun to write when the mock plays on would meet a closed pipe or none, by chance.
    """
    try:
        import select

        end = select.POLLHUP | getattr(select, "POLLRDHUP", 0)
        poll = select.poll()
        poll.register(0, select.POLLIN | end)
        if poll.poll(_WRITER_MS):
            poll.modify(0, end)
            poll.poll(_WHOLE_MS)
    except (ImportError, AttributeError, OSError):
        time.sleep(_WHOLE_MS / 1000)


def block(numbers: Iterable[int]) -> object:
    """Hold signals back; gives what ``unblock`` needs."""
    if sys.platform == "win32":
        return None
    mask: object = _signal.pthread_sigmask(_signal.SIG_BLOCK, numbers)
    return mask


def unblock(mask: object) -> None:
    """Let through what ``block`` held back."""
    if sys.platform != "win32":
        _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)


def die(number: int | None) -> NoReturn:
    """End by a signal, without a core file. Windows has no such end: the status is what Node reports there."""
    if sys.platform != "win32" and number is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != _signal.SIGKILL:
            _signal.signal(number, _signal.SIG_DFL)
            _signal.pthread_sigmask(_signal.SIG_UNBLOCK, {number})
        system.kill(system.getpid(), number)
    system._exit(1)
