"""The legs of a matrix side by side."""

from __future__ import annotations

import json

import pytest

from harness.jsonvalue import JsonValue
from harness.report.model import RunModel
from harness.report.overview import Overview, ended, overview
from tests.report import runs
from tests.report.runs import ONE, TWO, Line

PLAN = "f" * 64
GREEN = (runs.result("left"), runs.result("right"))
DIFFERENT = runs.difference(reference="a", sdk="b")


def red(*differences: Line) -> RunModel:
    return runs.played(runs.divergence("left", *(differences or (DIFFERENT,))), GREEN[1])


def legs(**models: RunModel) -> dict[str, RunModel]:
    return {name.replace("_", "-"): model for name, model in models.items()}


def seen(**models: RunModel) -> Overview:
    return overview(PLAN, legs(**models))


def ending(code: int, *results: Line) -> RunModel:
    told = results or GREEN
    end = runs.footer(*told, exit=code, exit_reason=f"because of {code}")
    return runs.played(*told, end=end)


@pytest.mark.parametrize(
    ("codes", "decides"),
    [((0, 5), 5), ((5, 4), 4), ((4, 1), 1), ((1, 3), 3), ((3, 0), 3)],
)
def test_the_leg_that_decides_is_named_in_the_order_of_the_exit_codes(
    codes: tuple[int, int], decides: int
) -> None:
    """Provenance: issue text; ARCHITECTURE.md, 3, 1, 4, 5, 0."""
    models = legs(linux_mock=ending(codes[0]), macos_mock=ending(codes[1]))
    leg = "linux-mock" if decides == codes[0] else "macos-mock"

    assert ended(models) == (decides, f"because of {decides} ({leg})")
    assert ended(dict([*models.items()][::-1]))[0] == decides


def test_legs_at_parity_decide_together() -> None:
    """Provenance: a sentence about one of them would not be about the whole."""
    models = legs(a=ending(0), b=ending(0))

    assert ended(models) == (0, "parity in all 2 legs")


def test_one_leg_alone_is_not_named() -> None:
    """Provenance: then there is no overview either."""
    assert ended(legs(linux_mock=ending(5))) == (5, "because of 5")


def test_the_same_failure_in_several_legs_is_told_once() -> None:
    """Provenance: issue text, failures first with a replay command each."""
    (failure,) = seen(linux_mock=red(), macos_mock=red(), windows_mock=ending(0)).failures

    assert failure.legs == ("linux-mock", "macos-mock")
    assert (failure.what, failure.who, failure.cells) == ("contract", "only left", 2)
    assert failure.replay == f"codex-parity replay {ONE} --subject left"


def test_new_causes_come_first_the_gravest_then_what_was_not_judged_then_what_is_stale() -> None:
    """Provenance: issue text, failures first."""
    behaviour = runs.difference(level="behaviour", fingerprint="a" * 12, sentence="softer", sdk=1)
    away = runs.result("right", "could_not_run")
    problem: Line = {"problem": "unused", "subject": "left", "entry": {}, "sentence": "is gone"}
    stale = runs.played(*GREEN, end=runs.footer(*GREEN, exit=5, baseline=[problem]))
    other = runs.played(runs.divergence("left", behaviour), away)
    unfinished = runs.model(runs.run(*GREEN)[:-1])

    found = seen(one=stale, two=other, three=red(), four=unfinished)

    assert [one.what for one in found.failures] == [
        "contract",
        "behaviour",
        "could not run",
        "stale",
    ]
    assert found.failures[2].sentence == "because of could_not_run"
    assert found.failures[3].sentence == "is gone"


@pytest.mark.requirement("F11")
def test_a_difference_in_one_leg_only_is_told_with_those_that_compared_the_same() -> None:
    """Provenance: issue text, what differs only on one platform or codex."""
    (row,) = seen(linux_mock=red(), macos_mock=ending(0), windows_mock=red()).apart

    assert (row.shows, row.elsewhere) == (("linux-mock", "windows-mock"), ("macos-mock",))
    assert (row.subject, row.known, row.scenarios) == ("left", False, (ONE,))


def test_what_all_legs_show_is_not_apart() -> None:
    """Provenance: issue text."""
    assert seen(linux_mock=red(), macos_mock=red()).apart == ()


def test_a_leg_that_did_not_compare_the_cell_or_do_the_check_says_nothing_of_it() -> None:
    """Provenance: the lane real does not observe every check and plays fewer scenarios."""
    away = runs.played(runs.result("left", "could_not_run"), GREEN[1])
    unseen = runs.played(*GREEN, extra=(runs.scenario(checks=["sent.env"]),))
    lacking = runs.played(GREEN[1])

    assert seen(linux=red(), a=away, b=unseen, c=lacking).apart == ()


def test_cells_that_are_apart_alike_are_one_row_and_new_ones_come_first() -> None:
    """Provenance: many cells often have one cause."""
    head = runs.header(scenarios=[ONE, TWO])
    both = [runs.result(who, name=name) for name in (ONE, TWO) for who in ("left", "right")]
    known = runs.difference(known=runs.known(), fingerprint="b" * 12, sdk=1)
    cosmetic = runs.difference(level="cosmetic", fingerprint="c" * 12, sdk=1)
    differing = [
        runs.result("left", "known", differences=[known, cosmetic]),
        runs.divergence("right", DIFFERENT),
        runs.result("left", "known", TWO, differences=[known]),
        runs.result("right", name=TWO),
    ]
    first, second = seen(
        linux=runs.played(*differing, head=head), macos=runs.played(*both, head=head)
    ).apart

    assert (first.subject, first.known) == ("right", False)
    assert (second.subject, second.known, second.scenarios) == ("left", True, (ONE, TWO))


def test_the_summary_fits_its_schema_and_links_to_each_report() -> None:
    """Provenance: schemas/overview.json."""
    told = json.loads(json.dumps(seen(linux_mock=red(), macos_mock=ending(0)).to_json()))

    assert runs.SCHEMAS.first_problem("overview", told) is None
    assert [one["report"] for one in told["legs"]] == [
        "linux-mock/index.html",
        "macos-mock/index.html",
    ]
    assert (told["exit"], told["complete"]) == (1, True)
    assert len(told["failures"]) == len(told["apart"]) == 1


def test_legs_of_which_one_is_not_complete_are_not_complete() -> None:
    """Provenance: no green without evidence."""
    narrowed: JsonValue = False
    part = runs.played(*GREEN, head=runs.header(complete=narrowed))

    assert seen(one=ending(0), two=part).to_json()["complete"] is False
