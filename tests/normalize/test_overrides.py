"""``--config`` values as codex reads them."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.normalize.overrides import BadOverride, apply_override, toml_value


def effective(*overrides: str) -> dict[str, JsonValue]:
    config: dict[str, JsonValue] = {}
    for override in overrides:
        apply_override(config, override)
    return config


def test_a_dotted_key_opens_levels_and_quotes_do_not_protect_a_dot() -> None:
    """PROTOCOLS.md 2.3: the key is split naively on the dot."""
    assert effective('a."b.c".d=1') == {"a": {'"b': {'c"': {"d": 1}}}}


def test_the_later_override_wins_and_a_plain_value_gives_way_to_a_table() -> None:
    """Captured: 0.169.0 with two model_reasoning_effort overrides sent the second."""
    assert effective("a=1", "a.b=2", "a.c=3", "a.b=4") == {"a": {"b": 4, "c": 3}}


def test_key_and_value_are_trimmed() -> None:
    """Captured: 0.169.0 read ` model =o8` and `model= o7 ` as plain names."""
    assert effective(" model = o8 ") == {"model": "o8"}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ('"o3"', "o3"),
        ("'''o4'''", "o4"),
        ("'o5", "o5"),
        ('"""a', "a"),
        ("o3", "o3"),
        ("true", True),
        ("1", 1),
        ("1.0", 1.0),
        ("[1, {k = 1, 'q r' = \"z\"}]", [1, {"k": 1, "q r": "z"}]),
        ("9223372036854775808", "9223372036854775808"),
        ("nan", {"$toml": "nan"}),
        ("-inf", {"$toml": "-inf"}),
        ("2026-01-02", "2026-01-02"),
        ("2026-01-02 03:04:05", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("03:04:05", "03:04:05"),
        ("1\n_y_ = 2", 1),
        ("[" * 5000, "[" * 5000),
    ],
)
def test_a_value_is_toml_or_else_its_raw_text_without_outer_quotes(
    raw: str, value: JsonValue
) -> None:
    """PROTOCOLS.md 2.3; captured on 0.169.0 with `model` as the key, by the name it sent or the type it refused.

    Ours: the nested list (the official SDK's form, PROTOCOLS.md 2.3), `-inf` and the text too deep for a parser.
    """
    read = toml_value(raw)

    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("override", ["x", "=x", " =x"])
def test_an_override_without_key_or_equals_sign_is_refused(override: str) -> None:
    """Captured: 0.169.0 ends with status 1 and `Error parsing -c overrides`."""
    with pytest.raises(BadOverride):
        apply_override({}, override)
