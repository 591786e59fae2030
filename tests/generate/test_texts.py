"""Mutations of how a line is written."""

from __future__ import annotations

import pytest

from harness.generate import texts
from harness.generate.base import thread_id
from harness.generate.nodes import text
from harness.wire.jsontext import decode
from tests.generate.material import BASE, events

CASES = {
    case.name: case
    for make in (texts.twice, texts.old, texts.tokens, texts.numbers, texts.order)
    for case in make(BASE)
}


def lines(name: str) -> list[str]:
    return [text(line) for line in CASES[name].lines]


def test_keys_stand_twice_and_the_last_one_is_the_right_one() -> None:
    """Provenance: PROTOCOLS.md 1.3 (duplicate key)."""
    doubled = [decode(line).duplicate_keys for line in lines("twice-in-events")]
    assert doubled[0] == ("$.thread_id",)
    assert doubled[2] == ("$.type",)
    assert doubled[-1] == ("$.usage", "$.usage.input_tokens")
    first, *_, last = events(CASES["twice-in-events"])
    assert first == {"type": "thread.started", "thread_id": thread_id("twice-in-events")}
    assert last == BASE.event("turn.completed")
    assert [bool(decode(line).duplicate_keys) for line in lines("twice-in-items")].count(True) == 2


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("token-nan", '"arguments":NaN'),
        ("token-infinity", '"exit_code":Infinity'),
        ("token-minus-infinity", '"output_tokens":-Infinity'),
        ("number-out-of-range", "[1e400,-1e400,1e-400]"),
        ("integer-as-float", '"exit_code":0.0'),
        ("integer-as-float", '"input_tokens":42e0,"cached_input_tokens":12.0'),
        (
            "big-integers",
            "[9007199254740993,-9007199254740993,9223372036854775808,18446744073709551616,",
        ),
        ("old-discriminator", '"item_type":"assistant_message"'),
        ("old-usage-with-total", '"total_tokens":47'),
        ("depth-100", "[" * 100 + "]" * 100),
        ("depth-2000", "[" * 2000 + "]" * 2000),
        ("unknown-event-first", '{"type":"session.closed"'),
    ],
)
def test_a_line_has_the_text_of_the_mutation(name: str, word: str) -> None:
    """Provenance: issue text: tokens, big integers, depth, old shapes."""
    assert any(word in line for line in lines(name)), lines(name)


def test_every_object_is_written_backwards() -> None:
    """Provenance: RFC 8259: an object is unordered."""
    assert all(
        line.endswith('"}') and '"type":"' in line[-40:] for line in lines("reordered-keys")[3:-2]
    )
    assert lines("reordered-keys")[0].endswith('"type":"thread.started"}')
    assert events(CASES["reordered-keys"])[-1] == BASE.event("turn.completed")
