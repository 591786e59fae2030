"""Findings: one per SDK and root cause, made of a run and the baselines, not moved by chance."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from harness.baseline.entries import Entry, Flaky
from harness.report.findings import Finding, SdkFindings, fold, from_json, stale, to_json
from tests.report import runs
from tests.report.runs import ONE, TWO

WHY = "The port has no such field."
ISSUE = "https://example.org/issues/1"


def entry(**changes: object) -> Entry:
    base = Entry(
        fingerprint="b" * 12,
        check="surfaced.events",
        scenarios=(TWO,),
        reason="sdk-bug",
        because=WHY,
        issue=ISSUE,
        until="2.0.0",
        since="1.0.0",
        example="the SDK hangs",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def known_run() -> list[runs.Line]:
    """Two scenarios show one known cause; the second has the smaller script."""
    one = runs.difference(
        known=runs.known(), fingerprint="b" * 12, reference="x" * 500, **{"class": "missing"}
    )
    same = runs.difference(known=runs.known(), fingerprint="b" * 12, mode="run", sdk=1)
    return runs.run(
        runs.result("left", "known", differences=[one]),
        runs.result("left", "known", TWO, differences=[one, same]),
        head=runs.header(scenarios=[ONE, TWO]),
        extra=(
            runs.scenario(ONE, script={"turns": [], "known_threads": ["much to read"]}),
            runs.scenario(TWO, script={"turns": [], "profile": "0.58.0"}),
        ),
    )


def known(**changes: object) -> Finding:
    made = fold(runs.model(known_run()), {"left": [entry(**changes)]})
    (found,) = made[0].findings
    return found


def test_a_known_cause_is_one_finding_with_the_smallest_scenario_that_shows_it() -> None:
    """Provenance: issue text, docs/findings.md."""
    found = known()

    assert (found.scenario, found.cells, found.level) == (TWO, 2, "contract")
    assert (found.reason, found.because, found.issue) == ("sdk-bug", WHY, ISSUE)
    assert (found.since, found.until, found.flaky, found.codex) == (
        "1.0.0",
        "2.0.0",
        None,
        "0.58.0",
    )
    assert found.replay == f"codex-parity replay {TWO} --subject left"
    (example,) = found.examples
    assert example.got is None
    assert str(example.expected).endswith("... (502 characters)")


def test_a_cause_that_chance_decides_is_told_by_its_baseline_and_not_by_this_run() -> None:
    """Provenance: ours; a page that moves by chance is never checked."""
    flaky = Flaky(shown=3, plays=20, measured=dt.date(2026, 11, 21))
    shown = known(flaky=flaky, until=None)
    calm = runs.model(runs.run(runs.result("left", name=TWO), head=runs.header(scenarios=[TWO])))
    (unseen,) = fold(calm, {"left": [entry(flaky=flaky, until=None, example=None)]})[0].findings

    assert (shown.cells, shown.flaky) == (None, "3 of 20 plays, measured 2026-11-21")
    assert [one.sentence for one in shown.examples] == ["the SDK hangs"]
    assert unseen.level == "contract"
    assert (unseen.scenario, [one.sentence for one in unseen.examples]) == (TWO, [""])


def test_the_level_of_a_cause_by_chance_is_that_of_its_scenario() -> None:
    """Provenance: harness.compare.levels."""
    flaky = Flaky(shown=3, plays=20, measured=dt.date(2026, 11, 21))
    model = runs.played(
        runs.result("left", name=TWO),
        head=runs.header(scenarios=[TWO]),
        extra=(runs.scenario(TWO, level="behaviour"),),
    )

    (found,) = fold(model, {"left": [entry(flaky=flaky)]})[0].findings
    assert found.level == "behaviour"
    assert fold(model, {"left": [entry(flaky=flaky, scenarios=("exec.turn.x",))]})[0].findings == ()


def test_an_entry_that_the_run_did_not_show_is_no_finding() -> None:
    """Provenance: ours; the run says so itself, as `fixed` or `unused`."""
    model = runs.played(runs.result("left"), runs.result("right"))

    assert [one.findings for one in fold(model, {"left": [entry()]})] == [(), ()]


def test_what_no_baseline_explains_comes_first_one_finding_per_root() -> None:
    """Provenance: issue text; the same folding as everywhere else."""
    many = [
        runs.difference(fingerprint=f"{number:012x}", path=f"$.a[{number}]", reference="a", sdk="b")
        for number in range(9)
    ]
    rerun: runs.Line = {
        "kind": "rerun",
        "scenario": ONE,
        "subject": "left",
        "plays": 4,
        "differing": 3,
        "causes": {},
        "verdicts": [],
    }
    known_one = runs.difference(known=runs.known(), fingerprint="b" * 12)
    lines = runs.run(runs.divergence("left", *many, known_one), runs.result("right"))
    model = runs.model([*lines[:-1], rerun, lines[-1]])

    new, old = fold(model, {"left": [entry()]})[0].findings
    assert (new.reason, new.cells, len(new.examples)) == ("new", 1, 3)
    assert new.flaky == "3 of 4 plays differ"
    assert (new.issue, new.until, new.since) == (None, None, None)
    assert old.reason == "sdk-bug"
    # Without an end and without words an entry is still told apart by its issue.
    silent = runs.difference(known=runs.known(because=None), fingerprint="c" * 12)
    bare = runs.played(runs.result("left", "known", differences=[silent]), runs.result("right"))
    (told,) = fold(bare, {"left": [entry(because="", until=None)]})[0].findings
    assert (told.because, told.issue, told.until) == ("", ISSUE, None)


def test_the_runtime_is_told_without_the_patch_of_one_machine() -> None:
    """Provenance: ours."""
    head = runs.header(
        subjects=[runs.subject("reference"), runs.subject("left", runtime="node 20.20.2"), runs.subject("right", runtime="go")]
    )  # fmt: skip
    found = fold(runs.played(runs.result("left"), runs.result("right"), head=head), {})

    assert [one.runtime for one in found] == ["node 20.20", "go"]


def test_findings_read_back_are_the_same() -> None:
    """Provenance: ours; the page is checked against the data beside it."""
    made = fold(runs.model(known_run()), {"left": [entry()]})

    assert from_json(to_json(made)) == made


def problems(
    made: tuple[SdkFindings, ...] | None = None,
    *,
    entries: tuple[Entry, ...] | None = None,
    version: str = "1.2.3",
    sha256: str = "0" * 64,
    more: str | None = None,
) -> tuple[str, ...]:
    kept = fold(runs.model(known_run()), {"left": [entry()]}) if made is None else made
    versions = {one.subject: version for one in kept} | ({} if more is None else {more: "1"})
    return stale(
        kept,
        baselines={"left": (entry(),) if entries is None else entries},
        versions=versions,
        scenarios={TWO: sha256},
    )


def test_findings_that_fit_the_project_are_not_stale() -> None:
    """Provenance: ours."""
    assert problems() == ()


def test_a_page_goes_stale_with_the_baseline_the_version_the_scenario_and_the_subjects() -> None:
    """Provenance: issue text: it cannot go stale silently. Values and counts need a run and are not looked at."""
    assert problems(entries=()) == (f"left: in no baseline: {WHY}",)
    assert problems(entries=(entry(), entry(because="", issue="u"))) == (
        "left: not on the page: u",
    )
    assert problems(entries=(entry(since=None),)) == (f"left: `since` of {WHY!r} is None today",)
    assert problems(sha256="1")[0] == f"left: {TWO} is not what it was"
    assert problems(version="9") == (
        "left is pinned at 9, the page says 1.2.3",
        "right is pinned at 9, the page says 1.2.3",
    )
    assert problems(more="next") == ("no findings of next",)


def test_a_finding_that_no_baseline_explains_is_not_looked_for_in_one() -> None:
    """Provenance: ours."""
    model = runs.played(runs.divergence("left"), runs.result("right"))
    made = from_json(to_json(fold(model, {})))

    assert problems(made, entries=()) == (f"left: {ONE} is not what it was",)


def test_a_second_cell_of_a_matrix_is_told_with_the_first() -> None:
    """Provenance: ours; a finding on two runtimes is one finding."""
    head = runs.header(
        subjects=[runs.subject("reference"), runs.subject("left"), runs.subject("left+node22"), runs.subject("right+node22")]
    )  # fmt: skip
    results = [runs.result(name) for name in ("left", "left+node22", "right+node22")]

    found = fold(runs.played(*results, head=head), {})

    assert [one.subject for one in found] == ["left", "right+node22"]


def test_what_only_earlier_versions_do_is_no_finding_of_today_and_not_missed_on_the_page() -> None:
    """Provenance: ours; baselines also speak of versions that a matrix plays."""
    flaky = Flaky(shown=1, plays=2, measured=dt.date(2026, 11, 30))
    old = entry(sdk="<=1.0.0", because="of old", issue=None, flaky=flaky)

    (only,) = fold(runs.model(known_run()), {"left": [entry(), old]})[0].findings

    assert only.because == WHY
    assert problems(entries=(entry(), old)) == ()


def test_a_finding_of_another_runtime_is_told_from_the_cell_that_shows_it() -> None:
    """Provenance: measured: the TypeScript SDK cuts events on Node 24 alone."""
    head = runs.header(
        subjects=[runs.subject("reference"), runs.subject("left"), runs.subject("left+node24")]
    )
    one = runs.difference(known=runs.known(), fingerprint="b" * 12)
    model = runs.played(
        runs.result("left"), runs.result("left+node24", "known", differences=[one]), head=head
    )

    (found,) = fold(model, {"left": [entry(scenarios=(ONE,))]})[0].findings

    assert (found.cells, found.replay) == (1, f"codex-parity replay {ONE} --subject left+node24")
