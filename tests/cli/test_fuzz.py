"""Fuzzing finds a seeded bug within few streams, keeps it as a scenario, and finds nothing where nothing is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commandline import Ended, codex_parity, mutant

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


def fuzz(subject: Path, out: Path, *more: str) -> Ended:
    """Fuzz one subject."""
    return codex_parity("fuzz", "--subject", str(subject), "--out", str(out), *more, folder=out)


def test_a_seeded_bug_is_found_reduced_and_kept_within_two_dozen_streams(tmp_path: Path) -> None:
    """Provenance: issue text; a mutant."""
    subject = mutant("zero_usage", tmp_path)
    ended = fuzz(Path(subject), tmp_path, "--seed", "3", "--streams", "24")

    assert ended.code == 1, ended.out + ended.err
    files = sorted(tmp_path.glob("mutant-zero-usage-*.yaml"))
    assert files
    assert any("usage.input_tokens" in path.read_text("utf-8") for path in files)
    assert all("codex-parity fuzz --seed 3, batch" in path.read_text("utf-8") for path in files)
    assert re.search(r"seed 3: 24 streams \(\d+ valid\), \d+ plays, \d+ new finds", ended.out)

    replay = re.findall(r"codex-parity (replay .*)", ended.out)[0]
    again = codex_parity(*replay.split(), folder=tmp_path)
    assert again.code == 1, again.out + again.err


def test_a_client_that_is_the_reference_gives_no_find(tmp_path: Path) -> None:
    """Provenance: ours; the canary."""
    text = Path(mutant("zero_usage", tmp_path)).read_text("utf-8")
    canary = text.replace('"zero_usage"', '"canary"').replace("mutant-zero-usage", "canary")
    (tmp_path / "canary.toml").write_text(canary, "utf-8")

    ended = fuzz(tmp_path / "canary.toml", tmp_path / "out", "--seed", "4", "--streams", "36")

    assert ended.code == 0, ended.out + ended.err
    assert "36 streams" in ended.out
    assert "0 new finds" in ended.out
    assert "0 not playable" in ended.out
    assert not (tmp_path / "out").exists()
