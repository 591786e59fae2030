"""One line per difference, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.difference import Finding
from harness.compare.sentence import sentence
from harness.jsonvalue import JsonValue
from harness.observation import CHECKS

EVENT = Finding(
    check="surfaced.events",
    cls="missing",
    path="$.usage.reasoning_output_tokens",
    about=("turn.completed",),
    reference=2,
)
MESSAGE = ("item.completed", "agent_message")


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (EVENT, "the SDK drops `usage.reasoning_output_tokens` from turn.completed (reference: 2)"),
        (
            Finding(check="surfaced.events", cls="missing", about=MESSAGE),
            "the SDK never shows item.completed/agent_message",
        ),
        (
            Finding(check="surfaced.events", cls="extra", sdk="text"),
            "the SDK shows an event without a type, which the reference does not",
        ),
        (
            Finding(check="surfaced.events", cls="missing", path="$.item.changes[1]", about=MESSAGE, reference={}),
            "the SDK drops `item.changes[1]` from item.completed/agent_message (reference: {})",
        ),
        (
            Finding(check="surfaced.events", cls="extra", path="$.item.x", about=MESSAGE, sdk=None),
            "the SDK adds `item.x` to item.completed/agent_message (SDK: null)",
        ),
        (
            Finding(check="surfaced.events", cls="duplicate", about=MESSAGE),
            "the SDK shows item.completed/agent_message once more than the reference",
        ),
        (
            Finding(check="surfaced.events", cls="order_only"),
            "the SDK shows the same events in another order",
        ),
        (
            Finding(check="surfaced.events", cls="order_only", grave=True),
            "the SDK shows the same events, but moves some across the events of the turn",
        ),
        (
            Finding(check="surfaced.events", cls="id_mismatch", path="$.item.id", about=MESSAGE, reference="item_1", sdk="item_0"),
            'the SDK mixes up ids: `item.id` of item.completed/agent_message is "item_0" where the reference has "item_1", which stands for another one elsewhere',
        ),
        (
            Finding(check="surfaced.events", cls="changed", path="$.item.text", about=MESSAGE, reference="a", sdk="\u202e"),
            '`item.text` of item.completed/agent_message: the SDK has "\\u202e", the reference "a"',
        ),
        (
            Finding(check="surfaced.result", cls="missing", path="$.items[]", about=("reasoning",), reference={}),
            "the SDK never shows item reasoning",
        ),
        (
            Finding(check="surfaced.result", cls="missing", path="$.usage", reference=None),
            "the SDK drops `usage` from the result (reference: null)",
        ),
        (
            Finding(check="sent.argv", cls="missing", path="$.model", reference="M"),
            'the SDK does not pass `model` (reference: "M")',
        ),
        (
            Finding(check="sent.argv", cls="extra", path="$.config.a", sdk=1),
            "the SDK passes `config.a`, the reference does not (SDK: 1)",
        ),
        (
            Finding(check="sent.argv", cls="changed", path="$.sandbox", reference="a", sdk="b"),
            'the SDK passes `sandbox` as "b" (reference: "a")',
        ),
        (
            Finding(check="sent.argv", cls="extra", path="$.rejected", sdk="no"),
            "codex refuses the SDK's command line: \"no\"",
        ),
        (
            Finding(check="sent.argv", cls="missing", path="$.rejected", reference="no"),
            "codex accepts the SDK's command line and refuses the reference's: \"no\"",
        ),
        (
            Finding(check="sent.argv", cls="changed", path="$.rejected", reference="a", sdk="b"),
            'why codex refuses the command line: the SDK has "b", the reference "a"',
        ),
        (
            Finding(check="sent.env", cls="extra", path="$.A", sdk={"set": "1"}),
            "the SDK sets `A` in codex' environment, the reference does not (SDK: \"1\")",
        ),
        (
            Finding(check="sent.env", cls="extra", path="$.A", sdk="removed"),
            "the SDK takes `A` out of codex' environment, the reference does not (SDK: \"removed\")",
        ),
        (
            Finding(check="sent.env", cls="missing", path="$.A", reference="removed"),
            "the SDK does not take `A` out of codex' environment (reference: \"removed\")",
        ),
        (
            Finding(check="surfaced.error", cls="changed", path="$.kind", reference="exec", sdk="parse"),
            '`kind` of the error: the SDK has "parse", the reference "exec"',
        ),
        (
            Finding(check="lifecycle.files", cls="extra", sdk="<TMP>/x"),
            'the files left in the temp folder: the SDK has "<TMP>/x", the reference does not',
        ),
        (
            Finding(check="lifecycle.files", cls="missing", reference="<TMP>/x"),
            'the files left in the temp folder: the SDK lacks "<TMP>/x"',
        ),
        (
            Finding(check="surfaced.outcome", cls="changed", reference="end", sdk="error", note="E: m"),
            'how the turn ends for the caller: the SDK has "error", the reference "end" (E: m)',
        ),
    ],
)  # fmt: skip
def test_a_sentence_says_what_the_sdk_does_otherwise(finding: Finding, words: str) -> None:
    """Ours: the first line a maintainer reads."""
    assert sentence(finding) == words


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "a boolean"),
        (1, "an integer"),
        (1.0, "a float"),
        ("1", "a string"),
        ([], "a list"),
        ({}, "an object"),
        (None, "null"),
    ],
)
def test_a_changed_type_is_named_on_both_sides(value: JsonValue, kind: str) -> None:
    """Ours: 1 against 1.0 is invisible otherwise."""
    found = replace(EVENT, cls="type_changed", reference="x", sdk=value)

    assert sentence(found).endswith(f"{kind} instead of a string")


def test_long_values_are_cut_and_absent_ones_are_nothing() -> None:
    """Ours: one line stays one line."""
    assert "…" in sentence(replace(EVENT, reference="x" * 500))
    assert len(sentence(replace(EVENT, reference="x" * 500))) < 200
    assert sentence(Finding(check="sent.stdin", cls="missing")).endswith("lacks nothing")


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_can_be_unobserved(check: str) -> None:
    """Ours: a fact that one side lacks is told in the same words everywhere."""
    found = Finding(check=check, cls="missing", unobserved=True, note="the driver is hung")

    assert sentence(found).endswith(": not observed, the driver is hung")
