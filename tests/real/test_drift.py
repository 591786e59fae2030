"""Sentences about ``harness.real.drift``: what one step is said to have changed, and how bad it is."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.real.drift import Change, Recorded, Step, drift, to_json
from harness.real.shapes import TurnBytes
from tests.real.turns import STARTED, TURN, completed, item, turn


def step(older: list[TurnBytes], newer: list[TurnBytes]) -> Step:
    (found,) = drift([
        Recorded(version="0.1.0", turns={"s": older}),
        Recorded(version="0.2.0", turns={"s": newer}),
    ])  # fmt: skip
    return found


def only(older: list[TurnBytes], newer: list[TurnBytes]) -> Change:
    (change,) = step(older, newer).changes
    return change


PATH = "turn.completed.usage"


@pytest.mark.parametrize(
    ("older", "newer", "name", "severity", "said"),
    [
        ([completed(1)], [completed(1, new=2)], f"field:{PATH}.new", "information", ("absent", "integer")),
        ([completed(1, old=2)], [completed(1)], f"field:{PATH}.old", "breaking", ("integer", "absent")),
        ([completed(1, n=2)], [completed(1, n=2.5)], f"type:{PATH}.n", "breaking", ("integer", "number")),
        (
            [completed(1, n=2), completed(1)],
            [completed(1, n=2), completed(1, n=3)],
            f"presence:{PATH}.n", "information", ("sometimes", "always"),
        ),
        (
            [completed(1, n=2), completed(1, n=2)],
            [completed(1, n=2), completed(1)],
            f"presence:{PATH}.n", "breaking", ("always", "sometimes"),
        ),
        ([completed(1, a=[])], [completed(1, a=[1])], f"field:{PATH}.a[]", "information", ("absent", "integer")),
        (
            ['{"type":"turn.completed","usage":{"input_tokens":1}}'],
            ['{"type":"turn.completed","usage":{"input_tokens":1,"input_tokens":1}}'],
            f"duplicate-key:{PATH}.input_tokens", "breaking", ("once", "twice"),
        ),
        (
            ['{"type":"turn.completed","usage":{"input_tokens":1,"input_tokens":1}}'],
            ['{"type":"turn.completed","usage":{"input_tokens":1}}'],
            f"duplicate-key:{PATH}.input_tokens", "breaking", ("twice", "once"),
        ),
        ([STARTED], [STARTED, "text"], "text:lines-that-are-not-JSON", "breaking", ("0", "1")),
    ],
)  # fmt: skip
def test_a_change_of_shape_is_named_with_its_severity(
    older: list[JsonValue], newer: list[JsonValue], name: str, severity: str, said: tuple[str, str]
) -> None:
    change = only([turn(*older)], [turn(*newer)])
    assert (change.name, change.severity) == (name, severity)
    assert (change.before, change.after) == said
    assert change.scenarios == ("s",)


def names(found: Step) -> set[str]:
    return {change.name for change in found.changes}


def test_a_new_event_is_told_once_and_not_again_for_each_of_its_fields() -> None:
    older = [turn(TURN, item("completed", "file_change"))]
    newer = [turn(TURN, item("started", "file_change"), item("completed", "file_change"))]
    assert names(step(older, newer)) == {
        "event:item.started/file_change",
        "order:file_change-is-started-before-it-is-completed",
    }
    assert names(step(newer, older)) == {
        "event:item.started/file_change",
        "order:file_change-is-started-before-it-is-completed",
    }


def test_a_field_below_a_new_object_is_not_told_again() -> None:
    older = [turn({"type": "turn.completed"})]
    newer = [turn(completed(1))]
    assert names(step(older, newer)) == {"field:turn.completed.usage"}
    assert names(step(newer, older)) == {"field:turn.completed.usage"}


def test_a_word_of_the_protocol_that_is_new_or_gone_is_a_change() -> None:
    older = [turn(item("completed", "x", status="a"), item("completed", "x", status="b"))]
    newer = [turn(item("completed", "x", status="a"), item("completed", "x", status="c"))]
    found = {change.name: change.severity for change in step(older, newer).changes}
    assert found == {
        "value:item.completed/x.item.status-=-c": "information",
        "value:item.completed/x.item.status-=-b": "breaking",
    }


def test_another_meaning_of_the_same_shape_is_the_worst_and_comes_first() -> None:
    older = [turn(completed(42)), turn(completed(42))]
    newer = [turn(completed(42, new=1)), turn(completed(84, new=2))]
    found = step(older, newer).changes
    assert [change.severity for change in found] == ["meaning", "information"]
    assert (found[0].before, found[0].after) == ("of the turn", "of the thread so far")


def test_an_order_that_no_longer_holds_is_a_change() -> None:
    older = [turn(item("completed", "error"), TURN)]
    newer = [turn(TURN, item("completed", "error"))]
    said = {change.what: (change.before, change.after) for change in step(older, newer).changes}
    assert said["an item comes before turn.started"] == ("yes", "no")


def test_what_could_not_be_played_any_more_or_at_last_is_a_change_of_its_own() -> None:
    played = {"s": [turn(TURN)]}
    missing = {"s": ["not offered: update_plan"]}
    steps = drift([
        Recorded(version="0.1.0", turns=played),
        Recorded(version="0.2.0", turns={}, not_recorded=missing),
        Recorded(version="0.3.0", turns=played),
    ])  # fmt: skip
    assert [[(one.severity, one.after) for one in found.changes] for found in steps] == [
        [("breaking", "not played")],
        [("information", "played")],
    ]
    assert [found.compared for found in steps] == [0, 0]


def test_a_scenario_that_one_release_never_saw_is_not_compared() -> None:
    (found,) = drift([
        Recorded(version="0.1.0", turns={"a": [turn(TURN)]}),
        Recorded(version="0.2.0", turns={"b": [turn(STARTED)]}),
    ])  # fmt: skip
    assert (found.changes, found.compared) == ((), 0)


def test_the_same_recordings_show_no_drift() -> None:
    turns = [turn(STARTED, TURN, item("completed", "x", status="a"), completed(1), "text")]
    assert step(turns, turns).changes == ()


def test_the_steps_are_json() -> None:
    found = to_json([step([turn(completed(1))], [turn(completed(1, new=2))])])
    assert found == [
        {
            "older": "0.1.0",
            "newer": "0.2.0",
            "compared": 1,
            "changes": [
                {
                    "name": f"field:{PATH}.new",
                    "kind": "field",
                    "what": f"{PATH}.new",
                    "severity": "information",
                    "before": "absent",
                    "after": "integer",
                    "scenarios": ["s"],
                }
            ],
        }
    ]


def refusing(said: str) -> Recorded:
    return Recorded(
        version="x", turns={"a": [TurnBytes(stdout=b"", exit_code=2, refused=said)] * 2}
    )


def changes(older: Recorded, newer: Recorded) -> list[tuple[str, str, str, str]]:
    (step,) = drift([older, newer])
    return [(one.kind, one.severity, one.before, one.after) for one in step.changes]


def test_a_command_line_that_is_refused_is_one_change_and_not_the_loss_of_every_event() -> None:
    """Captured: 0.58.0 knows no --thread-source."""
    taken = Recorded(version="y", turns={"a": [turn(STARTED, TURN), turn(STARTED, TURN)]})
    no = refusing("error: unexpected argument '--x'")
    assert changes(no, taken) == [("refusal", "information", "refused", "taken")]
    assert changes(taken, no) == [("refusal", "breaking", "taken", "refused")]
    assert changes(no, no) == []
    assert changes(no, refusing("other")) == [
        ("refusal text", "information", "error: unexpected argument '--x'", "other")
    ]


def test_a_scenario_of_which_one_turn_is_refused_is_compared_as_any_other() -> None:
    half = [TurnBytes(stdout=b"", exit_code=1, refused="no prompt"), turn(STARTED, TURN)]
    older = Recorded(version="x", turns={"a": half})
    newer = Recorded(version="y", turns={"a": [half[0], turn(STARTED)]})
    assert ("event", "breaking", "object", "absent") in changes(older, newer)
