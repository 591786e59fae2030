"""Facts and rules together, and the ledger."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from harness.jsonvalue import JsonValue
from harness.normalize.chain import (
    COST_CLASS,
    NORMALISER,
    RULE_IDS,
    UNBORN,
    normalise,
    weaken_facts,
)
from harness.observation import LedgerEntry, Normalised, Observation, TurnCost, TurnRecord
from tests.normalize.plays import PLACES, TURN, invocation


def play(*events: JsonValue, **changes: object) -> Observation:
    observation = Observation(
        scenario="s",
        subject="x",
        mode="stream",
        invocations=(invocation(),),
        turns=(replace(TURN, events=events),),
        places=PLACES,
    )
    return replace(observation, **changes)  # type: ignore[arg-type]  # names are checked at run time


def entries(normalised: Normalised) -> dict[tuple[str, str], LedgerEntry]:
    return {(entry.rule, entry.check): entry for entry in normalised.ledger}


def test_two_plays_in_different_folders_have_the_same_facts() -> None:
    """Ours: the reason for all of this."""
    argv = ("exec", "--cd", "/t/cell/work", "--output-schema", "/t/cell/tmp/s-Ab12Cd/schema.json")
    elsewhere = tuple(
        word.replace("/t/cell", "/u/box").replace("Ab12Cd", "Zz9999") for word in argv
    )
    one = play(invocations=(invocation(argv=argv),))
    other = play(
        invocations=(replace(invocation(argv=elsewhere, pid=1), cwd="/u/box/work"),),
        places={label: path.replace("/t/cell", "/u/box") for label, path in PLACES.items()},
    )

    assert normalise(one).facts == normalise(other).facts
    assert normalise(one).facts["sent.argv"] == [
        {"command": "exec", "cd": "<CWD>", "output_schema": "<TMP>/<schema>"}
    ]


def test_the_ledger_counts_hits_per_rule_and_check_with_one_example() -> None:
    """Ours: a report shows which rule hid what."""
    message: JsonValue = {"type": "error", "message": "/t/cell/work/a"}
    normalised = normalise(play(message, {"type": "error", "message": "/t/cell/tmp"}))

    assert entries(normalised)["places", "surfaced.events"] == LedgerEntry(
        rule="places", check="surfaced.events", hits=2, before="/t/cell/work/a", after="<CWD>/a"
    )
    assert {entry.rule for entry in normalised.ledger} <= set(RULE_IDS)


def test_the_observation_is_left_alone_and_untouched_parts_are_shared() -> None:
    """Ours: a deep copy of 100,000 events costs more than a second (REPORTS.md 1.1)."""
    event: JsonValue = {"type": "error", "message": "/t/cell/work"}
    untouched: JsonValue = {"type": "x", "n": [1, 2.5, None, True]}
    observation = play(event, untouched)
    before = copy.deepcopy(observation)

    events = normalise(observation).facts["surfaced.events"]

    assert observation == before
    assert isinstance(events, list)
    assert isinstance(events[0], list)
    assert events[0][1] is untouched


def test_noise_of_starting_a_process_is_dropped_and_counted() -> None:
    """Ours: a shell between SDK and codex sets SHLVL."""
    started = invocation(env={"SHLVL": "1", "CODEX_API_KEY": "k"})
    normalised = normalise(play(invocations=(started,)))

    assert normalised.facts["sent.env"] == [{"CODEX_API_KEY": {"set": "k"}}]
    assert entries(normalised)["env_start", "sent.env"].before == '{"SHLVL":{"set":"1"}}'


def test_long_texts_and_long_keys_are_shortened_with_short_examples() -> None:
    """Ours: goldens stay small."""
    long = "k" * 5000
    normalised = normalise(play({"type": "x", "text": long, long: 1}, {long: 2}))
    events = normalised.facts["surfaced.events"]

    assert len(repr(events)) < 600
    assert entries(normalised)["long_text", "surfaced.events"].hits == 2
    assert entries(normalised)["long_text", "surfaced.events"].before == "k" * 200 + "…"


def test_two_keys_that_a_rule_would_make_one_stay_two() -> None:
    """Ours: a merged key would hide a member."""
    events = normalise(play({"<CWD>": 1, "/t/cell/work": 2})).facts["surfaced.events"]

    assert events == [[{"<CWD>": 1, "/t/cell/work": 2}]]


def test_rules_for_errors_work_in_errors_only() -> None:
    """Ours: an address in an event is codex' own word."""
    text = "object at 0x7f3c12345678, pid 4711"
    failed = replace(TURN, events=({"type": text},), error={"class": "E", "message": text})
    facts = normalise(play(turns=(failed,))).facts

    assert facts["surfaced.events"] == [[{"type": text}]]
    assert facts["surfaced.error"] == [{"class": "E", "message": "object at <address>, pid <pid>"}]


def test_the_own_name_of_a_client_is_one_label_and_in_the_ledger() -> None:
    """PROTOCOLS.md 2.4; decisions/0008."""
    name = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE"

    normalised = normalise(play(invocations=(invocation(env={name: "codex_sdk_ts"}),)))

    assert normalised.facts["sent.env"] == [{name: {"set": "<own name>"}}]
    assert (
        entries(normalised)["own_name", "sent.env"].before
        == f'{{"{name}":{{"set":"codex_sdk_ts"}}}}'
    )


def test_weakenings_are_in_the_ledger_and_null_is_dropped_from_what_was_surfaced_only() -> None:
    """`cannot_express` of schemas/driver.json."""
    one = invocation(schema='{"a": null, "b": 1.0}')
    observation = play({"type": "x", "a": None, "n": 1.0}, invocations=(one,))

    normalised = normalise(observation, weaken=frozenset({"null_absent", "int_float"}))

    assert normalised.facts["surfaced.events"] == [[{"type": "x", "n": 1}]]
    assert normalised.facts["sent.schema"] == [{"json": {"a": None, "b": 1}}]
    assert entries(normalised)["weaken.null_absent", "surfaced.events"].after == "{}"


def test_facts_weakened_later_are_the_facts_weakened_at_once() -> None:
    """Ours: a stored golden is weakened without its raw observation."""
    names = frozenset({"null_absent", "int_float", "big_int"})
    observation = play({"type": "x", "a": None, "n": 1.0, "big": 2**60 + 1})

    assert weaken_facts(normalise(observation), names) == normalise(observation, weaken=names)
    assert weaken_facts(normalise(observation), frozenset()) == normalise(observation)


def test_the_normaliser_is_named_by_its_rules_and_their_revisions() -> None:
    """Ours: a golden made by other rules or of other facts is known to be stale; change this only with a revision."""
    assert NORMALISER == "a02f4c2df955"
    assert len(set(RULE_IDS)) == len(RULE_IDS) == 14


@pytest.mark.requirement("R0-13", "F12")
def test_what_was_measured_becomes_classes_and_the_ledger_keeps_the_numbers() -> None:
    """Ours: a golden holds no number that the next run would not see again."""
    small = TurnCost(cpu_ns=100, held=10, wrote=10, reading_ns=5.0)
    large = TurnCost(cpu_ns=900, held=80, wrote=80, reading_ns=5.0)
    turns = tuple(TurnRecord(outcome="end", cost=one) for one in (small, small, large))
    play = Observation(scenario="s", subject="x", mode="stream", turns=turns)

    seen = normalise(play)

    assert seen.facts["lifecycle.cost"] == {
        "time": "linear",
        "readings": "ordinary",
        "memory": "ordinary",
    }
    (entry,) = [one for one in seen.ledger if one.rule == COST_CLASS]
    assert (entry.check, entry.hits) == ("lifecycle.cost", 1)
    assert entry.before == '{"growth":1.12,"memory":1.0,"readings":2.25}'
    assert COST_CLASS in RULE_IDS


def test_the_own_name_of_a_client_is_a_label_in_its_requests_too() -> None:
    """Ours: a name that the client was given stays; one that it set itself is its own."""
    name = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE"
    requests: tuple[JsonValue, ...] = ({"originator": "mine"}, {"originator": "codex_exec"})
    whole = play(invocations=(invocation(env={name: "mine"}),), requests=requests)

    own = normalise(replace(whole, base_env={}))
    given = normalise(replace(whole, base_env={name: "mine"}))

    assert own.facts["sent.requests"] == [
        {"originator": "<own name>"},
        {"originator": "codex_exec"},
    ]
    assert entries(own)["own_name", "sent.requests"].before == "mine"
    assert given.facts["sent.requests"] == [*requests]


UNSEEN = replace(
    invocation(signals=("SIGTERM",), end="signal SIGTERM"), stdin=None, turn=None, wrote=0
)


@pytest.mark.parametrize("end", ["signal SIGTERM", None])
def test_a_codex_that_was_killed_before_it_did_anything_is_left_out_and_in_the_ledger(
    end: str | None,
) -> None:
    """Provenance: measured, 1 of 20 plays of exec.cancel.before-start-then-again on a loaded machine; PROTOCOLS.md 2.5."""
    both = (replace(UNSEEN, end=end), invocation())
    dead = normalise(play(invocations=both, cancels_unbegun=True))

    assert dead.facts == normalise(play()).facts
    assert entries(dead)[UNBORN, "sent.invocations"].hits == 1


@pytest.mark.parametrize(
    "changes",
    [{"stdin": "hi"}, {"turn": 0}, {"wrote": 1}, {"end": "exit 2"}, {"alive_after": True}],
)
def test_a_codex_that_did_anything_or_lives_on_is_seen(changes: dict[str, object]) -> None:
    """Provenance: ours; what is left out must have no effect on anybody."""
    one = replace(UNSEEN, **changes)  # type: ignore[arg-type]  # names are checked at run time
    seen = normalise(play(invocations=(one,), cancels_unbegun=True))

    assert seen.facts["sent.invocations"] == 1


def test_a_codex_that_was_killed_in_a_turn_that_began_is_seen() -> None:
    """Provenance: ours; a deadlock before the prompt is read ends like this too."""
    assert normalise(play(invocations=(UNSEEN,))).facts["sent.invocations"] == 1
