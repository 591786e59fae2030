"""What one ``codex exec`` process says to its client, without IO: bytes, end of file and exit status in, events out.

Rule 1: everything that changes the state of a session stands in ``TRANSITIONS``; an illegal step is a bug of ours and says
so in one sentence.

The rules are those of the official TypeScript SDK 0.163.0 (PROTOCOLS.md 2.5, 2.6):

- a line is parsed when it is asked for, so an event that came before a bad line is seen;
- the exit status is looked at after all events, so a completed turn with status 1 is an error;
- a cancelled session hands out what codex wrote until its end of file, then raises ``Cancelled``;
- ``thread.started`` sets the thread id; ``turn.completed`` gets ``cache_write_input_tokens`` 0 where it is absent or null.

It must not know processes: the caller reads, waits, signals, and tells it what happened.
"""

from __future__ import annotations

import signal
from collections import deque
from enum import Enum, auto
from typing import Final, NoReturn

from harness.errors import BadLine, Cancelled, CodexError, ExecExited, HarnessFault
from harness.jsonvalue import JsonValue
from harness.wire.events import Event, view
from harness.wire.jsontext import decode
from harness.wire.lines import LineReader


class State(Enum):
    """Where a session stands."""

    READING = auto()
    """codex may write more."""
    DRAINED = auto()
    """End of file; the exit status is not known yet."""
    CANCELLING = auto()
    """The caller cancelled; codex may write more until it is dead."""
    CANCELLED = auto()
    """Cancelled and at the end of file."""
    DONE = auto()
    """codex ended with status 0."""
    FAILED = auto()
    """A bad line, or codex ended otherwise."""
    STOPPED = auto()
    """The caller left early."""


class Step(Enum):
    """What can happen to a session."""

    DATA = auto()
    EOF = auto()
    BAD_LINE = auto()
    EXIT_OK = auto()
    EXIT_BAD = auto()
    CANCEL = auto()
    STOP = auto()


class Need(Enum):
    """What a session wants from its caller instead of giving an event."""

    DATA = auto()
    """More of stdout, or its end."""
    EXIT = auto()
    """The exit status."""
    NOTHING = auto()
    """There is no more to come."""


TRANSITIONS: Final[dict[State, dict[Step, State]]] = {
    State.READING: {
        Step.DATA: State.READING,
        Step.EOF: State.DRAINED,
        Step.BAD_LINE: State.FAILED,
        Step.CANCEL: State.CANCELLING,
        Step.STOP: State.STOPPED,
    },
    State.DRAINED: {
        Step.BAD_LINE: State.FAILED,
        Step.EXIT_OK: State.DONE,
        Step.EXIT_BAD: State.FAILED,
        Step.CANCEL: State.CANCELLED,
        Step.STOP: State.STOPPED,
    },
    State.CANCELLING: {
        Step.DATA: State.CANCELLING,
        Step.EOF: State.CANCELLED,
        Step.BAD_LINE: State.FAILED,
        Step.CANCEL: State.CANCELLING,
        Step.STOP: State.STOPPED,
    },
    State.CANCELLED: {
        # The caller may have been waiting for the exit when the token was cancelled.
        Step.EXIT_OK: State.CANCELLED,
        Step.EXIT_BAD: State.CANCELLED,
        Step.BAD_LINE: State.FAILED,
        Step.CANCEL: State.CANCELLED,
        Step.STOP: State.STOPPED,
    },
    # A turn that is over stays what it is, whatever the caller says afterwards.
    State.DONE: {Step.CANCEL: State.DONE, Step.STOP: State.DONE},
    State.FAILED: {Step.CANCEL: State.FAILED, Step.STOP: State.FAILED},
    State.STOPPED: {Step.CANCEL: State.STOPPED, Step.STOP: State.STOPPED},
}


NEEDS: Final[dict[State, Need]] = {
    State.READING: Need.DATA,
    State.CANCELLING: Need.DATA,
    State.DRAINED: Need.EXIT,
    State.DONE: Need.NOTHING,
    State.STOPPED: Need.NOTHING,
}
"""What a session without lines needs; in the two states that are not here it raises instead."""


class ExecSession:
    """One process' worth of events.

    Ask ``next_event`` until it says ``Need.NOTHING`` or raises; give it what it needs in between.

    Args:
        thread_id: the id of the thread so far, None for a new one.
    """

    def __init__(self, thread_id: str | None = None) -> None:
        self.thread_id = thread_id
        self.state = State.READING
        self._lines: deque[str] = deque()
        self._reader = LineReader()
        self._error: CodexError | None = None

    def __repr__(self) -> str:
        return f"ExecSession({self.state.name}, thread_id={self.thread_id!r}, lines={len(self._lines)})"

    def receive_data(self, data: bytes) -> None:
        """Take the next bytes of stdout."""
        self._step(Step.DATA)
        self._lines.extend(self._reader.feed(data))

    def receive_eof(self) -> None:
        """stdout has ended; a last line without line end counts."""
        self._step(Step.EOF)
        self._lines.extend(self._reader.eof())

    def receive_exit(self, returncode: int, stderr: bytes) -> None:
        """The process has ended.

        Args:
            returncode: exit status, negative for a signal.
            stderr: all it wrote to standard error.
        """
        if returncode == 0:
            self._step(Step.EXIT_OK)
            return
        self._step(Step.EXIT_BAD)
        # A cancelled session keeps its reason: the status is what the cancellation made of it.
        self._error = self._error or ExecExited(
            code=returncode if returncode > 0 else None,
            signal=_signal_name(-returncode) if returncode < 0 else None,
            stderr=stderr.decode("utf-8", "replace"),
        )

    def cancel(self, reason: str) -> None:
        """The caller wants the turn to end; it must stop the process and read on to the end of file."""
        self._step(Step.CANCEL)
        self._error = self._error or Cancelled(reason)

    def stop(self) -> None:
        """The caller has left; nothing more is handed out."""
        self._step(Step.STOP)

    def next_event(self) -> Event | Need:
        """The next event, or what must be done before there is one.

        Raises:
            BadLine: the line is not JSON, or is one that the official SDK cannot read either: ``null``, or a
                ``turn.completed`` whose usage is no object.
            ExecExited: the process ended with a status other than 0, or by a signal.
            Cancelled: the turn was cancelled, and all that codex wrote has been handed out.
        """
        if self._lines and self.state not in {State.STOPPED, State.FAILED}:
            return self._parse(self._lines.popleft())
        if self.state in NEEDS:
            return NEEDS[self.state]
        assert self._error is not None, "whatever fails or cancels a session says why"
        raise self._error

    def _parse(self, line: str) -> Event:
        try:
            decoded = decode(line)
        except BadLine as error:
            self._fail(error)
        raw = decoded.value
        if raw is None:
            self._fail(BadLine(line, "null is no event"))
        if isinstance(raw, dict):
            self._take_note(raw, line)
        return view(raw, decoded.duplicate_keys)

    def _take_note(self, raw: dict[str, JsonValue], line: str) -> None:
        if raw.get("type") == "thread.started":
            thread_id = raw.get("thread_id")
            self.thread_id = thread_id if isinstance(thread_id, str) else None
        elif raw.get("type") == "turn.completed":
            usage = raw.get("usage")
            if isinstance(usage, dict):
                if usage.get("cache_write_input_tokens") is None:
                    usage["cache_write_input_tokens"] = 0
            elif not isinstance(usage, list):  # JavaScript lets an array have properties
                self._fail(BadLine(line, "turn.completed without usage"))

    def _fail(self, error: BadLine) -> NoReturn:
        self._step(Step.BAD_LINE)
        self._error = error
        raise error

    def _step(self, step: Step) -> None:
        try:
            self.state = TRANSITIONS[self.state][step]
        except KeyError:
            raise HarnessFault(
                f"step {step.name} is not possible in state {self.state.name} of an exec session"
            ) from None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal between the first and the last
        return f"SIG{number}"
