"""Which differences are news."""

from __future__ import annotations

import pytest

from harness.baseline.entries import Entry
from harness.fuzz.news import Known, finds, shape
from harness.jsonvalue import JsonValue
from harness.observation import Observation, TurnRecord
from harness.shrink.target import Row, Seen

DROPS = 'the SDK drops `item.phase` from item.completed/agent_message (reference: "final")'


def row(
    check: str, sentence: str = DROPS, fingerprint: str = "a" * 12, level: str = "contract"
) -> Row:
    """A difference as in a run file."""
    return {"fingerprint": fingerprint, "check": check, "level": level, "sentence": sentence}


def entry(
    check: str,
    example: str | None = DROPS,
    fingerprint: str = "b" * 12,
    scenario: str = "exec.items.x",
) -> Entry:
    """A baseline entry."""
    return Entry(
        fingerprint=fingerprint, check=check, scenarios=(scenario,), reason="sdk-bug", because="so", example=example
    )  # fmt: skip


def seen(*rows: Row, error: str | None = None) -> Seen:
    """One play; ``error`` is the class of the SDK's error."""
    raised: JsonValue = None if error is None else {"class": error}
    sdk = Observation(scenario="s", subject="x", mode="run", turns=(TurnRecord(error=raised),))
    return Seen(rows=rows, reference=sdk, sdk=sdk)


def known(*entries: Entry) -> Known:
    """A baseline."""
    return Known(entries=entries)


@pytest.mark.parametrize("valid", [True, False])
def test_a_difference_with_the_fingerprint_of_an_entry_is_known(valid: bool) -> None:
    """Provenance: issue text; a find that no baseline entry explains."""
    play = seen(row("surfaced.events"))

    assert finds(play, known(entry("surfaced.events", None, "a" * 12)), valid=valid)[0].known
    assert not finds(play, known(entry("surfaced.events", None)), valid=valid)[0].known


def test_a_cosmetic_difference_is_no_find() -> None:
    """Provenance: ARCHITECTURE.md; it is shown and never decides."""
    assert finds(seen(row("sent.argv", level="cosmetic")), known(), valid=True) == []


def test_for_a_mutated_stream_names_and_values_make_no_other_cause() -> None:
    """Provenance: ours; a field with a name made by chance is one that no codex documents."""
    play = seen(
        row("surfaced.events", "the SDK drops `unheard_of` from turn.completed (reference: [1])")
    )

    (mutated,) = finds(play, known(entry("surfaced.events")), valid=False)
    (documented,) = finds(play, known(entry("surfaced.events")), valid=True)
    (elsewhere,) = finds(play, known(entry("surfaced.result")), valid=False)

    assert mutated.known
    assert mutated.key == "surfaced.events: the SDK drops ... from ... ..."
    assert not documented.known
    assert documented.key == "a" * 12
    assert not elsewhere.known


@pytest.mark.parametrize(
    ("sentence", "explained"),
    [
        (DROPS.replace("completed", "updated").replace("final", "other"), True),
        (DROPS.replace("phase", "text"), False),
        (DROPS.replace("agent_message", "reasoning"), False),
    ],
)
def test_for_a_valid_stream_only_the_moment_of_an_item_makes_no_other_cause(
    sentence: str, explained: bool
) -> None:
    """Provenance: ours; codex documents every field of a stream that fits the schema."""
    (found,) = finds(
        seen(row("surfaced.events", sentence)), known(entry("surfaced.events")), valid=True
    )

    assert found.known is explained


def test_what_only_drift_shows_explains_nothing_in_a_valid_stream() -> None:
    """Provenance: ours; a field that codex always writes must not be lost because an odd one may be."""
    drift = entry("surfaced.events", fingerprint="a" * 12, scenario="exec.drift.unknown-field")

    assert not finds(seen(row("surfaced.events")), known(drift), valid=True)[0].known
    assert finds(seen(row("surfaced.events")), known(drift), valid=False)[0].known


def test_what_followed_from_another_end_explains_nothing_where_the_turn_ends_as_it_should() -> None:
    """Provenance: ours; an event that an error swallowed is listed, one that is lost in silence is another bug."""
    lost = entry("surfaced.events", None, "a" * 12, "exec.framing.line-1mib")
    end = entry("surfaced.outcome", None, "c" * 12, "exec.framing.line-1mib")
    sent = entry("sent.argv", None, "d" * 12, "exec.framing.line-1mib")
    play = seen(row("surfaced.events"), row("sent.argv", fingerprint="d" * 12))

    alone = finds(play, known(lost, sent), valid=True)
    beside = finds(play, known(lost, end, sent), valid=True)

    assert [one.known for one in alone] == [True, True]
    assert [one.known for one in beside] == [False, True]


@pytest.mark.parametrize("end", ["lifecycle.host", "surfaced.outcome", "surfaced.error"])
def test_what_a_turn_that_ended_otherwise_leaves_out_follows_from_its_end(end: str) -> None:
    """Provenance: ours; one cause is one find."""
    play = seen(
        row("sent.argv", "x", "1" * 12), row("surfaced.events"), row(end, "y", "2" * 12), error="KeyError"
    )  # fmt: skip

    found = finds(play, known(), valid=True)

    assert [(one.key, one.error) for one in found] == [
        ("1" * 12, ""),
        (f"{'2' * 12} KeyError", "KeyError"),
    ]


def test_an_end_is_known_by_the_class_of_its_error() -> None:
    """Provenance: ours; that a turn fails says too little, a new reason is news."""
    example = 'how the turn ends for the caller: the SDK has "error", the reference "end" (KeyError: "\'x\'")'
    listed = known(entry("surfaced.outcome", example, "c" * 12))
    end = row("surfaced.outcome", example, "d" * 12)

    (same,) = finds(seen(end, error="KeyError"), listed, valid=False)
    (other,) = finds(seen(end, error="ValueError"), listed, valid=False)
    (valid,) = finds(seen(end, error="KeyError"), listed, valid=True)
    (exactly,) = finds(seen({**end, "fingerprint": "c" * 12}, error="KeyError"), listed, valid=True)

    assert (same.known, same.key) == (True, "KeyError")
    assert (other.known, other.key) == (False, "ValueError")
    assert not valid.known
    assert exactly.known


def test_the_kind_of_an_error_is_known_by_its_fingerprint_or_its_class() -> None:
    """Provenance: ours; the example of such an entry does not tell the class."""
    kind = row("surfaced.error", "`kind` of the error: one or the other", "d" * 12)
    named = known(entry("surfaced.error", None, "d" * 12))
    classed = known(entry("surfaced.outcome", "it ends (KeyError: \"'x'\")", "c" * 12))

    def told(baseline: Known, *, valid: bool) -> bool:
        return finds(seen(kind, error="KeyError"), baseline, valid=valid)[0].known

    assert told(named, valid=True)
    assert told(named, valid=False)
    assert told(classed, valid=False)
    assert told(classed, valid=True)
    assert not told(known(), valid=False)


def test_the_fields_of_an_output_schema_are_the_callers() -> None:
    """Provenance: ours; `fuzz --seed 11` told one cause seven times."""
    said = "the output schema handed to codex: the SDK has {}, the reference {}, a float instead of an integer"
    listed = known(entry("sent.schema", said.format("1.0", "1")))

    (found,) = finds(
        seen(row("sent.schema", said.format("-1.7e+16", "-17000000000000000"))), listed, valid=True
    )

    assert found.known
    assert found.key == f"sent.schema: {shape(said.format('1.0', '1'))}"


def test_an_event_that_is_too_many_follows_from_no_end() -> None:
    """Provenance: ours; a client that splits lines elsewhere shows more events and may fail later, too."""
    more = "the SDK shows turn.started, which the reference does not"
    extra = entry("surfaced.events", more, "a" * 12, "exec.framing.cr-between-lines")
    end = entry("surfaced.outcome", None, "c" * 12, "exec.framing.cr-between-lines")

    (found,) = finds(seen(row("surfaced.events", more)), known(extra, end), valid=False)

    assert found.known


def test_an_event_that_never_shows_before_an_error_was_swallowed_by_it() -> None:
    """Provenance: ours; both sides may fail, each for a reason of its own."""
    lost = row("surfaced.events", "the SDK never shows turn.started")
    listed = known(entry("surfaced.outcome", "it ends (KeyError: \"'x'\")", "c" * 12))

    (swallowed,) = finds(seen(lost, error="KeyError"), listed, valid=False)
    (silent,) = finds(seen(lost), listed, valid=False)

    assert (swallowed.known, swallowed.key) == (True, "KeyError")
    assert not silent.known


def test_an_end_without_an_error_is_told_by_its_fingerprint() -> None:
    """Provenance: ours; an SDK may give a result where the reference fails."""
    end = row("surfaced.outcome", "one or the other", "d" * 12)

    assert not finds(seen(end), known(), valid=False)[0].known
    assert finds(seen(end), known(entry("surfaced.outcome", None, "d" * 12)), valid=True)[0].known


def test_the_same_cause_at_several_places_is_one_find() -> None:
    """Provenance: issue text; deduplicated by fingerprint."""
    play = seen(row("surfaced.events"), row("surfaced.events"))

    assert len(finds(play, known(), valid=True)) == 1


def test_a_shape_is_a_sentence_without_names_and_values() -> None:
    """Provenance: harness/compare/sentence.py."""
    assert shape(
        'the SDK has "a\\"b", the reference 4 at `x.y` of item.started/command_execution'
    ) == ("the SDK has ..., the reference ... at ... of ...")
