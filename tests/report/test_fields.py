"""Values are compared field by field, for the eye."""

from __future__ import annotations

from harness.compare.difference import ABSENT
from harness.jsonvalue import JsonValue
from harness.report.fields import DEEPEST, ROWS, compare_fields, kind_of, leaves


def test_each_field_that_differs_is_a_row_with_its_class() -> None:
    """DESIGN, "Comparison": classes of a difference."""
    one: JsonValue = {"same": 1, "gone": None, "text": "a", "number": 1}
    two: JsonValue = {"same": 1, "text": "b", "number": "1", "new": []}
    found = compare_fields(one, two)

    assert [(row.path, row.kind) for row in found.differing] == [
        ("gone", "missing"),
        ("text", "changed"),
        ("number", "type_changed"),
        ("new", "extra"),
    ]
    assert [row.path for row in found.equal] == ["same"]
    assert found.differing[0].sdk is None
    assert found.differing[3].reference is None


def test_one_float_and_true_are_not_one() -> None:
    """DESIGN, "Comparison": 1, 1.0 and true differ."""
    assert kind_of(1, 1) is None
    assert kind_of(1, True) == "type_changed"
    assert kind_of(1, 1.0) == "type_changed"
    assert kind_of(ABSENT, ABSENT) is None
    assert kind_of(None, ABSENT) == "missing"


def test_the_golden_says_whom_it_agrees_with() -> None:
    """DESIGN: the three-way answer."""
    found = compare_fields(
        {"a": 1, "b": 1, "c": 1, "d": 1}, {"a": 2, "b": 2, "c": 2, "d": 1}, {"a": 1, "b": 2, "d": 3}
    )
    golden = {row.path: row.golden for row in found.differing}

    assert (golden["a"], golden["b"], golden["c"]) == ("= reference", "= SDK", "absent")
    assert not isinstance(golden["d"], str | None)
    assert golden["d"].text == "3"


def test_a_golden_without_the_value_lacks_each_field() -> None:
    """Ours."""
    assert [row.golden for row in compare_fields({"a": 1}, {"a": 2}, ABSENT).differing] == [
        "absent"
    ]


def test_paths_are_those_a_reader_can_type() -> None:
    """Ours."""
    value: JsonValue = {"a": [{"b c": 1}], "x": {}, "": {"y": []}}

    assert list(leaves(value)) == ['a[0]["b c"]', "x", '[""].y']
    assert leaves("scalar") == {"$": "scalar"}
    assert leaves(ABSENT) == {}


def test_what_lies_too_deep_is_one_text() -> None:
    """Ours: a report does not recurse without end."""
    value: JsonValue = 1
    for _ in range(DEEPEST + 3):
        value = [value]
    (path,) = leaves(value)

    assert path == "[0]" * DEEPEST


def test_rows_beyond_the_limit_are_counted() -> None:
    """Ours: a cut is never silent."""
    many: JsonValue = {f"k{number}": number for number in range(ROWS + 5)}
    changed: JsonValue = {f"k{number}": -1 for number in range(ROWS + 5)}
    equal = compare_fields(many, many)
    differing = compare_fields(many, changed)

    assert (len(equal.equal), equal.cut) == (ROWS, 5)
    assert (len(differing.differing), differing.cut) == (ROWS, 5)
