"""The tree of exceptions: whose fault, which exit code, and what it says."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import errors
from harness.errors import (
    BadLine,
    BaselineInvalid,
    Cancelled,
    CodexError,
    DriverFault,
    ExecExited,
    HarnessFault,
    InvalidOption,
    ParityError,
    RuntimeMissing,
    ScenarioInvalid,
    SpawnFailed,
    SubjectInvalid,
    TurnFailed,
    UsageFault,
)


def test_the_text_of_an_error_says_what_and_where_and_then_what_to_do() -> None:
    """Provenance: ours; one form for every message a person reads."""
    assert str(ParityError("what")) == "what"
    assert str(ParityError("what", where="x.yaml $.a")) == "what @ x.yaml $.a"
    assert str(ParityError("what", hint="Do this.")) == "what\n  Do this."
    assert str(ParityError("what", where="x", hint="Do this.")) == "what @ x\n  Do this."


@pytest.mark.requirement("P-19")
@pytest.mark.parametrize(
    ("kind", "exit_code", "fault"),
    [
        (UsageFault, 2, "the call"),
        (ScenarioInvalid, 2, "the scenario"),
        (BaselineInvalid, 2, "the baseline"),
        (SubjectInvalid, 2, "the subject"),
        (DriverFault, 3, "the driver"),
        (RuntimeMissing, 3, "this machine"),
        (HarnessFault, 3, "the harness"),
    ],
)
def test_every_error_says_whose_fault_it_is_and_how_the_command_ends(
    kind: type[ParityError], exit_code: int, fault: str
) -> None:
    """Provenance: DESIGN, exit codes (2 usage, 3 harness or driver error)."""
    assert (kind.exit_code, kind.fault) == (exit_code, fault)
    assert kind("x", where="y", hint="z").args == ("x",)


def test_every_exit_code_has_one_meaning() -> None:
    """Provenance: DESIGN, exit codes; 130 is the shell's word for an interruption."""
    codes = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert sorted(codes.values()) == [0, 1, 2, 3, 4, 5, 130]


def test_an_option_that_codex_cannot_take_is_named_with_its_path() -> None:
    """Provenance: PROTOCOLS.md 2.3."""
    error = InvalidOption("config.a[0]", "config.a[0] cannot be null")
    assert (error.option, str(error)) == ("config.a[0]", "config.a[0] cannot be null")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (FileNotFoundError(2, "No such file or directory"), "No such file or directory"),
        (OSError("odd"), "odd"),
    ],
)
def test_a_codex_that_cannot_be_started_is_named_with_the_reason(
    cause: OSError, words: str
) -> None:
    """Provenance: REQUIREMENTS R2-6."""
    error = SpawnFailed("/nowhere/codex", cause)
    assert str(error) == f"cannot start /nowhere/codex: {words}"
    assert (error.path, error.errno) == ("/nowhere/codex", cause.errno)


def test_a_line_that_is_not_json_is_shown_whole() -> None:
    """Provenance: PROTOCOLS.md 2.5 (Failed to parse item)."""
    error = BadLine("{oops", "expecting a key")
    assert str(error) == "Failed to parse item: {oops"
    assert (error.line, error.reason) == ("{oops", "expecting a key")


@pytest.mark.parametrize(
    ("code", "signal", "text"),
    [
        (3, None, "Codex Exec exited with code 3: boom\n"),
        (None, "SIGKILL", "Codex Exec exited with signal SIGKILL: boom\n"),
    ],
)
def test_an_exit_status_or_a_signal_is_reported_with_standard_error(
    code: int | None, signal: str | None, text: str
) -> None:
    """Provenance: PROTOCOLS.md 2.5 (Codex Exec exited with code N)."""
    error = ExecExited(code=code, signal=signal, stderr="boom\n")
    assert str(error) == text
    assert (error.code, error.signal, error.stderr) == (code, signal, "boom\n")


def test_a_cancelled_turn_gives_the_reason() -> None:
    """Provenance: PROTOCOLS.md 2.5 (cause is the reason)."""
    assert (str(Cancelled()), Cancelled("enough").reason) == ("the turn was cancelled", "enough")


def test_what_a_client_raises_and_what_the_harness_raises_do_not_mix() -> None:
    """Provenance: ours; an error of an SDK is an observation, an error of the harness is not."""
    assert issubclass(TurnFailed, CodexError)
    assert not issubclass(CodexError, ParityError)
    assert not issubclass(ParityError, CodexError)


def tree(root: type[Exception]) -> list[type[Exception]]:
    """Every exception below a root."""
    return [one for kind in root.__subclasses__() for one in (kind, *tree(kind))]


TEXTS = st.text(max_size=30)
MAYBE = st.none() | TEXTS
HARNESS = cast("list[type[ParityError]]", [one for one in tree(ParityError) if one.__module__ == errors.__name__])  # fmt: skip


@pytest.mark.requirement("R1-30", "F24")
@given(kind=st.sampled_from(HARNESS), what=TEXTS, where=MAYBE, hint=MAYBE)
def test_any_error_keeps_what_where_and_hint_and_its_text_is_made_of_nothing_else(
    kind: type[ParityError], what: str, where: str | None, hint: str | None
) -> None:
    """Provenance: REQUIREMENTS.md R1-30."""
    error = kind(what, where=where, hint=hint)

    place = "" if where is None else f" @ {where}"
    advice = "" if hint is None else f"\n  {hint}"
    assert str(error) == f"{what}{place}{advice}"
    assert (error.what, error.where, error.hint) == (what, where, hint)
    assert error.exit_code in {2, 3, 4}
    assert kind.fault


@pytest.mark.requirement("R1-30", "F24")
@given(
    code=st.integers(min_value=1, max_value=255),
    signal=st.none() | st.sampled_from(["SIGKILL", "SIGTERM"]),
    text=TEXTS,
)
def test_any_end_of_codex_is_told_by_its_code_or_signal_and_all_it_wrote(
    code: int, signal: str | None, text: str
) -> None:
    """Provenance: REQUIREMENTS.md R1-30; PROTOCOLS.md 2.5."""
    exited = ExecExited(code=None if signal else code, signal=signal, stderr=text)

    end = f"signal {signal}" if signal else f"code {code}"
    assert str(exited) == f"Codex Exec exited with {end}: {text}"
    assert exited.stderr == text
    assert str(BadLine(text, "x")) == f"Failed to parse item: {text}"
    assert str(TurnFailed(text)) == text
    assert Cancelled(text).reason == text
