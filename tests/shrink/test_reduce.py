"""Which smaller documents are tried, and that what is left cannot lose a single part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.jsonvalue import JsonValue, canonical
from harness.shrink.reduce import Document, Reducer
from harness.shrink.tree import Place, at, cut, put, units, walk

STEPS: list[JsonValue] = [{"start": {}}, {"turn": {"input": "x"}}]


def document(*actions: Any, **more: JsonValue) -> Document:
    """A scenario document with one turn."""
    return {"script": {"turns": [{"do": list(actions)}]}, "steps": STEPS, **more}


def reduce(start: Document, shows: Callable[[Document], bool]) -> tuple[Document, list[Document]]:
    """Play the part of a bench; what is left, and all that was tried."""
    reducer = Reducer(start)
    tried: list[Document] = []
    while reducer.candidates:
        found = None
        for index, candidate in enumerate(reducer.candidates):
            tried.append(candidate)
            if shows(candidate):
                found = index
                break
        reducer.tell(found)
    return reducer.best, tried


def has(*needed: JsonValue) -> Callable[[Document], bool]:
    """Whether all of these values stand somewhere in a document that is still a scenario."""
    wanted = {canonical(one) for one in needed}

    def shows(candidate: Document) -> bool:
        try:
            actions = at(candidate, ("script", "turns", 0, "do"))
        except LookupError:
            return False
        found = {canonical(node) for _, node in walk(actions)}
        return candidate["steps"] == STEPS and wanted <= found

    return shows


NESTED = st.recursive(
    st.integers(0, 9) | st.sampled_from(["", "a", "bcd"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["k", "l", "m", "type"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(actions=st.lists(NESTED, min_size=1, max_size=8), data=st.data())
def test_what_is_left_still_shows_it_and_no_single_part_can_go(
    actions: list[JsonValue], data: st.DataObject
) -> None:
    """Provenance: issue text; ddmin's 1-minimality (Zeller and Hildebrandt 2002)."""
    values = [
        node for _, node in walk(cast("JsonValue", actions)) if not isinstance(node, list | dict)
    ]
    needed = data.draw(st.lists(st.sampled_from(values), max_size=3)) if values else []
    shows = has(*needed)

    left, tried = reduce(document(*actions), shows)

    assert shows(left)
    assert not [one for one in single_deletions(left) if shows(one)]
    assert len({canonical(one) for one in tried}) == len(tried), "nothing is tried twice"


def single_deletions(left: Document) -> list[Document]:
    """The document without one part, for each part of what is played."""
    places: list[Place] = [
        place
        for place, node in walk(left)
        if place[:1] in {("script",), ("client",), ("files",)} and isinstance(node, list | dict)
    ]
    return [
        cast("Document", put(left, place, cut(at(left, place), index, index + 1)))
        for place in places
        for index in range(units(at(left, place)))
    ]


def test_the_same_document_and_the_same_answers_give_the_same_candidates() -> None:
    """Provenance: issue text; a bug report must be repeatable."""
    start = document(*({"line": {"n": number, "text": "long enough"}} for number in range(9)))
    shows = has(4, 7)

    assert reduce(start, shows) == reduce(start, shows)


def test_of_many_events_only_the_two_that_matter_are_left_after_few_tries() -> None:
    """Provenance: ours; halves go first."""
    start = document(*({"line": {"n": number}} for number in range(1, 201)))

    left, tried = reduce(start, has(50, 150))

    assert at(left, ("script", "turns", 0, "do")) == [{"line": {"n": 50}}, {"line": {"n": 150}}]
    assert len(tried) < 120


def test_parts_of_the_call_go_whole_or_in_pieces() -> None:
    """Provenance: issue text; events, options and bytes."""
    start = document(
        client={"base_url": "u", "config": {"a": 1, "b": 2}},
        files={"one": "1"},
        codex="missing",
        checks=["sent.argv", "sent.env"],
    )

    def shows(candidate: Document) -> bool:
        client = cast("Document", candidate.get("client", {}))
        return candidate["steps"] == STEPS and "config" in client and bool(candidate["checks"])

    left, _ = reduce(start, shows)

    assert left == {**document(), "client": {"config": {}}, "checks": ["sent.argv"]} or left == {
        "script": {},
        "steps": STEPS,
        "client": {"config": {}},
        "checks": ["sent.argv"],
    }


def only(shape: Callable[[Any], bool]) -> Callable[[Document], bool]:
    """Whether the first action still has this shape."""

    def shows(candidate: Document) -> bool:
        try:
            return shape(at(candidate, ("script", "turns", 0, "do", 0)))
        except LookupError:
            return False

    return shows


@pytest.mark.parametrize(
    ("action", "shape", "smallest"),
    [
        pytest.param(
            {"line": 100_000}, lambda one: one["line"] >= 65_537, {"line": 65_537}, id="a threshold"
        ),
        pytest.param({"line": -9}, lambda one: one["line"] <= -3, {"line": -3}, id="below zero"),
        pytest.param({"line": 7}, lambda one: one["line"] > 0, {"line": 1}, id="one"),
        pytest.param({"line": 7}, lambda one: "line" in one, {"line": 0}, id="nothing"),
        pytest.param({"line": 7}, lambda one: one["line"] == 7, {"line": 7}, id="this very number"),
        pytest.param(
            {"line": 2.5}, lambda one: one["line"] in {2.5, 2}, {"line": 2}, id="a float, whole"
        ),
        pytest.param(
            {"line": 2.5}, lambda one: one["line"] == 2.5, {"line": 2.5}, id="this very float"
        ),
        pytest.param(
            {"line": 1.7e16},
            lambda one: isinstance(one["line"], float),
            {"line": 1.0},
            id="any float",
        ),
        pytest.param({"line": True}, lambda one: one["line"] is True, {"line": True}, id="a truth"),
        pytest.param(
            {"line": "x" * 500 + "!" + "x" * 500},
            lambda one: "!" in one["line"],
            {"line": "!"},
            id="one character of a thousand",
        ),
        pytest.param(
            {"hex": "00ff" * 20 + "abcd"},
            lambda one: "ab" in one["hex"] and len(one["hex"]) % 2 == 0,
            {"hex": "ab"},
            id="bytes go by pairs of digits",
        ),
        pytest.param(
            {"line": {"thread_id": "long", "type": "long"}},
            lambda one: {"thread_id", "type"} <= one["line"].keys(),
            {"line": {"thread_id": "long", "type": "long"}},
            id="names are not shortened",
        ),
        pytest.param(
            {"split": {"json": "[1]", "at": [1]}},
            lambda one: True,
            {},
            id="an action that says nothing",
        ),
    ],
)
def test_values_become_as_small_as_they_can(
    action: JsonValue, shape: Callable[[Any], bool], smallest: JsonValue
) -> None:
    """Provenance: issue text; then values: shorter strings, smaller numbers, simpler JSON."""
    left, _ = reduce(document(action), only(shape))

    assert at(left, ("script", "turns", 0, "do", 0)) == smallest


@pytest.mark.parametrize("plain", [{"line": {"type": "x"}}, {"json": '{"type":"x"}'}])
def test_an_action_becomes_the_plainest_one_that_shows_it_too(plain: JsonValue) -> None:
    """Provenance: ours; a line written in pieces is a line if the pieces do not matter."""
    action: JsonValue = {"split": {"json": '{"type":"x"}', "at": [1]}}

    left, _ = reduce(document(action), only(lambda one: one in [plain, action]))

    assert at(left, ("script", "turns", 0, "do", 0)) == plain


def test_a_prompt_does_not_become_empty_for_codex_takes_no_empty_one() -> None:
    """Provenance: PROTOCOLS.md 1.1; an empty prompt is another scenario."""
    start: Document = {"script": {}, "steps": [{"start": {}}, {"turn": {"input": "tell me"}}]}

    left, _ = reduce(start, lambda one: len(cast("list[JsonValue]", one["steps"])) == 2)

    assert left["steps"] == [{}, {"turn": {"input": "x"}}] or left["steps"] == [{}, {}]
    kept, _ = reduce(start, lambda one: "input" in str(one["steps"]))
    assert kept["steps"] == [{"turn": {"input": "x"}}]


def test_the_best_is_there_at_any_time() -> None:
    """Provenance: issue text; an interrupted reduction keeps the smallest so far."""
    start = document({"line": 1}, {"line": 2}, client={"config": {}})
    reducer = Reducer(start)

    assert reducer.best == start
    first = reducer.candidates[0]
    reducer.tell(0)
    assert reducer.best == first
    assert repr(reducer) == f"Reducer(candidates={len(reducer.candidates)}, refused=0)"
