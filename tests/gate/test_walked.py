"""What journeys mean for a release."""

from __future__ import annotations

import datetime as dt

import pytest

from harness.gate.policy import Excuse, Policy, PolicyInvalid
from harness.gate.walked import findings, wanted
from harness.jsonvalue import JsonValue

TODAY = dt.date(2026, 11, 30)
KNOWN = ("open", "filter", "dark")


def row(status: str, name: str = "dark", **changes: JsonValue) -> dict[str, JsonValue]:
    """A journey of a walk's summary."""
    return {"journey": name, "status": status, "reason": None, "fallback": None, **changes}


def excusing(until: str) -> Policy:
    """A policy that lets one journey be missing."""
    day = dt.date.fromisoformat(until)
    return Policy(excused=(("dark", Excuse(reason="is redrawn", owner="ana", until=day)),))


@pytest.mark.requirement("R4-11", "R4-4")
@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (row("pass"), "pass", 0),
        (row("not_applicable", reason="nothing differs"), "pass", 0),
        (row("warn", fallback="frames"), "warn + fallback used", 0),
        (row("fail", reason="no heading"), "fail", 1),
    ],
)
def test_a_journey_that_fails_blocks_and_frames_in_the_place_of_a_video_are_no_pass(
    given: dict[str, JsonValue], status: str, code: int
) -> None:
    """Provenance: REQUIREMENTS.md R4-4, R4-11."""
    (finding,) = findings([given], Policy(), TODAY)

    assert (finding.name, finding.status, finding.exit) == ("dark", status, code)


@pytest.mark.requirement("R4-20")
def test_an_excused_journey_does_not_block_until_its_day_is_over() -> None:
    """Provenance: REQUIREMENTS.md 2.4: exceptions with reason, owner and expiry; expired = fail."""
    (waits,) = findings([row("fail", reason="no heading")], excusing("2026-11-30"), TODAY)
    over, fails = findings([row("fail", reason="no heading")], excusing("2026-11-29"), TODAY)

    assert (waits.status, waits.exit) == ("warn", 0)
    assert waits.detail == "no heading; excused: is redrawn (ana, until 2026-11-30)"
    assert (over.status, over.exit) == ("fail", 5)
    assert fails.status == "warn"


def test_a_policy_asks_for_all_journeys_or_for_those_it_names() -> None:
    """Provenance: REQUIREMENTS.md 2.4."""
    assert wanted(Policy(), KNOWN) == KNOWN
    assert wanted(Policy(journeys=("filter",)), KNOWN) == ("filter",)
    assert wanted(Policy(journeys=()), KNOWN) == ()


@pytest.mark.parametrize("policy", [Policy(journeys=("fly",)), excusing("2026-12-01")])
def test_a_journey_that_does_not_exist_is_refused(policy: Policy) -> None:
    """Provenance: FIELD.md 8: an unknown entry is red."""
    with pytest.raises(PolicyInvalid, match="no journey") as raised:
        wanted(policy, ("open", "filter"))

    assert raised.value.hint == "There are: open, filter."
