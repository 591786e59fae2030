"""Which events codex would not write."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from harness.shrink.likely import Kind, misfits

SCHEMAS = load_schemas(find_root(Path(__file__).parent))
USAGE: dict[str, JsonValue] = {
    "input_tokens": 1, "cached_input_tokens": 0, "cache_write_input_tokens": 0, "output_tokens": 1,
    "reasoning_output_tokens": 0,
}  # fmt: skip
STARTED = '{"type":"turn.started"}'


def found(*actions: JsonValue) -> frozenset[Kind]:
    """The misfits of one turn, by the schema of exec events."""
    return misfits(
        {"script": {"turns": [{"do": list(actions)}]}},
        lambda event: SCHEMAS.first_problem("exec-events", event) is None,
    )


@pytest.mark.parametrize(
    "action",
    [
        {"line": {"type": "turn.started"}},
        {"json": STARTED},
        {"bytewise": STARTED},
        {"split": {"json": STARTED, "at": [1]}},
        {"fill": {"json": '{"type":"error","message":"%FILL%"}', "bytes": 99}},
        {"repeat": {"json": '{"type":"error","message":"%N%"}', "times": 2}},
        {"item": {"event": "completed", "ref": "a", "body": {"type": "agent_message", "text": ""}}},
        {"turn_completed": {"usage": USAGE}},
        {"thread_started": {}},
        {"exit": 1},
    ],
)
def test_what_codex_writes_is_no_misfit(action: JsonValue) -> None:
    """Provenance: schemas/exec-events.json."""
    assert found(action) == frozenset()


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ({"line": {"type": "turn.progress"}}, ("turn.progress", "")),
        ({"line": []}, ("", "")),
        ({"json": "{"}, ("", "")),
        ({"json": '{"a":1}'}, ("", "")),
        ({"item": {"event": "started", "ref": "a", "body": {"type": "hologram"}}}, ("item.started", "hologram")),
        ({"turn_completed": {"usage": {"input_tokens": 1}}}, ("turn.completed", "")),
    ],
)  # fmt: skip
def test_what_codex_does_not_write_is_told_by_its_kind(action: JsonValue, kind: Kind) -> None:
    """Provenance: schemas/exec-events.json."""
    assert found({"line": {"type": "turn.started"}}, action) == {kind}
