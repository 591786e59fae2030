"""Expected divergences: what is read, what is refused, what a run makes of them."""

from __future__ import annotations

import datetime as dt

import pytest

from harness.baseline import Entry, Seen, judge, parse, review, update
from harness.errors import BaselineInvalid

TODAY = dt.date(2026, 11, 21)
FULL = """\
[[expected]]
fingerprint = "0123456789ab"
check = "surfaced.events"
scenarios = ["exec.items.a", "exec.items.b"]
reason = "sdk-bug"
because = "drops a field"
issue = "https://example.org/1"
until = "0.118.0"
example = "the SDK drops x"
"""


def entry(
    *scenarios: str, fingerprint: str = "0123456789ab", until: str | dt.date | None = None
) -> Entry:
    return Entry(
        fingerprint=fingerprint,
        check="surfaced.events",
        scenarios=scenarios,
        reason="sdk-bug",
        because="drops a field",
        until=until,
    )


def kinds(
    *entries: Entry,
    cells: dict[str, set[str]],
    known: set[str] | None = None,
    complete: bool = True,
    version: str = "0.117.0",
) -> list[str]:
    found = review(
        entries,
        cells={name: frozenset(prints) for name, prints in cells.items()},
        known_ids=frozenset(known if known is not None else cells),
        version=version,
        today=TODAY,
        complete=complete,
    )
    return [problem.kind for problem in found]


def test_a_full_entry_is_read_with_all_its_fields() -> None:
    """Provenance: the form in the docstring of harness/baseline.py."""
    (read,) = parse(FULL, "x.toml")

    assert read.to_json() == {
        "fingerprint": "0123456789ab",
        "check": "surfaced.events",
        "scenarios": ["exec.items.a", "exec.items.b"],
        "reason": "sdk-bug",
        "because": "drops a field",
        "issue": "https://example.org/1",
        "until": "0.118.0",
    }
    assert read.example == "the SDK drops x"


def test_an_empty_file_expects_nothing() -> None:
    """Provenance: ours."""
    assert parse("", "x.toml") == ()
    assert entry("a").to_json()["until"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[expected", "Expected"),
        ("other = 1", "unknown key `other` @ x.toml $"),
        (FULL + "colour = 1\n", "unknown key `colour` @ x.toml $.expected[0]"),
        (FULL.replace("fingerprint =", "# "), "`fingerprint` is missing or not a string"),
        (FULL.replace('["exec.items.a", "exec.items.b"]', "[]"), "`scenarios` must list"),
        (FULL.replace('["exec.items.a", "exec.items.b"]', "[1]"), "`scenarios` must list"),
        (FULL.replace('["exec.items.a", "exec.items.b"]', '"x"'), "`scenarios` must list"),
        (FULL.replace("0123456789ab", "xyz"), "`fingerprint` must be 12 hex digits"),
        (FULL.replace("surfaced.events", "surfaced.evnts"), "unknown check `surfaced.evnts`"),
        (FULL.replace("sdk-bug", "whatever"), "unknown reason `whatever`"),
        (
            FULL.replace('because = "drops a field"', "").replace(
                'issue = "https://example.org/1"', ""
            ),
            "neither `because` nor `issue`",
        ),
        (FULL.replace('"0.118.0"', "3"), "`until` must be a version string or a date"),
    ],
)
def test_a_wrong_file_is_refused_with_what_and_where(text: str, message: str) -> None:
    """Provenance: ours; every message names the place."""
    with pytest.raises(BaselineInvalid) as caught:
        parse(text, "x.toml")

    assert message in str(caught.value)


def test_a_cell_is_split_into_known_unexplained_and_gone() -> None:
    """Provenance: DESIGN, verdicts `known`, `divergence`, `fixed`."""
    here, glob, away = (
        entry("exec.items.a"),
        entry("exec.*", fingerprint="ffffffffffff"),
        entry("exec.items.b", fingerprint="bbbbbbbbbbbb"),
    )

    judged = judge([here, glob, away], "exec.items.a", frozenset({"ffffffffffff", "eeeeeeeeeeee"}))

    assert judged.known == {"ffffffffffff": glob}
    assert judged.unexplained == {"eeeeeeeeeeee"}
    assert judged.gone == (here,)


def test_an_entry_that_still_shows_is_no_problem() -> None:
    """Provenance: ours."""
    assert kinds(entry("exec.items.a"), cells={"exec.items.a": {"0123456789ab"}}) == []
    assert kinds(entry("exec.*"), cells={"exec.items.a": {"0123456789ab"}, "exec.b.c": set()}) == []


def test_an_entry_whose_difference_is_gone_is_fixed() -> None:
    """Provenance: issue text, "now matching" is a failure of its own kind."""
    assert kinds(entry("exec.items.a"), cells={"exec.items.a": set()}) == ["fixed"]


def test_an_entry_whose_scenario_differs_otherwise_is_changed() -> None:
    """Provenance: issue text, "other fingerprint" is a failure of its own kind."""
    assert kinds(entry("exec.items.a"), cells={"exec.items.a": {"cccccccccccc"}}) == ["changed"]


def test_an_entry_with_an_unknown_id_names_the_nearest() -> None:
    """Provenance: issue text, "unknown id"; FIELD row 8."""
    (problem,) = review(
        [entry("exec.items.aa")],
        cells={},
        known_ids=frozenset({"exec.items.a"}),
        version="1",
        today=TODAY,
        complete=False,
    )

    assert problem.kind == "unknown_id"
    assert problem.sentence.endswith("did you mean exec.items.a?")


def test_an_unknown_id_that_resembles_nothing_is_still_reported() -> None:
    """Provenance: ours."""
    assert kinds(entry("zzz"), cells={}, known={"exec.items.a"}) == ["unknown_id"]


@pytest.mark.parametrize(
    ("until", "expired"),
    [
        ("0.117.0", True),
        ("0.116.9", True),
        ("0.118.0", False),
        (dt.date(2026, 11, 21), True),
        (dt.date(2026, 11, 22), False),
        (None, False),
    ],
)
def test_an_entry_is_expired_from_its_end_on(until: str | dt.date | None, expired: bool) -> None:
    """Provenance: issue text, `until` version or date."""
    found = kinds(
        entry("exec.items.a", until=until), cells={"exec.items.a": {"0123456789ab"}}
    )

    assert found == (["expired"] if expired else [])


def test_a_glob_that_shows_nowhere_is_unused_only_in_a_complete_run() -> None:
    """Provenance: ours; a partial run knows nothing of the rest."""
    assert kinds(entry("exec.*"), cells={"exec.items.a": set()}) == ["unused"]
    assert kinds(entry("exec.*"), cells={"exec.items.a": set()}, complete=False) == []


def seen(scenario: str, fingerprint: str = "0123456789ab") -> Seen:
    return Seen(
        scenario=scenario, check="surfaced.events", fingerprint=fingerprint, sentence="drops x"
    )


def rewrite(text: str, *differences: Seen, compared: set[str], until: str | None = None) -> str:
    return update(
        text,
        differences,
        compared=frozenset(compared),
        reason="intended",
        because="because so",
        issue="https://example.org/2",
        until=until,
    )


def test_update_writes_a_new_difference_that_then_is_known() -> None:
    """Provenance: ours; what is written is what is read."""
    text = rewrite("# mine\n", seen("exec.items.a"), compared={"exec.items.a", "exec.items.b"}, until="2027-01-01")

    (read,) = parse(text, "x.toml")
    assert text.startswith("# mine\n")
    assert (read.scenarios, read.reason, read.until) == (("exec.items.a",), "intended", dt.date(2027, 1, 1))


def test_update_declares_once_what_every_scenario_shows() -> None:
    """Provenance: DESIGN, "A difference that every scenario shows is declared once"."""
    text = rewrite("", seen("exec.items.a"), seen("exec.items.b"), compared={"exec.items.a", "exec.items.b"}, until="1.0")

    (read,) = parse(text, "x.toml")
    assert (read.scenarios, read.until) == (("*",), "1.0")


def test_update_takes_out_what_is_gone_and_keeps_what_did_not_run() -> None:
    """Provenance: ours; a partial run must not prune."""
    text = update(
        FULL, [], compared=frozenset({"exec.items.a"}), reason="sdk-bug", because=""
    )

    (read,) = parse(text, "x.toml")
    assert read.scenarios == ("exec.items.b",)
    assert update(FULL, [], compared=frozenset({"exec.items.a", "exec.items.b"}), reason="sdk-bug", because="") == ""


def test_update_adds_the_scenarios_that_an_entry_does_not_cover_yet_to_that_entry() -> None:
    """Provenance: ours; one root cause stays one entry with one reason."""
    text = rewrite(
        FULL,
        seen("exec.items.a"),
        seen("exec.items.c"),
        seen("exec.items.c", "cccccccccccc"),
        compared={"exec.items.a", "exec.items.c"},
    )

    assert [(one.fingerprint, one.scenarios, one.reason) for one in parse(text, "x.toml")] == [
        ("0123456789ab", ("exec.items.a", "exec.items.b", "exec.items.c"), "sdk-bug"),
        ("cccccccccccc", ("exec.items.c",), "intended"),
    ]


def test_update_writes_only_what_it_was_told() -> None:
    """Provenance: ours; an issue link alone is reason enough."""
    text = update("", [seen("exec.items.a")], compared=frozenset(), reason="sdk-bug", because="", issue="u")

    assert "because" not in text
    assert "until" not in text
    assert 'issue = "u"' in text


def test_a_glob_that_shows_nowhere_but_has_another_problem_is_reported_once() -> None:
    """Provenance: ours; one entry, one thing to do."""
    assert kinds(entry("exec.*", until=TODAY), cells={"exec.items.a": set()}) == ["expired"]
    assert kinds(entry("exec.items.a"), cells={}, known={"exec.items.a"}) == []


def test_a_glob_promises_nothing_of_a_single_scenario() -> None:
    """Provenance: ours; a glob says where a difference may show, an id says where it must."""
    judged = judge([entry("exec.*")], "exec.items.a", frozenset())

    assert (judged.known, judged.gone) == ({}, ())


def test_update_leaves_a_file_that_already_explains_everything() -> None:
    """Provenance: ours."""
    text = rewrite(FULL, seen("exec.items.a"), compared={"exec.items.a"})

    assert parse(text, "x.toml") == parse(FULL, "x.toml")


def test_update_writes_a_sentence_without_a_link() -> None:
    """Provenance: ours; a sentence alone is reason enough."""
    text = update("", [seen("exec.items.a")], compared=frozenset(), reason="sdk-bug", because="so")

    assert "issue" not in text
