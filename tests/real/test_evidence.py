"""Sentences about ``harness.real.evidence``: what a run of a released codex confirmed, and when that no longer holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import HarnessFault
from harness.real.evidence import Evidence, confirmed_by, identity, parse, stale
from tests.real.test_lane import SCENARIO

EVIDENCE = Evidence(
    codex="0.169.0",
    binary_sha256="ab" * 32,
    platform="linux-x64",
    played_on="2026-11-21",
    agreed={SCENARIO.id: identity(SCENARIO)},
    not_offered={"exec.items.todo-list": "update_plan"},
    shown=frozenset({("event_types", "turn.failed"), ("event_types", "error")}),
)


def test_a_file_of_evidence_is_read_as_it_was_written() -> None:
    """Ours."""
    assert parse(EVIDENCE.text(), "x.json") == EVIDENCE
    assert EVIDENCE.text() == parse(EVIDENCE.text(), "x.json").text()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", EVIDENCE.text().replace('"form": 1', '"form": 2'), EVIDENCE.text().replace('"codex"', '"cod"')],
)  # fmt: skip
def test_what_is_no_evidence_is_refused_with_the_file_and_what_to_do(text: str) -> None:
    """Ours: a wrong file must not pass for a confirmation."""
    with pytest.raises(HarnessFault, match=r"not a file of evidence .* @ x\.json") as caught:
        parse(text, "x.json")
    assert "fidelity VERSION --write" in str(caught.value)


def test_evidence_holds_for_the_very_scenario_that_was_played() -> None:
    """Issue 4: what no run confirms is synthetic."""
    changed = replace(SCENARIO, sha256="cd")
    other_model = replace(SCENARIO, model={"turns": [{"answers": []}]})

    assert confirmed_by(SCENARIO, [EVIDENCE]) == ("0.169.0",)
    assert confirmed_by(changed, [EVIDENCE]) == ()
    assert confirmed_by(other_model, [EVIDENCE]) == ()
    assert confirmed_by(SCENARIO, []) == ()


def test_evidence_of_a_scenario_that_changed_or_is_gone_is_stale() -> None:
    """Ours."""
    assert stale([SCENARIO], EVIDENCE) == ()
    assert stale([replace(SCENARIO, sha256="cd")], EVIDENCE) == (SCENARIO.id,)
    assert stale([], EVIDENCE) == (SCENARIO.id,)
