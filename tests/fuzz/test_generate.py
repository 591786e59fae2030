"""Documents made by chance: the same for a seed, scenarios every one, valid ones within the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings

from harness.errors import HarnessFault
from harness.fuzz.from_schema import values
from harness.fuzz.generate import Drawn, batch
from harness.fuzz.streams import events_by_type
from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from harness.scenario import parse
from mock_codex.compiler import compile_script
from mock_codex.scenario import parse_script

ROOT = find_root(Path(__file__).parent)
SCHEMAS = load_schemas(ROOT)
EVENTS = cast("JsonValue", json.loads((ROOT.schemas / "exec-events.json").read_bytes()))
BY_TYPE = events_by_type(EVENTS)
ABLE = frozenset(
    {"run", "stream", "resume", "images", "client.config", "client.env", "thread.model", "thread.sandbox_mode",
     "thread.additional_directories", "turn.output_schema"}
)  # fmt: skip


def made(base: int = 7, number: int = 0, size: int = 40) -> list[Drawn]:
    """One batch."""
    return batch(BY_TYPE, ABLE, ["run", "stream"], base=base, number=number, size=size)


def test_a_seed_makes_the_same_documents_again_and_another_seed_others() -> None:
    """Provenance: issue text; `--seed` reproduces."""
    assert made() == made()
    assert made(base=8) != made()
    assert made(number=1) != made()


def test_every_document_is_a_scenario_that_the_mock_can_play() -> None:
    """Provenance: schemas/scenario.json; chance must not spend its plays on what cannot be played."""
    for drawn in made():
        scenario = parse(drawn.document, drawn.origin, SCHEMAS)
        compile_script(parse_script(scenario.script))
        assert scenario.capabilities(drawn.mode) <= ABLE


def test_valid_streams_fit_the_schema_and_others_are_made_too() -> None:
    """Provenance: issue text; valid and invalid streams from the schema."""
    drawn = [one for number in range(3) for one in made(number=number)]
    kinds = {action for one in drawn for entry in actions(one) for action in entry}

    for one in drawn:
        if one.valid:
            for event in events(one):
                assert SCHEMAS.first_problem("exec-events", event) is None, (one.origin, event)
    assert {one.valid for one in drawn} == {True, False}
    assert {one.mode for one in drawn} == {"run", "stream"}
    assert {"line", "split", "exit", "raw", "hex"} <= kinds


def actions(drawn: Drawn) -> list[dict[str, Any]]:
    """What the mock does in the turn."""
    return cast("Any", drawn.document)["script"]["turns"][0]["do"]  # type: ignore[no-any-return]


def events(drawn: Drawn) -> list[JsonValue]:
    """The lines that are one event each."""
    found: list[JsonValue] = []
    for action in actions(drawn):
        if "line" in action:
            found.append(action["line"])
        elif "split" in action:
            found.append(json.loads(action["split"]["json"]))
    return found


@settings(max_examples=300, deadline=None)
@given(event=values(EVENTS))
def test_what_is_made_from_the_schema_fits_it(event: JsonValue) -> None:
    """Provenance: schemas/exec-events.json; jsonschema is the judge."""
    assert SCHEMAS.first_problem("exec-events", event) is None


def test_a_keyword_that_is_not_known_is_refused() -> None:
    """Provenance: ours; a schema must not grow past the generator unnoticed."""
    with pytest.raises(HarnessFault, match="patternProperties"):
        values({"type": "object", "patternProperties": {}})
