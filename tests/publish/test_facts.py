"""Mirror of ``harness/publish/facts.py``."""

from __future__ import annotations

import pytest

from harness.jsonvalue import JsonValue
from harness.publish.facts import Hider, facts_of
from tests.publish.runs import cause, summary


@pytest.mark.requirement("R4-4", "R4-19")
@pytest.mark.parametrize(
    ("changes", "status", "ready"),
    [
        ({}, "pass", True),
        ({"not_verified": ["x"]}, "warn", True),
        ({"complete": False}, "warn", False),
        ({"lane": "mock"}, "warn + fallback used: mock instead of the real codex", True),
        ({"exit": 1}, "fail", False),
        ({"exit": 3}, "fail", False),
    ],
)
def test_a_fallback_is_a_warning_and_never_a_pass(
    changes: dict[str, JsonValue], status: str, ready: bool
) -> None:  # fmt: skip
    """Provenance: REQUIREMENTS.md R4-4, R4-19."""
    facts = facts_of(summary(**changes))

    assert (facts.commands[0].status, facts.ready) == (status, ready)
    assert facts.title.startswith("Ready:" if ready else "Not ready:")


@pytest.mark.requirement("R4-19")
def test_new_fixed_and_expected_causes_are_told_apart() -> None:
    """Provenance: REQUIREMENTS.md R4-19, part 2."""
    facts = facts_of(
        summary(
            causes=[cause(1), cause(2, known=True)],
            baseline=[
                {"problem": "fixed", "subject": "s", "sentence": "gone"},
                {"problem": "expired", "subject": "s", "sentence": "old"},
            ],
        )
    )

    assert [len(one) for one in (facts.detected, facts.fixed, facts.unresolved)] == [1, 1, 1]
    assert (
        "1 cell; `codex-parity replay exec.items.n1 --subject openai-codex-sdk`"
        in facts.detected[0]
    )
    assert "Known: sdk-bug." in facts.unresolved[0]
    assert "2 cells" in facts.unresolved[0]


def test_a_cause_without_a_sentence_has_that_of_its_example() -> None:
    """Provenance: schemas/summary.json, sentence may be null."""
    one = cause()
    assert isinstance(one, dict)

    assert "the SDK drops" in facts_of(summary(causes=[{**one, "sentence": None}])).detected[0]


@pytest.mark.requirement("R4-19")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "interrupted", "complete": False}, "the run was interrupted"),
        ({"complete": False, "filter": "family:items"}, "played for every SDK (filter family:items)"),
        ({"complete": False}, "not every scenario of the catalogue was played for every SDK"),
        ({"not_verified": ["the real codex"]}, "risk, not verified: the real codex"),
        ({"not_verified": ["the real codex"], "exit": 1}, "not verified: the real codex"),
        ({"exit": 5}, "exit 5"),
    ],
)  # fmt: skip
def test_the_reasons_say_what_is_open(changes: dict[str, JsonValue], said: str) -> None:
    """Provenance: REQUIREMENTS.md R4-19, part 4."""
    facts = facts_of(summary(**changes))

    assert any(said in reason for reason in facts.reasons)
    assert facts.next_action


def test_an_interrupted_run_has_no_seconds_and_an_odd_exit_has_a_next_action() -> None:
    """Provenance: schemas/summary.json."""
    facts = facts_of(summary(duration_ms=None, exit=130, subjects=[]))

    assert facts.commands[0].seconds == ""
    assert "no SDK" in facts.title
    assert "run again" in facts.next_action


def test_texts_cannot_link_mention_or_tell_of_the_machine() -> None:
    """Provenance: ours; a text of an SDK is nobody's Markdown."""
    hider = Hider()

    said = hider.text(f"@octo #1 [a](http://x.example/a) /tmp/me/x {'e' * 64} {'z' * 700}")

    assert "@octo" not in said
    assert "`http://x.example/a`" in said
    assert "/tmp" not in said
    assert "e" * 64 not in said
    assert said.endswith("...")
    assert hider.command(["a b", "x|y", "/home/you/z"]) == "`'a b' x\\|y <local path>`"
    assert hider.sentence == (
        "2 paths of the machine that ran this are written `&lt;local path&gt;`; "
        "1 sha256 of what is no file are cut to 12 signs."
    )
    assert Hider().sentence == ""
