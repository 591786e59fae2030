"""Versions by their numbers, and ranges of them."""

from __future__ import annotations

import pytest

from harness.baseline.versions import in_range, is_range, version_numbers


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (">=0.150", True),
        (">= 0.104 , <0.120", True),
        ("==0.1.0", True),
        ("0.150", False),
        (">=", False),
        ("", False),
        (">=0.150,", False),
        ("~=0.1", False),
    ],
)
def test_a_range_is_operators_and_versions(text: str, good: bool) -> None:
    """Provenance: docs/versions.md."""
    assert is_range(text) is good


@pytest.mark.parametrize(
    ("version", "limits", "inside"),
    [
        ("0.150.0", ">=0.150", True),
        ("0.149.9", ">=0.150", False),
        ("0.9.0", "<0.10", True),
        ("0.104.0", ">=0.104,<0.120", True),
        ("0.120.0", ">=0.104,<0.120", False),
        ("0.1.0", "==0.1", True),
        ("0.1.1", "!=0.1", True),
        ("0.2", "<=0.2.0", True),
        ("0.3", ">0.2.9", True),
    ],
)
def test_a_version_is_in_a_range_by_its_numbers(version: str, limits: str, inside: bool) -> None:
    """Provenance: ours; a number that is not written is 0, and 9 is less than 10."""
    assert in_range(version, limits) is inside


def test_the_numbers_of_a_version_are_in_order() -> None:
    """Provenance: ours."""
    assert version_numbers("v0.163.0-alpha.2") == (0, 163, 0, 2)
