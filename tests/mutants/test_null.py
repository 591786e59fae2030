"""Drivers that do nothing of what they should never get a match."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commandline import codex_parity
from tests.mutants.null import NULL_DRIVERS, subject_toml

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


@pytest.mark.requirement("F1")
@pytest.mark.parametrize("name", sorted(NULL_DRIVERS))
def test_a_driver_that_does_nothing_never_gets_a_match(name: str, tmp_path: Path) -> None:
    """Provenance: issue text, null gate; FIELD row 1."""
    (tmp_path / "null.toml").write_text(subject_toml(name), "utf-8")

    ended = codex_parity(
        "run",
        "--subject",
        str(tmp_path / "null.toml"),
        "--filter",
        "exec.items.*",
        "--no-golden",
        folder=tmp_path,
    )

    verdicts = {str(result["verdict"]) for result in ended.results()}
    assert ended.code == 3, ended.out + ended.err
    assert verdicts <= {"could_not_run", "not_applicable"}
    assert "could_not_run" in verdicts
