"""What changed from one subject to another, told by cause and by what it touches."""

from __future__ import annotations

from harness.jsonvalue import JsonValue
from harness.report.comparison import causes, told
from harness.report.model import RunModel
from tests.report import runs
from tests.report.runs import ONE, TWO


def compared(
    *results: runs.Line, end: runs.Line | None = None, scenarios: tuple[str, ...] = (ONE, TWO)
) -> RunModel:
    """A run of ``left@2.0`` against ``left@1.0``."""
    return runs.played(
        *results,
        head=runs.header(
            reference="left@1.0",
            scenarios=[*scenarios],
            subjects=[
                runs.subject("left@1.0", version="1.0", runtime="node 20.1.0"),
                runs.subject("left@2.0", version="2.0", runtime="node 20.1.0"),
            ],
        ),
        end=end,
    )


def sent(path: str, fingerprint: str, check: str = "sent.argv", **changes: JsonValue) -> runs.Line:
    return runs.difference(
        check=check, plane="sent", path=path, fingerprint=fingerprint * 12, **changes
    )


def text(model: RunModel) -> str:
    return "\n".join(told(model))


def test_the_text_begins_with_the_verdict_and_who_was_compared() -> None:
    """Provenance: issue text, the drift of an SDK between two of its versions in one command."""
    lines = text(compared(runs.divergence("left@2.0"), runs.result("left@2.0", name=TWO))).split(
        "\n"
    )

    assert lines[0] == "✗ left@2.0 differs from left@1.0: 1 cause in 1 of 2 scenarios"
    assert lines[1] == "  reference  left@1.0  (left@1.0-sdk 1.0, node 20.1.0)"
    assert lines[2] == "  SDK        left@2.0  (left@2.0-sdk 2.0, node 20.1.0)"
    assert lines[3] == "  1 scenario the same of 2"


def test_the_same_is_said_without_an_advice() -> None:
    """Provenance: ours."""
    told_text = text(compared(runs.result("left@2.0"), runs.result("left@2.0", name=TWO)))

    assert told_text.startswith("✓ left@2.0 does the same as left@1.0 in every scenario that both")
    assert "next:" not in told_text
    assert "not compared" not in told_text


def test_causes_are_told_by_what_they_touch_with_the_scenarios_that_show_them() -> None:
    """Provenance: ours; first what codex is sent, then what the caller sees, then what is left behind."""
    behind = runs.difference(
        check="lifecycle.alive", plane="lifecycle", fingerprint="c" * 12, level="behaviour"
    )
    model = compared(
        runs.divergence("left@2.0", sent("$.model", "a"), runs.difference(fingerprint="b" * 12)),
        runs.divergence("left@2.0", behind, name=TWO),
    )
    told_text = text(model)

    order = [
        "what it sends codex: 1 cause",
        f"contract, sent.argv, only in mode stream; 1 scenario: {ONE}",
        "what it shows its caller: 1 cause",
        "what it starts and leaves behind: 1 cause",
        f"behaviour, lifecycle.alive, only in mode stream; 1 scenario: {TWO}",
        f"next: codex-parity replay {ONE} --subject left@2.0",
    ]
    places = [told_text.index(one) for one in order]
    assert places == sorted(places)


def test_a_setting_that_moved_from_the_environment_into_an_argument_is_one_cause() -> None:
    """Provenance: PROTOCOLS.md 2.4: since 0.115 the base URL is a config override."""
    table: JsonValue = {"openai_base_url": "http://x"}
    model = compared(
        runs.divergence("left@2.0", sent("$.config", "a", sdk=table), sent("$.model", "d")),
        runs.divergence(
            "left@2.0",
            sent("$.config.openai_base_url", "b", sdk="http://x"),
            sent("$.OPENAI_BASE_URL", "c", "sent.env", level="behaviour"),
            name=TWO,
        ),
    )
    found = causes(model.groups)

    assert [len(one.groups) for one in found] == [4]
    apart = compared(
        runs.divergence("left@2.0", sent("$.config", "a", sdk=table)),
        runs.divergence("left@2.0", sent("$", "e"), sent("$[0]", "f"), name=TWO),
    )
    assert sorted(len(one.groups) for one in causes(apart.groups)) == [1, 2]


def test_one_path_in_events_and_result_is_one_cause_told_once() -> None:
    """Provenance: ours; the most severe comes first, whatever order they were found in."""
    one = runs.difference(path="$.usage.x", fingerprint="a" * 12, level="behaviour", mode="run")
    two = runs.difference(path="$.usage.x", fingerprint="b" * 12, check="surfaced.result")
    model = compared(
        runs.divergence("left@2.0", one), runs.divergence("left@2.0", one, two, name=TWO)
    )
    (cause,) = causes(model.groups)

    assert cause.first.fingerprint == "b" * 12
    assert cause.sentences == ("`item.text` is otherwise",)
    assert "contract, surfaced.result and surfaced.events; 2 scenarios" in text(model)


def test_different_differences_of_the_very_same_scenarios_are_one_cause_with_every_sentence() -> (
    None
):
    """Provenance: ours; an event that is missing and the error instead of it."""
    one = runs.difference(fingerprint="a" * 12)
    two = runs.difference(path="$", fingerprint="b" * 12, sentence="the turn ends otherwise")
    told_text = text(
        compared(runs.divergence("left@2.0", one, two), runs.result("left@2.0", name=TWO))
    )

    assert "1 cause in 1 of 2" in told_text
    assert "    and " in told_text
    assert "the turn ends otherwise" in told_text


def test_wording_is_counted_and_decides_nothing() -> None:
    """Provenance: decisions/0004."""
    wording = runs.difference(check="sent.argv_text", plane="sent", level="cosmetic")
    line = runs.result("left@2.0", differences=[wording])
    told_text = text(compared(line, runs.result("left@2.0", name=TWO)))

    assert told_text.startswith("✓")
    assert (
        "wording and order, no difference to codex: 1 cause\n  sent.argv_text: 1 scenario"
        in told_text
    )


def test_what_was_not_compared_is_told_with_its_reason() -> None:
    """Provenance: DESIGN: a crash, silence, a skip and a mismatch are different words."""
    long = "x" * 200
    results = (
        runs.result("left@2.0", "not_applicable", checks={}, reason=long),
        runs.result("left@2.0", "could_not_run", TWO, checks={}, reason="no node"),
    )
    end = runs.footer(
        *results,
        exit=4,
        exit_reason="no cell was compared",
        not_verified=["the real codex binary: this lane plays the mock only", "left@2.0: no node"],
    )
    told_text = text(compared(*results, end=end))

    assert told_text.startswith("‼ incomplete: no cell was compared")
    assert "not compared, or not wholly: 2 scenarios" in told_text
    assert f"  {ONE}: {long[:160]} ..." in told_text
    assert f"  {TWO}: no node" in told_text
    assert "  left@2.0: no node" in told_text
    assert "this lane" not in told_text


def test_a_driver_that_failed_and_an_interrupted_run_are_no_comparison() -> None:
    """Provenance: DESIGN: a run that was killed never looks green."""
    broken = runs.result("left@2.0", "could_not_run", checks={}, reason="garbage")
    end = runs.footer(broken, exit=3, exit_reason="the driver failed")
    assert text(compared(broken, end=end, scenarios=(ONE,))).startswith(
        "‼ failed: the driver failed"
    )

    lines = runs.run(
        runs.result("left@2.0"),
        head=compared(runs.result("left@2.0"), scenarios=(ONE,)).header,
    )[:-1]
    assert text(runs.model(lines)).startswith("… interrupted: 1 of 1 scenarios were compared")
    assert "no result for 1 scenarios" in text(runs.model(lines[:-1]))
