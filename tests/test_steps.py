"""The steps of a scenario."""

from __future__ import annotations

import pytest

from harness.errors import ScenarioInvalid
from harness.jsonvalue import JsonValue
from harness.observation import Mode
from harness.steps import (
    JsonObject,
    Resume,
    Start,
    Together,
    Turn,
    consumption,
    features,
    parse_step,
    refuse_unplayable,
    turns_of,
)

START: JsonObject = {"start": {}}


def _turn(**more: JsonValue) -> Turn:
    (turn,) = turns_of(parse_step({"turn": {"input": "x", **more}}))
    return turn


def _refused(steps: list[JsonObject], *modes: Mode) -> str:
    with pytest.raises(ScenarioInvalid) as caught:
        refuse_unplayable([parse_step(step) for step in steps], modes, "x.yaml")
    return str(caught.value)


def test_each_step_becomes_its_own_data() -> None:
    """Provenance: ``schemas/scenario.json``, step."""
    assert parse_step({"start": {"model": "m"}}) == Start(options={"model": "m"})
    assert parse_step({"resume": {"thread_id": "t"}}) == Resume(thread_id="t", options={})
    assert parse_step({"turn": {"input": "x"}}) == Turn(input="x", options={}, consume="all")
    assert parse_step(
        {"together": {"turns": [{"input": "x", "thread": 0}, {"input": "y"}]}}
    ) == Together(turns=(_turn(thread=0), Turn(input="y", options={}, consume="all")))


def test_a_step_that_begins_a_thread_has_no_turns() -> None:
    """Provenance: ours."""
    assert turns_of(Start(options={})) == ()


def test_how_a_caller_reads_is_an_object_also_when_it_reads_all() -> None:
    """Provenance: ``schemas/scenario.json``, consume."""
    assert [consumption(_turn()), consumption(_turn(consume={"times": 0}))] == [{}, {"times": 0}]


@pytest.mark.parametrize(
    ("consume", "aborts"),
    [("all", None), ({"abort": "before_start"}, "before_start"), ({"abort_after": 2}, 2), ({"stop_after": 2}, None)],
)  # fmt: skip
def test_a_turn_says_when_it_is_cancelled(consume: JsonValue, aborts: str | int | None) -> None:
    """Provenance: ``schemas/scenario.json``, consume."""
    assert _turn(consume=consume).aborts == aborts


def test_an_image_and_a_thread_by_number_need_a_driver_that_can() -> None:
    """Provenance: ``schemas/driver.json``, capability."""
    image: JsonValue = [{"type": "local_image", "path": "a.png"}]
    text: JsonValue = [{"type": "text", "text": "x"}]

    assert features(_turn(input=image)) == {"images"}
    assert features(_turn(input=text, thread=0)) == {"concurrent"}


@pytest.mark.parametrize(
    ("consume", "needed"),
    [
        ("all", set()),
        ({"stop_after": 1}, {"stream"}),
        ({"abort_after": 1}, {"stream", "cancel"}),
        ({"abort": "when_hanging"}, {"cancel"}),
        ({"abort": "before_start"}, {"cancel_before_start"}),
        ({"abort": "twice_when_hanging"}, {"cancel"}),
        ({"pause_after": 1, "stop_after": 2}, {"stream", "pause"}),
        ({"times": 0}, {"stream", "times"}),
    ],
)
def test_a_way_of_reading_needs_what_it_uses(consume: JsonValue, needed: set[str]) -> None:
    """Provenance: ``schemas/driver.json``, capability."""
    assert features(_turn(consume=consume)) == needed


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        ([START, START], "no turn @ x.yaml $.steps\n  Add a `turn` step."),
        (
            [{"turn": {"input": "x"}}, {"start": {}}],
            "a turn before any thread @ x.yaml $.steps[0]\n  Begin with `start` or `resume`.",
        ),
    ],
)
def test_steps_that_cannot_be_played_are_refused(steps: list[JsonObject], what: str) -> None:
    """Provenance: ours; the schema cannot say it."""
    assert _refused(steps, "run") == what


@pytest.mark.parametrize("name", ["stop_after", "abort_after", "pause_after", "times"])
@pytest.mark.parametrize("modes", [("run",), ("run", "stream")])
def test_what_needs_events_is_refused_where_there_are_none(
    name: str, modes: tuple[Mode, ...]
) -> None:
    """Provenance: PROTOCOLS.md 2.6; a blocking run shows no event."""
    assert _refused([START, {"turn": {"input": "x", "consume": {name: 1}}}], *modes) == (
        f"`{name}` needs events, which mode `run` does not show "
        "@ x.yaml $.steps[1].turn.consume\n  Set `modes: [stream]`."
    )


@pytest.mark.parametrize(
    ("turns", "what"),
    [
        ([{"input": "x"}, {"input": "x"}], "turns at the same time need inputs that are different texts"),
        ([{"input": "x"}, {"input": []}], "turns at the same time need inputs that are different texts"),
        ([{"input": "x", "consume": {"abort": "when_hanging"}}, {"input": "y", "consume": {"abort_after": 1}}],
         "two turns at the same time that are cancelled"),
        ([{"input": "x", "consume": {"pause_after": 1}}, {"input": "y"}], "a pause among turns at the same time"),
        ([{"input": "x", "thread": 1}, {"input": "y"}], "no thread 1"),
    ],
)  # fmt: skip
def test_turns_that_cannot_run_together_are_refused(turns: JsonValue, what: str) -> None:
    """Provenance: driver protocol, `together`."""
    assert _refused([START, {"together": {"turns": turns}}], "stream").startswith(
        f"{what} @ x.yaml $.steps[1]"
    )


def test_what_can_be_played_is_not_refused() -> None:
    """Provenance: ``schemas/scenario.json``, step."""
    twice: JsonObject = {"turn": {"input": "x", "consume": {"times": 2}}}
    steps = [parse_step(START), parse_step(twice)]
    refuse_unplayable(steps, ("stream",), "x.yaml")
    beside = parse_step({"together": {"turns": [{"input": "x"}, {"input": "y", "thread": 0}]}})
    refuse_unplayable([*steps[:1], beside], ("run", "stream"), "x.yaml")
