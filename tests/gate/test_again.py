"""Which cells are played again, and what the plays make of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from harness.gate.again import (
    Counts,
    Flakes,
    Round,
    counts_of,
    flakes,
    partner,
    quarantined,
    rounds,
    settled,
    shown_by,
    worse,
)
from harness.gate.policy import Excuse, Policy, Quarantine
from harness.report.groups import CellKey
from harness.report.model import RunModel
from harness.report.regressions import Regressions, SideName, Tally, regressions
from tests.gate.material import (
    CAUSE,
    FAILS,
    ONE,
    OTHERWISE,
    PASSES,
    TWO,
    WHO,
    failing,
    model,
    rerun,
    result,
)
from tests.report.runs import SCHEMAS

TODAY = dt.date(2026, 11, 30)
NEW = Counts(plays=1, differing=1, causes={CAUSE: 1})
NOTHING = Counts(plays=1, differing=0, causes={})
OTHER = Counts(plays=1, differing=1, causes={"2" * 12: 1})
CELL: CellKey = (ONE, WHO)


def between(base: RunModel, candidate: RunModel) -> Regressions:
    """The comparison of two run files."""
    return regressions(base, candidate)


def asked(base: RunModel, candidate: RunModel, policy: Policy | None = None) -> tuple[Round, ...]:
    """The rounds that are played."""
    return rounds(between(base, candidate), base, candidate, policy or Policy())


@pytest.mark.requirement("R4-8")
def test_a_new_regression_is_played_twice_on_the_candidate_and_once_on_the_base() -> None:
    """Provenance: REQUIREMENTS.md 3.5 and 2.4, the defaults."""
    found = asked(model(PASSES), model(FAILS))

    assert [(one.side, one.times) for one in found] == [("candidate", 2), ("base", 1)]
    assert found[0].argv("again/01") == (
        "codex-parity", "run", "--subject", WHO, "--filter", ONE, "--jobs", "1", "--rerun", "1", "-o", "again/01",
    )  # fmt: skip


def test_the_plays_that_a_run_made_itself_are_not_made_again() -> None:
    """Provenance: ours; `run --rerun 3` has played the cell three times alone."""
    assert asked(model(PASSES), model(FAILS, again=(rerun(ONE, 4),))) == asked(
        model(PASSES), model(FAILS), Policy(candidate_plays=0)
    )


def test_cells_of_one_subject_are_one_command_and_those_of_another_lane_another_one() -> None:
    """Provenance: ours; a command costs its start."""
    real = {"replay": f"codex-parity replay {TWO} --subject {WHO} --lane real --codex 0.169.0"}
    both = asked(
        model(PASSES, result(WHO, name=TWO)),
        model(FAILS, failing(TWO)),
        Policy(candidate_plays=1, base_plays=0),
    )
    apart = asked(
        model(PASSES, result(WHO, name=TWO)),
        model(FAILS, {**failing(TWO), **real}),
        Policy(candidate_plays=1, base_plays=0),
    )

    assert [one.scenarios for one in both] == [(ONE, TWO)]
    assert [(one.scenarios, one.words[2:]) for one in apart] == [
        ((ONE,), ()),
        ((TWO,), ("--lane", "real", "--codex", "0.169.0")),
    ]


def test_another_cause_and_a_failure_without_a_base_are_played_on_the_candidate_only() -> None:
    """Provenance: ours: there is no pass on the base that could have been luck."""
    changed = asked(model(FAILS), model(OTHERWISE))
    baseless = asked(model(result(WHO, name=TWO)), model(result(WHO, name=TWO), FAILS))

    assert [one.side for one in changed] == ["candidate"]
    assert [one.side for one in baseless] == ["candidate"]


def test_no_more_cells_are_played_again_than_the_policy_says() -> None:
    """Provenance: ours; an SDK with hundreds of regressions is flaky in none that matters first."""
    base, candidate = model(PASSES, result(WHO, name=TWO)), model(FAILS, failing(TWO))

    assert len(worse(between(base, candidate))) == 2
    assert {one.scenarios for one in asked(base, candidate, Policy(cells=1))} == {(ONE,)}


def test_where_nothing_got_worse_nothing_is_played() -> None:
    """Provenance: ours."""
    assert asked(model(FAILS), model(FAILS)) == ()
    assert asked(model(PASSES), model(PASSES)) == ()


def test_the_base_plays_its_own_version_of_the_sdk() -> None:
    """Provenance: ours; versions of an SDK are subjects of their own."""
    old, new = (
        model(PASSES, name=f"{WHO}@1.0", version="1.0"),
        model(FAILS, name=f"{WHO}@1.1", version="1.1"),
    )
    rounds_of = {one.side: (one.subject, one.version, one.words) for one in asked(old, new)}

    assert partner(old, new, f"{WHO}@1.1") == f"{WHO}@1.0"
    assert rounds_of["base"] == (f"{WHO}@1.0", "1.0", ("--subject", f"{WHO}@1.0"))
    assert rounds_of["candidate"] == (f"{WHO}@1.1", "1.1", ("--subject", f"{WHO}@1.1"))


def a_round(version: str = "1.2.3") -> Round:
    """A round of the one cell."""
    return Round(side="base", subject=WHO, version=version, words=(), scenarios=(ONE,), times=1)


def test_a_round_gives_what_each_play_shows() -> None:
    """Provenance: ours; a cell without a verdict gives none."""
    crashed = result(WHO, "harness_error", ONE, checks={})

    assert shown_by(a_round(), model(FAILS)) == ({CELL: NEW}, None)
    assert shown_by(a_round(), model(PASSES)) == ({CELL: NOTHING}, None)
    assert shown_by(a_round(), model(crashed)) == ({}, f"no verdict here on {ONE}")


def test_a_round_with_another_version_of_the_sdk_says_nothing_of_the_run() -> None:
    """Provenance: ours; the checkout has moved on since the base was played."""
    assert shown_by(a_round("1.0.0"), model(PASSES)) == (
        {},
        f"{WHO} is 1.2.3 here, and was 1.0.0 in the run",
    )
    assert shown_by(a_round(), model(PASSES, name="another")) == (
        {},
        f"{WHO} is not there here, and was 1.2.3 in the run",
    )


def test_counts_are_those_of_a_run_and_of_what_it_played_again_itself() -> None:
    """Provenance: schemas/run.json, rerun."""
    cells = model(FAILS, again=(rerun(ONE, 3),)).cells

    assert counts_of(cells[CELL]) == Counts(plays=4, differing=3, causes={CAUSE: 3})
    assert counts_of(cells[CELL]).flaky
    assert not counts_of(model(FAILS).cells[CELL]).flaky


def after(
    shown: dict[SideName, Counts],
    base: RunModel | None = None,
    candidate: RunModel | None = None,
) -> Regressions:
    """The comparison after further plays of the one cell."""
    before, now = base or model(PASSES), candidate or model(FAILS)
    more = {side: {CELL: counts} for side, counts in shown.items()}
    found = settled(between(before, now), before, now, more)
    assert SCHEMAS.first_problem("regressions", found.to_json()) is None
    return found


@pytest.mark.requirement("R4-8")
def test_a_regression_that_shows_every_time_stays_one() -> None:
    """Provenance: REQUIREMENTS.md R4-8."""
    (change,) = after({"candidate": NEW + NEW, "base": NOTHING}).changes

    assert change.cls == "new_regression"
    assert dict(change.tallies) == {
        "base": Tally(plays=2, differing=0),
        "candidate": Tally(plays=3, differing=3),
    }


@pytest.mark.requirement("R4-8")
@pytest.mark.parametrize(
    ("plays", "reason"),
    [
        ({"candidate": NEW + NOTHING}, "2 of 3 plays differ"),
        ({"candidate": OTHER}, "2 of 2 plays differ"),
        ({"base": NEW}, "on the base 1 of 2 plays differ"),
        (
            {"candidate": NOTHING, "base": NEW},
            "1 of 2 plays differ, on the base 1 of 2 plays differ",
        ),
    ],
)
def test_plays_that_disagree_make_a_flaky_suspect(
    plays: dict[SideName, Counts], reason: str
) -> None:
    """Provenance: REQUIREMENTS.md R4-8; a pass on the base may be a lucky play itself."""
    found = after(plays)

    assert [(one.cls, one.reason) for one in found.changes] == [("flaky_suspect", reason)]
    assert found.exit == 4, "and a cell that nothing can be said of is not a comparison"


def test_plays_are_added_to_those_of_the_run() -> None:
    """Provenance: ours."""
    (change,) = after({"candidate": NEW}, candidate=model(FAILS, again=(rerun(ONE, 4),))).changes

    assert dict(change.tallies) == {"candidate": Tally(plays=5, differing=5)}


def test_changes_keep_their_order_when_one_becomes_a_suspect() -> None:
    """Provenance: ours: what blocks first."""
    base, candidate = model(PASSES, result(WHO, name=TWO)), model(FAILS, failing(TWO))
    found = settled(between(base, candidate), base, candidate, {"candidate": {CELL: NOTHING}})

    assert [(one.scenario, one.cls) for one in found.changes] == [
        (TWO, "new_regression"),
        (ONE, "flaky_suspect"),
    ]


def test_a_limit_that_is_no_number_lets_nothing_through() -> None:
    """Provenance: ours; nothing is greater than NaN."""
    assert Flakes(suspects=1, compared=9, played_again=1, limit=float("nan")).finding().exit == 4


@pytest.mark.requirement("R4-8", "F13")
@pytest.mark.parametrize(
    ("suspects", "status", "code"), [(0, "pass", 0), (2, "pass", 0), (3, "fail", 4)]
)
def test_more_flaky_cells_than_the_limit_make_the_answer_worthless(
    suspects: int, status: str, code: int
) -> None:
    """Provenance: REQUIREMENTS.md 3.5: two plays more are right only while few cells are flaky."""
    measured = Flakes(suspects=suspects, compared=100, played_again=9, limit=0.02)
    finding = measured.finding()

    assert (finding.status, finding.exit) == (status, code)
    assert f"{suspects} of 100 compared cells ({suspects}.0%)" in finding.detail


def test_the_rate_is_measured_over_the_compared_cells() -> None:
    """Provenance: ours; a known flaky cell in quarantine was seen before."""
    base = model(PASSES, result(WHO, name=TWO))
    candidate = model(FAILS, result(WHO, name=TWO), again=(rerun(ONE, 2),))
    found = between(base, candidate)
    waiting = replace(found, changes=tuple(replace(one, quarantine="x") for one in found.changes))

    assert flakes(found, candidate, 0.02).to_json() == {
        "suspects": 1,
        "compared": 2,
        "played_again": 1,
        "rate": 0.5,
        "limit": 0.02,
    }
    assert flakes(waiting, candidate, 0.02).suspects == 0
    assert Flakes(suspects=0, compared=0, played_again=0, limit=0.02).rate == 0.0


def policy(until: str, scenario: str = ONE) -> Policy:
    """A policy with one cell in quarantine."""
    excuse = Excuse(reason="races", owner="ana", until=dt.date.fromisoformat(until))
    return Policy(quarantine=(Quarantine(scenario=scenario, subject="*", excuse=excuse),))


@pytest.mark.requirement("R4-8", "R4-20")
def test_a_cell_in_quarantine_does_not_decide_and_is_told() -> None:
    """Provenance: REQUIREMENTS.md 2.4: quarantine list with expiry."""
    base, candidate = model(PASSES, result(WHO, name=TWO)), model(FAILS, result(WHO, name=TWO))
    found, (told,) = quarantined(between(base, candidate), candidate, policy("2026-12-01"), TODAY)

    assert found.exit == 0
    assert found.changes[0].quarantine == "races (ana, until 2026-12-01)"
    assert (told.status, told.detail) == (
        "warn",
        "1 cell do not decide: races (ana, until 2026-12-01)",
    )
    assert SCHEMAS.first_problem("regressions", found.to_json()) is None


@pytest.mark.parametrize(
    ("until", "scenario", "why"),
    [("2026-11-29", ONE, "is over"), ("2026-12-01", "exec.gone.*", "fits no cell")],
)
def test_a_quarantine_that_is_over_or_fits_nothing_is_stale(
    until: str, scenario: str, why: str
) -> None:
    """Provenance: FIELD.md 7 to 10: unknown and expired entries are red."""
    base, candidate = model(PASSES), model(FAILS)
    found, (told,) = quarantined(
        between(base, candidate), candidate, policy(until, scenario), TODAY
    )

    assert found.exit == 1
    assert (told.status, told.exit) == ("fail", 5)
    assert why in told.detail


def test_what_vanished_or_was_not_judged_cannot_be_put_into_quarantine() -> None:
    """Provenance: ours: a list of excuses must not hide that nobody looked."""
    crashed = model(result(WHO, "harness_error", ONE, checks={}))
    found, (told,) = quarantined(
        between(model(PASSES), crashed), crashed, policy("2026-12-01"), TODAY
    )

    assert (found.exit, found.changes[0].quarantine) == (4, None)
    assert told.detail.startswith("0 cells")
