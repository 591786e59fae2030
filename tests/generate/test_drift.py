"""All generated scenarios together."""

from __future__ import annotations

import json

import pytest

from harness.generate.drift import cases
from harness.wire.shapes import ExecShapes
from tests.generate.material import RECORDED, ROOT, SHAPES


def test_the_names_are_sorted_and_belong_to_one_case_each() -> None:
    """Provenance: ours; a name is an id, and ids are never reused."""
    names = [case.name for case in cases(SHAPES, RECORDED)]
    assert names == sorted(set(names))
    assert len(names) > 40


def test_the_same_schema_makes_the_same_cases() -> None:
    """Provenance: issue text: deterministic."""
    assert cases(SHAPES, RECORDED) == cases(SHAPES, RECORDED)


@pytest.mark.requirement("R3-58")
def test_a_new_required_field_of_the_schema_is_a_new_line() -> None:
    """Provenance: issue text: generated from the schema by mutation rather than typed by hand."""
    schema = json.loads((ROOT.schemas / "exec-events.json").read_bytes())
    shapes = ExecShapes(schema)
    shape = shapes.items["reasoning"]
    shape["properties"]["depth"] = {"type": "integer"}  # type: ignore[index,call-overload]
    shape["required"].append("depth")  # type: ignore[union-attr]

    name = "missing-in-reasoning"
    lines = {case.name: case.lines for case in cases(shapes, RECORDED)}[name]
    assert len(lines) == 4 + 3 + 1
