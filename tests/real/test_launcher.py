"""``harness/real/launcher.py``: what it journals holds no secret of the environment. What it becomes: ``tests/cli/test_real_lane.py``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from harness.real.launcher import write_journal
from harness.redaction.labels import journaled
from harness.root import find_root, load_schemas
from tests.commandline import ROOT

KEY = "sk-CANARY-0a1b2c3d"


@pytest.mark.parametrize("schema", [True, False])
def test_a_secret_of_the_environment_is_not_in_the_journal_of_a_real_codex(
    tmp_path: Path, schema: bool
) -> None:  # fmt: skip
    """Provenance: issue 6, item 7: redaction where data is recorded."""
    text = tmp_path / "schema.json"
    text.write_text(f'"{KEY}"', encoding="utf-8")
    argv = ["exec", "--config", f"k={KEY}", *(["--output-schema", str(text)] if schema else [])]
    env = {"CODEX_API_KEY": KEY, "A_TOKEN": "t", "B": "t"}

    write_journal(str(tmp_path / "journal"), argv, env, f"/{KEY}")

    (path,) = (tmp_path / "journal").glob("*.json")
    said = json.loads(path.read_bytes())
    assert load_schemas(find_root(ROOT)).first_problem("journal", said) is None
    assert "CANARY" not in path.read_text("utf-8")
    assert KEY.encode().hex() not in path.read_text("utf-8")
    assert said["env"]["CODEX_API_KEY"] == journaled(KEY)
    assert said["argv"][2] == f"k={journaled(KEY)}"
    assert said["removed"]["CODEX_API_KEY"] == (5 if schema else 4)


def test_a_journal_without_secrets_says_nothing_was_removed(tmp_path: Path) -> None:
    """Provenance: schemas/journal.json."""
    write_journal(str(tmp_path), ["exec"], {"PATH": os.defpath}, "/w")

    (path,) = tmp_path.glob("*.json")
    assert "removed" not in json.loads(path.read_bytes())
