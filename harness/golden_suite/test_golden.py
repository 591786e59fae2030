"""One test per scenario: what the official SDK does today is what its golden file says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.golden import Golden


def test_the_official_sdk_behaves_as_its_golden_says(
    scenario_id: str, recordings: Mapping[str, Golden | str], golden: SnapshotAssertion
) -> None:
    """Provenance: the observation is made now, with the pinned SDK on the mock; the golden was made the same way."""
    recording = recordings[scenario_id]
    if isinstance(recording, str):
        pytest.fail(
            f"{scenario_id} was not observed, its golden stays as it is: {recording}", pytrace=False
        )

    assert golden(name=scenario_id) == recording
