"""The draft of a changelog."""

from __future__ import annotations

import pytest

from harness.gate.changelog import from_fragments, section


@pytest.mark.requirement("R4-14")
def test_fragments_are_told_by_kind_what_breaks_first() -> None:
    """Provenance: changelog.d/README.md."""
    text = from_fragments(
        {
            "+b.harness.md": "Added two.\n\n",
            "+a.harness.md": "Added one.\nAdded more.\n",
            "+c.breaking.md": "Took one away.\n",
            "+d.other.md": "Something else.\n",
            "README.md": "One file per change.",
            "+nokind": "no",
        }
    )

    assert text == (
        "#### Breaking\n\n- Took one away.\n\n"
        "#### Harness\n\n- Added one.\n- Added more.\n- Added two.\n\n"
        "#### other\n\n- Something else."
    )


def test_without_fragments_there_is_no_draft() -> None:
    """Provenance: ours."""
    assert from_fragments({"README.md": "One file per change."}) is None


LOG = """# Changelog

## Unreleased

- Not yet.

## [1.2.0] - 2026-11-01

- Added a thing.

### Fixes

- Mended one.

## 1.1.0

"""


@pytest.mark.parametrize(
    ("release", "text"),
    [
        ("1.2.0", "- Added a thing.\n\n### Fixes\n\n- Mended one."),
        ("1.1.0", None),
        ("1.3.0", "- Not yet."),
    ],
)
def test_a_changelog_gives_the_part_of_the_release_else_what_is_not_released(
    release: str, text: str | None
) -> None:
    """Provenance: ours; headings of level two."""
    assert section(LOG, release) == text


def test_a_changelog_that_has_neither_gives_nothing() -> None:
    """Provenance: ours."""
    assert section("# Changelog\n\n## 1.0.0\n\n- All.\n", "1.3.0") is None
    assert section("## 1.3.0\n\n- Last.\n", "1.3.0") == "- Last."
    assert section("## 1.3.0\n- first\n- second\n## 1.2.0\n", "1.3.0") == "- first\n- second"
