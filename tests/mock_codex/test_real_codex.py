"""Asks the released codex binary again: is ``probes.json`` still what it says?

Needs the binary of the release that ``probes.json`` names: ``codex-parity codex install`` or ``CODEX_PARITY_REAL_CODEX``.
"""

from __future__ import annotations

import subprocess

import pytest

from mock_codex.exec_peer import VERSION
from tests.mock_codex.real_codex import ask
from tests.mock_codex.small_world import CASES, recorded
from tests.real.real_codex import BINARY, needs_real_codex

CODEX = str(BINARY)
SLICES = 24

pytestmark = [
    pytest.mark.process,
    needs_real_codex,
    pytest.mark.timeout(300),
]


def test_the_binary_is_of_the_release_that_was_recorded() -> None:
    """Captured: codex 0.169.0."""
    done = subprocess.run(
        [CODEX, "--version"], capture_output=True, encoding="utf-8", timeout=20, check=True
    )
    assert done.stdout == f"codex-cli {VERSION}\n"


@pytest.mark.requirement("R2-12", "P-23")
@pytest.mark.parametrize("part", range(SLICES))
def test_the_real_binary_still_says_what_was_recorded(part: int) -> None:
    """Captured: tests/mock_codex/probes.json."""
    cases = CASES[part::SLICES]
    said = {case["name"]: ask(CODEX, case) for case in cases}
    assert said == {case["name"]: recorded(case) for case in cases}
