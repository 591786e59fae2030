"""The stages of a gate, and the decision."""

from __future__ import annotations

import pytest

from harness.gate.stages import (
    STAGES,
    Finding,
    Stage,
    StageName,
    Status,
    decide,
    failed,
    fell_back,
    passed,
    warned,
    worst,
)

FINE = passed("tests", "all passed")
SHY = warned("changelog", "there is none")
LESS = fell_back("ffmpeg", "not on this machine", "single frames")
WRONG = failed("tests", "2 failed", 1, "nox -s tests")


def through(*findings: Finding, name: StageName = "environment") -> list[Stage]:
    """All stages, one of them with these findings."""
    return [Stage(name=one, findings=findings if one == name else (FINE,)) for one in STAGES]


@pytest.mark.requirement("R4-4")
@pytest.mark.parametrize(
    ("findings", "status", "blocks"),
    [
        ((FINE,), "pass", False),
        ((FINE, SHY), "warn", False),
        ((FINE, SHY, LESS), "warn + fallback used", False),
        ((FINE, LESS, WRONG), "fail", True),
        ((), "warn", False),
    ],
)
def test_a_stage_is_as_good_as_the_worst_it_found_and_a_fallback_is_never_a_pass(
    findings: tuple[Finding, ...], status: Status, blocks: bool
) -> None:
    """Provenance: REQUIREMENTS.md R4-4."""
    stage = Stage(name="environment", findings=findings)

    assert stage.status == status
    assert stage.to_json()["blocking"] is blocks


def test_a_stage_tells_one_finding_in_full_and_several_by_name() -> None:
    """Provenance: ours."""
    assert Stage(name="intake", findings=()).detail == "nothing was looked at"
    assert Stage(name="intake", findings=(FINE, SHY)).detail == "changelog: there is none"
    assert Stage(name="intake", findings=(SHY, warned("tag", "none"), SHY)).detail == (
        "changelog, tag"
    )


def test_fallbacks_of_a_stage_are_named_each_once() -> None:
    """Provenance: REQUIREMENTS.md R4-4."""
    told = Stage(name="journeys", findings=(LESS, WRONG, LESS)).to_json()

    assert told["fallback"] == "single frames"
    assert Stage(name="journeys", findings=(FINE,)).to_json()["fallback"] is None


@pytest.mark.parametrize(
    ("codes", "told"),
    [([], 0), ([0, 0], 0), ([5, 4], 4), ([4, 1, 5], 1), ([1, 3, 0], 3), ([0, 5], 5)],
)
def test_of_several_exit_codes_the_documented_one_is_told(codes: list[int], told: int) -> None:
    """Provenance: ARCHITECTURE.md, verdicts and exit codes."""
    assert worst(codes) == told


@pytest.mark.requirement("R4-14", "R4-15")
def test_without_anything_that_blocks_it_is_ready_and_says_the_risks() -> None:
    """Provenance: REQUIREMENTS.md R4-14, R4-15."""
    decision = decide(through(LESS, SHY))

    assert (decision.ready, decision.exit, decision.headline) == (True, 0, "✓ ready")
    assert decision.to_json()["reasons"] == []
    assert decision.to_json()["risks"] == [
        "environment, ffmpeg: not on this machine (in its place: single frames)",
        "environment, changelog: there is none",
    ]
    assert "A person reads" in decision.next_action


@pytest.mark.requirement("R4-14")
def test_what_blocks_is_told_gravest_first_with_the_command_that_shows_it() -> None:
    """Provenance: REQUIREMENTS.md R4-14; precedence as in ARCHITECTURE.md."""
    stale = failed("quarantine", "is over", 5)
    decision = decide(through(stale, WRONG))

    assert (decision.ready, decision.exit, decision.headline) == (False, 1, "✗ not ready")
    assert decision.to_json()["reasons"] == [
        "environment, tests: 2 failed; nox -s tests",
        "environment, quarantine: is over",
    ]


def test_a_stage_that_nobody_went_through_blocks() -> None:
    """Provenance: DESIGN, no green without evidence."""
    decision = decide([one for one in through(FINE) if one.name != "journeys"])

    assert decision.exit == 4
    assert decision.to_json()["reasons"] == ["journeys, stage: was not gone through"]


def test_a_finding_says_what_served_in_the_place_of_what_was_wanted() -> None:
    """Provenance: REQUIREMENTS.md R4-4."""
    assert LESS.to_json() == {
        "name": "ffmpeg",
        "status": "warn + fallback used",
        "blocking": False,
        "exit": 0,
        "detail": "not on this machine",
        "fallback": "single frames",
        "command": None,
    }
