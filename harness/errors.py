"""Every exception of the harness, and whose fault each one is.

    ParityError                      what @ where, fault, hint; carries an exit code
    +-- UsageFault                   the person: wrong option, unknown id           (exit 2)
    |   +-- NothingSelected          a filter that fits no scenario: never a pass  (exit 4)
    |   +-- ShardsIncomplete         a shard is missing or was not finished         (exit 4)
    |   +-- ScenarioInvalid          the scenario file is wrong
    |   +-- BaselineInvalid          the baseline file is wrong
    |   +-- SubjectInvalid           the subject folder is wrong
    +-- DriverFault                  the driver broke the driver protocol           (exit 3)
    +-- RuntimeMissing               a runtime or an installed SDK is not there     (exit 3)
    +-- HarnessFault                 us: a bug or a broken machine                  (exit 3)

    CodexError                       what the reference client raises to its caller
    +-- InvalidOption                the caller passed a value codex cannot take
    +-- SpawnFailed                  the binary is missing, not executable, not a program
    +-- BadLine                      codex wrote a line that is not JSON
    +-- TurnFailed                   codex reported turn.failed
    +-- ExecExited                   codex ended with a status other than 0
    +-- Cancelled                    the caller cancelled the turn

This module knows nothing of any other.
"""

from __future__ import annotations

from typing import ClassVar

EXIT_PARITY = 0
EXIT_DIVERGENCE = 1
EXIT_USAGE = 2
EXIT_HARNESS = 3
EXIT_INCOMPLETE = 4
EXIT_STALE = 5
EXIT_INTERRUPTED = 130


class ParityError(Exception):
    """Base of the harness' own errors: ``what @ where``, then what to do.

    Args:
        what: the fact, one clause.
        where: a path such as ``fixtures/x.yaml $.steps[0]``, or None.
        hint: what the reader should do next, one sentence, or None.
    """

    exit_code: ClassVar[int] = EXIT_HARNESS
    fault: ClassVar[str] = "the harness"

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        text = self.what if self.where is None else f"{self.what} @ {self.where}"
        return text if self.hint is None else f"{text}\n  {self.hint}"


class UsageFault(ParityError):
    """The person asked for something that does not exist or does not fit together."""

    exit_code = EXIT_USAGE
    fault = "the call"


class NothingSelected(UsageFault):
    """A filter that fits no scenario; zero cases is never a pass, so it has the exit code of an empty run."""

    exit_code = EXIT_INCOMPLETE


class ShardsIncomplete(UsageFault):
    """A shard of a plan is missing, was interrupted or lacks results: not everything was compared."""

    exit_code = EXIT_INCOMPLETE
    fault = "the shards"


class ScenarioInvalid(UsageFault):
    """A scenario file does not fit ``schemas/scenario.json`` or contradicts itself."""

    fault = "the scenario"


class BaselineInvalid(UsageFault):
    """A baseline file cannot be read, or has an entry that does not fit its form."""

    fault = "the baseline"


class SubjectInvalid(UsageFault):
    """A subject folder lacks ``subject.toml`` or the file is wrong."""

    fault = "the subject"


class DriverFault(ParityError):
    """The driver broke the driver protocol: a verdict on the driver, never on its SDK."""

    fault = "the driver"


class RuntimeMissing(ParityError):
    """A program or an installed SDK that a subject needs is not on this machine."""

    fault = "this machine"


class HarnessFault(ParityError):
    """Our own bug, or a machine that refuses us what we need."""


class CodexError(Exception):
    """Base of what the reference client raises; every subclass keeps its facts as fields."""


class InvalidOption(CodexError):
    """An option has a value that codex cannot take.

    Args:
        option: its name, with a path for nested config (``config.a[0]``).
        message: what is wrong with it.
    """

    def __init__(self, option: str, message: str) -> None:
        self.option = option
        super().__init__(message)


class SpawnFailed(CodexError):
    """A program, codex first of all, could not be started.

    Args:
        path: the program as given.
        cause: the operating system's error.
    """

    def __init__(self, path: str, cause: OSError) -> None:
        self.path = path
        self.errno = cause.errno
        super().__init__(f"cannot start {path}: {cause.strerror or cause}")


class BadLine(CodexError):
    """A line of codex' output is not one JSON object.

    Args:
        line: the line as text (undecodable bytes as U+FFFD), whole.
        reason: what the parser said.
    """

    def __init__(self, line: str, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"Failed to parse item: {line}")


class TurnFailed(CodexError):
    """codex reported ``turn.failed`` (PROTOCOLS.md 1.2).

    Args:
        message: ``error.message`` of the event.
    """


class ExecExited(CodexError):
    """codex ended with a status other than 0, or by a signal (PROTOCOLS.md 1.6).

    Args:
        code: exit status, or None when a signal ended it.
        signal: name such as ``SIGKILL``, or None.
        stderr: all of standard error, undecodable bytes as U+FFFD.
    """

    def __init__(self, *, code: int | None, signal: str | None, stderr: str) -> None:
        self.code = code
        self.signal = signal
        self.stderr = stderr
        detail = f"signal {signal}" if signal is not None else f"code {code}"
        super().__init__(f"Codex Exec exited with {detail}: {stderr}")


class Cancelled(CodexError):
    """The caller cancelled the turn before codex ended it."""

    def __init__(self, reason: str = "the turn was cancelled") -> None:
        self.reason = reason
        super().__init__(reason)
