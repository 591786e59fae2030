"""Plays one invocation of ``codex``: the only file on the play path that reads, writes, waits and exits.

Called by the launcher (``launcher.py``) or by ``shell.py`` with everything already compiled. Journals each stage into
``<folder of the executable>/journal/`` (``schemas/journal.json``). No environment variable is ever read to find
anything. Starting is the bill of every cell, so only built-in modules are imported: ``os`` alone would cost a tenth of
the interpreter's start, ``signal`` (it wraps ``_signal`` in enums) a fifth (``bench/mock_start.py``).
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed describes only its wrapper
import sys
import time

if sys.platform == "win32":
    import nt as system
else:
    import posix as system

from mock_codex.exec_peer import Invocation, images, judge, parse
from mock_codex.journal import Journal, as_given
from mock_codex.surroundings import Refusal, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

    from mock_codex.compiler import Compiled, CompiledTurn

_HANG_S = 60
_READER_S = 0.05
_HANGER_S = 0.25
"""How long `hang` waits for the reader before it is journaled: what codex wrote before should have been seen."""
_STDOUT, _STDERR = 1, 2
_KIND, _FOLDER, _PIPE, _SOCKET = 0o170000, 0o040000, 0o010000, 0o140000
_CANNOT_PLAY, _NO_TURN, _TIRED, _PANIC = 96, 97, 99, 101
_SIGNALS = {_signal.SIGINT: "SIGINT", _signal.SIGTERM: "SIGTERM"}
_PANICKED = (
    "\nthread 'codex-main' (1) panicked at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/io/"
    "stdio.rs:1165:9:\nfailed printing to stdout: {} (os error {})\n"
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
)
"""What 0.169.0 prints, with its thread number made 1 so that two runs are equal."""


def play(program: str, argv: list[str], compiled: Compiled, place: str) -> NoReturn:
    """Play one invocation and exit.

    Args:
        program: path of the executable; the journal is beside it.
        argv: the words after it.
        compiled: what ``compiler.compile_script`` made.
        place: folder of this package, for texts that are seldom needed.
    """
    player = _Player(program, argv, place)
    try:
        player.play(argv, compiled)
    except OSError as error:
        player.say_last(f"mock-codex: {error}\n")
    system._exit(_CANNOT_PLAY)


class _Player(World):
    """One invocation: the real surroundings of the peer, the journal, and the operations of the turn."""

    def __init__(self, program: str, argv: list[str], place: str) -> None:
        self.place = place
        env = _environment()
        truth = _bytes_of("/proc/self/environ") if "LC_CTYPE" in env else None
        self.folder = f"{_folder_of(program)}/journal"
        self.journal = Journal(
            pid=system.getpid(),
            argv=argv,
            env=as_given(env, sys._xoptions, truth),
            cwd=_current_folder(),
            started_ns=time.time_ns(),
        )
        self.in_turn = False
        self.ignored: set[str] = set()
        for number in _SIGNALS:
            _signal.signal(number, self.signalled)

    def play(self, argv: list[str], compiled: Compiled) -> None:
        journal = self.journal
        _, known, turns = compiled
        try:
            line = parse(argv, self)
            journal.images = [(path, self.exists(path)) for path in images(line)]
            schema = line.value("output-schema")
            if schema is not None:
                journal.schema = _bytes_of(schema)
            self.keep("started")
            invocation = judge(line, self, frozenset(known))
        except Refusal as refusal:
            self.refuse(refusal)
        self.in_turn = True
        for index, turn in enumerate(turns):
            if _fits(turn, invocation):
                journal.turn = index
                self.perform(turn)
        thread, prompt = invocation.thread, invocation.prompt
        self.say_last(
            f"mock-codex: no turn of the script fits thread={thread!r} stdin={prompt!r}\n"
        )
        self.leave(_NO_TURN)

    def refuse(self, refusal: Refusal) -> NoReturn:
        """Nobody listening changes nothing, as with the real binary."""
        self.say_last(refusal.stderr)
        try:
            self.write(refusal.stdout.encode())
        finally:
            self.leave(refusal.status)

    def perform(self, turn: CompiledTurn) -> NoReturn:
        try:
            for what, given in turn[3]:
                _OPERATIONS[what](self, given)
        except OSError as error:
            self.say_last(_PANICKED.format(error.strerror, error.errno))
            self.leave(_PANIC)
        self.leave(0)

    # Operations, by the names of ``compiler.Operation``.

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            sent = system.write(_STDOUT, rest)
            self.journal.wrote += sent
            rest = rest[sent:]

    def writes(self, parts: tuple[bytes, ...]) -> None:
        for part in parts:
            _await_reader()
            self.write(part)

    def fill(self, given: tuple[bytes, bytes, int, bytes]) -> None:
        head, unit, repeats, tail = given
        self.write(head + unit * repeats + tail)

    def stderr(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[system.write(_STDERR, rest) :]

    def close(self, number: int) -> None:
        system.close(number)

    def ignore(self, names: tuple[str, ...]) -> None:
        self.ignored.update(names)

    def hang(self, _: None) -> None:
        _await_reader(_HANGER_S)
        self.keep("hanging")
        time.sleep(_HANG_S)
        self.leave(_TIRED)

    def signal(self, name: str) -> None:
        self.end(f"signal {name}")
        _die(getattr(_signal, name, None))

    def exit(self, status: int) -> None:
        self.leave(status)

    # What the peer asks of its surroundings.

    def env(self, name: str) -> str | None:
        return self.journal.env.get(name)

    def exists(self, path: str) -> bool:
        return _mode(path) is not None

    def is_folder(self, path: str) -> bool:
        mode = _mode(path)
        return mode is not None and mode & _KIND == _FOLDER

    def read(self, path: str) -> bytes:
        with open(path, "rb") as file:
            return file.read()

    def creatable(self, path: str) -> OSError | None:
        try:
            system.close(system.open(path, system.O_WRONLY | system.O_CREAT, 0o666))
        except OSError as error:
            return error
        return None

    def upward(self, path: str) -> Iterator[str]:
        folder = path if self.is_folder(path) else _folder_of(path)
        seen = None
        while True:
            found = system.stat(folder)
            if (found.st_dev, found.st_ino) == seen:
                return
            yield folder
            seen = found.st_dev, found.st_ino
            folder = f"{folder}/.."

    def stdin_is_terminal(self) -> bool:
        return system.isatty(0)

    def read_stdin(self) -> bytes:
        parts = []
        while part := system.read(0, 1 << 16):
            parts.append(part)
        self.journal.stdin = b"".join(parts)
        self.keep("prompted")
        return self.journal.stdin

    def say(self, text: str) -> None:
        try:
            self.stderr(text.encode())
        except OSError:
            self.leave(_PANIC)

    def release(self) -> dict[str, object]:
        import json

        with open(f"{self.place}/data/codex-0.169.0.json", encoding="utf-8") as file:
            texts: dict[str, object] = json.load(file)
        return texts

    # The journal and the ways to end.

    def keep(self, stage: str) -> None:
        """Journal this stage. Signals wait, else one of them could write in the middle."""
        self.journal.stage = stage
        mask = _block()
        name = f"{self.journal.started_ns}-{self.journal.pid}"
        draft = f"{self.folder}/.{name}.draft"
        data = self.journal.text().encode("ascii")
        try:
            number = system.open(draft, system.O_WRONLY | system.O_CREAT | system.O_TRUNC, 0o666)
        except FileNotFoundError:
            _make_folder(self.folder)
            number = system.open(draft, system.O_WRONLY | system.O_CREAT | system.O_TRUNC, 0o666)
        while data:
            data = data[system.write(number, data) :]
        system.close(number)
        system.replace(draft, f"{self.folder}/{name}.json")
        _unblock(mask)

    def end(self, how: str) -> None:
        self.journal.end = how
        self.journal.ended_ns = time.time_ns()
        self.keep("ended")

    def leave(self, status: int) -> NoReturn:
        self.end(f"exit {status}")
        system._exit(status)

    def say_last(self, text: str) -> None:
        """Write to stderr; nobody listening changes nothing."""
        try:
            self.stderr(text.encode("utf-8", "replace"))
        except OSError:
            return

    def signalled(self, number: int, _: object) -> None:
        """As codex: SIGTERM kills at once; SIGINT kills before the turn, ends it with status 1 later."""
        name = _SIGNALS[number]
        self.journal.signals.append(name)
        if name in self.ignored:
            self.keep(self.journal.stage)
        elif name == "SIGINT" and self.in_turn:
            self.leave(1)
        else:
            self.end(f"signal {name}")
            _die(number)


_OPERATIONS: dict[str, Callable[..., None]] = {
    "write": _Player.write,
    "writes": _Player.writes,
    "fill": _Player.fill,
    "stderr": _Player.stderr,
    "close": _Player.close,
    "ignore": _Player.ignore,
    "hang": _Player.hang,
    "signal": _Player.signal,
    "exit": _Player.exit,
}


def _fits(turn: CompiledTurn, invocation: Invocation) -> bool:
    any_thread, resumes, prompt, _ = turn
    return (any_thread or resumes == invocation.thread) and prompt in {None, invocation.prompt}


def _environment() -> dict[str, str]:
    if sys.platform == "win32":
        return dict(system.environ)
    return {
        name.decode("utf-8", "surrogateescape"): value.decode("utf-8", "surrogateescape")
        for name, value in system.environ.items()
    }


def _mode(path: str) -> int | None:
    try:
        return system.stat(path).st_mode
    except (OSError, ValueError):
        return None


def _folder_of(path: str) -> str:
    cut = max(path.rfind("/"), path.rfind("\\") if sys.platform == "win32" else -1)
    return path[:cut] or "/" if cut >= 0 else "."


def _make_folder(path: str) -> None:
    try:
        system.mkdir(path)
    except FileExistsError:
        return  # another invocation was first


def _bytes_of(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _current_folder() -> str:
    try:
        return system.getcwd()
    except OSError:
        return ""


def _await_reader(seconds: float = _READER_S) -> None:
    """Wait until the reader took what was written, but not for ever: else two writes arrive as one."""
    try:
        import fcntl
        import termios

        kind = system.fstat(_STDOUT).st_mode & _KIND
        question = {_PIPE: termios.FIONREAD, _SOCKET: termios.TIOCOUTQ}[kind]
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if not any(fcntl.ioctl(_STDOUT, question, b"\0\0\0\0")):
                return
            time.sleep(0.0002)
    except (ImportError, KeyError, OSError):
        time.sleep(_READER_S / 10)


def _block() -> object:
    if sys.platform == "win32":
        return None
    mask: object = _signal.pthread_sigmask(_signal.SIG_BLOCK, _SIGNALS)
    return mask


def _unblock(mask: object) -> None:
    if sys.platform != "win32":
        _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)


def _die(number: int | None) -> NoReturn:
    """End by a signal, without a core file. Windows has no such end: the status is what Node reports there."""
    if sys.platform != "win32" and number is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != _signal.SIGKILL:
            _signal.signal(number, _signal.SIG_DFL)
        system.kill(system.getpid(), number)
    system._exit(1)
