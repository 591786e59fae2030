"""Two runs, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.jsonvalue import JsonValue
from harness.report.regressions import CLASSES, Class, Regressions, regressions
from tests.report import runs
from tests.report.gate import EQUAL, SEEDED, WHO, base, candidate, failing, files, rerun
from tests.report.runs import SCHEMAS, Line, difference, divergence, known, result

ONE = "exec.gate.one"


def between(left: list[Line], right: list[Line]) -> Regressions:
    """What moved; the JSON of it fits its schema."""
    found = regressions(runs.model(left), runs.model(right))
    assert SCHEMAS.first_problem("regressions", found.to_json()) is None
    return found


def run(*results: Line, again: tuple[Line, ...] = (), **changes: JsonValue) -> list[Line]:
    """A run of one scenario and one subject, with ``changes`` of the header."""
    named: Line = {
        "scenarios": [ONE],
        "subjects": [runs.subject("reference"), runs.subject(WHO)],
    }
    head = runs.header() | named | changes
    *lines, end = runs.run(*results, head=head)
    return [*lines, *again, end]


def test_the_seeded_pair_shows_each_class_once_and_exits_1() -> None:
    """REQUIREMENTS F13."""
    found = between(base(), candidate())

    assert {one.scenario: one.cls for one in found.changes} == SEEDED
    assert found.counts == dict.fromkeys(CLASSES, 1)
    assert (found.same, found.exit) == (1, 1)
    assert [one.cls for one in found.changes] == [*CLASSES]


@pytest.mark.parametrize("lines", [base(), candidate()], ids=["base", "candidate"])
def test_a_run_against_itself_has_nothing_new(lines: list[Line]) -> None:
    """R4-7: what fails on both sides blocks nothing; what gave no verdict still does."""
    found = between(lines, lines)
    crashed = any(one.cls == "infra_error" for one in found.changes)

    assert {one.cls for one in found.changes} <= {"known_failing", "flaky_suspect", "infra_error"}
    assert found.exit == (4 if crashed else 0)


def test_the_files_are_what_the_seeds_say() -> None:
    """Ours: `python -m tests.report.gate` writes them anew."""
    for path, text in files(Path(__file__).parents[2]).items():
        assert path.read_text("utf-8") == text, path
    assert EQUAL not in SEEDED


MATCH = result(WHO, name=ONE)
FAILS = failing(ONE)
KNOWN = result(WHO, "known", ONE, differences=[difference(known=known())])
COSMETIC = result(WHO, "match", ONE, differences=[difference(level="cosmetic")])
CRASHED = result(WHO, "harness_error", ONE, checks={})
REFUSED = result(WHO, "not_applicable", ONE, checks={})
BOTH = divergence(
    WHO,
    difference(fingerprint="1" * 12, reference=1),
    difference(fingerprint="2" * 12, sdk=1),
    name=ONE,
)


@pytest.mark.requirement("R4-6", "R4-7")
@pytest.mark.parametrize(
    ("left", "right", "cls", "code"),
    [
        (MATCH, MATCH, None, 0),
        (MATCH, COSMETIC, None, 0),
        (REFUSED, REFUSED, None, 4),
        (MATCH, FAILS, "new_regression", 1),
        (MATCH, KNOWN, "known_failing", 0),
        (KNOWN, KNOWN, "known_failing", 0),
        (KNOWN, FAILS, "changed_reason", 1),
        (FAILS, BOTH, "changed_reason", 1),
        (BOTH, FAILS, "changed_reason", 0),
        (FAILS, MATCH, "fixed", 0),
        (FAILS, CRASHED, "infra_error", 4),
        (MATCH, REFUSED, "removed", 4),
        (REFUSED, MATCH, "no_baseline", 4),
        (REFUSED, FAILS, "no_baseline", 4),
        (CRASHED, MATCH, "no_baseline", 4),
        (CRASHED, FAILS, "no_baseline", 4),
    ],
)
def test_each_pair_of_verdicts_has_its_class_and_its_exit_code(
    left: Line, right: Line, cls: Class | None, code: int
) -> None:
    """R4-6 to R4-8. A single cell without a comparison leaves nothing compared: that is never a pass."""
    found = between(run(left), run(right))

    assert [one.cls for one in found.changes] == ([] if cls is None else [cls])
    assert found.exit == code


def test_a_change_names_new_and_gone_causes_and_how_to_see_it_again() -> None:
    """Ours."""
    (more,) = between(run(FAILS), run(BOTH)).changes
    (fewer,) = between(run(BOTH), run(FAILS)).changes

    assert (more.new, more.gone) == (("2" * 12,), ())
    assert (fewer.new, fewer.gone) == ((), ("2" * 12,))
    assert more.replay == f"codex-parity replay {ONE} --subject {WHO}"


@pytest.mark.requirement("R4-8")
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (run(MATCH), run(FAILS, again=(rerun(ONE, 2),))),
        (run(FAILS), run(FAILS, again=(rerun(ONE, 2),))),
        (run(FAILS, again=(rerun(ONE, 2),)), run(MATCH)),
    ],
)
def test_what_differs_now_and_then_is_a_suspect_and_no_verdict(
    left: list[Line], right: list[Line]
) -> None:
    """R4-8: neither a regression nor a fix."""
    (change,) = between(left, right).changes

    assert change.cls == "flaky_suspect"
    assert "2 of 4 plays differ" in change.reason


@pytest.mark.requirement("F13")
def test_what_an_interrupted_candidate_never_judged_is_no_fix_and_no_removal() -> None:
    """schemas/run.json: a run without a footer proves nothing."""
    lines = run(FAILS)
    cut = [line for line in lines if line["kind"] not in {"result", "footer"}]
    found = between(lines, cut)

    assert [(one.cls, one.candidate) for one in found.changes] == [("infra_error", "no_result")]
    assert "the candidate was interrupted" in found.notes
    assert between(cut, cut).exit == 4
    assert [one.base for one in between(cut, lines).changes] == ["no_result"]


def test_a_scenario_that_says_something_else_now_has_no_baseline() -> None:
    """Ours: the same id with other content is another question."""
    other = run(FAILS)
    other[1] = {**other[1], "sha256": "1" * 64}

    assert [one.cls for one in between(run(MATCH), other).changes] == ["no_baseline"]


def test_versions_of_one_sdk_are_compared_with_each_other_when_there_is_one_on_each_side() -> None:
    """Issue: between any two runs, across versions too; two on a side would be a guess."""

    def of(*names: str, verdict: str = "match") -> list[Line]:
        subjects: list[Line] = [runs.subject("reference"), *map(runs.subject, names)]
        lines = [result(name, verdict, ONE) for name in names]
        return run(*lines, subjects=[*subjects])

    one = between(of("sdk@1.0"), of("sdk@2.0"))
    two = between(of("sdk@1.0"), of("sdk@2.0", "sdk@3.0"))

    assert (one.changes, one.same) == ((), 1)
    assert "sdk@2.0 is compared with sdk@1.0" in one.notes
    assert sorted(change.cls for change in two.changes) == ["no_baseline", "no_baseline", "removed"]
    assert [change.candidate for change in two.changes if change.cls == "removed"] == ["not_there"]


def test_what_else_is_not_alike_is_noted() -> None:
    """Ours: another normaliser or machine explains differences that no SDK made."""
    head = run(MATCH, normaliser="other", lane="real")
    notes = between(run(MATCH), head).notes

    assert notes == (
        "lane: mock on the base, real on the candidate",
        "normaliser: abc123 on the base, other on the candidate",
    )
