"""The contracts in ``schemas/``, compiled once, with errors a person can act on. Takes parsed JSON, reads no file.

A union of shapes is dispatched by its discriminator before it is validated: of a failed ``oneOf`` jsonschema says only
that nothing fitted, at path ``$`` (REPORTS.md section 2, "Validation").

What is valid, which is nearly everything, is told by jsonschema-rs in a hundredth of the time; only where that objects, or
cannot take the value at all, jsonschema is asked, whose word counts and whose sentences are shown (decisions/0003).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator

from harness.jsonvalue import JsonValue


@dataclass(frozen=True, slots=True)
class Problem:
    """The most telling error of a validation: a sentence and a ``$`` path."""

    message: str
    path: str


class SchemaSet:
    """The project's JSON Schemas by name, each compiled on first use.

    Args:
        documents: schema name (the file's stem) -> parsed schema.
    """

    def __init__(self, documents: dict[str, JsonValue]) -> None:
        self._documents = documents
        self._compiled: dict[str, tuple[jsonschema_rs.Draft202012Validator, Validator]] = {}

    def __repr__(self) -> str:
        return f"SchemaSet({', '.join(sorted(self._documents))})"

    def first_problem(self, name: str, value: JsonValue) -> Problem | None:
        """Validate ``value`` and return the deepest, most relevant error, or None.

        Args:
            name: ``scenario``, or a definition inside a schema as ``driver#message``.
            value: the JSON value to validate.
        """
        quick, thorough = self._validators(name)
        with suppress(ValueError):
            if quick.is_valid(value):
                return None
        found = best_match(thorough.iter_errors(value))
        return None if found is None else Problem(_sentence(found), _path(found))

    def _validators(self, name: str) -> tuple[jsonschema_rs.Draft202012Validator, Validator]:
        if name not in self._compiled:
            stem, _, definition = name.partition("#")
            document = cast("dict[str, JsonValue]", self._documents[stem])
            if definition:
                document = {**document, "$ref": f"#/$defs/{definition}"}
                document.pop("oneOf", None)
                document.pop("$id", None)
            self._compiled[name] = (
                jsonschema_rs.Draft202012Validator(document),
                Draft202012Validator(cast("dict[str, object]", document)),
            )
        return self._compiled[name]


def _path(error: ValidationError) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    return "$" + "".join(parts)


def _sentence(error: ValidationError) -> str:
    text = error.message
    return text if len(text) <= 300 else f"{text[:300]} ..."
