"""Mirror of ``mock_codex/values.py``: each function gives its value back or says what is wrong, and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mock_codex.actions import JsonValue
from mock_codex.values import (
    ScriptInvalid,
    array_of,
    hex_bytes,
    integer,
    object_of,
    one_line,
    one_of,
    refuse_unwritable,
    text_of,
)

LONE = "a lone surrogate is not UTF-8; write its bytes with `hex`"


def test_what_is_of_the_form_comes_back_as_it_is() -> None:
    """Ours."""
    assert object_of({"a": 1}, "$", {"a", "b"}, required=("a",)) == {"a": 1}
    assert array_of([1], "$") == [1]
    assert (text_of("é\n", "$"), one_line("é", "$"), one_of("a", "$", ("a", "b"))) == (
        "é\n",
        "é",
        "a",
    )
    assert (integer(3, "$", 3, 3), integer(-9, "$", None, None)) == (3, -9)
    assert hex_bytes("ff 0A", "$") == b"\xff\n"
    refuse_unwritable({"a": [1, 1.5, None, True, "é"]}, "$")


BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: object_of([], "$", set()), "not an object @ $"),
    (lambda: object_of({"x": 1}, "$.o", {"a"}), "unknown key 'x' @ $.o"),
    (lambda: object_of({}, "$", {"a"}, required=("a",)), "`a` is missing @ $"),
    (lambda: array_of({}, "$.a"), "not an array @ $.a"),
    (lambda: text_of(1, "$"), "not a string @ $"),
    (lambda: text_of("\ud800", "$"), f"{LONE} @ $"),
    (lambda: one_line("a\nb", "$"), "more than one line; use `raw` @ $"),
    (lambda: one_of(1, "$", ("a",)), "is none of 'a' @ $"),
    (lambda: one_of("b", "$", ("a", "c")), "is none of 'a', 'c' @ $"),
    (lambda: integer(True, "$", None, None), "not an integer @ $"),
    (lambda: integer(1.0, "$", None, None), "not an integer @ $"),
    (lambda: integer(1, "$", 2, None), "1 is not from 2 @ $"),
    (lambda: integer(5, "$", 2, 4), "5 is not from 2 to 4 @ $"),
    (lambda: hex_bytes("f", "$"), "not pairs of hex digits @ $"),
]


@pytest.mark.parametrize(("ask", "said"), BAD, ids=[said for _, said in BAD])
def test_what_is_not_of_the_form_is_refused_with_what_and_where(
    ask: Callable[[], object], said: str
) -> None:
    """Ours: the form `what @ $.path`."""
    with pytest.raises(ScriptInvalid) as raised:
        ask()
    assert str(raised.value) == said
    assert f"{raised.value.what} @ {raised.value.path}" == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": [0, "\udcff"]}, f"{LONE} @ $.a[1]"),
        ({"\udcff": 1}, f"{LONE} @ $"),
        ([float("nan")], "not a JSON number @ $[0]"),
        (float("inf"), "not a JSON number @ $"),
    ],
)
def test_what_compact_json_cannot_say_is_refused_where_it_stands(
    value: JsonValue, said: str
) -> None:
    """RFC 8259: no NaN; a lone surrogate has no UTF-8."""
    with pytest.raises(ScriptInvalid) as raised:
        refuse_unwritable(value, "$")
    assert str(raised.value) == said
