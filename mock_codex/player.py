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

from mock_codex.exec_peer import Invocation, images, judge, known_thread, parse
from mock_codex.journal import Journal, as_given
from mock_codex.kernel import (
    FOLDER,
    KIND,
    await_reader,
    await_writer,
    block,
    bytes_of,
    current_folder,
    die,
    environment,
    folder_of,
    make_folder,
    mode,
    unblock,
)
from mock_codex.offspring import Offspring
from mock_codex.surroundings import Refusal, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

    from mock_codex.compiler import Compiled, CompiledTurn

_HANG_S = 60
_HANGER_S = 0.25
"""How long `hang` waits for the reader before it is journaled: what codex wrote before should have been seen."""
_STDOUT, _STDERR = 1, 2
_BATCH = 1000
"""Lines of `repeat` in one write."""
_UNREAD = b"(not read)"
"""What a turn that begins without its prompt takes for it."""
_CANNOT_PLAY, _NO_TURN, _NO_MEETING, _TIRED, _PANIC = 96, 97, 98, 99, 101
_SIGNALS = {
    getattr(_signal, name): name
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
    if hasattr(_signal, name)
}
"""What a client may end codex with and codex can tell of."""
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
        env = environment()
        truth = bytes_of("/proc/self/environ") if "LC_CTYPE" in env else None
        self.folder = f"{folder_of(program)}/journal"
        self.journal = Journal(
            pid=system.getpid(),
            argv=argv,
            env=as_given(env, sys._xoptions, truth),
            cwd=current_folder(),
            started_ns=time.time_ns(),
        )
        self.in_turn = False
        self.unread = False
        self.linger_s = 0.0
        self.offspring = Offspring()
        self.journal.spawned = self.offspring.pids
        self.ignored: set[str] = set()
        for number in _SIGNALS:
            _signal.signal(number, self.signalled)

    def play(self, argv: list[str], compiled: Compiled) -> None:
        journal = self.journal
        self.profile, known, turns = compiled
        try:
            line = parse(argv, self)
            journal.images = [(path, self.exists(path)) for path in images(line)]
            schema = line.value("output-schema")
            if schema is not None:
                journal.schema = bytes_of(schema)
            self.keep("started")
            self.unread = _begins_unread(turns, known_thread(line, frozenset(known)))
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
            await_reader()
            self.write(part)

    def fill(self, given: tuple[bytes, bytes, int, bytes]) -> None:
        head, unit, repeats, tail = given
        self.write(head + unit * repeats + tail)

    def repeat(self, given: tuple[tuple[bytes, ...], int]) -> None:
        parts, times = given
        for first in range(0, times, _BATCH):
            last = min(first + _BATCH, times)
            self.write(b"".join([(b"%d" % number).join(parts) for number in range(first, last)]))

    def stderr(self, given: tuple[bytes, int]) -> None:
        data, times = given
        self.complain(data * times)

    def complain(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[system.write(_STDERR, rest) :]

    def close(self, number: int) -> None:
        system.close(number)

    def late_stdin(self, _: None) -> None:
        self.unread = False
        self.read_stdin()

    def spawn(self, given: tuple[tuple[int, ...], bool, bool]) -> None:
        if sys.platform == "win32":
            self.say_last("mock-codex: `spawn` is not played on Windows\n")
            self.leave(_CANNOT_PLAY)
        holds, own_group, until_exit = given
        self.offspring.spawn(
            holds,
            lambda: self.keep(self.journal.stage),
            own_group=own_group,
            until_exit=until_exit,
            signals=_SIGNALS,
        )

    def linger(self, milliseconds: int) -> None:
        self.linger_s = milliseconds / 1000

    def ignore(self, names: tuple[str, ...]) -> None:
        self.ignored.update(names)

    def meet(self, given: tuple[int, str]) -> None:
        from mock_codex.meeting import wait_for

        turn, until = given
        self.keep(self.journal.stage)  # this turn has begun, for the one that waits for it
        if not wait_for(self.folder, turn, until):
            self.say_last(f"mock-codex: turn {turn} has not {until} while this one waited\n")
            self.leave(_NO_MEETING)

    def hang(self, _: None) -> None:
        await_reader(_HANGER_S)
        self.keep("hanging")
        time.sleep(_HANG_S)
        self.leave(_TIRED)

    def signal(self, name: str) -> None:
        self.end(f"signal {name}")
        die(getattr(_signal, name, None))

    def exit(self, status: int) -> None:
        self.leave(status)

    # What the peer asks of its surroundings.

    def env(self, name: str) -> str | None:
        return self.journal.env.get(name)

    def exists(self, path: str) -> bool:
        return mode(path) is not None

    def is_folder(self, path: str) -> bool:
        found = mode(path)
        return found is not None and found & KIND == FOLDER

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
        folder = path if self.is_folder(path) else folder_of(path)
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
        if self.unread:
            await_writer()
            return _UNREAD
        parts = []
        while part := system.read(0, 1 << 16):
            parts.append(part)
        self.journal.stdin = b"".join(parts)
        self.keep("prompted")
        return self.journal.stdin

    def say(self, text: str) -> None:
        try:
            self.complain(text.encode())
        except OSError:
            self.leave(_PANIC)

    def release(self) -> dict[str, object]:
        import json

        with open(f"{self.place}/data/codex-{self.profile}.json", encoding="utf-8") as file:
            texts: dict[str, object] = json.load(file)
        return texts

    # The journal and the ways to end.

    def keep(self, stage: str) -> None:
        """Journal this stage. Signals wait, else one of them could write in the middle."""
        self.journal.stage = stage
        mask = block(_SIGNALS)
        name = f"{self.journal.started_ns}-{self.journal.pid}"
        draft = f"{self.folder}/.{name}.draft"
        data = self.journal.text().encode("ascii")
        try:
            number = system.open(draft, system.O_WRONLY | system.O_CREAT | system.O_TRUNC, 0o666)
        except FileNotFoundError:
            make_folder(self.folder)
            number = system.open(draft, system.O_WRONLY | system.O_CREAT | system.O_TRUNC, 0o666)
        while data:
            data = data[system.write(number, data) :]
        system.close(number)
        system.replace(draft, f"{self.folder}/{name}.json")
        unblock(mask)

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
            self.complain(text.encode("utf-8", "replace"))
        except OSError:
            return

    def signalled(self, number: int, _: object) -> None:
        """As codex: SIGINT kills before the turn, later it ends the commands and then codex with status 1.

        Every other signal kills at once and leaves the commands alive (openai/codex#21994).
        """
        name = _SIGNALS[number]
        self.journal.signals.append(name)
        if name in self.ignored:
            self.keep(self.journal.stage)
            return
        if self.linger_s:
            self.keep(self.journal.stage)
            time.sleep(self.linger_s)
        if name == "SIGINT" and self.in_turn:
            self.offspring.end()
            self.leave(1)
        else:
            self.end(f"signal {name}")
            die(number)


_OPERATIONS: dict[str, Callable[..., None]] = {
    "write": _Player.write,
    "writes": _Player.writes,
    "repeat": _Player.repeat,
    "fill": _Player.fill,
    "stderr": _Player.stderr,
    "close": _Player.close,
    "read_stdin": _Player.late_stdin,
    "spawn": _Player.spawn,
    "linger": _Player.linger,
    "ignore": _Player.ignore,
    "meet": _Player.meet,
    "hang": _Player.hang,
    "signal": _Player.signal,
    "exit": _Player.exit,
}


def _fits(turn: CompiledTurn, invocation: Invocation) -> bool:
    return _on_thread(turn, invocation.thread) and turn[2] in {None, invocation.prompt}


def _on_thread(turn: CompiledTurn, thread: str | None) -> bool:
    return turn[0] or turn[1] == thread


def _begins_unread(turns: tuple[CompiledTurn, ...], thread: str | None) -> bool:
    """Whether the turn of this thread is played before stdin is read. Such a turn is never chosen by the prompt."""
    return next((not turn[4] for turn in turns if _on_thread(turn, thread)), False)
