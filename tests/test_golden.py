"""Golden files: what is written is what is read, and when a golden no longer speaks of today."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import HarnessFault
from harness.golden import Golden, Provenance, file_name, parse, render
from harness.jsonvalue import JsonValue

PROVENANCE = Provenance(
    subject="openai-typescript",
    sdk="@openai/codex-sdk",
    version="0.163.0",
    runtime="node 20.20.2",
    lane="mock",
    scenario_sha256="ab" * 32,
    normaliser="cd" * 6,
    cannot_express=("big_int", "int_float"),
)
GOLDEN = Golden(
    scenario="exec.items.plain",
    provenance=PROVENANCE,
    facts={
        "run": {"surfaced.result": [{"final_response": "a\u2028\ud800", "usage": None}]},
        "stream": {
            "surfaced.events": [[{"type": "turn.started"}, 1.0], [], [2**70]],
            "lifecycle.lazy": [0],
        },
    },
)


def test_what_is_written_is_what_is_read() -> None:
    """Provenance: ours; also for empty turns, big integers, 1.0, U+2028 and lone surrogates."""
    text = render(GOLDEN)

    assert parse(text, "x") == GOLDEN
    assert render(parse(text, "x")) == text


def test_each_event_is_a_line_of_its_own() -> None:
    """Provenance: ours; so that a change reads well in a diff."""
    lines = render(GOLDEN).split("\n")

    assert (
        '{"mode": "stream", "check": "surfaced.events", "turn": 0, "event": {"type": "turn.started"}}'
        in lines
    )
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize(
    "text",
    ["", "<<<<<<< mine\n", '{"kind": "golden"}\n', "[]\n", '{"scenario":1,"provenance":{}}\n'],
)
def test_a_file_that_is_no_golden_is_refused_with_what_to_do(text: str) -> None:
    """Provenance: REPORTS.md section 2; also conflict marks of a merge."""
    with pytest.raises(HarnessFault, match="nox -s golden"):
        parse(text, "fixtures/golden/x.jsonl")


def test_a_golden_is_stale_when_scenario_or_normaliser_changed() -> None:
    """Provenance: REPORTS.md section 2, stale even when the bytes still match."""
    assert GOLDEN.state(scenario_sha256="ab" * 32, normaliser="cd" * 6) == ("ok", "")
    assert GOLDEN.state(scenario_sha256="00", normaliser="cd" * 6)[0] == "stale"
    assert GOLDEN.state(scenario_sha256="ab" * 32, normaliser="00")[0] == "stale"


def test_a_golden_gives_what_it_knows_of_a_mode() -> None:
    """Provenance: ours."""
    run = GOLDEN.normalised("run")

    assert run is not None
    assert run.facts == GOLDEN.facts["run"]
    assert Golden(scenario="x", provenance=PROVENANCE).normalised("run") is None


def test_a_golden_lies_in_the_folder_of_its_family() -> None:
    """Provenance: DESIGN, layout."""
    assert file_name("exec.items.plain") == "items/exec.items.plain.jsonl"


def test_a_turn_with_declared_outcomes_is_one_line_that_names_them() -> None:
    """Provenance: issue text, item 4; a golden keeps what was allowed."""
    facts: dict[str, JsonValue] = {
        "surfaced.events": [[{"type": "turn.started"}], {"one_of": ["two", "three"]}]
    }
    made = replace(GOLDEN, facts={"stream": facts})

    assert '"turn": 1, "fact": {"one_of": ["two", "three"]}}' in render(made)
    assert parse(render(made), "x") == made
    whole: dict[str, JsonValue] = {"surfaced.events": {"one_of": ["two", "three"]}}
    assert parse(render(replace(made, facts={"stream": whole})), "x").facts == {"stream": whole}
