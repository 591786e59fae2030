"""Which part of an observation answers which check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.jsonvalue import JsonValue
from harness.normalize.facts import applies, facts
from harness.observation import ASKED_FOR, CHECKS, MEASURED, REAL_ONLY, Ahead, Observation, TurnCost
from tests.normalize.plays import TURN, invocation

PLAY = Observation(
    scenario="s",
    subject="x",
    mode="stream",
    invocations=(invocation(),),
    turns=(TURN,),
    descendants=2,
)


def test_a_play_that_ended_well_has_a_fact_for_every_check_of_its_mode() -> None:
    """Ours: the contract with the runner."""
    streamed = facts(PLAY)
    folded = facts(replace(PLAY, mode="run"))

    always = set(CHECKS) - {*ASKED_FOR, *MEASURED, *REAL_ONLY}
    assert set(streamed) == always - {"surfaced.result"}
    assert set(folded) == always - {"surfaced.events", "lifecycle.lazy"}
    assert list(streamed) == [check for check in CHECKS if check in streamed]


def test_what_reached_the_model_is_a_fact_where_a_model_was_asked() -> None:
    """Ours: the lane `real`; no request at all is a fact too."""
    assert facts(replace(PLAY, requests=({"model": "m"},)))["sent.requests"] == [{"model": "m"}]
    assert facts(replace(PLAY, requests=()))["sent.requests"] == []
    assert "sent.requests" not in facts(PLAY)


def test_what_the_lane_cannot_show_is_no_fact() -> None:
    """Ours: absent, so that it can never pass for equal."""
    found = facts(replace(PLAY, not_observed=("sent.stdin", "lifecycle.ending")))
    assert set(facts(PLAY)) - set(found) == {"sent.stdin", "lifecycle.ending"}


def test_what_codex_left_alive_is_a_fact_only_where_its_script_starts_something() -> None:
    """Ours: absent, never 0, where nothing could be left."""
    assert facts(PLAY)["lifecycle.descendants"] == 2
    assert "lifecycle.descendants" not in facts(replace(PLAY, descendants=None))
    assert "lifecycle.descendants" not in facts(replace(PLAY, host="hung"))


def test_a_check_applies_to_the_mode_that_can_show_it() -> None:
    """Ours: `run` shows no events, `stream` no folded result."""
    assert [applies("surfaced.events", "stream"), applies("surfaced.events", "run")] == [
        True,
        False,
    ]
    assert [applies("sent.argv", "stream"), applies("sent.argv", "run")] == [True, True]


def test_a_driver_that_hung_before_codex_was_started_leaves_only_what_is_known() -> None:
    """Ours: what could not happen is absent, never null."""
    play = replace(PLAY, invocations=(), turns=(), host="hung")

    assert facts(play) == {"sent.invocations": 0, "lifecycle.host": "hung"}


def test_what_is_looked_at_after_done_is_absent_when_done_never_came() -> None:
    """Ours: a killed driver could not clean up."""
    found = facts(replace(PLAY, host="crashed"))

    assert {"lifecycle.alive", "lifecycle.files", "lifecycle.modes"}.isdisjoint(found)
    assert found["sent.stdin"] == ["hi"]


def test_a_play_without_any_invocation_that_ended_well_has_empty_lists() -> None:
    """Ours: cancelled before the start, an SDK rightly starts nothing."""
    found = facts(replace(PLAY, invocations=()))

    assert (found["sent.invocations"], found["sent.argv"], found["lifecycle.ending"]) == (0, [], [])


def test_the_environment_is_what_the_sdk_changed_relative_to_the_base() -> None:
    """Ours: set, removed, and the rest untold."""
    one = invocation(env={"KEPT": "1", "NEW": "2", "OTHER": "3"})
    play = replace(PLAY, invocations=(one,), base_env={"KEPT": "1", "OTHER": "0", "GONE": "4"})

    assert facts(play)["sent.env"] == [
        {"GONE": "removed", "NEW": {"set": "2"}, "OTHER": {"set": "3"}}
    ]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (None, None),
        ('{"b": 1, "a": 1.0}', {"json": {"a": 1.0, "b": 1}}),
        ('{"a": 1, "a": 1}', {"text": '{"a": 1, "a": 1}'}),
        ("[NaN]", {"text": "[NaN]"}),
        ("{", {"text": "{"}),
        ("[" * 100_000, {"text": "[" * 100_000}),
    ],
)
def test_a_schema_is_one_clean_json_value_or_its_text(text: str | None, fact: JsonValue) -> None:
    """Ours: spacing means nothing, a repeated key or NaN is not hidden by a parser that forgives."""
    assert facts(replace(PLAY, invocations=(invocation(schema=text),)))["sent.schema"] == [fact]


@pytest.mark.parametrize(
    ("end", "alive", "fact"),
    [
        ("exit 0", False, "exit 0"),
        ("signal SIGTERM", False, "signal SIGTERM"),
        (None, False, "killed"),
        (None, True, "alive"),
    ],
)
def test_the_ending_of_a_process_is_one_word_of_a_closed_set(
    end: str | None, *, alive: bool, fact: str
) -> None:
    """`end` of schemas/journal.json: null for a mock that was killed or still runs."""
    play = replace(PLAY, invocations=(invocation(end=end, alive_after=alive),))

    assert facts(play)["lifecycle.ending"] == [fact]


@pytest.mark.parametrize(
    ("end", "turn", "alive", "fact"),
    [
        ("exit 0", 0, False, "by itself or stopped"),
        ("signal SIGTERM", 0, False, "by itself or stopped"),
        (None, 0, False, "by itself or stopped"),
        (None, 0, True, "alive"),
        (None, None, False, "by itself or stopped"),
        ("exit 2", None, False, "exit 2"),
    ],
)
def test_what_ends_by_itself_may_have_been_stopped_first(
    end: str | None, turn: int | None, *, alive: bool, fact: str
) -> None:
    """Ours: whether a client that gives up early still reaches it is chance; a rejected call and a survivor are not."""
    one = replace(
        invocation(end=end, alive_after=alive, signals=("SIGTERM",)), free_end=True, turn=turn
    )

    found = facts(replace(PLAY, invocations=(one,)))
    assert (found["lifecycle.ending"], found["lifecycle.signals"]) == ([fact], [[]])


def test_lists_run_over_invocations_and_turns_in_order() -> None:
    """Ours: every other fact, on a play of two turns."""
    two = invocation(images=(("a.png", True), ("b.png", False)), signals=("SIGTERM",))
    failed = replace(TURN, outcome="error", error={"class": "E", "message": "m", "kind": "exec"})
    play = replace(
        PLAY,
        invocations=(invocation(alive_after=True), two),
        turns=(TURN, failed),
        leftovers=("<TMP>/b", "<TMP>/a"),
        modes_changed=("codex: 755 -> 644",),
    )

    found = facts(play)

    assert found["sent.images"] == [[], [["a.png", True], ["b.png", False]]]
    assert found["sent.argv_text"] == [["exec", "--experimental-json"]] * 2
    assert found["sent.argv"] == [{"command": "exec", "json": True}] * 2
    assert found["sent.cwd"] == ["/t/cell/work"] * 2
    assert found["lifecycle.signals"] == [[], ["SIGTERM"]]
    assert found["lifecycle.alive"] == {"at_end": [0, 0], "after": 1}
    assert found["lifecycle.files"] == ["<TMP>/a", "<TMP>/b"]
    assert found["lifecycle.modes"] == ["codex: 755 -> 644"]
    assert found["lifecycle.lazy"] == [0, 0]
    assert found["surfaced.events"] == [[{"type": "turn.started"}]] * 2
    assert found["surfaced.outcome"] == ["end", "error"]
    assert found["surfaced.error"] == [None, {"class": "E", "message": "m", "kind": "exec"}]
    assert found["surfaced.thread_id"] == ["T", "T"]
    assert facts(replace(play, mode="run"))["surfaced.result"] == [None, None]


def test_what_codex_started_is_counted_where_it_starts_something() -> None:
    """Ours: None is a script that starts nothing."""
    assert facts(replace(PLAY, descendants=2))["lifecycle.descendants"] == 2


FAILED = replace(
    TURN,
    outcome="error",
    error={
        "class": "E",
        "message": "exit 1: one\ntwo\n",
        "cause": {"class": "F", "message": "three"},
    },
)


@pytest.mark.requirement("R1-28")
@pytest.mark.parametrize(
    ("told", "fact"),
    [
        ("one\ntwo\n", "kept"),
        (" three ", "kept"),
        ("one\nfour\n", "cut"),
        ("four\n\nfive\n", "lost"),
        (" \n", None),
        (None, None),
    ],
)
def test_what_codex_said_on_stderr_is_kept_cut_or_lost(told: str | None, fact: JsonValue) -> None:
    """PROTOCOLS.md 2.5: all of stderr is in the message of the error."""
    asked = replace(invocation(), told="something else")
    play = replace(PLAY, invocations=(asked, replace(invocation(), told=told)), turns=(FAILED,))

    assert facts(play)["surfaced.stderr"] == ["lost", fact]
    assert "surfaced.stderr" not in facts(replace(play, invocations=(invocation(),)))


def test_where_there_is_no_error_nothing_of_stderr_is_asked_of_it() -> None:
    """Ours: a turn that ended well need not tell what codex wrote to stderr."""
    play = replace(PLAY, invocations=(replace(invocation(), told="a warning"),))

    assert facts(play)["surfaced.stderr"] == [None]


@pytest.mark.requirement("R1-28", "F18")
def test_a_secret_is_found_in_errors_and_in_what_the_host_writes() -> None:
    """Ours: the places, never the secret."""
    leaky = replace(
        FAILED, error={"class": "E", "message": "m", "cause": {"message": "with sk-1!"}}
    )
    play = replace(PLAY, turns=(TURN, leaky), secrets=("sk-1", "tok"), stderr="a tok b")

    assert facts(play)["surfaced.secrets"] == ["error of turn 1", "stderr of the host"]
    assert facts(replace(play, turns=(FAILED,), stderr=""))["surfaced.secrets"] == []
    assert "surfaced.secrets" not in facts(replace(play, secrets=()))


@pytest.mark.parametrize(
    ("ahead", "fact"),
    [("blocked", [None, "codex waits"]), ("written", [None, "codex has written all"]), ("undecided", "absent"), (None, "absent")],
)  # fmt: skip
def test_how_far_codex_came_while_its_reader_paused_is_told_if_it_is_known(
    ahead: Ahead | None, fact: JsonValue
) -> None:
    """Ours: what is not decided is absent, and so counted as not done."""
    play = replace(PLAY, turns=(TURN, replace(TURN, ahead=ahead)))

    assert facts(play).get("lifecycle.backpressure", "absent") == fact


def test_what_was_measured_is_told_in_numbers() -> None:
    """Ours: ``rules`` makes classes of them."""
    small = TurnCost(cpu_ns=100, held=10, wrote=10, reading_ns=5.0)
    large = TurnCost(cpu_ns=800, held=80, wrote=80, reading_ns=5.0)
    play = replace(PLAY, turns=tuple(replace(TURN, cost=one) for one in (small, small, large)))

    assert facts(play)["lifecycle.cost"] == {"growth": 1.0, "readings": 2.0, "memory": 1.0}
