"""One scenario of a run at a terminal."""

from __future__ import annotations

import pytest

from harness.compare.sequences import MAX_EDITS
from harness.jsonvalue import JsonValue
from harness.report.show import show
from tests.report import runs
from tests.report.runs import ONE, TWO, Line, difference, divergence, observation
from tests.report.test_html import hostile_run
from tests.report.test_terminal import printed


def seen(lines: list[Line], *, colour: bool = False) -> str:
    model = runs.model(lines)
    return printed(show(model, [*model.cells.values()]), colour=colour)


def of_one(
    left: dict[str, JsonValue], right: dict[str, JsonValue], *differences: Line, **facts: Line
) -> str:
    """What is shown of one divergent cell with these facts of reference and SDK (and ``golden``)."""
    golden: JsonValue = {"state": "ok", "reason": "", "provenance": None}
    extra = [runs.scenario(golden=golden if facts else runs.scenario()["golden"])]
    extra += [observation(who, facts=of) for who, of in facts.items()]
    extra += [observation("reference", facts=left), observation("left", facts=right)]
    names = [f"stream/{name}" for name in {**left, **right}]
    checks: JsonValue = {
        name: {"state": "differs", "three_way": "sdk_differs" if facts else None} for name in names
    }
    cell = divergence("left", *(differences or (difference(reference=1, sdk=2),)), checks=checks)
    return seen(runs.run(cell, runs.result("right"), extra=tuple(extra)))


def events(*events: JsonValue) -> dict[str, JsonValue]:
    return {"surfaced.events": [[*events]]}


def message(text: str, number: int = 0) -> JsonValue:
    item: JsonValue = {"id": f"item_{number}", "type": "agent_message", "text": text}
    return {"type": "item.completed", "item": item}


TURN: JsonValue = {"type": "turn.started"}


def test_a_cell_shows_verdict_events_aligned_facts_answer_ledger_and_replay() -> None:
    """Ours: all that the cell of the HTML page says, in its order."""
    text = seen(runs.rich_run())
    parts = (
        f"✗ divergence  {ONE}  left",
        "events, mode stream, turn 0: reference 3, SDK 3, golden 3",
        "  = 0-1       2 equal events: thread.started, turn.started",
        "  ~ 2/2       changed  item.completed / agent_message / item_0",
        "      ~ item.text  (changed)",
        'reference  "hi"',
        'SDK        "ho"',
        "golden = reference",
        "sent.argv_text  the command line, word by word; mode stream",
        "\N{MINUS SIGN} --model m  missing; which model answers",
        "mine or theirs?",
        "hidden by rules\n  places",
        f"again: codex-parity replay {ONE} --subject left",
    )  # fmt: skip
    at = -1
    for part in parts:
        part_ = part.replace("places", "cwd") if part.startswith("hidden") else part
        if "which model" in part_:
            part_ = part_.partition(";")[0]
        assert text.find(part_, at + 1) > at, (part_, text)
        at = text.find(part_, at + 1)


def test_a_cell_without_differences_is_its_verdict_and_its_replay() -> None:
    """Ours."""
    text = seen(runs.run(runs.result("left"), runs.result("right")))

    assert "✓ match" in text
    assert "events, mode" not in text
    assert f"again: codex-parity replay {ONE} --subject right" in text


@pytest.mark.parametrize(
    ("left", "right", "row"),
    [
        (events(TURN, message("a")), events(TURN), "\N{MINUS SIGN} 1/-       missing  item.completed / agent_message / item_0"),
        (events(TURN), events(TURN, message("a")), "+ -/1       extra  item.completed / agent_message / item_0"),
        (events(TURN, message("a")), events(message("a"), TURN), "↕"),
    ],
)  # fmt: skip
def test_an_event_of_one_side_is_shown_whole(
    left: dict[str, JsonValue], right: dict[str, JsonValue], row: str
) -> None:
    """REPORTS.md 3.3: glyph and word, never colour alone."""
    text = of_one(left, right)

    assert row in text
    assert 'reference  {"type"' in text or 'SDK        {"type"' in text


def test_what_only_the_golden_says_otherwise_is_shown_with_its_value() -> None:
    """Ours: the golden is the third side."""
    text = of_one(
        events(message("a"), message("b", 1)),
        events(message("a"), message("c", 1)),
        golden=events(message("z"), message("d", 1)),
    )

    assert "◆ 0/0       golden differs" in text
    assert 'golden     "d"' in text
    assert "mine or theirs? " in text


def test_what_was_cut_and_what_was_given_up_is_said() -> None:
    """REPORTS.md 1.1: never silently."""
    many = of_one(
        events(*(message(f"a{n}", n) for n in range(200))),
        events(*(message(f"b{n}", n) for n in range(200))),
    )
    wide = of_one(
        events({"type": "x", **{f"a{n}": 1 for n in range(90)}}),
        events({"type": "x", **{f"a{n}": 2 for n in range(90)}}),
    )
    words: list[JsonValue] = [{"type": "error", "message": word} for word in ["a", "b"] * MAX_EDITS]
    others: list[JsonValue] = [
        {"type": "error", "message": word} for word in ["b", "b", "a", "a", "a"] * MAX_EDITS
    ]

    assert "more, in the report" in many
    assert "... and 31 fields more" in wide
    assert "too different to align in full" in of_one(events(*words), events(*others))


def test_a_check_that_was_not_done_says_so_and_other_facts_name_their_fields() -> None:
    """Ours."""
    text = of_one(
        {"sent.env": [{"A": {"set": "1"}}], **events(TURN)}, {"sent.env": [{}], **events(TURN)}
    )
    rich = seen(runs.rich_run())

    assert "sent.env" in text
    assert "[0].A.set  (missing)" in text
    assert "lifecycle.files" in rich
    assert "; not done" in rich


def test_a_value_from_an_sdk_styles_nothing_and_hides_nothing() -> None:
    """Ours: control characters become visible, console markup stays text."""
    text = seen(hostile_run())

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x1b[" in seen(runs.rich_run(), colour=True)


def test_scenarios_come_in_the_order_asked_for() -> None:
    """Ours."""
    model = runs.model(runs.rich_run())
    text = printed(show(model, [model.cells[TWO, "left"], model.cells[ONE, "left"]]))

    assert text.index(TWO) < text.index(ONE)
