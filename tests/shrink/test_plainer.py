"""Plainer forms of actions, inputs and steps."""

from __future__ import annotations

from typing import Any

import pytest

from harness.jsonvalue import JsonValue
from harness.shrink.plainer import inline, plainer
from harness.shrink.tree import Place

ACTION: Place = ("script", "turns", 0, "do", 0)
INPUT: Place = ("steps", 1, "turn", "input")
FILL = '{"type":"a","item":{"type":"%FILL%"}}'


@pytest.mark.parametrize(
    ("place", "value", "plain"),
    [
        (ACTION, {"split": {"json": "[1]", "at": [1]}}, [{"line": [1]}, {"json": "[1]"}]),
        (ACTION, {"split": {"json": "[1", "at": [1]}}, [{"json": "[1"}]),
        (
            ACTION,
            {"fill": {"json": FILL, "bytes": 99}},
            [
                {"line": {"type": "a", "item": {"type": ""}}},
                {"fill": {"json": '{"type":"%FILL%"}', "bytes": 99}},
            ],
        ),
        (ACTION, {"fill": {"json": "%FILL%", "bytes": 9}}, []),
        (ACTION, {"json": '{"a":1.0}'}, [{"line": {"a": 1.0}}]),
        (ACTION, {"json": "NaN"}, []),
        (ACTION, {"bytewise": "[1]"}, [{"line": [1]}, {"json": "[1]"}]),
        (ACTION, {"repeat": {"times": 9, "json": "[%N%]"}}, [{"line": [0]}]),
        (ACTION, {"json": '"\\ud800"'}, []),
        (ACTION, {"hex": "7b7d"}, [{"raw": "{}"}]),
        (ACTION, {"hex": "ff"}, []),
        (ACTION, {"line": 1}, []),
        (INPUT, "x", []),
        (INPUT, [{"type": "local_image", "path": "p"}, {"type": "text", "text": "t"}], ["t"]),
        (INPUT, [{"type": "local_image", "path": "p"}], ["x"]),
        (("steps", 0), {"resume": {"thread_id": "t", "options": {"model": "m"}}}, [{"start": {"model": "m"}}]),
        (("steps", 0), {"resume": {"thread_id": "t"}}, [{"start": {}}]),
        (("steps", 0), {"start": {}}, []),
        (("steps", 2), {"together": {"turns": [{"input": "a"}, {"input": "b"}]}}, [{"turn": {"input": "a"}}]),
        (("steps", 2, "together", "turns", 0), {"input": "x"}, []),
        (("client", "env"), {}, []),
    ],
)  # fmt: skip
def test_a_part_has_these_plainer_forms(
    place: Place, value: JsonValue, plain: list[JsonValue]
) -> None:
    """Provenance: schemas/scenario.json."""
    assert plainer(place, value) == plain


def test_a_recorded_line_is_put_in_as_a_value_only_if_the_mock_writes_the_same_bytes() -> None:
    """Provenance: ours; a reduction begins with what the scenario plays, byte for byte."""
    lines = [
        '{"type":"a","x":1}',
        '{"id":1,"id":2}',
        '{"a": 1}',
        '{"a":1e2}',
        "{",
        '"\\u00e5"',
        '"å"',
    ]
    document: dict[str, Any] = {
        "id": "x",
        "script": {"profile": "p", "turns": [{"do": [{"json": one} for one in lines] + [{"hang": {}}]}]},
    }  # fmt: skip

    assert inline(document) == {
        "id": "x",
        "script": {
            "profile": "p",
            "turns": [
                {
                    "do": [
                        {"line": {"type": "a", "x": 1}},
                        *({"json": one} for one in lines[1:6]),
                        {"line": "å"},
                        {"hang": {}},
                    ]
                }
            ],
        },
    }
