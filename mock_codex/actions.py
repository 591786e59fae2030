"""What a script consists of: one frozen class per action, a closed union, and the turns that hold them.

The words are those of ``action`` in ``schemas/scenario.json``. Made by ``scenario.py``, read by ``compiler.py``.
Must not know how actions are written down or carried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
EventKind: TypeAlias = Literal["started", "updated", "completed"]
LineEnd: TypeAlias = Literal["\n", "\r\n", "\r", ""]
Stream: TypeAlias = Literal["stdin", "stdout", "stderr"]
Reading: TypeAlias = Literal["read", "late", "never"]
Meeting: TypeAlias = Literal["begun", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadStarted:
    """Writes ``thread.started`` with ``thread``."""

    thread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Writes one JSON value compactly, keys in the order given."""

    value: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Json:
    """Writes the exact text of one line."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Writes exact bytes without a line end (actions ``raw`` and ``hex``)."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Writes ``item.<event>``; ``body`` follows the counted id in the order given."""

    event: EventKind
    ref: str
    body: dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCompleted:
    """Writes ``turn.completed``; ``usage`` is of this turn, in tokens."""

    usage: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Writes ``times`` lines; between the ``parts`` of each stands its number, counted from 0."""

    parts: tuple[str, ...]
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Writes a line of exactly ``size`` bytes (without its end): ``head`` and ``tail`` around repeats of ``unit``."""

    head: str
    tail: str
    unit: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Writes one line in several writes; ``at`` are ascending byte offsets inside the line with its end."""

    text: str
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytewise:
    """Writes one line with its end, one write per byte."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Eol:
    """Line end of the lines that follow."""

    text: LineEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Stderr:
    """Writes to stderr, ``times`` over."""

    text: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Closes one of the three standard streams."""

    stream: Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStdin:
    """Reads stdin to its end, in a turn that began without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawn:
    """Starts a process that lives beside codex.

    ``holds``: which of codex' output streams it keeps open. ``own_group``: it leads a process group, as the commands of
    codex do. ``until_exit``: it ends when codex ends, however that happens; else it lives until it is killed.
    """

    holds: tuple[Stream, ...]
    own_group: bool
    until_exit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Linger:
    """From here on codex takes ``ms`` milliseconds to end after a signal that ends it."""

    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """Signals that are journaled and otherwise ignored from here on."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meet:
    """Waits until the codex of another turn of the script has begun or ended; 5 s at most, then status 98."""

    turn: int
    until: Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Waits until killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Ends the process by this signal."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """Ends the process with this status."""

    status: int


Action: TypeAlias = (
    ThreadStarted
    | Line
    | Json
    | Raw
    | Item
    | TurnCompleted
    | Repeat
    | Fill
    | Split
    | Bytewise
    | Eol
    | Stderr
    | Close
    | ReadStdin
    | Spawn
    | Linger
    | Ignore
    | Meet
    | Hang
    | Signal
    | Exit
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which invocation a turn is for.

    ``resumes``: the id after `resume`, None: no resume; it counts only if not ``any_thread``.
    ``stdin``: the prompt exactly; None: any.
    """

    any_thread: bool = True
    resumes: str | None = None
    stdin: str | None = None

    def covers(self, other: Match) -> bool:
        """Whether every invocation that fits ``other`` fits this one too."""
        thread = self.any_thread or (not other.any_thread and self.resumes == other.resumes)
        return thread and (self.stdin is None or self.stdin == other.stdin)

    def meets(self, other: Match) -> bool:
        """Whether one invocation may fit both, going by the thread alone."""
        return self.any_thread or other.any_thread or self.resumes == other.resumes


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn: when it is played, on which thread, what it does, and whether codex reads its prompt first."""

    match: Match
    thread: str | None
    stdin: Reading
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What one mock plays. The first turn that fits an invocation is played; call order is never used."""

    profile: str
    known_threads: tuple[str, ...]
    turns: tuple[Turn, ...]
