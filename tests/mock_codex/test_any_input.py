"""Whatever the mock is given is understood or refused with its place; what is cut comes together again."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_codex.actions import Split
from mock_codex.compiler import compile_script
from mock_codex.faults import cut
from mock_codex.json_check import problem
from mock_codex.scenario import parse_script
from mock_codex.values import ScriptInvalid

WORDS = st.sampled_from(
    ["turns", "do", "match", "thread", "stdin", "line", "json", "raw", "hex", "item", "event", "ref", "body", "type",
     "split", "at", "fill", "bytes", "eol", "hang", "exit", "signal", "SIGKILL", "completed", "%FILL%", "\n", "ff", "\ud800"]
)  # fmt: skip
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 300) | st.floats() | WORDS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
ACTIONS = st.one_of(
    st.fixed_dictionaries({"line": ANY}),
    st.fixed_dictionaries({"json": WORDS | st.text(max_size=6)}),
    st.fixed_dictionaries({"hex": st.sampled_from(["ff", "f", "00 0a", "zz"])}),
    st.fixed_dictionaries({"eol": st.sampled_from(["\n", "\r", "", "x"])}),
    st.fixed_dictionaries({"exit": st.integers(-1, 256)}),
    st.fixed_dictionaries(
        {"split": st.fixed_dictionaries({"json": st.text(max_size=4), "at": st.lists(st.integers(0, 9), max_size=3)})}
    ),
    ANY,
)  # fmt: skip


@pytest.mark.requirement("F24")
@pytest.mark.timeout(240)
@settings(max_examples=400, deadline=None)
@given(
    document=st.one_of(
        ANY,
        st.fixed_dictionaries(
            {"turns": st.lists(st.fixed_dictionaries({"do": st.lists(ACTIONS)}))}
        ),
    )
)
def test_any_json_value_is_a_script_that_can_be_compiled_or_one_named_error_with_its_place(
    document: object,
) -> None:
    """Provenance: issue text; the mock's own parser."""
    refused = None
    try:
        compile_script(parse_script(document))
    except ScriptInvalid as invalid:
        refused = invalid

    assert refused is None or str(refused) == f"{refused.what} @ {refused.path}"
    assert refused is None or refused.path.startswith("$")


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(),
    parts=st.lists(st.integers(1, 9), min_size=1),
    eol=st.sampled_from(["\n", "\r\n", ""]),
)
def test_a_line_in_pieces_is_the_same_line(text: str, parts: list[int], eol: str) -> None:
    """Provenance: issue text; any chunking."""
    whole = (text.replace("\n", "") + eol).encode("utf-8", "replace")
    line = whole.removesuffix(eol.encode()).decode()
    at = tuple(mark for mark in accumulate(parts) if mark <= len(line.encode()))

    pieces = cut(Split(text=line, at=at), eol)

    assert b"".join(pieces) == whole
    assert all(pieces)


JSON_TEXTS = st.one_of(
    st.text(),
    st.text(alphabet='{}[],:"\\ntrue0.-e \t\n'),
    ANY.map(json.dumps),
)


@pytest.mark.timeout(240)
@settings(max_examples=600, deadline=None)
@given(text=JSON_TEXTS)
def test_a_text_is_json_for_the_mock_when_it_is_for_a_strict_parser(text: str) -> None:
    """Provenance: RFC 8259; Python's parser without NaN and Infinity is the judge."""
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        assert problem(text) is not None
    else:
        assert problem(text) is None


def _refuse(name: str) -> None:
    raise ValueError(name)


@pytest.mark.parametrize("depth", [100_000])
def test_a_text_that_is_nested_too_deep_is_refused_and_no_crash(depth: int) -> None:
    """Provenance: ours; serde has a limit of 128."""
    assert cast("str", problem("[" * depth)).startswith("recursion limit exceeded")
