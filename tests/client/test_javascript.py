"""Values as JavaScript writes them. Every expectation was taken from node 20.20.2."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.javascript import number, quote, stringify, well_formed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        (9007199254740993, "9007199254740993"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (100.0, "100"),
        (123.456, "123.456"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.25e21, "1.25e+21"),
        (-1.7976931348623157e308, "-1.7976931348623157e+308"),
        (5e-324, "5e-324"),
        (123456789012345680000.0, "123456789012345680000"),
        (0.00001234, "0.00001234"),
    ],
)
def test_a_number_is_written_as_a_template_literal_writes_it(value: float, text: str) -> None:
    """Measured: `${value}` of the same double; integers keep all digits, which is ours."""
    assert number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_the_same_number(value: float) -> None:
    """Ours: laying the digits out differently loses none."""
    assert float(number(value)) == value


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", '""'),
        ('he"llo\n', '"he\\"llo\\n"'),
        ("\\\b\f\r\t\x00\x1f\x7f", '"\\\\\\b\\f\\r\\t\\u0000\\u001f\x7f"'),
        ("é\u2028😀", '"é\u2028😀"'),
        ("a\ud800b\udfff", '"a\\ud800b\\udfff"'),
    ],
)
def test_a_string_is_quoted_as_json_stringify_quotes_it(text: str, quoted: str) -> None:
    """Measured: JSON.stringify, well-formed since ES2019."""
    assert quote(text) == quoted
    assert json.loads(quoted) == text


def test_lone_surrogates_become_replacement_characters() -> None:
    """Measured: what node writes to a child's argv and stdin."""
    assert well_formed("a\ud83dx\udc00😀") == "a\ufffdx\ufffd😀"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1.0, "1"),
        (math.nan, "null"),
        (-math.inf, "null"),
        ({"b": [1, 2.5, "x"], "a": {}}, '{"b":[1,2.5,"x"],"a":{}}'),
        ((), "[]"),
        ({"é": "\ud800"}, '{"é":"\\ud800"}'),
    ],
)
def test_a_value_is_written_as_json_stringify_writes_it(value: object, text: str) -> None:
    """Measured: compact, keys in their order, no ASCII escapes, no infinities."""
    assert stringify(value) == text


@pytest.mark.parametrize("value", [{1: 2}, {"a": {1, 2}}, [object()], b"x"])
def test_what_json_does_not_have_is_a_type_error(value: object) -> None:
    """Ours: JavaScript would drop it silently, Python says so."""
    with pytest.raises(TypeError):
        stringify(value)
