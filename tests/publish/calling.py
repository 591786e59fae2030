"""Calls ``codex-parity publish`` in this process against a small GitHub: what is real is gh."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from harness.cli.main import main
from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from tests.commandline import ROOT, Ended
from tests.publish.fake_github import WRITER, Github


def publish(
    hub: Github, folder: Path, *more: str, thread: str = "octo/sdk#12", token: str | None = WRITER
) -> Ended:
    """Run the command against ``hub``."""
    none: dict[str, str | None] = dict.fromkeys(("GH_TOKEN", "GITHUB_TOKEN", "GH_DEBUG", "CI"))
    words = ["publish", thread, "--run", str(folder), *more]
    done = CliRunner().invoke(main, words, env={**none, **hub.environment(token)})
    return Ended(code=done.exit_code, out=done.stdout, err=done.stderr, folder=folder)


def record(folder: Path) -> dict[str, JsonValue]:
    """publication.json."""
    found: dict[str, JsonValue] = json.loads((folder / "publication.json").read_bytes())
    assert load_schemas(find_root(ROOT)).first_problem("publication", found) is None
    return found
