"""The page and the listing say of each requirement what proves it or what is lacking."""

from __future__ import annotations

from harness.ledger.checklist import listing, page
from tests.ledger.test_fold import entry, ledger

FOUND = ledger(
    entry("R0-1", "proven", "F1"), entry("R0-2", "part"), entry("F1", "open"),
    R0_1="tests/test_a.py::test_1 tests/test_a.py::test_2 tests/test_a.py::test_3 tests/test_a.py::test_4",
    R0_2="tests/test_a.py::test_1",
)  # fmt: skip


def test_the_page_has_a_row_per_requirement_with_links_to_tests() -> None:
    """Provenance: REQUIREMENTS.md R0-20; three tests are named, the rest is counted."""
    text = page(FOUND)

    assert "3 requirements: 1 proven, 1 in part, 1 open." in text
    assert "## Remaining work\n\n1 of 3 proven." in text
    assert "| R0-1 | Something is so | N F1 | proven | [`test_1`](../tests/test_a.py), " in text
    assert "and 1 more |" in text
    assert "| part | [`test_1`](../tests/test_a.py); lacking: not begun |" in text
    assert "| F1 | Something is so | N | open | not begun |" in text


def test_the_listing_names_every_test_and_ends_with_the_counts() -> None:
    """Provenance: ours."""
    lines = list(listing(FOUND))

    assert lines[0] == "R0-1   proven Something is so"
    assert lines[1:5] == [f"         tests/test_a.py::test_{number}" for number in range(1, 5)]
    assert lines[-2:] == [
        "         lacking: not begun",
        "3 requirements: 1 proven, 1 in part, 1 open",
    ]


def test_the_listing_of_what_is_open_leaves_out_what_is_proven() -> None:
    """Provenance: ours."""
    assert not any(line.startswith("R0-1 ") for line in listing(FOUND, only_open=True))
