"""``docs/publish.md`` is held to what publishing needs: with what the page tells to grant it works, with less it does not.

Provenance: REQUIREMENTS.md R4-23, R4-26; docs.github.com on permissions of fine-grained tokens.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.commandline import ROOT
from tests.publish.calling import publish
from tests.publish.fake_github import ALL, WRITER, Github, github
from tests.publish.runs import bundle

PAGE = (ROOT / "docs" / "publish.md").read_text("utf-8")
HUB = "https://github.com/octo/sdk"
PLACES = {
    "release": f"{HUB}/releases/download/v1/",
    "commit": f"{HUB}/blob/{'c' * 40}/index.html",
    "artifact": f"{HUB}/actions/runs/7/artifacts/8",
    "run": f"{HUB}/actions/runs/7",
}
THERE = {
    "releases/tags/v1": {"assets": [{"name": "index.html"}, {"name": "summary.json"}]},
    f"git/trees/{'c' * 40}?recursive=1": {"tree": [{"path": "index.html", "type": "blob"}]},
    "actions/artifacts/8": {"name": "parity", "workflow_run": {"id": 7}},
    "actions/runs/7/artifacts?per_page=100": {"artifacts": [{"name": "parity"}]},
}
NEEDS_GH = pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not on this machine")


def granted(*words: str) -> frozenset[str]:
    """The permissions in the rows of the page's table that name these things."""
    rows = re.findall(r"^\| ([^|]+) \| `([^`|]+)` \|$", PAGE, re.MULTILINE)
    return frozenset(
        permission
        for what, permission in rows
        if any(re.search(rf"\ban? {word}\b", what) for word in words)
    )


@pytest.fixture
def hub() -> Iterator[Github]:
    """A GitHub that grants what a test says."""
    with tempfile.TemporaryDirectory(prefix="hub-") as short, github(Path(short)) as served:
        served.places.update(THERE)
        yield served


@NEEDS_GH
@pytest.mark.process
@pytest.mark.requirement("R4-23", "R4-26")
@pytest.mark.parametrize("place", [*PLACES])
@pytest.mark.parametrize(("thread", "number"), [("issue", 12), ("pull request", 14)])
def test_what_the_page_tells_to_grant_is_enough_and_nothing_of_it_too_much(
    hub: Github, tmp_path: Path, thread: str, number: int, place: str
) -> None:
    told = granted(thread, place)
    assert len(told) == 2, "one for the thread, one for the place"
    folder = bundle(tmp_path / "run")

    def published() -> int:
        return publish(hub, folder, "--place", PLACES[place], thread=f"octo/sdk#{number}").code

    hub.grants[WRITER] = told
    assert published() == 0
    for one in told:
        hub.grants[WRITER] = told - {one}
        assert published() == 4, f"{one} is not needed"


@pytest.mark.requirement("R4-23", "R4-26")
def test_the_workflow_of_the_page_asks_for_the_rows_of_its_table() -> None:
    (block,) = re.findall(r"```yaml\n(permissions:\n.*?)```", PAGE, re.DOTALL)
    asked = YAML(typ="safe").load(io.StringIO(block))["permissions"]

    assert {f"{name}: {value}" for name, value in asked.items()} == ALL
    assert granted("issue", "pull request", *PLACES) == ALL


@pytest.mark.requirement("R4-26")
def test_the_page_names_the_kinds_of_token_the_best_first() -> None:
    kinds = ["GitHub App", "fine-grained personal access token", "classic token"]

    assert [PAGE.index(one) for one in kinds] == sorted(PAGE.index(one) for one in kinds)
    assert "revoke it" in PAGE
    assert "sets it as a secret" in PAGE
