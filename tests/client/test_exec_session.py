"""The session: bytes, end of file and exit status in, events and errors out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.exec_session import TRANSITIONS, ExecSession, Need, State, Step
from harness.errors import BadLine, Cancelled, ExecExited, HarnessFault
from harness.jsonvalue import JsonValue
from tests.pair import COMPLETED, HI, PLAIN, STARTED, THREAD_ID, TURN, hear, wire


@pytest.mark.requirement("R2-8")
def test_a_plain_turn_is_its_events_in_order_and_a_thread_id() -> None:
    """PROTOCOLS.md 1.5 (a), 2.6."""
    heard = hear([wire(*PLAIN)])

    assert heard.error is None
    assert heard.raw == list(PLAIN)
    assert heard.session.thread_id == THREAD_ID
    assert repr(heard.session) == f"ExecSession(DONE, thread_id='{THREAD_ID}', lines=0)"


@pytest.mark.requirement("R2-6")
@given(cuts=st.lists(st.integers(0, len(wire(*PLAIN)))))
def test_the_cut_of_the_bytes_does_not_matter(cuts: list[int]) -> None:
    """The state law of the reader, seen from outside; ours."""
    data = wire(*PLAIN)
    marks = [0, *sorted(cuts), len(data)]

    heard = hear(data[a:b] for a, b in pairwise(marks) if a < b)

    assert heard.raw == list(PLAIN)
    assert heard.error is None


def test_a_last_line_without_line_end_is_an_event() -> None:
    """Measured on the TypeScript SDK 0.163.0."""
    assert hear([wire(STARTED, TURN).removesuffix(b"\n")]).raw == [STARTED, TURN]


def test_no_output_at_all_is_a_turn_without_events() -> None:
    """PROTOCOLS.md 2.6: end of file with exit status 0 is no error."""
    assert hear([]).error is None


@pytest.mark.requirement("R2-7")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "Expecting value"),
        (b"Reading prompt from stdin...", "Expecting value"),
        (b'{"type":"turn.started"', "Expecting ',' delimiter"),
        (b"NaN", "NaN is not JSON"),
        (b"null", "null is no event"),
        (b'{"type":"turn.completed"}', "turn.completed without usage"),
        (b'{"type":"turn.completed","usage":null}', "turn.completed without usage"),
        (b'{"type":"turn.completed","usage":5}', "turn.completed without usage"),
    ],
)
def test_a_line_that_is_no_event_ends_the_turn_after_those_before_it(
    line: bytes, reason: str
) -> None:
    """PROTOCOLS.md 2.5; `null` and missing usage are a TypeError there (measured)."""
    heard = hear([wire(STARTED) + line + b"\n" + wire(TURN)])

    assert heard.raw == [STARTED]
    assert isinstance(heard.error, BadLine)
    assert heard.error.line == line.decode()
    assert heard.error.reason.startswith(reason)
    assert heard.session.state is State.FAILED
    with pytest.raises(BadLine):
        heard.session.next_event()


@pytest.mark.requirement("R2-7")
@pytest.mark.parametrize("value", [3, "x", [], {"type": "new.thing", "a": None}, {"no": "type"}])
def test_json_that_is_no_known_event_is_handed_out(value: JsonValue) -> None:
    """Measured on the TypeScript SDK 0.163.0: it lets all of these through."""
    assert hear([wire(value)]).raw == [value]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"input_tokens": 1}, {"input_tokens": 1, "cache_write_input_tokens": 0}),
        ({"cache_write_input_tokens": None, "a": 1}, {"cache_write_input_tokens": 0, "a": 1}),
        ({"cache_write_input_tokens": 7}, {"cache_write_input_tokens": 7}),
        ([], []),
    ],
)
def test_usage_gets_the_counter_that_an_older_codex_does_not_write(
    written: JsonValue, shown: JsonValue
) -> None:
    """PROTOCOLS.md 2.6: `usage.cache_write_input_tokens ??= 0` changes the event."""
    heard = hear([wire({"type": "turn.completed", "usage": written})])

    assert heard.raw == [{"type": "turn.completed", "usage": shown}]


@pytest.mark.parametrize(
    ("event", "thread_id"),
    [
        ({"type": "thread.started", "thread_id": "new"}, "new"),
        ({"type": "thread.started"}, None),
        ({"type": "thread.started", "thread_id": 5}, None),
        ({"type": "turn.started", "thread_id": "other"}, "old"),
    ],
)
def test_the_thread_id_is_what_thread_started_says(event: JsonValue, thread_id: str | None) -> None:
    """PROTOCOLS.md 2.6; an id that is no string is none here, where TypeScript keeps it."""
    assert hear([wire(event)], session=ExecSession("old")).session.thread_id == thread_id


@pytest.mark.parametrize(
    ("returncode", "code", "signal", "message"),
    [
        (1, 1, None, "Codex Exec exited with code 1: bad \ufffd"),
        (-9, None, "SIGKILL", "Codex Exec exited with signal SIGKILL: bad \ufffd"),
        (-40, None, "SIG40", "Codex Exec exited with signal SIG40: bad \ufffd"),
    ],
)
def test_an_exit_status_is_looked_at_after_all_events(
    returncode: int, code: int | None, signal: str | None, message: str
) -> None:
    """PROTOCOLS.md 2.5: a completed turn with exit status 1 is an error."""
    heard = hear([wire(*PLAIN)], returncode=returncode, stderr=b"bad \xff")

    assert heard.raw == list(PLAIN)
    assert isinstance(heard.error, ExecExited)
    assert (heard.error.code, heard.error.signal) == (code, signal)
    assert str(heard.error) == message


def test_a_cancelled_session_hands_out_what_was_written_and_then_says_cancelled() -> None:
    """Measured on the TypeScript SDK 0.163.0: abort after the first of three events shows all three."""
    session = ExecSession()
    session.receive_data(wire(STARTED, TURN))
    assert session.next_event() is not Need.DATA
    session.cancel("enough")
    session.cancel("again")

    heard = hear([wire(HI)], session=session)

    assert heard.raw == [TURN, HI]
    assert isinstance(heard.error, Cancelled)
    assert str(heard.error) == "enough"
    with pytest.raises(Cancelled):
        session.next_event()


def test_a_cut_line_of_a_cancelled_session_is_a_bad_line() -> None:
    """TypeScript SDK source: the line is parsed before the AbortError is thrown."""
    session = ExecSession()
    session.cancel("enough")

    assert isinstance(hear([b'{"type":"item'], session=session).error, BadLine)


@pytest.mark.parametrize("returncode", [0, -2])
def test_a_session_cancelled_while_it_waits_for_the_exit_is_cancelled(returncode: int) -> None:
    """TypeScript SDK source: `if (spawnError) throw spawnError` comes before the exit status."""
    session = ExecSession()
    session.receive_eof()
    assert session.next_event() is Need.EXIT
    session.cancel("enough")
    session.receive_exit(returncode, b"")

    with pytest.raises(Cancelled):
        session.next_event()


def test_a_bad_line_left_over_at_the_cancelled_end_is_still_seen() -> None:
    """Ours: what codex wrote is never hidden by a cancellation."""
    session = ExecSession()
    session.receive_data(b"{\n")
    session.receive_eof()
    session.cancel("enough")

    with pytest.raises(BadLine):
        session.next_event()


def test_a_session_that_the_caller_has_left_says_nothing_more() -> None:
    """PROTOCOLS.md 2.5: early return."""
    session = ExecSession()
    session.receive_data(wire(STARTED, COMPLETED))
    session.stop()

    assert session.next_event() is Need.NOTHING


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.STOPPED])
def test_a_turn_that_is_over_stays_what_it_is(state: State) -> None:
    """Ours: cancelling or leaving afterwards changes nothing."""
    assert TRANSITIONS[state] == {Step.CANCEL: state, Step.STOP: state}


def test_every_state_can_be_left_early_and_cancelled() -> None:
    """Ours: the caller may say stop or cancel at any moment."""
    assert set(TRANSITIONS) == set(State)
    assert all({Step.CANCEL, Step.STOP} <= set(steps) for steps in TRANSITIONS.values())


def test_an_impossible_step_is_our_fault_and_says_which() -> None:
    """Ours: bytes after the end of file."""
    session = ExecSession()
    session.receive_eof()

    with pytest.raises(HarnessFault, match="step DATA is not possible in state DRAINED"):
        session.receive_data(b"x")
