"""Shards joined into one run: the same lines, a footer made anew, and what is not alike refused."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from harness.baseline.entries import Entry
from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.real.evidence import Evidence, identity
from harness.report.model import RunModel
from harness.runner.judge import Line
from harness.runner.merging import World, merge
from harness.runner.part import baselines_sha256
from harness.runner.shards import ShardRun
from tests.report import runs
from tests.runner.shard_material import CATALOGUE, FIRST, SECOND, WORLD, header, played, shard

COMMAND = ["codex-parity", "merge"]
KNOWN: Line = {"known": {"reason": "sdk-bug", "because": "x", "issue": None, "until": None}}
A, B = next(iter(FIRST.scenarios)), next(iter(SECOND.scenarios))
BOTH = (played(1), played(2))


def cells(*, of: str, differs: str | None = None, how: Line | None = None) -> list[Line]:
    """Results of a shard, in one of which ``left`` differs."""
    told = []
    for name in FIRST.scenarios if of == "first" else SECOND.scenarios:
        for who in ("left", "right"):
            if name == differs and who == "left":
                verdict: Line = {} if how is None else {"verdict": "known"}
                told.append(
                    runs.divergence(who, runs.difference(**(how or {})), name=name, **verdict)
                )
            else:
                told.append(runs.result(who, name=name))
    return told


def joined(*pieces: ShardRun, world: World = WORLD) -> RunModel:
    return runs.model(merge(pieces or BOTH, world, COMMAND))


def with_header(run: ShardRun, **changes: JsonValue) -> ShardRun:
    return replace(run, lines=[{**run.header, **changes}, *run.lines[1:]])


def with_end(run: ShardRun, **changes: JsonValue) -> ShardRun:
    return replace(run, lines=[*run.lines[:-1], {**run.footer, **changes}])


def with_subject(run: ShardRun, name: str, **changes: JsonValue) -> ShardRun:
    rows = cast("list[Line]", run.header["subjects"])
    told: list[JsonValue] = [{**one, **changes} if one["name"] == name else one for one in rows]
    return with_header(run, subjects=told)


@pytest.mark.requirement("F11")
def test_the_joined_run_has_every_line_once_in_the_order_of_the_catalogue() -> None:
    """Provenance: issue text."""
    seen = (runs.observation("left", A, "stream"), runs.observation("golden", A, "run"))
    more = (runs.observation("reference", A, "run"), runs.observation("left", A, "run"))
    lines = merge([BOTH[1], played(1, extra=(*seen, *more))], WORLD, COMMAND)

    assert [line["id"] for line in lines if line["kind"] == "scenario"] == sorted(CATALOGUE)
    assert [(line["subject"], line["mode"]) for line in lines if line["kind"] == "observation"] == [
        ("golden", "run"),
        ("reference", "run"),
        ("left", "run"),
        ("left", "stream"),
    ]
    assert [(line["scenario"], line["subject"]) for line in lines if line["kind"] == "result"] == [
        (name, who) for name in sorted(CATALOGUE) for who in ("left", "right")
    ]
    assert (lines[0]["kind"], lines[-1]["kind"]) == ("header", "footer")


def test_the_header_says_of_which_runs_it_was_joined_and_what_was_not_alike() -> None:
    """Provenance: issue text; python and cpus are a note."""
    tool: Line = {"version": "0.1.0", "python": "3.12.1", "platform": "Linux", "cpus": 4}
    found = joined(BOTH[0], with_header(BOTH[1], tool=tool, started_at="2026-11-20T00:00:00+00:00"))
    again = joined(with_header(BOTH[1], tool=tool, started_at="2026-11-20T00:00:00+00:00"), BOTH[0])

    assert found.head.merged is not None
    assert found.head.merged.shards == ("linux-mock-1", "linux-mock-2")
    assert found.head.merged.notes == ("python: 3.11.9, 3.12.1", "cpus: 2, 4")
    assert found.head.shard is None
    assert found.head.started_at == "2026-11-20T00:00:00+00:00"
    assert found.head.command == tuple(COMMAND)
    assert found.head.run_id == again.head.run_id
    assert found.head.run_id not in {"run-1", "run-2"}
    alike = joined().head.merged
    assert alike is not None
    assert alike.notes == ()


def test_a_plan_over_the_whole_catalogue_makes_a_whole_run_and_one_with_a_filter_does_not() -> None:
    """Provenance: a shard alone is never complete."""
    assert joined().complete
    narrowed = [with_header(one, filter="exec.*") for one in BOTH]
    assert not joined(*narrowed).complete


@pytest.mark.requirement("F11")
def test_an_entry_that_shows_in_one_shard_is_not_stale_and_one_that_shows_in_none_is() -> None:
    """Provenance: issue text, baseline entries are judged over the merged run."""
    shown = played(1, results=cells(of="first", differs=A, how=KNOWN))
    stale = joined()
    fine = joined(shown, BOTH[1])

    assert stale.exit == 5
    assert stale.footer is not None
    assert [one.problem for one in stale.footer.baseline] == ["unused"]
    assert fine.footer is not None
    assert fine.footer.baseline == ()


def test_the_exit_code_is_made_of_all_cells_and_not_of_the_codes_of_the_shards() -> None:
    """Provenance: issue text; a shard in which nothing was compared is exit 4 alone, and not joined."""
    away = [
        runs.result(who, "not_applicable", name=name, checks={})
        for name in SECOND.scenarios
        for who in ("left", "right")
    ]
    quiet = with_end(played(2, results=away), exit=4, exit_reason="no cell was compared")
    red = played(1, results=cells(of="first", differs=A))

    assert joined(red, quiet).exit == 1
    assert joined(played(1, results=cells(of="first", differs=A, how=KNOWN)), quiet).exit == 0


def test_time_is_the_sum_and_the_end_is_the_latest() -> None:
    """Provenance: schemas/run.json."""
    late = with_end(BOTH[0], finished_at="2026-11-21T06:00:00.000+00:00", duration_ms=1500.5)
    found = joined(late, BOTH[1])

    assert found.footer is not None
    assert found.footer.finished_at == "2026-11-21T06:00:00.000+00:00"
    assert found.footer.duration_ms == 61500.5


def test_reruns_are_kept_and_cells_that_were_left_out_are_told_together() -> None:
    """Provenance: issue text, the same footer as one run."""
    part = shard(1, rerun=3)
    results = cells(of="first", differs=A)
    left_out = played(1, head=header(1, part=part), results=results)
    again = replace(
        left_out, lines=[*left_out.lines[:-1], runs.rerun("left", A), left_out.lines[-1]]
    )

    assert "1 divergent cell was not played again" in " ".join(
        joined(left_out, BOTH[1]).not_verified
    )
    assert "not played again" not in " ".join(joined(again, BOTH[1]).not_verified)
    assert joined(again, BOTH[1]).cells[A, "left"].flaky == "3 of 4 plays differ"
    assert "not played again" not in " ".join(
        joined(played(1, results=results), BOTH[1]).not_verified
    )


def test_goldens_count_where_they_took_part() -> None:
    """Provenance: runner/ending.py."""
    with_goldens = [with_header(one, shard={**one.shard, "goldens": True}) for one in BOTH]
    known = played(
        1, head=header(1, part=shard(1, goldens=True)),
        results=cells(of="first", differs=A, how=KNOWN),
    )  # fmt: skip

    found = joined(known, with_goldens[1])

    assert found.exit == 5
    assert found.exit_reason.startswith("3 golden files stale or missing (exec.a.one")


def test_in_the_lane_real_no_golden_takes_part_and_what_it_cannot_see_is_told() -> None:
    """Provenance: real/lane.py."""
    codex: JsonValue = {
        "version": "0.169.0",
        "sha256": "a",
        "package": "p",
        "platform": "linux-x64",
    }
    changes: Line = {"lane": "real", "codex": codex, "not_in_lane": ["exec.x"]}
    pieces = [with_header(one, **changes, shard={**one.shard, "goldens": True}) for one in BOTH]
    found = joined(*pieces)

    assert found.exit == 0
    assert found.head.codex == "0.169.0"
    assert "1 scenarios without a `model` part" in found.not_verified[0]
    assert "not observed in this lane" in found.not_verified[1]


@pytest.mark.parametrize(("policy", "code"), [("report", 0), ("fail", 4)])
def test_a_subject_that_could_not_run_in_one_shard_is_told_with_the_shard(
    policy: str, code: int
) -> None:
    """Provenance: decisions/0006; one machine of many lacked the runtime."""
    away = [
        runs.result(who, "could_not_run" if who == "right" else "match", name=name)
        for name in SECOND.scenarios
        for who in ("left", "right")
    ]
    second = played(2, head=header(2, part=shard(2, missing_runtime=policy)), results=away)
    gone = with_subject(
        second, "right", state="could_not_run", fault="runtime", reason="install it", version="?"
    )
    known = played(1, results=cells(of="first", differs=A, how=KNOWN))
    found = joined(known, gone)
    (subject,) = [one for one in found.judged if one.name == "right"]

    assert found.exit == code
    assert (subject.state, subject.version) == ("could_not_run", "1.2.3")
    assert subject.reason == "in linux-mock-2: install it"
    assert "right (1 scenarios): in linux-mock-2: install it" in found.not_verified
    assert joined(gone_of(known), gone).head.subjects[-1].reason == "install it"


def gone_of(run: ShardRun) -> ShardRun:
    """The same shard on a machine that lacks the runtime of ``right``."""
    results = [
        {**line, "verdict": "could_not_run"} if line["subject"] == "right" else line
        for line in run.of_kind("result")
    ]
    bare = played(1, results=results)
    return with_subject(bare, "right", state="could_not_run", fault="runtime", reason="install it")


def test_several_shards_without_a_subject_are_counted() -> None:
    """Provenance: one sentence, however many."""
    names: list[JsonValue] = ["linux-mock-1", "linux-mock-2", "linux-mock-3"]
    away = gone_of(BOTH[0])
    more = [with_header(away, scenarios=[], shard=shard(number, shards=names)) for number in (2, 3)]
    more = [replace(one, lines=[one.header, one.footer]) for one in more]
    more = [with_end(one, counts={}) for one in more]
    found = joined(BOTH[0], *more, world=replace(WORLD, catalogue=CATALOGUE))

    assert found.head.subjects[-1].reason == "in linux-mock-2 and 1 more: install it"


def baselines(*entries: Entry) -> str:
    return baselines_sha256({"left": entries, "right": ()})


@pytest.mark.requirement("F11")
@pytest.mark.parametrize(
    ("second", "message"),
    [
        (with_header(BOTH[1], tool={"version": "0.2.0", "python": "3", "platform": "L"}), "version of codex-parity: 0.1.0 and 0.2.0"),
        (with_header(BOTH[1], normaliser="other"), "normaliser: abc123 and other"),
        (with_header(BOTH[1], lane="real"), "lane: mock and real"),
        (with_header(BOTH[1], reference="left"), "reference: reference and left"),
        (with_header(BOTH[1], filter="x"), "filter: null and x"),
        (with_header(BOTH[1], codex={"version": "1"}), r"codex: null and {\"version\":\"1\"}"),
        (with_header(BOTH[1], not_in_lane=["a" * 99]), r"not in the lane: \[\] and \[\"a{78} \.\.\."),
        (with_header(BOTH[1], shard=shard(2, baselines=baselines())), "expected differences"),
        (with_header(BOTH[1], shard=shard(2, goldens=True)), "use of the goldens: false and true"),
        (with_header(BOTH[1], subjects=[runs.subject("reference")]), "list of subjects"),
        (with_subject(BOTH[1], "left", version="9"), "version of left: 1.2.3 and 9"),
        (with_subject(BOTH[1], "left", runtime="python 3.14"), "runtime of left"),
        (with_subject(BOTH[1], "left", capabilities=["run"]), "capabilities of left"),
    ],
)  # fmt: skip
def test_shards_that_were_not_played_alike_are_refused(second: ShardRun, message: str) -> None:
    """Provenance: issue text, mixed versions."""
    with pytest.raises(UsageFault, match=message) as told:
        merge([BOTH[0], second], WORLD, COMMAND)

    assert "the shards linux-mock-1 and linux-mock-2 differ in the" in str(told.value)
    assert "shards/1, shards/2" in str(told.value)


EVIDENCE = Evidence(
    codex="0.169.0",
    binary_sha256="",
    platform="",
    played_on="",
    agreed={B: identity(CATALOGUE[B])},
    not_offered={},
    shown=frozenset(),
)


@pytest.mark.parametrize(
    ("world", "message"),
    [
        (replace(WORLD, version="0.2.0"), "played with codex-parity 0.1.0, and this is 0.2.0"),
        (replace(WORLD, normaliser="x"), "played with the normaliser abc123, and this is x"),
        (replace(WORLD, baselines={}), "the expected differences are others here"),
        (
            replace(WORLD, catalogue={key: one for key, one in CATALOGUE.items() if key != B}),
            f"the scenario {B} is another one here",
        ),
        (
            replace(WORLD, catalogue={**CATALOGUE, B: replace(CATALOGUE[B], sha256="1" * 64)}),
            f"the scenario {B} is another one here than where the shard linux-mock-2",
        ),
        (replace(WORLD, evidence=(EVIDENCE,)), f"the scenario {B} is another one here"),
    ],
    ids=["version", "normaliser", "baselines", "gone", "changed", "evidence"],
)
def test_shards_that_were_played_from_something_else_are_refused(
    world: World, message: str
) -> None:
    """Provenance: issue text; the footer is judged by what lies here."""
    pieces = (BOTH[0], BOTH[1])

    with pytest.raises(UsageFault, match=message):
        merge(pieces, world, COMMAND)
