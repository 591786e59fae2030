"""One cell, ready to be laid out."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.report.cellview import CellView, cell_view, views
from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import ONE, TWO, Line


def view(model: RunModel, who: str = "left", name: str = ONE) -> CellView:
    return cell_view(model, model.cells[name, who])


def rich(who: str = "left", name: str = ONE) -> CellView:
    return view(runs.model(runs.rich_run()), who, name)


def one_check(
    check: str,
    state: str,
    reference: JsonValue,
    sdk: JsonValue,
    modes: tuple[str, ...] = ("stream",),
    **head: JsonValue,
) -> CellView:
    """A divergence with one check; the reference and ``left`` have these facts in each mode."""
    facts = [
        line
        for mode in modes
        for line in (
            runs.observation("reference", mode=mode, facts={check: reference}),
            runs.observation("left", mode=mode, facts={check: sdk}),
        )
    ]
    checks: Line = {f"{mode}/{check}": {"state": state, "three_way": None} for mode in modes}
    result = runs.divergence("left", checks=checks)
    return view(
        runs.played(result, runs.result("right"), extra=tuple(facts), head=runs.header(**head))
    )


def test_the_first_divergence_is_told_at_once() -> None:
    """REPORTS.md 3.1: first divergence without a click."""
    assert rich().headline == "`item.text` is otherwise"
    assert rich(name=TWO).headline == "every declared check is equal"


def test_differences_are_told_apart_by_what_they_mean() -> None:
    """DESIGN, "Comparison"."""
    found = rich()

    assert [one.difference.level for one in found.unknown] == ["contract"]
    assert [one.difference.level for one in found.cosmetic] == ["cosmetic"]
    assert found.known == ()
    assert rich("right").known[0].sdk is None


def test_the_same_difference_in_both_modes_is_shown_once() -> None:
    """Ours."""
    twice = (
        runs.difference(reference=1, sdk=2),
        runs.difference(reference=1, sdk=2, mode="run"),
        runs.difference(reference=1, sdk=3, mode="run"),
    )
    cell = runs.played(runs.divergence("left", *twice), runs.result("right")).cells[ONE, "left"]

    assert [one.modes for one in views(cell.unknown)] == ["stream + run", "run"]


def test_a_side_that_has_nothing_is_shown_as_nothing() -> None:
    """schemas/run.json: absent is not null."""
    cell = runs.played(
        runs.divergence("left", runs.difference(sdk=None)), runs.result("right")
    ).cells[ONE, "left"]
    (one,) = views(cell.unknown)

    assert one.reference is None
    assert one.sdk is not None
    assert one.sdk.text == "null"


def test_the_three_way_answer_is_in_words_and_leaves_cosmetics_out() -> None:
    """DESIGN: "mine or theirs?"."""
    assert rich().answers == (
        ("The SDK's: reference and golden agree, the SDK stands alone.", ("surfaced.events",)),
    )


def test_without_a_golden_the_expectation_answers() -> None:
    """Ours."""
    found = view(runs.played(runs.divergence("left"), runs.result("right")))

    assert found.answers[0][0].startswith("No golden was asked")


def test_events_are_aligned_with_the_golden_when_it_holds() -> None:
    """DESIGN: three ways."""
    ((mode, (turn,)),) = rich().timelines

    assert mode == "stream"
    assert turn.golden_count == 3
    assert rich().golden


def test_a_stale_golden_is_not_shown_beside_the_facts() -> None:
    """DESIGN: a stale golden says nothing of today."""
    lines = runs.rich_run()
    line = next(one for one in lines if one.get("id") == ONE)
    line["golden"] = {"state": "stale", "reason": "the scenario changed", "provenance": None}
    ((_, (turn,)),) = view(runs.model(lines)).timelines

    assert turn.golden_count is None


def test_checks_are_sorted_by_plane_and_by_whether_they_differ() -> None:
    """DESIGN: three planes."""
    sent, lifecycle = rich().planes

    assert (sent.plane, lifecycle.plane) == ("sent", "lifecycle")
    assert [check.check for check in sent.differing] == ["sent.argv_text"]
    assert [check.check for check in sent.equal] == ["sent.env"]
    assert sent.summary == "1 of 2 checks differ"
    assert lifecycle.summary == "1 of 1 check not done"


def test_a_command_line_is_shown_word_by_word() -> None:
    """REPORTS.md 3.1: argv, its own aligned diff."""
    (argv,) = rich().planes[0].differing

    assert argv.fields is None
    assert [row.state for row in argv.lines[0].rows] == ["equal", "equal", "missing", "equal"]


def test_an_equal_check_needs_no_fields() -> None:
    """Ours: what is equal has one value, that of the reference."""
    (env,) = rich().planes[0].equal

    assert env.fields is None


def test_a_check_that_did_not_happen_shows_nothing() -> None:
    """DESIGN: incomplete is a word of its own."""
    (files,) = rich().planes[1].differing

    assert files.fields is None


def test_a_check_that_came_out_the_same_in_both_modes_is_shown_once() -> None:
    """Ours."""
    found = one_check("surfaced.outcome", "differs", ["end"], ["error"], modes=("run", "stream"))
    ((check,),) = [plane.differing for plane in found.planes]

    assert check.modes == "run + stream"
    assert check.fields is not None
    assert [row.kind for row in check.fields.differing] == ["changed"]


def test_planes_whose_checks_are_all_equal_say_so() -> None:
    """Ours."""
    (plane,) = one_check("lifecycle.files", "equal", [], []).planes

    assert plane.summary == "1 check, all equal"


def test_facts_are_weakened_as_the_comparison_did() -> None:
    """DESIGN: what an SDK's types cannot express weakens only that."""
    subjects: list[JsonValue] = [
        runs.subject("reference"),
        runs.subject("left", cannot_express=["null_absent"]),
        runs.subject("right"),
    ]
    told = one_check(
        "surfaced.error", "equal", [{"kind": "x", "code": None}], [{"kind": "x"}], subjects=subjects
    )
    (check,) = told.planes[0].equal

    assert check.fields is None


def test_events_whose_ids_do_not_belong_together_are_opened() -> None:
    """REPORTS.md 0.4: id mismatch is its own class."""
    events: JsonValue = [[{"type": "turn.started"}, {"type": "turn.started"}]]
    facts = tuple(
        runs.observation(who, facts={"surfaced.events": events}) for who in ("reference", "left")
    )
    named = runs.difference(
        **{"class": "id_mismatch"}, where="turn 0 event 1 turn.started", reference="a", sdk="b"
    )
    other = runs.difference(**{"class": "id_mismatch"}, where="somewhere")
    found = view(
        runs.played(runs.divergence("left", named, other), runs.result("right"), extra=facts)
    )
    ((_, (turn,)),) = found.timelines

    assert len(turn.rows) == 2


def test_a_cell_without_an_observation_shows_no_planes() -> None:
    """Ours: nothing was seen."""
    found = rich(name=TWO)

    assert found.planes == ()
    assert found.timelines == ()
    assert found.ledger == ()


def test_a_match_shows_its_planes_too() -> None:
    """Issue: equal cells can be opened as well."""
    facts = tuple(runs.observation(who) for who in ("reference", "left"))
    found = view(runs.played(runs.result("left"), runs.result("right"), extra=facts))

    assert [plane.summary for plane in found.planes] == []
    assert [mode for mode, _ in found.timelines] == ["stream"]


def test_the_ledger_of_both_sides_is_shown() -> None:
    """DESIGN: every replacement of the normaliser is in a ledger that the report shows."""
    assert [(entry.side, entry.modes, entry.line.rule) for entry in rich().ledger] == [
        ("reference", "stream", "cwd"),
        ("SDK", "stream", "cwd"),
    ]


def test_what_the_driver_wrote_to_stderr_is_kept_when_there_is_something() -> None:
    """Ours."""
    assert rich().stderr is not None
    assert rich("right").stderr is None
    assert rich(name=TWO).stderr is None


def test_equal_facts_of_different_bytes_are_shown_field_by_field() -> None:
    """Ours: a result is equal up to the renaming of ids, and the page says where the bytes differ."""
    found = one_check(
        "surfaced.result", "equal", [{"items": [{"id": "item_0"}]}], [{"items": [{"id": "item_1"}]}]
    )
    (check,) = found.planes[0].equal

    assert check.fields is not None


def test_the_gravest_unexpected_difference_is_the_headline() -> None:
    """Ours: a broken contract is told before another name in the environment."""
    mild = runs.difference(level="behaviour", sentence="mild")
    expected = runs.difference(known=runs.known(), sentence="expected")
    grave = runs.difference(sentence="grave")
    found = view(runs.played(runs.divergence("left", expected, mild, grave), runs.result("right")))

    assert found.headline == "grave"


def test_what_happened_to_an_event_is_the_headline_before_the_result_that_lacks_it() -> None:
    """Ours: read off pages of seeded miniatures; a lost event is the cause, an empty answer its consequence."""
    result = runs.difference(
        fingerprint="1" * 12, check="surfaced.result", mode="run", sentence="the answer is empty"
    )
    event = runs.difference(fingerprint="2" * 12, sentence="never shows the message")
    model = runs.played(runs.divergence("left", result, event), runs.result("right"))

    assert view(model).headline == "never shows the message"


def test_an_agreement_that_is_one_of_several_declared_outcomes_is_told() -> None:
    """Provenance: issue text, item 4: nothing is hidden."""
    assert rich().outcomes == (
        "stream/sent.env[0]: one of 2 declared outcomes: reference `one`, SDK `two`",
        "stream/sent.env: one of 2 declared outcomes: reference `one`, SDK none of them",
    )
    assert view(runs.played(runs.result("left"), runs.result("right"))).outcomes == ()
