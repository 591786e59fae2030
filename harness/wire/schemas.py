"""The contracts in ``schemas/``, compiled once, with errors a person can act on. Takes parsed JSON, reads no file.

A union of shapes is dispatched by its discriminator before it is validated: of a failed ``oneOf`` jsonschema says only
that nothing fitted, at path ``$`` (REPORTS.md section 2, "Validation").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

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
        self._compiled: dict[str, Validator] = {}

    def __repr__(self) -> str:
        return f"SchemaSet({', '.join(sorted(self._documents))})"

    def first_problem(self, name: str, value: JsonValue) -> Problem | None:
        """Validate ``value`` and return the deepest, most relevant error, or None.

        Args:
            name: ``scenario``, or a definition inside a schema as ``driver#message``.
            value: the JSON value to validate.
        """
        found = best_match(self._validator(name).iter_errors(value))
        return None if found is None else Problem(_sentence(found), _path(found))

    def _validator(self, name: str) -> Validator:
        if name not in self._compiled:
            stem, _, definition = name.partition("#")
            document = cast("dict[str, JsonValue]", self._documents[stem])
            if definition:
                document = {**document, "$ref": f"#/$defs/{definition}"}
                document.pop("oneOf", None)
                document.pop("$id", None)
            self._compiled[name] = Draft202012Validator(cast("dict[str, object]", document))
        return self._compiled[name]


def _path(error: ValidationError) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    return "$" + "".join(parts)


def _sentence(error: ValidationError) -> str:
    text = error.message
    return text if len(text) <= 300 else f"{text[:300]} ..."
