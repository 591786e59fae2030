"""The legal order of a driver's messages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.errors import DriverFault
from harness.jsonvalue import JsonValue
from harness.subjects.conversation import Conversation, State, TurnPlan, plan_of

STREAM = TurnPlan(turn=0, stream=True, stop_after=None)
RUN = TurnPlan(turn=0, stream=False, stop_after=None)
ERROR: JsonValue = {"class": "E", "message": "m"}

_FIELDS: dict[str, dict[str, JsonValue]] = {
    "gate created": {"kind": "gate", "gate": "created", "turn": 0},
    "gate paused": {"kind": "gate", "gate": "paused", "turn": 0},
    "gate ended": {"kind": "gate", "gate": "ended", "turn": 0},
    "event": {"turn": 0, "event": {}},
    "result": {"turn": 0, "result": {}},
    "end": {"turn": 0},
    "stopped": {"turn": 0},
    "error": {"turn": 0, "error": ERROR},
    "thread_id": {"turn": 0, "thread_id": "t"},
    "done": {},
    "not_applicable": {"reason": "r"},
    "hello": {},
}


def message(word: str, **changes: JsonValue) -> dict[str, JsonValue]:
    """A message of run 1, turn 0."""
    return {"id": "1", "kind": word, **_FIELDS[word], **changes}


def talk(words: Sequence[str], *turns: TurnPlan) -> Conversation:
    """Hear each word; ``continue`` opens a gate; turn numbers are those of the plan."""
    conversation = Conversation("1", [(turn,) for turn in turns])
    turn = 0
    for word in words:
        if word == "continue":
            conversation.proceed()
            turn += conversation.state is not State.READING
        else:
            said = message(word)
            conversation.hear({**said, "turn": turn} if "turn" in said else said)
    return conversation


STREAMED = [
    "gate created",
    "continue",
    "event",
    "event",
    "end",
    "thread_id",
    "gate ended",
    "continue",
]
BLOCKING = ["result", "thread_id", "gate ended", "continue"]


@pytest.mark.parametrize(
    ("words", "turns"),
    [
        ([*STREAMED, "done"], [STREAM]),
        ([*BLOCKING, "done"], [RUN]),
        (["done"], []),
        ([*STREAMED, *BLOCKING, "done"], [STREAM, TurnPlan(turn=1, stream=False, stop_after=None)]),
        (["error", "thread_id", "gate ended", "continue", "done"], [STREAM]),
        (["error", "thread_id", "gate ended", "continue", "done"], [RUN]),
        (
            [
                "gate created",
                "continue",
                "event",
                "error",
                "thread_id",
                "gate ended",
                "continue",
                "done",
            ],
            [STREAM],
        ),
        (
            [
                "gate created",
                "continue",
                "event",
                "stopped",
                "thread_id",
                "gate ended",
                "continue",
                "done",
            ],
            [TurnPlan(turn=0, stream=True, stop_after=1)],
        ),
        (
            ["gate created", "continue", "end", "thread_id", "gate ended", "continue", "done"],
            [TurnPlan(turn=0, stream=True, stop_after=3)],
        ),
        (["not_applicable"], [STREAM]),
        (["not_applicable"], [RUN]),
    ],
)
def test_every_legal_run_is_heard_to_its_end(words: list[str], turns: list[TurnPlan]) -> None:
    """Provenance: driver protocol, the play step by step."""
    assert talk(words, *turns).over


@pytest.mark.parametrize(
    ("before", "word", "sentence"),
    [
        (
            [],
            "event",
            "`event` at the start of a turn in mode stream, where the protocol allows `gate created`",
        ),
        ([], "done", "`done` at the start of a turn in mode stream"),
        ([], "result", "`result` at the start of a turn in mode stream"),
        ([], "hello", "`hello` at the start of a turn"),
        (
            ["gate created"],
            "event",
            "`event` at the closed gate `created`, where the protocol allows nothing",
        ),
        (["gate created", "continue"], "result", "`result` while events are read"),
        (["gate created", "continue", "end"], "event", "`event` after the turn's outcome"),
        (["gate created", "continue", "end"], "end", "`end` after the turn's outcome"),
        (
            ["gate created", "continue", "end"],
            "gate ended",
            "`gate ended` after the turn's outcome",
        ),
        (
            ["gate created", "continue", "end", "thread_id"],
            "thread_id",
            "`thread_id` after the thread id",
        ),
        (STREAMED[:-1], "done", "`done` at the closed gate `ended`"),
        (STREAMED, "event", "`event` after the last turn"),
        (["gate created"], "not_applicable", "`not_applicable` at the closed gate"),
        ([*STREAMED, "done"], "done", "`done` after the end of the run"),
    ],
)
def test_a_word_out_of_order_is_named_with_what_was_allowed(
    before: list[str], word: str, sentence: str
) -> None:
    """Provenance: ours, the table of transitions."""
    conversation = talk(before, STREAM)

    with pytest.raises(DriverFault) as caught:
        conversation.hear(message(word))
    assert caught.value.what.startswith(sentence)


def test_a_stream_is_no_way_to_answer_a_turn_in_mode_run() -> None:
    """Provenance: driver protocol, gate `created` exists in stream mode only."""
    with pytest.raises(DriverFault, match="`gate created` at the start of a turn in mode run"):
        Conversation("1", [(RUN,)]).hear(message("gate created"))


def test_a_message_of_another_run_is_refused() -> None:
    """Provenance: ours; a late word of the last run must not count for this one."""
    with pytest.raises(DriverFault, match="`gate created` of run '0' during run '1'"):
        Conversation("1", [(STREAM,)]).hear(message("gate created", id="0"))


def test_a_message_of_another_turn_is_refused() -> None:
    """Provenance: driver protocol, turns are counted from 0."""
    with pytest.raises(DriverFault, match="`gate created` of turn 1 during turn 0"):
        Conversation("1", [(STREAM,)]).hear(message("gate created", turn=1))


def test_more_events_than_asked_for_are_refused() -> None:
    """Provenance: scenario schema, `stop_after`: the loop is left after N events."""
    conversation = talk(
        ["gate created", "continue", "event"], TurnPlan(turn=0, stream=True, stop_after=1)
    )

    with pytest.raises(DriverFault, match="an event after the 1 that were asked for"):
        conversation.hear(message("event"))


@pytest.mark.parametrize(("stop_after", "asked"), [(2, "2"), (None, "all")])
def test_a_stop_that_was_not_asked_for_is_refused(stop_after: int | None, asked: str) -> None:
    """Provenance: driver protocol, `stopped` means the caller left after `stop_after` events."""
    conversation = talk(
        ["gate created", "continue", "event"], TurnPlan(turn=0, stream=True, stop_after=stop_after)
    )

    with pytest.raises(DriverFault, match=f"`stopped` after 1 events, asked for: {asked}"):
        conversation.hear(message("stopped"))


def test_a_driver_error_ends_a_run_at_any_time_also_without_an_id() -> None:
    """Provenance: driver schema, `id` of driver_error is optional."""
    with pytest.raises(DriverFault, match="driver_error: boom"):
        talk(["gate created"], STREAM).hear({"kind": "driver_error", "message": "boom"})


def test_a_gate_is_what_a_run_waits_at() -> None:
    """Provenance: driver protocol, after a gate the driver waits for `continue`."""
    before, at = talk([], STREAM), talk(["gate created"], STREAM)

    assert (before.waits, at.waits) == (False, True)
    assert repr(at) == "Conversation(1, CREATED, 0 steps to come)"


def test_the_turns_of_a_request_are_planned_with_mode_and_stop() -> None:
    """Provenance: driver schema, step."""
    turn: dict[str, JsonValue] = {"op": "turn", "mode": "stream", "input": "x", "options": {}}
    steps: list[dict[str, JsonValue]] = [
        {"op": "start", "options": {}},
        {**turn, "turn": 0, "consume": {"stop_after": 2}},
        {**turn, "turn": 1, "mode": "run", "consume": "all"},
    ]

    assert plan_of(steps) == (
        (TurnPlan(turn=0, stream=True, stop_after=2),),
        (TurnPlan(turn=1, stream=False, stop_after=None),),
    )


def test_turns_together_are_planned_as_one_group() -> None:
    """Provenance: driver schema, `together` and `pause_after`."""
    turn: dict[str, JsonValue] = {"op": "turn", "mode": "stream", "input": "x", "options": {}}
    turns: list[JsonValue] = [
        {**turn, "turn": 0, "consume": "all"},
        {**turn, "turn": 1, "consume": {"stop_after": 2}},
    ]
    steps: list[dict[str, JsonValue]] = [
        {"op": "together", "turns": turns},
        {**turn, "turn": 2, "consume": {"pause_after": 3}},
    ]

    assert plan_of(steps) == (
        (TurnPlan(turn=0, stream=True), TurnPlan(turn=1, stream=True, stop_after=2)),
        (TurnPlan(turn=2, stream=True, pause_after=3),),
    )


PAUSED = TurnPlan(turn=0, stream=True, pause_after=1)
AT_PAUSE = ["gate created", "continue", "event", "gate paused"]


def test_a_pause_is_a_gate_after_which_reading_goes_on() -> None:
    """Provenance: driver protocol, `pause_after`."""
    assert talk(AT_PAUSE, PAUSED).waits
    reading = ["continue", "event", "end", "thread_id", "gate ended", "continue", "done"]
    assert talk([*AT_PAUSE, *reading], PAUSED).over


def test_a_stream_that_ends_before_its_pause_has_none() -> None:
    """Provenance: driver protocol, `pause_after`: after N events."""
    words = ["gate created", "continue", "end", "thread_id", "gate ended", "continue", "done"]

    assert talk(words, PAUSED).over


@pytest.mark.parametrize(
    ("before", "word", "turn", "sentence"),
    [
        (["gate created", "continue"], "gate paused", PAUSED, "`gate paused` after 0 events, asked for: 1"),
        (["gate created", "continue", "event"], "gate paused", STREAM, "`gate paused` after 1 events, asked for: None"),
        ([*AT_PAUSE, "continue"], "gate paused", PAUSED, "`gate paused` after 1 events, asked for: 1"),
        (["gate created", "continue", "event"], "event", PAUSED, "`event` after 1 events, where the gate `paused` is due"),
        (["gate created", "continue", "event"], "end", PAUSED, "`end` after 1 events, where the gate `paused` is due"),
        (AT_PAUSE, "event", PAUSED, "`event` at the closed gate `paused`, where the protocol allows nothing"),
    ],
)  # fmt: skip
def test_a_pause_in_another_place_is_refused(
    before: list[str], word: str, turn: TurnPlan, sentence: str
) -> None:
    """Provenance: driver protocol, `pause_after`."""
    with pytest.raises(DriverFault) as caught:
        talk(before, turn).hear(message(word))
    assert caught.value.what == sentence


def test_an_error_may_come_instead_of_a_pause() -> None:
    """Provenance: ours; a stream can raise when the caller asks for the next event."""
    assert talk(["gate created", "continue", "event", "error"], PAUSED).state is State.TOLD


BESIDE = (TurnPlan(turn=0, stream=True), TurnPlan(turn=1, stream=True, stop_after=1))


def beside(*said: tuple[str, int], group: tuple[TurnPlan, ...] = BESIDE) -> Conversation:
    """Hear words of turns that run together."""
    conversation = Conversation("1", [group])
    for word, turn in said:
        conversation.hear(message(word, turn=turn))
    return conversation


def test_the_messages_of_turns_together_may_be_mixed_and_have_no_gates() -> None:
    """Provenance: driver protocol, `together`."""
    conversation = beside(
        ("event", 1), ("event", 0), ("stopped", 1), ("thread_id", 1), ("event", 0), ("end", 0)
    )

    assert (conversation.state, conversation.waits) == (State.BESIDE_TOLD, False)
    conversation.hear(message("thread_id", turn=0))
    assert conversation.state is State.LAST
    conversation.hear(message("done"))
    assert conversation.over


def test_blocking_turns_run_together_too() -> None:
    """Provenance: driver protocol, `together`."""
    group = (TurnPlan(turn=0, stream=False), TurnPlan(turn=1, stream=False))

    last = beside(("result", 1), ("error", 0), ("thread_id", 0), ("thread_id", 1), group=group)
    assert last.state is State.LAST


@pytest.mark.parametrize(
    ("said", "word", "turn", "sentence"),
    [
        ((), "gate created", 0, "`gate created` of a turn in mode stream beside others, where"),
        ((), "done", None, "`done` of a turn in mode stream beside others, where"),
        ((("event", 1),), "event", 1, "an event after the 1 that were asked for"),
        ((("end", 0), ("thread_id", 0)), "event", 0, "`event` after the thread id of a turn beside others, where the protocol allows nothing"),
        ((), "event", 7, "`event` of turn 7 during turn 0"),
        ((("end", 0),), "end", 0, "`end` after the outcome of a turn beside others, where the protocol allows `thread_id`"),
    ],
)  # fmt: skip
def test_what_a_turn_beside_others_may_not_say_is_refused(
    said: tuple[tuple[str, int], ...], word: str, turn: int | None, sentence: str
) -> None:
    """Provenance: driver protocol, `together`."""
    about: dict[str, JsonValue] = {} if turn is None else {"turn": turn}
    with pytest.raises(DriverFault) as caught:
        beside(*said).hear({**message(word), **about})
    assert caught.value.what.startswith(sentence)
