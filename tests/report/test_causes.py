"""One root cause is one line, with the count of its cells and one example."""

from __future__ import annotations

from harness.report.causes import shape
from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import ONE, TWO


def played(*results: runs.Line, reruns: tuple[runs.Line, ...] = ()) -> RunModel:
    lines = runs.run(*results, head=runs.header(scenarios=[ONE, TWO]))
    return runs.model([*lines[:-1], *reruns, lines[-1]])


def rerun(name: str, differing: int, **causes: int) -> runs.Line:
    return {
        "kind": "rerun",
        "scenario": name,
        "subject": "left",
        "plays": 4,
        "differing": differing,
        "causes": dict(causes),
        "verdicts": ["match", "divergence", "divergence"],
    }


def test_new_differences_of_one_check_class_and_shape_of_path_are_one_root() -> None:
    """Provenance: issue text: one root cause is one line in the summary, not fifty."""
    many = [
        runs.difference(fingerprint=f"{number:012x}", path=f"$.items[{number}].text")
        for number in range(50)
    ]
    model = played(runs.divergence("left", *many), runs.divergence("left", many[0], name=TWO))

    (root,) = model.new_roots
    assert len(model.unknown) == 50
    assert root.count == "2 cells, 50 kinds"
    assert root.scenarios == (ONE, TWO)
    assert root.example[0].scenario.id == ONE
    assert (root.kind, root.level, root.known, root.flaky) == ("changed", "contract", None, None)


def test_another_subject_check_class_or_path_is_another_root() -> None:
    """Provenance: ours; what is folded too far hides a cause."""
    base = runs.difference(fingerprint="0" * 12)
    others = [
        runs.difference(fingerprint="1" * 12, path="$.item.status"),
        runs.difference(fingerprint="2" * 12, check="surfaced.result"),
        runs.difference(fingerprint="3" * 12, **{"class": "missing"}),
    ]
    theirs = runs.difference(fingerprint="4" * 12)
    model = played(runs.divergence("left", base, *others), runs.divergence("right", theirs))

    assert len(model.new_roots) == 5
    assert {root.odd_one_out for root in model.new_roots} == {"left", "right"}
    assert {root.who for root in model.new_roots} == {"only left", "only right"}


def test_what_one_sentence_of_the_baseline_explains_is_one_root_over_subjects() -> None:
    """Provenance: issue text; baselines by cause."""
    one = runs.difference(fingerprint="1" * 12, known=runs.known(), level="behaviour")
    two = runs.difference(fingerprint="2" * 12, known=runs.known())
    other = runs.difference(fingerprint="3" * 12, known=runs.known(because="Another reason."))
    model = played(
        runs.result("left", "known", differences=[one, other]),
        runs.result("right", "known", differences=[two]),
    )

    roots = {root.known.because: root for root in model.known_roots if root.known is not None}
    assert {why: root.count for why, root in roots.items()} == {
        "The port has no such field.": "2 cells, 2 kinds",
        "Another reason.": "1 cell",
    }
    assert roots["The port has no such field."].subjects == ("right", "left")
    assert roots["The port has no such field."].odd_one_out is None
    assert roots["The port has no such field."].level == "contract"


def test_a_flaky_cell_is_told_with_its_own_rate_and_never_as_a_mean() -> None:
    """Provenance: issue text, item 4."""
    results = (runs.divergence("left"), runs.divergence("left", name=TWO))
    one = rerun(ONE, 3, **{"0123456789ab": 3})
    two = rerun(TWO, 1, **{"0123456789ab": 1})

    (root,) = played(*results, reruns=(one,)).new_roots
    assert root.flaky == f"flaky: {ONE} 3 of 4 plays differ"
    (root,) = played(*results, reruns=(one, two)).new_roots
    assert root.flaky == f"flaky: {ONE} 3 of 4 plays differ and 1 more of 2 cells"


def test_the_shape_of_a_path_leaves_out_what_is_counted_or_named_in_brackets() -> None:
    """Provenance: ours."""
    assert shape('$.a[3]["x"].b') == "$.a[][].b"
