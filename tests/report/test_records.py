"""The records are frozen values."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest

from harness.report.reading import parse
from harness.report.records import GOLDEN, Header, Known, RerunLine
from tests.report import runs


def test_a_record_cannot_be_changed_after_it_was_read() -> None:
    """Ours: a report is a pure function of the run."""
    header = parse(1, runs.header(), runs.SCHEMAS)

    assert isinstance(header, Header)
    with pytest.raises(dataclasses.FrozenInstanceError):
        header.run_id = "other"  # type: ignore[misc]  # this is what is tested


def test_the_golden_is_an_observation_of_its_own_name() -> None:
    """schemas/run.json: `subject` of an observation is a subject's name or golden."""
    assert runs.model(runs.rich_run()).observed(runs.ONE, GOLDEN).keys() == {"stream"}


def test_what_tells_two_expectations_of_one_fingerprint_apart_is_why() -> None:
    """Ours; without a sentence the link is the reason."""
    known = Known(reason="sdk-bug", because=None, issue="https://example.org/1", until=None)

    assert known.cause == "sdk-bug: https://example.org/1"
    assert replace(known, because="it zeroes").cause == "sdk-bug: it zeroes"
    assert replace(known, issue=None).cause == "sdk-bug: "


def test_plays_that_do_not_all_differ_in_the_same_are_flaky() -> None:
    """schemas/run.json, rerun."""
    same = RerunLine(scenario="s", subject="x", plays=4, differing=4, causes={"a": 4})

    assert (same.rate, same.flaky) == ("4 of 4 plays differ", False)
    assert replace(same, causes={"a": 3}).flaky
    assert replace(same, differing=3).flaky
