"""The page of findings: everything that an issue needs, in plain Markdown."""

from __future__ import annotations

from dataclasses import replace

from harness.report.findings import Example, Finding, SdkFindings
from harness.report.findings_page import render

FINDING = Finding(
    reason="sdk-bug",
    because="It drops <fields>.",
    issue=None,
    until=None,
    since=None,
    flaky=None,
    level="contract",
    cells=2,
    scenario="exec.items.x",
    sha256="0",
    title="A title",
    expect="It\n  stays.",
    source="PROTOCOLS.md 1",
    codex="0.169.0",
    replay="codex-parity replay exec.items.x --subject left",
    examples=(
        Example(
            check="surfaced.events", place="turn 0 $.a", sentence="dropped", expected="1", got=None
        ),
        Example(check="sent.argv", place="", sentence="told", expected=None, got="a`b"),
        Example(check="sent.env", place="", sentence="told alone", expected=None, got=None),
    ),
)


def page(*findings: Finding) -> str:
    return render(
        [
            SdkFindings(
                subject="left", sdk="left-sdk", version="1.2", runtime="py", findings=findings
            )
        ]
    )


def test_a_finding_has_all_that_an_issue_needs() -> None:
    """Provenance: issue text, docs/findings.md."""
    text = page(FINDING)

    for line in (
        "| [left](#left) | left-sdk 1.2 | 1 | 0 | 0 | 0 |",
        "### 1. It drops &lt;fields>.",
        "Bug of the SDK. It drops &lt;fields>.",
        "- `surfaced.events`, `turn 0 $.a`: dropped",
        "  - expected `1`",
        "  - got nothing there",
        "  - got `` a`b ``",
        "- Expected: It stays. (PROTOCOLS.md 1)",
        "- Level: contract; shows in 2 cells of the run; codex 0.169.0.",
        "- Since SDK version: not determined.",
        "- Smallest scenario: `exec.items.x` (A title).",
        "codex-parity replay exec.items.x --subject left",
    ):
        assert line in text.split("\n"), line
    assert text.split("\n").count("  - expected nothing there") == 1
    for absent in ("Flaky", "until", "Issue:"):
        assert absent not in text


def test_what_is_known_beyond_that_is_said_too() -> None:
    """Provenance: schemas of the baseline: since, until, issue, flaky."""
    text = page(
        replace(
            FINDING, reason="new", because="", issue="https://e.org", until="2", since="1.0", flaky="3 of 20 plays", cells=None
        )
    )  # fmt: skip

    for line in (
        "### 1. See https://e.org.",
        "New, not explained yet. See https://e.org.",
        "- Level: contract; shows by chance; codex 0.169.0.",
        "- Flaky: 3 of 20 plays.",
        "- Since SDK version: 1.0.",
        "- Accepted until: 2.",
        "- Issue: https://e.org",
    ):
        assert line in text.split("\n"), line


def test_an_sdk_without_a_difference_says_so() -> None:
    """Provenance: ours."""
    assert "No difference from the reference." in page()
