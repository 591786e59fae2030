"""``codex-parity diff``: what moved between two runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commandline import ROOT, codex_parity
from tests.report.gate import SEEDED

GATE = ROOT / "fixtures" / "gate"


@pytest.mark.requirement("R4-6", "R4-7", "R4-8", "F13")
@pytest.mark.process
def test_the_seeded_runs_are_told_class_by_class_and_exit_1(tmp_path: Path) -> None:
    """Issue, done when: exactly the classes seeded there."""
    ended = codex_parity("diff", str(GATE / "base"), str(GATE / "candidate"), folder=tmp_path)
    told = [ended.out.index(f"\n{cls}: 1 cell") for cls in SEEDED.values()]

    assert ended.code == 1, ended.err
    assert told == sorted(told)
    assert "codex-parity replay exec.gate.now-differs --subject some-sdk" in ended.out
    assert ended.out.rstrip().endswith("1 cell the same; exit 1")


@pytest.mark.requirement("R4-21", "F13", "F22")
@pytest.mark.process
def test_the_base_against_itself_exits_0_and_a_program_can_read_it(tmp_path: Path) -> None:
    """Issue, done when."""
    base = str(GATE / "base" / "run.jsonl")
    ended = codex_parity("diff", base, base, "--json", folder=tmp_path)
    found = json.loads(ended.out)

    assert ended.code == found["exit"] == 0
    assert found["counts"]["known_failing"] == len(found["changes"]) == 3
    assert found["same"] == 5


@pytest.mark.process
def test_a_folder_without_a_run_exits_2_and_says_what_to_name(tmp_path: Path) -> None:
    """Ours."""
    ended = codex_parity("diff", str(tmp_path), str(GATE / "base"), folder=tmp_path)

    assert ended.code == 2
    assert "no run file at" in ended.err
    assert "Name the folder a run wrote to" in ended.err
