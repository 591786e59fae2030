"""A baseline file rewritten from a run: what is added, taken out, kept."""

from __future__ import annotations

import datetime as dt

from harness.baseline.entries import Flaky, parse
from harness.baseline.rewrite import Declaration, Seen, Shown, update

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
FLAKY = Flaky(shown=3, plays=20, measured=dt.date(2026, 11, 21))
PLAIN = Declaration(reason="sdk-bug", because="")


def seen(scenario: str, fingerprint: str = "0123456789ab") -> Seen:
    return Seen(
        scenario=scenario, check="surfaced.events", fingerprint=fingerprint, sentence="drops x"
    )


def cell(
    *differences: Seen,
    compared: set[str],
    version: str = "0.117.0",
    runtime: str = "node20",
    pinned: bool = True,
    complete: bool = True,
) -> Shown:
    """One version on one runtime, as a run showed it."""
    return Shown(
        version=version,
        runtime=runtime,
        pinned=pinned,
        seen=differences,
        compared=frozenset(compared),
        complete=complete,
    )


def rewrite(text: str, *differences: Seen, compared: set[str], until: str | None = None) -> str:
    declaration = Declaration(
        reason="intended", because="because so", issue="https://example.org/2", until=until
    )
    return update(text, [cell(*differences, compared=compared)], declaration)


def test_update_writes_a_new_difference_that_then_is_known() -> None:
    """Provenance: ours; what is written is what is read."""
    text = rewrite(
        "# mine\n",
        seen("exec.items.a"),
        compared={"exec.items.a", "exec.items.b"},
        until="2027-01-01",
    )

    (read,) = parse(text, "x.toml")
    assert text.startswith("# mine\n")
    assert (read.scenarios, read.reason, read.until) == (
        ("exec.items.a",),
        "intended",
        dt.date(2027, 1, 1),
    )


def test_update_declares_once_what_every_scenario_shows() -> None:
    """Provenance: DESIGN, "A difference that every scenario shows is declared once"."""
    text = rewrite(
        "",
        seen("exec.items.a"),
        seen("exec.items.b"),
        compared={"exec.items.a", "exec.items.b"},
        until="1.0",
    )

    (read,) = parse(text, "x.toml")
    assert (read.scenarios, read.until) == (("*",), "1.0")


def test_update_takes_out_what_is_gone_and_keeps_what_did_not_run() -> None:
    """Provenance: ours; a partial run must not prune."""
    text = update(FULL, [cell(compared={"exec.items.a"})], PLAIN)

    (read,) = parse(text, "x.toml")
    assert read.scenarios == ("exec.items.b",)
    assert update(FULL, [cell(compared={"exec.items.a", "exec.items.b"})], PLAIN) == ""


def test_update_by_a_run_of_a_part_keeps_a_pattern_that_the_rest_may_show() -> None:
    """Provenance: ours; `run -k` and then `baseline update` must not delete what `*` declares."""
    text = FULL.replace('"exec.items.a", "exec.items.b"', '"*"')
    part = cell(compared={"exec.items.a"}, complete=False)

    assert update(text, [part], PLAIN) == text
    assert update(text, [cell(compared={"exec.items.a"})], PLAIN) == ""


def test_update_by_a_run_of_a_part_declares_nothing_for_the_rest() -> None:
    """Provenance: ours; two scenarios that both show it are not the catalogue."""
    both = [seen("exec.items.a"), seen("exec.items.b")]
    part = cell(*both, compared={"exec.items.a", "exec.items.b"}, complete=False)

    (read,) = parse(update("", [part], Declaration(reason="sdk-bug", because="x")), "x.toml")
    assert read.scenarios == ("exec.items.a", "exec.items.b")


def test_update_of_chosen_differences_gives_no_other_one_that_reason() -> None:
    """Provenance: ours; `--fingerprint` limits what is declared, not what is known to show."""
    cells = [
        cell(
            seen("exec.items.a"),
            seen("exec.items.b"),
            seen("exec.items.c"),
            seen("exec.items.c", "c" * 12),
            compared={"exec.items.a", "exec.items.b", "exec.items.c"},
        )
    ]
    only = Declaration(reason="intended", because="x", fingerprints=frozenset({"c" * 12}))

    before, after = parse(update(FULL, cells, only), "x.toml")
    assert before.scenarios == ("exec.items.a", "exec.items.b")
    assert (after.fingerprint, after.scenarios) == ("c" * 12, ("exec.items.c",))


def test_update_adds_scenarios_to_the_entry_that_gives_the_same_reason() -> None:
    """Provenance: ours; one root cause stays one entry with one reason."""
    cells = [
        cell(
            seen("exec.items.a"),
            seen("exec.items.c"),
            compared={"exec.items.a", "exec.items.c"},
        )
    ]
    text = update(FULL, cells, Declaration(reason="sdk-bug", because="drops a field"))

    (read,) = parse(text, "x.toml")
    assert read.scenarios == ("exec.items.a", "exec.items.b", "exec.items.c")


def test_update_gives_another_root_cause_of_the_same_fingerprint_an_entry_of_its_own() -> None:
    """Provenance: ours; that a turn ends with an error is one fingerprint and has many causes."""
    text = rewrite(
        FULL,
        seen("exec.items.a"),
        seen("exec.items.c"),
        seen("exec.items.c", "cccccccccccc"),
        compared={"exec.items.a", "exec.items.c"},
    )

    assert [(one.fingerprint, one.scenarios, one.reason) for one in parse(text, "x.toml")] == [
        ("0123456789ab", ("exec.items.a", "exec.items.b"), "sdk-bug"),
        ("0123456789ab", ("exec.items.c",), "intended"),
        ("cccccccccccc", ("exec.items.c",), "intended"),
    ]


def test_update_writes_only_what_it_was_told() -> None:
    """Provenance: ours; an issue link alone is reason enough."""
    text = update(
        "",
        [cell(seen("exec.items.a"), compared=set())],
        Declaration(reason="sdk-bug", because="", issue="u"),
    )

    assert "because" not in text
    assert "until" not in text
    assert 'issue = "u"' in text


def test_update_leaves_a_file_that_already_explains_everything() -> None:
    """Provenance: ours."""
    text = rewrite(FULL, seen("exec.items.a"), compared={"exec.items.a"})

    assert parse(text, "x.toml") == parse(FULL, "x.toml")


def test_update_writes_a_sentence_without_a_link() -> None:
    """Provenance: ours; a sentence alone is reason enough."""
    text = update(
        "",
        [cell(seen("exec.items.a"), compared=set())],
        Declaration(reason="sdk-bug", because="so"),
    )

    assert "issue" not in text


def test_update_declares_once_what_it_was_told_to_declare_once() -> None:
    """Provenance: ours; `--everywhere`."""
    declaration = Declaration(reason="sdk-bug", because="x", everywhere=True, flaky=FLAKY)
    text = update("", [cell(seen("exec.items.a"), compared={"exec.items.b"})], declaration)

    (read,) = parse(text, "x.toml")
    assert (read.scenarios, read.flaky) == (("*",), FLAKY)


def test_update_keeps_a_flaky_entry_that_did_not_show() -> None:
    """Provenance: ours; that it did not show this time says nothing."""
    flaky = FULL + 'flaky = {rate = "3 of 20", measured = 2026-11-21}\n'
    text = update(flaky, [cell(compared={"exec.items.a", "exec.items.b"})], PLAIN)

    (read,) = parse(text, "x.toml")
    assert read.scenarios == ("exec.items.a", "exec.items.b")


def test_update_takes_nothing_out_because_another_version_does_not_show_it() -> None:
    """Provenance: decisions/0010; an entry without limits promises for the pinned version alone."""
    both = {"exec.items.a", "exec.items.b"}
    text = update(FULL, [cell(compared=both, version="0.81.0", pinned=False)], PLAIN)

    assert parse(text, "x.toml") == parse(FULL, "x.toml")


def test_update_keeps_what_one_of_two_runtimes_shows() -> None:
    """Provenance: ours; the run that follows names the runtime on which it is gone."""
    one = {"exec.items.a"}
    cells = [cell(seen("exec.items.a"), compared=one), cell(compared=one, runtime="node22")]

    assert parse(update(FULL, cells, PLAIN), "x.toml") == parse(FULL, "x.toml")


def test_update_limits_new_entries_to_the_versions_and_runtimes_it_was_told() -> None:
    """Provenance: ours; `--sdk` and `--runtime`; cells outside of them get no entry."""
    one = {"exec.items.a"}
    limited = Declaration(reason="sdk-bug", because="x", sdk="<0.100", runtimes=("node22",))
    cells = [
        cell(seen("exec.items.a", "a" * 12), compared=one, version="0.81.0", pinned=False),
        cell(
            seen("exec.items.a", "b" * 12),
            compared=one,
            version="0.81.0",
            runtime="node22",
            pinned=False,
        ),
        cell(seen("exec.items.a", "c" * 12), compared=one, runtime="node22"),
    ]
    text = update("", cells, limited)

    (read,) = parse(text, "x.toml")
    assert (read.fingerprint, read.sdk, read.runtimes) == ("b" * 12, "<0.100", ("node22",))
    assert update(text, cells, limited) == text


def test_update_takes_out_an_entry_with_a_range_that_no_version_in_it_shows() -> None:
    """Provenance: decisions/0010; a range promises for every version in it."""
    text = FULL + 'sdk = "<0.100"\n'
    both = {"exec.items.a", "exec.items.b"}

    kept = update(text, [cell(compared=both)], PLAIN)
    assert parse(kept, "x.toml") == parse(text, "x.toml")
    assert update(text, [cell(compared=both, version="0.81.0", pinned=False)], PLAIN) == ""


def test_update_does_not_take_an_entry_of_other_versions_for_an_explanation() -> None:
    """Provenance: ours."""
    text = FULL + 'sdk = "<0.100"\n'
    why = Declaration(reason="sdk-bug", because="x")
    after = update(text, [cell(seen("exec.items.a"), compared={"exec.items.a"})], why)

    assert [(one.sdk, one.scenarios) for one in parse(after, "x.toml")] == [
        ("<0.100", ("exec.items.a", "exec.items.b")),
        (None, ("exec.items.a",)),
    ]


def test_a_run_of_a_released_codex_writes_and_takes_out_entries_of_its_lane_only() -> None:
    """Ours: what the mock alone shows is not gone because a released codex does not show it."""
    told = Declaration(reason="sdk-bug", because="it drops a field")
    of_mock = update("", [cell(seen("exec.items.a"), compared={"exec.items.a"})], told)
    shown = [cell(seen("exec.items.a", "f" * 12), compared={"exec.items.a"})]
    nothing = [cell(compared={"exec.items.a"})]

    both = update(of_mock, shown, told, "real")

    assert [(one.fingerprint, one.lane) for one in parse(both, "x")] == [
        ("0123456789ab", None),
        ("f" * 12, "real"),
    ]
    assert update(both, shown, told, "real") == both
    assert [one.lane for one in parse(update(both, nothing, told, "mock"), "x")] == ["real"]
    assert [one.lane for one in parse(update(both, nothing, told, "real"), "x")] == [None]
    again = update(both, shown, told, "mock")
    assert [one.lane for one in parse(again, "x") if one.fingerprint == "f" * 12] == ["real", None]
