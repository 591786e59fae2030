"""One parsed line becomes a record or is refused."""

from __future__ import annotations

import pytest

from harness.compare.difference import ABSENT
from harness.errors import EXIT_USAGE
from harness.jsonvalue import JsonValue
from harness.report import records
from harness.report.reading import RunUnreadable, parse
from tests.report import runs


def refused(line: JsonValue, number: int = 7) -> RunUnreadable:
    with pytest.raises(RunUnreadable) as caught:
        parse(number, line, runs.SCHEMAS)
    return caught.value


def test_every_kind_of_line_of_the_sample_run_becomes_its_record() -> None:
    """Ours: the sample holds every kind."""
    kinds = {type(parse(1, line, runs.SCHEMAS)) for line in runs.rich_run()}

    assert kinds == {
        records.Header,
        records.ScenarioLine,
        records.ObservationLine,
        records.ResultLine,
        records.RerunLine,
        records.Footer,
    }


@pytest.mark.parametrize("line", runs.rich_run(), ids=lambda line: str(line["kind"]))
def test_every_line_of_the_sample_run_fits_the_published_schema(line: runs.Line) -> None:
    """schemas/run.json."""
    assert runs.SCHEMAS.first_problem("run", line) is None


def test_a_value_that_is_not_there_is_not_null() -> None:
    """schemas/run.json of the run file: an absent side has no key."""
    line = runs.divergence("left", runs.difference(sdk=None))
    read = parse(1, line, runs.SCHEMAS)

    assert isinstance(read, records.ResultLine)
    assert read.differences[0].reference is ABSENT
    assert read.differences[0].sdk is None


def test_a_known_difference_keeps_why_it_is_known() -> None:
    """DESIGN, baseline: each entry has reason, issue link, expiry."""
    line = runs.divergence("left", runs.difference(known=runs.known(issue=None)))
    read = parse(1, line, runs.SCHEMAS)

    assert isinstance(read, records.ResultLine)
    assert read.differences[0].known == records.Known(
        reason="sdk-bug", because="The port has no such field.", issue=None, until="2.0.0"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([], "not a JSON object @ line 7 $"),
        ({"kind": "trailer"}, "unknown kind 'trailer' @ line 7 $.kind"),
        ({}, "unknown kind None @ line 7 $.kind"),
        ({"kind": ["header"]}, "unknown kind ['header'] @ line 7 $.kind"),
        (runs.header(schema=2), "schema 2, and this report reads 1 @ line 7 $.schema"),
        (runs.result("left", verdict="fine"), "@ line 7 $.verdict"),
        (
            runs.divergence("left", runs.difference(level="grave")),
            "@ line 7 $.differences[0].level",
        ),
        (runs.header(surprise=1), "'surprise' was unexpected"),
    ],
)
def test_what_is_no_line_of_a_run_is_refused_with_its_place(line: JsonValue, said: str) -> None:
    """Ours: `what @ line N $.path`."""
    assert said in str(refused(line))


def test_a_refused_line_is_the_fault_of_the_call() -> None:
    """DESIGN, exit codes: 2 is usage."""
    assert refused(1).exit_code == EXIT_USAGE
    assert refused(1).fault == "the run file"


def test_a_schema_number_that_only_looks_like_one_is_refused() -> None:
    """DESIGN, "Comparison": 1 and true differ."""
    assert "$.schema" in str(refused(runs.header(schema=True)))


def test_a_shard_and_a_joined_run_are_read_with_their_place_in_the_plan() -> None:
    """Provenance: schemas/run.json."""
    names: JsonValue = ["linux-mock-1", "linux-mock-2"]
    shard: JsonValue = {
        "plan": "f" * 64, "leg": "linux-mock", "name": "linux-mock-1", "shards": names, "baselines": "e" * 64,
        "goldens": True, "missing_runtime": "report", "rerun": 3,
    }  # fmt: skip
    one: JsonValue = {
        "shard": "linux-mock-1", "run_id": "run-1", "exit": 0, "duration_ms": 1.5, "python": "3", "platform": "L", "cpus": 2,
    }  # fmt: skip
    merged: JsonValue = {
        "plan": "f" * 64,
        "leg": "linux-mock",
        "runs": [one],
        "notes": ["cpus: 1, 2"],
    }
    head = parse(1, runs.header(shard=shard, merged=merged), runs.SCHEMAS)

    assert isinstance(head, records.Header)
    assert head.shard is not None
    assert (head.shard.name, head.shard.shards) == (
        "linux-mock-1",
        ("linux-mock-1", "linux-mock-2"),
    )
    assert head.merged is not None
    assert (head.merged.shards, head.merged.notes) == (("linux-mock-1",), ("cpus: 1, 2",))
    alone = parse(1, runs.header(), runs.SCHEMAS)
    assert isinstance(alone, records.Header)
    assert (alone.shard, alone.merged) == (None, None)
