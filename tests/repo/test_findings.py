"""The committed page of findings still speaks of today's project, as far as that shows without a run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commandline import ROOT, codex_parity, mutant

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


def test_the_page_is_what_its_data_gives_and_the_data_fits_the_baselines(tmp_path: Path) -> None:
    """Provenance: issue text. Values and counts need a run: `codex-parity findings RUN --check` after one compares them."""
    ended = codex_parity("findings", "--check", folder=tmp_path)

    assert ended.code == 0, ended.out + ended.err
    assert "0 stale" in ended.out


@pytest.mark.parametrize("what", ["page", "cause", "version"])
def test_a_page_that_was_edited_or_no_longer_fits_is_stale(what: str, tmp_path: Path) -> None:
    """Provenance: ours; the check above must be able to fail."""
    page, data = tmp_path / "findings.md", tmp_path / "findings.json"
    shutil.copy(ROOT / "docs/findings.md", page)
    found = json.loads((ROOT / "docs/findings.json").read_bytes())
    if what == "page":
        page.write_text(page.read_text("utf-8") + "\nand more\n", "utf-8")
    elif what == "cause":
        del found[0]["findings"][0]
    else:
        found[0]["version"] = "0.0.1"
    data.write_text(json.dumps(found), "ascii")

    ended = codex_parity("findings", "--check", "-o", str(page), folder=tmp_path)
    assert ended.code == 5, ended.out + ended.err
    said = {
        "page": "it was edited by hand",
        "cause": "not on the page",
        "version": "the page says 0.0.1",
    }
    assert said[what] in ended.out


def test_findings_need_a_whole_run_and_a_page(tmp_path: Path) -> None:
    """Provenance: ours; a filtered run would leave findings out."""
    subject = mutant("zero_usage", tmp_path)
    codex_parity(
        "run", "--subject", subject, "--filter", "exec.items.agent-message", "--no-golden", "--rerun", "0", folder=tmp_path
    )  # fmt: skip

    ended = codex_parity("findings", str(tmp_path / "run.jsonl"), folder=tmp_path)
    assert ended.code == 2
    assert "the run is not whole" in ended.err
    ended = codex_parity("findings", "--check", "-o", str(tmp_path / "none.md"), folder=tmp_path)
    assert ended.code == 2
    assert "no findings at" in ended.err
