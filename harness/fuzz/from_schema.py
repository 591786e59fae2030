"""Values that fit a JSON Schema, as a Hypothesis strategy, for the part of the language that ``schemas/exec-events.json`` uses.

Why not hypothesis-jsonschema: it stops at draft 7, ours are 2020-12; it makes a ``oneOf`` of eleven item types by trial and
refusal, where ours are told apart by ``type``; and item ids must repeat now and then to mean anything. A keyword that is
not known here is refused, so that a schema cannot grow past this file unnoticed.
"""

from __future__ import annotations

from typing import Final, cast

from hypothesis import strategies as st

from harness.errors import HarnessFault
from harness.jsonvalue import JsonValue

Values = st.SearchStrategy[JsonValue]

_KNOWN: Final = frozenset(
    {"$schema", "title", "type", "const", "enum", "oneOf", "anyOf", "properties", "required", "items", "additionalProperties"}
)  # fmt: skip

TEXTS: Final[st.SearchStrategy[str]] = st.text(
    st.characters(codec="utf-8"), max_size=8
) | st.sampled_from(
    [
        "",
        "\u2028",
        "a\u0085b",
        "\ufeff",
        "\x00",
        "\r",
        "line\nline\r\n",
        "🎉",
        '"\\',
        "null",
        "-",
        "e\u0301",
    ]
)
"""Short texts of any characters that UTF-8 has, and those on which readers break."""

NUMBERS: Final[st.SearchStrategy[JsonValue]] = st.one_of(
    st.integers(-2, 200), st.sampled_from([2**31, 2**53 + 1, -(2**63), 2**64]),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)  # fmt: skip

ANY: Final[Values] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
"""Any JSON value, small."""

_IDS: Final = st.sampled_from(["item_0", "item_1", "item_2"])
_SIMPLE: Final[dict[str, Values]] = {
    "string": TEXTS,
    "integer": st.integers(0, 200) | st.sampled_from([2**31, 2**53 + 1]),
    "number": NUMBERS,
    "boolean": st.booleans(),
    "null": st.none(),
}


def values(schema: JsonValue) -> Values:
    """Values that fit ``schema``.

    Raises:
        HarnessFault: it uses a keyword that is not known here.
    """
    node = cast("dict[str, JsonValue]", schema)
    if unknown := sorted(node.keys() - _KNOWN):
        raise HarnessFault(f"fuzzing does not know the keyword `{unknown[0]}` of a JSON Schema")
    for choice in ("oneOf", "anyOf"):
        if choice in node:
            return st.one_of([values(one) for one in cast("list[JsonValue]", node[choice])])
    if "const" in node:
        return st.just(node["const"])
    if "enum" in node:
        return st.sampled_from(cast("list[JsonValue]", node["enum"]))
    match node.get("type"):
        case "object":
            return _objects(node)
        case "array":
            return st.lists(values(node.get("items", {})), max_size=3)
        case str() as name:
            return _SIMPLE[name]
        case _:
            return ANY


def _objects(node: dict[str, JsonValue]) -> Values:
    properties = cast("dict[str, JsonValue]", node.get("properties", {}))
    required = cast("list[str]", node.get("required", []))
    more = node.get("additionalProperties", False)
    if not properties:
        return st.dictionaries(TEXTS, values(more) if isinstance(more, dict) else ANY, max_size=2)
    parts = {
        name: _IDS if name == "id" and "type" in properties else values(one)
        for name, one in properties.items()
    }
    return st.fixed_dictionaries(
        {name: parts[name] for name in properties if name in required},
        optional={name: parts[name] for name in properties if name not in required},
    )
