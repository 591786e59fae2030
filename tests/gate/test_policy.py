"""What a gate asks for, as ``gate.toml`` says it."""

from __future__ import annotations

import datetime as dt

import pytest

from harness.gate.policy import Check, Excuse, Policy, PolicyInvalid, Quarantine, parse_policy
from tests.report.runs import SCHEMAS

WHOLE = """
candidate_plays = 3
base_plays = 2
cells = 10
flake_limit = 0.05
shrink_plays = 50
reproductions = 1
journeys = ["open", "filter"]

[[exception]]
journey = "dark"
reason = "the page is redrawn"
owner = "ana"
until = 2026-12-24

[[quarantine]]
scenario = "exec.stream.*"
reason = "races on slow machines"
owner = "ben"
until = "2026-12-01"
issue = "https://example.org/issues/7"

[[quarantine]]
scenario = "exec.items.web-search"
subject = "some-sdk"
reason = "is being mended"
owner = "ben"
until = 2026-12-01

[[check]]
name = "tests"
command = ["nox", "-s", "tests"]
junit = "reports/tests/junit.xml"
timeout_s = 60

[[check]]
name = "lint"
command = ["nox", "-s", "lint"]
blocking = false
fallback = ["ruff", "check"]

[[blocker]]
what = "the upload is broken"
issue = "https://example.org/issues/8"

[[blocker]]
what = "nobody is there"
"""

ANA = Excuse(reason="the page is redrawn", owner="ana", until=dt.date(2026, 12, 24))
BEN = Excuse(
    reason="races on slow machines",
    owner="ben",
    until=dt.date(2026, 12, 1),
    issue="https://example.org/issues/7",
)


@pytest.mark.requirement("R4-20")
def test_every_part_of_a_policy_is_read() -> None:
    """Provenance: schemas/gate-policy.json; REQUIREMENTS.md 2.4."""
    policy = parse_policy(WHOLE, "gate.toml", SCHEMAS)

    assert policy == Policy(
        candidate_plays=3,
        base_plays=2,
        cells=10,
        flake_limit=0.05,
        shrink_plays=50,
        reproductions=1,
        journeys=("open", "filter"),
        excused=(("dark", ANA),),
        quarantine=(
            Quarantine(scenario="exec.stream.*", subject="*", excuse=BEN),
            Quarantine(
                scenario="exec.items.web-search",
                subject="some-sdk",
                excuse=Excuse(reason="is being mended", owner="ben", until=dt.date(2026, 12, 1)),
            ),
        ),
        checks=(
            Check(
                name="tests",
                argv=("nox", "-s", "tests"),
                blocking=True,
                timeout_s=60.0,
                junit="reports/tests/junit.xml",
            ),
            Check(
                name="lint",
                argv=("nox", "-s", "lint"),
                blocking=False,
                timeout_s=3600.0,
                fallback=("ruff", "check"),
            ),
        ),
        blockers=("the upload is broken (https://example.org/issues/8)", "nobody is there"),
    )


def test_an_empty_policy_asks_for_the_defaults() -> None:
    """Provenance: REQUIREMENTS.md 2.4: two further plays, one on the base, 2 % flaky at the most, all journeys."""
    policy = parse_policy("", "gate.toml", SCHEMAS)

    assert policy == Policy()
    assert (policy.candidate_plays, policy.base_plays, policy.flake_limit) == (2, 1, 0.02)
    assert policy.journeys is None


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("cells = ", "gate.toml", "not TOML"),
        ("cells = 0", "gate.toml $.cells", "minimum"),
        ("at = 10:00:00", "gate.toml $", "'at'"),
        ("flake_limit = nan", "gate.toml $.flake_limit", "not a number"),
        (
            '[[quarantine]]\nscenario = "*"\nreason = "x"\nowner = "y"\nuntil = "2027-13-45"',
            "gate.toml $.quarantine[0].until",
            "2027-13-45",
        ),
        (
            '[[quarantine]]\nscenario = "*"\nreason = "x"\nuntil = 2026-12-01',
            "gate.toml $.quarantine[0]",
            "owner",
        ),
        (
            '[[quarantine]]\nscenario = "*"\nreason = "x"\nowner = "y"\nuntil = "soon"',
            "gate.toml $.quarantine[0].until",
            "soon",
        ),
        ('[[check]]\nname = "x"\ncommand = "ls -l"', "gate.toml $.check[0].command", "array"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_place(text: str, where: str, what: str) -> None:
    """Provenance: CONTRIBUTING; what @ where, whose fault."""
    with pytest.raises(PolicyInvalid) as raised:
        parse_policy(text, "gate.toml", SCHEMAS)

    assert raised.value.where == where
    assert what in raised.value.what
    assert raised.value.fault == "the gate's policy"
    assert raised.value.exit_code == 2


def test_an_excuse_holds_until_the_end_of_its_last_day() -> None:
    """Provenance: REQUIREMENTS.md 2.4: with an end; over is a failure."""
    assert not BEN.expired(dt.date(2026, 12, 1))
    assert BEN.expired(dt.date(2026, 12, 2))
    assert str(ANA) == "the page is redrawn (ana, until 2026-12-24)"
    assert str(BEN).endswith("until 2026-12-01, https://example.org/issues/7)")


@pytest.mark.parametrize(
    ("scenario", "subject", "covered"),
    [
        ("exec.stream.u2028", "any", True),
        ("exec.items.text", "any", False),
        ("EXEC.STREAM.x", "any", False),
    ],
)
def test_a_quarantine_covers_cells_by_globs(scenario: str, subject: str, covered: bool) -> None:
    """Provenance: ours."""
    entry = Quarantine(scenario="exec.stream.*", subject="*", excuse=BEN)

    assert entry.covers(scenario, subject) is covered
    assert not Quarantine(scenario="*", subject="some-*", excuse=BEN).covers(scenario, "other")
