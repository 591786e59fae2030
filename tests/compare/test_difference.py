"""Fingerprints: one cause, one name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.compare.difference import ABSENT, Difference, Finding, fingerprint

FOUND = Finding(
    check="surfaced.events",
    cls="missing",
    path="$.usage.reasoning_output_tokens",
    where="turn 0 event 3 turn.completed",
    about=("turn.completed",),
    reference=2,
)


def test_value_and_place_do_not_make_another_cause() -> None:
    """Ours: a dropped field is one cause over all scenarios and turns."""
    other = replace(FOUND, reference=9, where="turn 4 event 17 turn.completed", note="n")

    assert fingerprint(FOUND, "contract") == fingerprint(other, "contract")
    assert len(fingerprint(FOUND, "contract")) == 12


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUND, check="surfaced.result"),
        replace(FOUND, cls="extra"),
        replace(FOUND, about=("turn.failed",)),
        replace(FOUND, path="$.usage.input_tokens"),
        replace(FOUND, closed=True),
    ],
)
def test_check_class_type_and_path_make_another_cause(other: Finding) -> None:
    """DESIGN, "Comparison": what a fingerprint is made of."""
    assert fingerprint(FOUND, "contract") != fingerprint(other, "contract")


def test_the_level_of_the_table_makes_another_cause() -> None:
    """DESIGN, "Comparison"."""
    assert fingerprint(FOUND, "contract") != fingerprint(FOUND, "behaviour")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$.item.changes[0].kind", "$.item.changes[12].kind"),
        ("$.item.agents_states.C.status", '$.item.agents_states["D.\\"x"].status'),
        ("$.item.agents_states[0]", "$.item.agents_states.Child-1"),
    ],
)
def test_positions_and_thread_ids_in_a_path_do_not_count(one: str, other: str) -> None:
    """PROTOCOLS.md 1.3: the keys of agents_states are thread ids."""
    assert fingerprint(replace(FOUND, path=one), "contract") == fingerprint(
        replace(FOUND, path=other), "contract"
    )


def test_values_of_a_closed_vocabulary_tell_causes_apart() -> None:
    """Ours: "hangs instead of failing" and "succeeds instead of failing" are two causes."""
    hangs = Finding(
        check="surfaced.outcome", cls="changed", reference="error", sdk="none", closed=True
    )

    names = {
        fingerprint(one, "contract")
        for one in (hangs, replace(hangs, sdk="result"), replace(hangs, sdk=ABSENT))
    }

    assert len(names) == 3


def test_a_side_that_has_nothing_has_no_key_and_null_has_one() -> None:
    """The form of the run JSONL: absent is not null."""
    difference = Difference(
        mode="run",
        check="surfaced.result",
        plane="surfaced",
        cls="missing",
        path="$.usage",
        level="contract",
        reference=None,
        sdk=ABSENT,
        where="turn 0",
        fingerprint="0" * 12,
        sentence="s",
    )

    assert difference.to_json() == {
        "mode": "run",
        "check": "surfaced.result",
        "plane": "surfaced",
        "class": "missing",
        "path": "$.usage",
        "level": "contract",
        "where": "turn 0",
        "fingerprint": "0" * 12,
        "sentence": "s",
        "reference": None,
    }
    assert replace(difference, reference=ABSENT, sdk=1).to_json().keys() >= {"sdk"}
