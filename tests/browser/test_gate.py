"""The gate walks through the report of its candidate."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from harness.journeys.browser import find_chromium
from tests.browser.conftest import lacking
from tests.commandline import ROOT, codex_parity

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(200)]
GATE = ROOT / "fixtures" / "gate"


@pytest.mark.requirement("R4-11", "R4-12", "F15")
def test_the_journeys_of_a_gate_lie_in_its_bundle_and_are_part_of_the_decision(
    tmp_path: Path,
) -> None:
    """Provenance: REQUIREMENTS.md R4-11; issue, stages of the gate."""
    if find_spec("playwright") is None:
        lacking("no Playwright in this environment")
    if find_chromium() is None:
        lacking("no Chromium on this machine")
    (tmp_path / "gate.toml").write_text('journeys = ["open", "narrow"]\n', "utf-8")
    ended = codex_parity(
        "gate", "--base", str(GATE / "base"), "--candidate", str(GATE / "base"),
        "--policy", str(tmp_path / "gate.toml"), "-o", str(tmp_path / "gate"), folder=tmp_path,
    )  # fmt: skip
    told = json.loads((tmp_path / "gate/gate.json").read_bytes())
    (stage,) = (one for one in told["stages"] if one["name"] == "journeys")
    walked = [one["name"] for one in stage["findings"]]

    assert ended.code == 0, ended.out
    assert walked == ["open", "narrow"]
    assert (tmp_path / "gate/journeys/open/summary.json").is_file()
    assert list((tmp_path / "gate/journeys/narrow").glob("*.png"))
    assert "[journeys/index.md](journeys/index.md)" in (tmp_path / "gate/handoff.md").read_text(
        "utf-8"
    )
