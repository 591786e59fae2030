"""Any JSON, changed in any one way: what means something else is told, what means the same is not.

The documents are trees of text, so that what is expected is said by nothing that the comparison uses: an object is a list
of members, a key may stand there twice, and a number is the digits it was written with. Both sides are written as lines
and read as a driver's lines are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.compare import compare
from harness.observation import Normalised
from harness.wire.jsontext import decode_whole


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Array:
    """Elements in order."""

    elements: tuple[Doc, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """Members in the order written; a key may stand there more than once."""

    members: tuple[tuple[str, Doc], ...]


Doc: TypeAlias = Leaf | Array | Object

# fmt: off
KEYS: Final = (
    "a", "type", "id", "", "__x", "__class__", "b.c", 'd"e', "d'e", "[0]", "0", "$", "$pairs", "$number", "$text",
    "c", "\u0441", "e\u0301", "\u00e9", "\u2028", "\u202e", "\ud800", "root['a']",
)
LEAVES: Final = tuple(map(Leaf, (
    "null", "true", "false", "0", "1", "1.0", "0.0", "-0.0", "-1", "0.1", "9007199254740992", "9007199254740993",
    "9007199254740992.0", "18446744073709551616", "1e300", "1e999", "-1e999", '"1e999"', '"1"', '"true"', '""', '"a"',
    '"\u0430"', '"e\u0301"', '"\u00e9"', '"\\ud800"', '"\\u0000"', '"\\u2028"', '" a"',
)))
# fmt: on
DOCS: st.SearchStrategy[Doc] = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda found: Array(tuple(found)))
        | st.lists(st.tuples(st.sampled_from(KEYS), inner), max_size=4).map(
            lambda found: Object(tuple(found))
        )
    ),
    max_leaves=10,
)


def line_of(doc: Doc) -> str:
    """The document as text, members in the order they have."""
    match doc:
        case Leaf(text=text):
            return text
        case Array(elements=elements):
            return f"[{','.join(map(line_of, elements))}]"
        case Object(members=members):
            return f"{{{','.join(f'{json.dumps(key)}:{line_of(one)}' for key, one in members)}}}"


def meaning(doc: Doc) -> str:
    """What the document says: its text with members in order of keys; those of one key keep theirs."""
    match doc:
        case Leaf():
            return doc.text
        case Array(elements=elements):
            return f"[{','.join(map(meaning, elements))}]"
        case Object(members=members):
            ordered = sorted(members, key=lambda member: member[0])
            return f"{{{','.join(f'{json.dumps(key)}:{meaning(one)}' for key, one in ordered)}}}"


def places(doc: Doc) -> Iterator[tuple[int, ...]]:
    """Where there is something to change: paths of positions."""
    yield ()
    for at, child in enumerate(children(doc)):
        yield from ((at, *rest) for rest in places(child))


def children(doc: Doc) -> Sequence[Doc]:
    match doc:
        case Leaf():
            return ()
        case Array(elements=elements):
            return elements
        case Object(members=members):
            return [one for _key, one in members]


def at_place(doc: Doc, place: tuple[int, ...], change: Callable[[Doc], Doc]) -> Doc:
    """The document with the one at ``place`` changed."""
    if not place:
        return change(doc)
    first, *rest = place
    match doc:
        case Array(elements=elements):
            inner = at_place(elements[first], tuple(rest), change)
            return Array((*elements[:first], inner, *elements[first + 1 :]))
        case Object(members=members):
            key, child = members[first]
            inner = at_place(child, tuple(rest), change)
            return Object((*members[:first], (key, inner), *members[first + 1 :]))
        case _:
            raise AssertionError(place)


@st.composite
def changes(draw: st.DrawFn) -> Callable[[Doc], Doc]:
    """One way to change one place: a real mutation or none, as :func:`meaning` says."""
    leaf, key = draw(st.sampled_from(LEAVES)), draw(st.sampled_from(KEYS))
    at, word = draw(st.integers(0, 4)), draw(st.sampled_from(WORDS))

    def change(doc: Doc) -> Doc:
        match doc:
            case Array(elements=elements):
                return Array(tuple(_in_order(word, list(elements), at, leaf)))
            case Object(members=members) if word == "rename" and members:
                here = at % len(members)
                return Object((*members[:here], (key, members[here][1]), *members[here + 1 :]))
            case Object(members=members):
                return Object(tuple(_in_order(word, list(members), at, (key, leaf))))
            case Leaf():
                return Array((doc,)) if word == "wrap" else leaf

    return change


WORDS: Final = ("drop", "twice", "turn", "reverse", "add", "put", "rename", "wrap")
_Entry = TypeVar("_Entry")


def _in_order(word: str, entries: list[_Entry], at: int, new: _Entry) -> list[_Entry]:
    here = at % len(entries) if entries else 0
    match word:
        case "drop" | "wrap":
            return entries[:here] + entries[here + 1 :]
        case "twice":
            return entries[:here] + entries[here : here + 1] + entries[here:]
        case "turn":
            return entries[here:] + entries[:here]
        case "reverse":
            return entries[::-1]
        case "add" | "rename":
            return [*entries[:here], new, *entries[here:]]
        case _:
            return [*entries[:here], new, *entries[here + 1 :]]


def told(left: Sequence[Doc], right: Sequence[Doc]) -> bool:
    """Whether the comparison of two streams of events tells a difference; and it says the same in two ways."""
    facts = [[[decode_whole(line_of(one)) for one in side]] for side in (left, right)]
    ours, theirs = (Normalised(mode="stream", facts={"surfaced.events": [*one]}) for one in facts)
    found = compare(ours, theirs, checks=("surfaced.events",), scenario_level="contract")
    assert (found.states["surfaced.events"] == "differs") == bool(found.differences)
    return bool(found.differences)


def event(number: int, payload: Doc) -> Doc:
    """An event whose id is no part of what is changed."""
    name, kind = Leaf(f'"item_{number}"'), Leaf('"agent_message"')
    item = Object((("id", name), ("type", kind), ("text", payload)))
    return Object((("type", Leaf('"item.completed"')), ("item", item)))


STARTED: Final = Object((("type", Leaf('"turn.started"')),))
DONE: Final = Object((("type", Leaf('"turn.completed"')),))


def stream(payloads: Sequence[Doc]) -> list[Doc]:
    return [STARTED, *(event(number, one) for number, one in enumerate(payloads)), DONE]


@pytest.mark.requirement("R1-1", "F24")
@given(st.lists(DOCS, min_size=1, max_size=3), st.data())
def test_a_change_inside_an_event_is_told_exactly_when_it_means_something(
    payloads: list[Doc], data: st.DataObject
) -> None:
    """REPORTS.md 1.2: private-looking keys, 1 and 1.0 and true, repeated and reordered members, keys written twice."""
    at = data.draw(st.integers(0, len(payloads) - 1))
    place = data.draw(st.sampled_from(list(places(payloads[at]))))
    after = at_place(payloads[at], place, data.draw(changes()))
    right = [*payloads[:at], after, *payloads[at + 1 :]]

    assert told(stream(payloads), stream(right)) == (meaning(after) != meaning(payloads[at]))


@given(DOCS, st.data())
def test_a_change_anywhere_in_a_bare_event_is_told_exactly_when_it_means_something(
    whole: Doc, data: st.DataObject
) -> None:
    """Ours: an SDK may hand on anything at all as an event, whatever its members are called."""
    place = data.draw(st.sampled_from(list(places(whole))))
    after = at_place(whole, place, data.draw(changes()))

    assert told([STARTED, whole], [STARTED, after]) == (meaning(after) != meaning(whole))


@given(st.lists(DOCS, min_size=2, max_size=5), st.sampled_from(WORDS[:6]), st.integers(0, 9), DOCS)
def test_an_event_too_few_too_many_or_elsewhere_is_told(
    payloads: list[Doc], word: str, at: int, new: Doc
) -> None:
    """REPORTS.md 1.2: duplicates and reorderings that a diff library ignores; ids alone may differ."""
    right = _in_order(word, payloads, at, new)

    assert told(stream(payloads), stream(right)) == (
        list(map(meaning, right)) != list(map(meaning, payloads))
    )


@given(st.lists(DOCS, min_size=1, max_size=4), st.integers(1, 9))
def test_other_ids_and_another_order_of_keys_are_never_told(payloads: list[Doc], by: int) -> None:
    """DESIGN, Comparison: the order of keys on the wire means nothing, ids compare up to renaming."""
    right = [STARTED, *(event(number + by, one) for number, one in enumerate(payloads)), DONE]

    assert not told(stream(payloads), [_keys_reversed(one) for one in right])


def _keys_reversed(doc: Doc) -> Doc:
    """Every object with its keys in the other order; those of one key keep theirs."""
    match doc:
        case Array(elements=elements):
            return Array(tuple(map(_keys_reversed, elements)))
        case Object(members=members):
            turned = sorted(members, key=lambda member: member[0], reverse=True)
            return Object(tuple((key, _keys_reversed(one)) for key, one in turned))
        case _:
            return doc


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ('{"a":1,"a":2}', '{"a":2}'),
        ('{"a":2,"a":2}', '{"a":2}'),
        ('{"a":1,"a":2}', '{"a":2,"a":1}'),
        ('{"a":1,"a":2}', '{"$pairs":[["a",1],["a",2]]}'),
        ('{"n":1e999}', '{"n":{"$number":"1e999"}}'),
        ('{"n":1e999}', '{"n":1e998}'),
    ],
)
def test_what_stands_for_a_key_written_twice_is_taken_for_nothing_else(
    left: str, right: str
) -> None:
    """Ours: the forms that keep what a dictionary or a double cannot."""
    ours, theirs = (
        Normalised(mode="stream", facts={"surfaced.events": [[decode_whole(one)]]})
        for one in (left, right)
    )

    assert compare(ours, theirs, checks=("surfaced.events",), scenario_level="contract").differences
