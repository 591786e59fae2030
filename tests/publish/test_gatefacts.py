"""Mirror of ``harness/publish/gatefacts.py``."""

from __future__ import annotations

from typing import cast

import pytest

from harness.jsonvalue import JsonValue
from harness.publish.bundle import template_sources
from harness.publish.comment import render
from harness.publish.facts import Facts
from harness.publish.gatefacts import facts_of_gate
from harness.publish.links import lint
from harness.publish.manifest import Manifest
from harness.report.regressions import CLASSES
from harness.root import find_root, load_schemas
from tests.commandline import ROOT
from tests.publish import gates
from tests.publish.gates import change, command, regressions, stage
from tests.publish.material import MANIFEST, RELEASE, file, stored
from tests.publish.runs import summary

SCHEMAS = load_schemas(find_root(ROOT))
BUNDLE = Manifest(run_id="r", files=(*MANIFEST.files, file("gate.json"), file("regressions.json")))


NOT_READY: JsonValue = {
    "ready": False, "exit": 1, "reasons": ["1 cell"], "risks": [], "next_action": "replay it",
}  # fmt: skip


def facts(*moved: JsonValue, **changes: JsonValue) -> Facts:
    """What is said of a gate."""
    gate = gates.gate(**changes)
    assert SCHEMAS.first_problem("gate", gate) is None
    assert SCHEMAS.first_problem("regressions", regressions(*moved)) is None
    return facts_of_gate(gate, regressions(*moved), summary())


@pytest.mark.requirement("R4-4", "R4-19")
def test_the_commands_of_the_gate_are_told_each_with_its_word() -> None:
    """Provenance: REQUIREMENTS.md R4-19, part 1: a table of commands with their fallbacks."""
    found = facts(
        commands=[
            command(),
            command("warn + fallback used", argv=["codex-parity", "journeys", "-o", "/tmp/x"], log=None),
            command("fail", exit=None, seconds=0, note="ffmpeg is not here"),
        ]
    ).commands  # fmt: skip

    assert [(one.status, one.command, one.exit, one.seconds, one.note) for one in found] == [
        ("pass", "`codex-parity run`", 0, "61.2", "log logs/run.txt"),
        ("warn + fallback used", "`codex-parity journeys -o <local path>`", 0, "61.2", ""),
        ("fail", "`codex-parity run`", "", "0.0", "ffmpeg is not here; log logs/run.txt"),
    ]


@pytest.mark.requirement("R4-4", "R4-19")
def test_a_stage_that_is_no_pass_is_told_with_its_fallback_and_whether_it_blocks() -> None:
    """Provenance: REQUIREMENTS.md R4-4."""
    found = facts(
        decision=NOT_READY,
        stages=[
            stage(),
            stage("warn + fallback used", fallback="frames instead of a video"),
            stage("fail", name="intake", blocking=True, detail="no base", fallback="none"),
        ],
    )

    assert found.notes == (
        "**warn + fallback used: frames instead of a video** journeys (does not block): as it should be",
        "**fail** intake (blocks): no base",
    )


@pytest.mark.requirement("R4-19")
def test_each_class_of_change_has_its_list() -> None:
    """Provenance: issue 6, item 3; REQUIREMENTS.md R4-19, part 2."""
    every = [change(name, number) for number, name in enumerate(CLASSES)]
    other = change("changed_reason", 9, new=["a" * 12])

    found = facts(*every, other)

    def names(lines: tuple[str, ...]) -> list[str]:
        return [line.split("**")[1] for line in lines]

    assert names(found.detected) == ["new regression", "changed reason"]
    assert names(found.fixed) == ["fixed"]
    assert names(found.unresolved) == [
        "changed reason", "infra error", "removed", "flaky suspect", "no baseline", "known failing",
    ]  # fmt: skip
    assert "exec.items.n9" in found.detected[1]
    assert found.detected[0] == (
        "**new regression** openai-codex-sdk, exec.items.n0: 1 difference; "
        "`codex-parity replay exec.items.n0 --subject openai-codex-sdk`"
    )


def test_a_change_that_does_not_decide_says_why() -> None:
    """Provenance: schemas/regressions.json, quarantine."""
    found = facts(change("flaky_suspect", quarantine="somebody, until 2027-01-01", replay=""))

    assert found.unresolved == (
        "**flaky suspect** openai-codex-sdk, exec.items.n1: 1 difference. Quarantined, somebody, until 2027-01-01",
    )


def test_a_change_without_reason_and_command_says_what_its_class_means() -> None:
    """Provenance: schemas/regressions.json; `replay` is empty when neither run judged the cell."""
    found = facts(change("removed", reason="", replay=""))

    assert found.unresolved == (
        "**removed** openai-codex-sdk, exec.items.n1: asked for on the base, not on the candidate, or not applicable there",
    )


@pytest.mark.requirement("R4-19")
def test_the_decision_is_that_of_the_gate() -> None:
    """Provenance: REQUIREMENTS.md R4-19, part 4."""
    ready = facts()
    decision = cast("dict[str, JsonValue]", gates.gate()["decision"])
    silent = facts(decision={**decision, "ready": False, "exit": 1, "risks": []})
    told = facts(decision={**decision, "ready": False, "exit": 1, "reasons": ["1 cell"]})
    mute = facts(decision={**decision, "risks": []})

    assert (ready.ready, ready.title) == (True, "Ready: openai-codex-sdk 0.1.11")
    assert ready.reasons == ("risk, the real codex was not played",)
    assert ready.next_action == "a person decides"
    assert (silent.ready, silent.reasons) == (False, ("exit 1, not ready",))
    assert silent.title.startswith("Not ready:")
    assert told.reasons == ("1 cell", *ready.reasons)
    assert mute.reasons == ("exit 0, ready",)


def test_what_was_compared_is_said_also_when_there_was_no_base() -> None:
    """Provenance: ours."""
    alone = facts_of_gate(gates.gate(base=None), regressions(), summary(subjects=[]))

    assert facts().compared == (
        "Run `586105a72be0` compared with the base `111111111111`; cells equal on both: 5."
    )
    assert alone.compared == "Run `586105a72be0` was compared with no base."
    assert "no SDK" in alone.title


@pytest.mark.requirement("R4-19", "R4-30")
def test_the_comment_of_a_gate_has_four_parts_and_nothing_that_the_linter_refuses() -> None:
    """Provenance: REQUIREMENTS.md R4-19; texts of SDKs stand in reasons."""
    nasty = f"[a](file:///srv/a) /tmp/x @you {'9' * 64} http://127.0.0.1:1/"
    found = facts(
        change("new_regression", reason=nasty),
        decision=NOT_READY,
        commands=[command("fail", argv=["run", nasty], log="/tmp/log")],
        stages=[stage("warn + fallback used", detail=nasty, fallback=nasty)],
    )

    text = render(found, BUNDLE, [stored(RELEASE, manifest=BUNDLE)], template_sources())

    parts = [
        "### 1. Commands",
        "- **warn + fallback used: ",
        "### 2. Regressions",
        "### 3. Artifacts",
        "### 4. Decision",
    ]
    assert [text.index(one) for one in parts] == sorted(text.index(one) for one in parts)
    assert "1 detected, 0 fixed, 0 unresolved." in text
    assert lint(text, BUNDLE, "github.com") == ()
