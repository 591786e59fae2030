"""Lines are folded into a run, or contradict each other; what is not whole is never green."""

from __future__ import annotations

from typing import cast

import pytest

from harness.errors import EXIT_DIVERGENCE, EXIT_HARNESS, EXIT_INCOMPLETE, EXIT_PARITY, EXIT_USAGE
from harness.report.model import RunContradiction, fold
from harness.report.reading import RunUnreadable
from tests.report import runs
from tests.report.runs import ONE, TWO, Line

GOOD = [runs.result("left"), runs.result("right")]


def test_a_run_whose_results_all_match_is_green() -> None:
    """DESIGN, exit codes: 0 is parity."""
    model = runs.played(*GOOD)

    assert model.green
    assert model.complete
    assert not model.interrupted
    assert model.exit == EXIT_PARITY
    assert model.verdicts == {"match": 2}
    assert model.not_verified == ()


def test_a_run_without_a_footer_is_interrupted_and_not_green() -> None:
    """schemas/run.json: a file without a footer may never look green."""
    model = runs.model(runs.run(*GOOD)[:-1])

    assert model.interrupted
    assert not model.green
    assert not model.complete
    assert model.exit == EXIT_INCOMPLETE
    assert model.exit_reason.startswith("interrupted: the run wrote 2 results")
    assert "interrupted" in model.not_verified[0]


def test_a_run_that_was_interrupted_at_once_is_a_run_without_results() -> None:
    """Ours: the header alone is a file a killed run can leave."""
    model = runs.model([runs.header()])

    assert model.interrupted
    assert model.missing == ((ONE, "left"), (ONE, "right"))
    assert "no result" in model.exit_reason


def test_a_footer_that_claims_parity_is_not_believed_when_results_are_missing() -> None:
    """REPORTS.md 4: zero or missing comparisons must never be green."""
    model = runs.played(runs.result("left"))

    assert model.missing == ((ONE, "right"),)
    assert model.missing_of("right") == 1
    assert model.exit == EXIT_INCOMPLETE
    assert model.exit_reason == "1 of 2 promised results are missing"
    assert model.not_verified == (f"right has no result for 1 scenarios: {ONE}.",)


@pytest.mark.requirement("P-24")
def test_a_footer_that_claims_parity_over_a_divergence_is_not_believed() -> None:
    """Ours: green needs agreement of footer and results."""
    results = [runs.divergence("left"), runs.result("right")]
    model = runs.played(*results, end=runs.footer(*results, exit=0))

    assert model.exit == EXIT_INCOMPLETE
    assert "divergence" in model.exit_reason


def test_a_footer_that_claims_parity_over_nothing_is_not_believed() -> None:
    """DESIGN, exit codes: zero cases is never a pass."""
    head = runs.header(scenarios=[])

    assert runs.played(head=head).exit_reason == "nothing was compared"


def test_a_filtered_run_is_green_but_not_complete() -> None:
    """schemas/run.json: `complete` of the header is false under a filter."""
    model = runs.played(*GOOD, head=runs.header(filter=ONE, complete=False))

    assert model.green
    assert not model.complete


def test_a_divergence_keeps_the_exit_of_the_footer() -> None:
    """DESIGN, exit codes: 1 is divergence."""
    model = runs.played(runs.divergence("left"), runs.result("right"))

    assert (model.exit, model.exit_reason) == (EXIT_DIVERGENCE, "1 divergence")
    assert model.counts == {"left": {"divergence": 1}, "right": {"match": 1}}
    assert model.levels == {"left": {"contract": 1}, "right": {}}


def test_a_subject_that_could_not_run_does_not_turn_a_footer_of_parity_red() -> None:
    """schemas/run.json: --missing-runtime=report leaves the exit code alone; the subject is named as not verified."""
    gone = runs.subject("right", state="could_not_run", fault="runtime", reason="no go here")
    head = runs.header(subjects=[runs.subject("reference"), runs.subject("left"), gone])
    results = [runs.result("left"), runs.result("right", "could_not_run", checks={})]

    assert runs.played(*results, head=head).green
    assert runs.played(*results, head=head).not_verified == ("right could not run: no go here",)


def test_a_subject_whose_absence_the_footer_names_is_named_once() -> None:
    """Ours."""
    gone = runs.subject("right", state="could_not_run", reason=None)
    head = runs.header(subjects=[runs.subject("reference"), runs.subject("left"), gone])
    results = [runs.result("left"), runs.result("right", "could_not_run", checks={})]
    end = runs.footer(*results, not_verified=["right (1 scenarios): no go"])

    assert runs.played(*results, head=head, end=end).not_verified == ("right (1 scenarios): no go",)


def test_many_missing_results_are_counted_beyond_the_fifth() -> None:
    """Ours: a sentence stays a sentence."""
    names = [f"exec.items.case-{number}" for number in range(8)]
    model = runs.played(head=runs.header(scenarios=list(names)))

    assert "case-4 and 3 more." in model.not_verified[0]


def test_the_reference_has_a_column_only_when_it_was_judged() -> None:
    """Ours: the reference can be an SDK under test as well."""
    alone = runs.played(*GOOD)
    judged = runs.played(*GOOD, runs.result("reference"))

    assert [subject.name for subject in alone.judged] == ["left", "right"]
    assert [subject.name for subject in judged.judged] == ["reference", "left", "right"]


def test_a_subject_listed_as_reference_and_as_sdk_is_one_subject() -> None:
    """Ours: `run --subject reference` compares the reference with itself."""
    one = runs.subject("reference")
    model = runs.played(runs.result("reference"), head=runs.header(subjects=[one, one]))

    assert [subject.name for subject in model.judged] == ["reference"]
    assert model.green


def test_header_and_results_can_be_read_as_the_lines_they_were() -> None:
    """Ours: the baseline commands work on lines."""
    model = runs.played(*GOOD)

    assert model.header == runs.header()
    assert list(model.result_lines) == GOOD


def test_cells_hold_what_was_observed_and_causes_are_told_by_what_they_mean() -> None:
    """Ours."""
    model = runs.model(runs.rich_run())

    assert model.cells[ONE, "left"].observations.keys() == {"stream"}
    assert [group.level for group in model.unknown] == ["contract"]
    assert [group.level for group in model.cosmetic] == ["cosmetic"]
    assert [group.fingerprint for group in model.known] == ["b" * 12]


def _with(*lines: Line) -> list[Line]:
    return [runs.header(), runs.scenario(), *lines]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([runs.scenario()], "a line before the header @ line 1 $.kind"),
        ([runs.result("left"), runs.header()], "a line before the header @ line 1 $.kind"),
        ([runs.header(), runs.header()], "a second header @ line 2"),
        (_with(runs.scenario()), "a second scenario line exec.items.web-search @ line 3"),
        (_with(runs.result("left"), runs.result("left")), "a second result of exec.items.web-search left @ line 4"),
        (_with(runs.observation("left"), runs.observation("left")), "a second observation of exec.items.web-search left stream @ line 4"),
        ([runs.header(), runs.scenario(TWO)], "scenario 'exec.framing.crlf' is not in the header @ line 2 $.id"),
        ([runs.header(), runs.result("left")], "scenario 'exec.items.web-search' has no line of its own yet @ line 2 $.scenario"),
        (_with(runs.result("nobody")), "subject 'nobody' is not in the header @ line 3 $.subject"),
        (_with(runs.result("golden")), "subject 'golden' is not in the header @ line 3 $.subject"),
        (_with(runs.observation("nobody")), "subject 'nobody' is not in the header @ line 3 $.subject"),
        (_with(runs.footer(), runs.result("left")), "a line after the footer @ line 4 $.kind"),
        (_with(runs.footer(runs.result("left"))), "the footer counts {'match': 1}, the results are {} @ line 3 $.counts"),
        ([runs.header(subjects=[runs.subject("a"), runs.subject("a", version="2")])], "two different subjects of one name @ line 1 $.subjects"),
    ],
)  # fmt: skip
def test_lines_that_contradict_each_other_are_refused(lines: list[Line], said: str) -> None:
    """Ours: duplicates, wrong order and wrong counts are the runner's fault, exit 3."""
    with pytest.raises(RunContradiction) as caught:
        runs.model(lines)

    assert said in str(caught.value)
    assert caught.value.exit_code == EXIT_HARNESS


def test_a_file_without_a_line_is_no_run() -> None:
    """Ours: an empty file is refused, exit 2."""
    with pytest.raises(RunUnreadable) as caught:
        fold([], runs.SCHEMAS)

    assert "no header @ line 1" in str(caught.value)
    assert caught.value.exit_code == EXIT_USAGE


def test_a_footer_may_count_verdicts_that_did_not_occur_as_zero() -> None:
    """Ours: a counter may write its zeros."""
    end = runs.footer(*GOOD)
    cast("Line", end["counts"])["known"] = 0

    assert runs.played(*GOOD, end=end).green


def test_what_was_not_played_has_no_observation() -> None:
    """Ours."""
    model = runs.model(runs.rich_run())

    assert model.observed(ONE, "left").keys() == {"stream"}
    assert model.observed(TWO, "left") == {}


def test_a_whole_run_counts_differences_by_level_cosmetic_ones_too() -> None:
    """Ours: cosmetic differences are told and never counted as red."""
    assert runs.model(runs.rich_run()).levels["left"] == {"contract": 1, "cosmetic": 1}


def test_what_plays_alone_said_belongs_to_its_cell() -> None:
    """Provenance: schemas/run.json, rerun; the verdict of the first play stays."""
    *lines, last = runs.run(runs.divergence("left"), runs.result("right"))
    model = runs.model([*lines, runs.rerun(), last])

    cell = model.cells[ONE, "left"]
    assert cell.result.verdict == "divergence"
    assert cell.flaky == "3 of 4 plays differ"
    assert model.cells[ONE, "right"].flaky is None
    assert [root.flaky for root in model.new_roots] == [f"flaky: {ONE} 3 of 4 plays differ"]
    assert model.known_roots == ()
    steady = runs.rerun(differing=4, causes={"0123456789ab": 4})
    assert runs.model([*lines, steady, last]).cells[ONE, "left"].flaky is None


@pytest.mark.parametrize(
    ("reruns", "message"),
    [
        ((runs.rerun("right"),), "a rerun of exec.items.web-search right without a result"),
        ((runs.rerun(), runs.rerun()), "a second rerun of exec.items.web-search left"),
    ],
)
def test_a_rerun_of_nothing_or_told_twice_is_a_contradiction(
    reruns: tuple[runs.Line, ...], message: str
) -> None:
    """Provenance: ours."""
    *lines, _ = runs.run(runs.divergence("left"))

    with pytest.raises(RunContradiction, match=message):
        runs.model([*lines, *reruns])
