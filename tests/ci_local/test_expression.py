"""Expressions of GitHub Actions: what they give, and that nothing unknown gives anything."""

from __future__ import annotations

import pytest

from ci_local.errors import Refused
from ci_local.expression import (
    Open,
    Scope,
    Status,
    Value,
    as_text,
    condition,
    evaluate,
    expressions,
    interpolate,
    is_true,
    parse,
    parts,
)

CONTEXTS: dict[str, Value] = {
    "inputs": {"filter": "", "shards": "4", "weekly": True, "count": 3},
    "needs": {"plan": {"result": "success", "outputs": Open({"jobs": '{"include": [1]}'})}},
    "list": [1, "two"],
    "nothing": None,
}


def value(text: str, status: Status = "success") -> Value:
    """What an expression gives here."""
    return evaluate(parse(text), Scope(contexts=CONTEXTS, status=status))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1", 1),
        ("-1.5", -1.5),
        ("'it''s'", "it's"),
        ("true", True),
        ("null", None),
        ("inputs.shards", "4"),
        ("inputs['shards']", "4"),
        ("list[1]", "two"),
        ("needs.plan.outputs.jobs", '{"include": [1]}'),
        ("needs.plan.outputs.missing", None),
        ("needs.plan.outputs.missing.deeper", None),
        ("inputs.filter || 'all'", "all"),
        ("inputs.shards || 'all'", "4"),
        ("inputs.filter && 'all'", ""),
        ("inputs.shards && 'all'", "all"),
        ("!inputs.weekly", False),
        ("!inputs.filter", True),
        ("'A' == 'a'", True),
        ("'a' != 'b'", True),
        ("inputs.shards == 4", True),
        ("true == 1", True),
        ("null == 0", True),
        ("'x' == 0", False),
        ("1 < 2", True),
        ("2 <= 1", False),
        ("2 > 1", True),
        ("1 >= 2", False),
        ("(1 == 2) || 3 == 3 && 'yes'", "yes"),
        ("fromJSON(needs.plan.outputs.jobs).include[0]", 1),
        ("toJSON('x')", '"x"'),
        ("contains('abc', 'B')", True),
        ("contains(list, 'TWO')", True),
        ("contains(list, 'three')", False),
        ("startsWith('Linux', 'lin')", True),
    ],
)
def test_an_expression_gives_what_github_gives(text: str, wanted: Value) -> None:
    """Provenance: docs.github.com, "Evaluate expressions in workflows and actions"."""
    assert value(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "unknown.thing",
        "inputs.filtr",
        "hashFiles('a')",
        "success(1)",
        "list[2]",
        "inputs.shards.part",
        "1 +",
        "1 2",
        "(1",
        "inputs.",
        "f(1 2)",
        "",
        "&& 1",
        "fromJSON('{')",
        "inputs['shards'",
        '"double"',
    ],
)
def test_what_is_not_known_is_refused(text: str) -> None:
    """Provenance: issue 6, point 1: an unknown expression must never be silently true."""
    with pytest.raises(Refused):
        value(text)


@pytest.mark.parametrize(
    ("text", "status", "wanted"),
    [
        ("success()", "success", True),
        ("inputs.weekly", "success", True),
        ("inputs.weekly", "failure", False),
        ("${{ inputs.weekly }}", "failure", False),
        ("always()", "failure", True),
        ("!cancelled()", "failure", True),
        ("!cancelled()", "skipped", True),
        ("failure()", "failure", True),
        ("failure()", "skipped", False),
        ("success()", "skipped", False),
        ("inputs.weekly", "skipped", False),
        ("failure() || inputs.filter", "success", False),
        ("!cancelled() && needs.plan.result == 'success'", "failure", True),
    ],
)
def test_a_condition_without_a_status_wants_success(
    text: str, status: Status, *, wanted: bool
) -> None:
    """Provenance: docs.github.com, "Status check functions": success() is added unless one is asked for."""
    assert is_true(evaluate(condition(text), Scope(contexts=CONTEXTS, status=status))) is wanted


def test_a_text_that_is_one_expression_becomes_its_value_and_any_other_a_text() -> None:
    """Provenance: ours: a matrix is a mapping, a name is a text."""
    scope = Scope(contexts=CONTEXTS)

    assert interpolate("${{ fromJSON(needs.plan.outputs.jobs) }}", scope) == {"include": [1]}
    assert interpolate("a-${{ inputs.shards }}-${{ list }}", scope) == "a-4-Array"
    assert interpolate("${{ inputs.shards }}${{ inputs.shards }}", scope) == "44"
    assert interpolate("plain", scope) == "plain"
    assert expressions("${{ a.b }} and ${{c}}") == ("a.b", "c")


def test_values_become_texts_as_on_github() -> None:
    """Provenance: docs.github.com, expressions."""
    values: list[Value] = [None, True, False, 3, 1.5, "x", [1], {"a": 1}]
    texts = [as_text(one) for one in values]

    assert texts == ["", "true", "false", "3", "1.5", "x", "Array", "Object"]


def test_all_parts_of_a_tree_are_found() -> None:
    """Provenance: ours: whether a condition asks for a status is looked for everywhere in it."""
    tree = parse("!(a.b == 'x') && f(c['d'], 1)")

    assert {type(one).__name__ for one in parts(tree)} == {
        "Two",
        "Not",
        "Part",
        "Name",
        "Constant",
        "Call",
    }
