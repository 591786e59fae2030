"""Validation against the contracts, with errors that name the place."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.wire.schemas import Problem, SchemaSet

SCHEMAS = SchemaSet(
    {
        "fruit": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "urn:test:fruit",
            "oneOf": [{"$ref": "#/$defs/apple"}],
            "$defs": {
                "apple": {
                    "type": "object",
                    "required": ["seeds"],
                    "properties": {"seeds": {"type": "array", "items": {"type": "integer"}}},
                }
            },
        },
        "any": {},
    }
)


@pytest.mark.parametrize("name", ["fruit", "fruit#apple", "any"])
def test_a_value_that_fits_has_no_problem(name: str) -> None:
    """Provenance: ours; a whole schema, a definition inside one, and the schema that takes all."""
    assert SCHEMAS.first_problem(name, {"seeds": [1, 2]}) is None
    assert SCHEMAS.first_problem(name, {"seeds": [3]}) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({}, Problem("'seeds' is a required property", "$")),
        ({"seeds": [1, "x"]}, Problem("'x' is not of type 'integer'", "$.seeds[1]")),
        ([], Problem("[] is not of type 'object'", "$")),
    ],
)
def test_a_problem_is_a_sentence_and_a_path(value: JsonValue, problem: Problem) -> None:
    """Provenance: REPORTS.md section 2, Validation."""
    assert SCHEMAS.first_problem("fruit#apple", value) == problem


def test_a_long_value_does_not_fill_the_screen() -> None:
    """Provenance: ours; a sentence quotes the value, which may be a whole file."""
    problem = SCHEMAS.first_problem("fruit#apple", "x" * 1000)
    assert problem is not None
    assert problem.message == f"'{'x' * 299} ..."


def test_a_definition_is_checked_without_the_union_around_it() -> None:
    """Provenance: ours; of a failed union one learns only that nothing fitted."""
    schemas = SchemaSet(
        {"a": {"oneOf": [{"const": 1}, {"const": 2}], "$defs": {"b": {"const": 3}}}}
    )
    assert schemas.first_problem("a#b", 3) is None
    assert schemas.first_problem("a", 3) is not None


def test_the_names_of_a_set_are_its_state() -> None:
    """Provenance: STYLE.md rule 17."""
    assert repr(SCHEMAS) == "SchemaSet(any, fruit)"


@pytest.mark.parametrize("value", [{"seeds": ["\ud800"]}, {"seeds": [float("inf")]}])
def test_what_the_quick_judge_cannot_take_is_left_to_the_thorough_one(value: JsonValue) -> None:
    """Provenance: ours; a lone surrogate is a text of JSON and none of Rust."""
    assert SCHEMAS.first_problem("any", value) is None
    assert SCHEMAS.first_problem("fruit#apple", value) is not None


@pytest.mark.parametrize("big", [2**63, 2**64, -(2**64), 10**400])
def test_an_integer_of_any_size_is_an_integer(big: int) -> None:
    """Provenance: JSON Schema 2020-12, 6.1.1."""
    assert SCHEMAS.first_problem("fruit#apple", {"seeds": [big, 1.0]}) is None
