"""The data of a run inside its page."""

from __future__ import annotations

from typing import Any

from harness.jsonvalue import JsonValue
from harness.report.model import RunModel
from harness.report.page import cells
from harness.report.payload import CHUNK, document, packed
from harness.report.records import GOLDEN
from tests.report import runs
from tests.report.runs import ONE, TWO
from tests.report.unpacked import unpack


def doc(model: RunModel, name: str = ONE) -> Any:
    return document(model, model.scenarios[name], cells(model)[name])


def text(found: Any, at: int) -> str:
    return str(found["pool"][at])


def test_a_number_travels_as_it_was_written_and_equal_texts_travel_once() -> None:
    """Ours: JavaScript has one kind of number."""
    facts: JsonValue = {"surfaced.events": [[{"n": 1.0}, {"n": 1}, {"n": 2**70}, {"n": 1}]]}
    seen = tuple(runs.observation(who, facts=facts) for who in ("reference", "left"))
    found = doc(runs.played(runs.result("left"), runs.result("right"), extra=seen))
    side = found["seen"]["left"]["stream"]
    texts = [
        text(found, first + step) for first, count in side["events"][0] for step in range(count)
    ]

    assert texts == ['{"n": 1.0}', '{"n": 1}', '{"n": 1180591620717411303424}', '{"n": 1}']
    assert side["events"] == found["seen"]["reference"]["stream"]["events"]
    assert len(side["events"][0]) == 2
    assert len(set(found["pool"])) == len(found["pool"])


def test_a_cell_travels_as_it_was_judged() -> None:
    """Issue: nothing is decided a second time."""
    found = doc(runs.model(runs.rich_run()))
    left, right = found["cells"]["left"], found["cells"]["right"]

    assert (left["verdict"], left["rerun"], left["golden"]) == (
        "divergence",
        "3 of 4 plays differ",
        True,
    )
    assert [one[0] for one in left["differences"]] == ["new", "cosmetic"]
    assert left["differences"][0][8:11] == [
        "`item.text` is otherwise",
        ['"h', "i", '"', ""],
        ['"h', "o", '"', ""],
    ]
    assert [row[0] for row in left["turns"][0]["rows"]] == [0, "changed"]
    assert left["turns"][0]["rows"][1][4]["differing"][0][0] == "item.text"
    (argv,) = [one for one in left["checks"] if one["check"] == "sent.argv_text"]
    assert [row[0] for row in argv["lines"][0]] == ["equal", "equal", "missing", "equal"]
    assert right["knowns"][0]["reason"] == "sdk-bug"
    assert right["differences"][0][11] == 0
    assert right["differences"][0][10] is None


def test_what_is_flaky_travels_with_its_rate() -> None:
    """Provenance: issue text, item 4."""
    flaky = runs.known(flaky={"rate": "7 of 20", "measured": "2026-11-21"})
    known = runs.result("left", "known", differences=[runs.difference(known=flaky)])
    found = doc(runs.played(known, runs.result("right")))

    assert found["cells"]["left"]["knowns"][0]["flaky"] == ["7 of 20", "2026-11-21"]


def test_everything_that_was_seen_travels() -> None:
    """Issue: journal, stderr, raw events, golden, ledger."""
    raw: JsonValue = {
        "turns": [{"events": [{"a": 1}], "outcome": "end"}, "odd"],
        "invocations": [{"turn": 0, "wrote": 3}],
        "stderr": "warn",
    }
    extra = (runs.observation("left", raw=raw), runs.observation(GOLDEN))
    found = doc(runs.played(runs.result("left"), runs.result("right"), extra=extra))
    side = found["seen"]["left"]["stream"]

    assert text(found, side["rest"]) == '{"stderr": "warn"}'
    assert text(found, side["invocations"][0]) == '{"turn": 0, "wrote": 3}'
    assert text(found, side["turns"][0]["rest"]) == '{"outcome": "end"}'
    assert text(found, side["turns"][1]["rest"]) == '{"turn": "odd"}'
    assert found["seen"]["golden"]["stream"]["rest"] is None


def test_the_wire_travels_as_text_and_as_bytes_where_it_is_none() -> None:
    """Issue: wire bytes, hex and text."""
    script: JsonValue = {"turns": [{"do": [{"json": "{}"}, {"hex": "ff"}, {"exit": 1}]}]}
    model = runs.played(
        runs.result("left"), runs.result("right"), extra=(runs.scenario(script=script),)
    )
    (turn,) = doc(model)["wire"]

    assert turn["steps"] == [
        ["json", "", "{}\n", 3],
        ["hex", "exact bytes", ["/w=="], 1],
        ["exit", "1", None, 0],
    ]
    assert turn["size"] == 4


def test_the_lines_of_the_turn_that_was_played_are_set_against_the_events() -> None:
    """Issue: a timeline of emitted against surfaced."""
    script: JsonValue = {"turns": [{"do": []}, {"do": [{"json": '{"type":"turn.started"}'}]}]}
    events: JsonValue = {"surfaced.events": [[{"type": "turn.started"}], [], []]}
    raw: JsonValue = {"turns": [], "invocations": [{"turn": 1}, "odd", {"turn": 7}]}
    extra = (runs.scenario(script=script), runs.observation("left", facts=events, raw=raw))
    found = doc(runs.played(runs.result("left"), runs.result("right"), extra=extra))

    assert found["cells"]["left"]["causal"] == [
        {"turn": 0, "script": 1, "links": [["same", 0, 0, 1]]}
    ]
    assert found["cells"]["right"]["causal"] == []


def test_events_of_an_odd_form_and_too_few_invocations_break_nothing() -> None:
    """Ours: the page shows what it was given."""
    extra = (
        runs.observation(
            "left", facts={"surfaced.events": "odd"}, raw={"turns": [], "invocations": []}
        ),
        runs.observation("right", facts={"surfaced.events": ["a", "b"]}),
    )
    found = doc(runs.played(runs.result("left"), runs.result("right"), extra=extra))

    assert found["seen"]["left"]["stream"]["events"] == []
    assert found["cells"]["right"]["causal"] == []


def test_documents_are_packed_in_their_order_into_chunks_of_a_bounded_size() -> None:
    """Ours: a scenario is opened without unpacking the run."""
    long: JsonValue = "x" * (CHUNK // 2)
    chunks = packed({"id": name, "text": long} for name in "abc")

    assert [chunk.scenarios for chunk in chunks] == [("a", "b"), ("c",)]
    assert [one["id"] for one in unpack(chunks[0].text)] == ["a", "b"]
    assert packed([]) == ()
    assert len(packed([{"id": "a", "text": long}, {"id": "b", "text": long}])) == 1


def test_a_scenario_without_an_observation_has_its_words() -> None:
    """Ours: a subject that could not run."""
    found = doc(runs.model(runs.rich_run()), TWO)

    assert found["seen"] == {}
    assert found["cells"]["gone"]["headline"] == "go is not installed"
