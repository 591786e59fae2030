"""The real codex on this machine, for the tests that ask it; where there is none they are skipped and counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import RuntimeMissing
from harness.real.releases import find
from harness.root import find_root

RELEASE = "0.169.0"
"""The release that the mock and the meaning of a command line are made after."""


def _binary() -> Path | None:
    named = os.environ.get("CODEX_PARITY_REAL_CODEX")
    if named:
        return Path(named)
    try:
        return find(find_root().home, RELEASE).binary
    except RuntimeMissing:
        return None


BINARY = _binary()

needs_real_codex = pytest.mark.skipif(
    BINARY is None,
    reason=f"no real codex: run `codex-parity codex install {RELEASE}`, or set CODEX_PARITY_REAL_CODEX",
)


def real_codex() -> Path:
    """The binary; only for tests marked with ``needs_real_codex``."""
    assert BINARY is not None
    return BINARY
