"""What one source document asks: the text of a file of ``fixtures/requirements/`` as frozen entries. CORE: reads no file.

The form is ``schemas/requirements.json``. The words are ours; the ids are those of the source documents.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue
from harness.wire.schemas import SchemaSet

Claim: TypeAlias = Literal["proven", "part", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One requirement and what the ledger claims of it.

    ``why`` is what the tests do not prove (``part``) or why nothing does (``open``); empty when ``proven``.
    """

    id: str
    says: str
    map: str
    features: tuple[str, ...]
    claim: Claim
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One source document with its requirements, in its order."""

    source: str
    title: str
    entries: tuple[Entry, ...]


def parse(text: str, where: str, schemas: SchemaSet) -> Book:
    """Read one file of the ledger.

    Args:
        text: its TOML.
        where: what an error calls it.
        schemas: the contracts; ``requirements`` is used.

    Raises:
        HarnessFault: not TOML, or not of the form.
    """
    try:
        document = cast("dict[str, JsonValue]", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise HarnessFault(f"not TOML ({error})", where=where) from error
    problem = schemas.first_problem("requirements", document)
    if problem is not None:
        raise HarnessFault(
            problem.message,
            where=f"{where} {problem.path}",
            hint="The form is in schemas/requirements.json.",
        )
    return Book(
        source=cast("str", document["source"]),
        title=cast("str", document["title"]),
        entries=tuple(
            _entry(one) for one in cast("list[dict[str, JsonValue]]", document["requirement"])
        ),
    )


def _entry(data: dict[str, JsonValue]) -> Entry:
    claim: Claim = "part" if "part" in data else "open" if "open" in data else "proven"
    return Entry(
        id=cast("str", data["id"]),
        says=cast("str", data["says"]),
        map=cast("str", data.get("map", "")),
        features=tuple(cast("list[str]", data.get("features", []))),
        claim=claim,
        why=cast("str", data.get(claim, "")),
    )
