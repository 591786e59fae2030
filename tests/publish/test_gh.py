"""What gh keeps to itself: a token of its own store is in nothing that is printed, kept or sent.

Provenance: REQUIREMENTS.md R4-27; gh 2.23 keeps it in hosts.yml where there is no keyring (measured).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.publish.gh import OWN_TOKEN, secrets_of
from harness.redaction.sweep import sweep
from tests.publish.calling import publish, record
from tests.publish.fake_github import WRITER, Github, github
from tests.publish.runs import bundle

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not on this machine"),
]

SAYS = f"token {WRITER} may not write"


@pytest.fixture
def hub() -> Iterator[Github]:
    """A GitHub to which gh has logged in, with a token that no variable holds."""
    with tempfile.TemporaryDirectory(prefix="hub-") as short, github(Path(short)) as served:
        env = {"PATH": os.environ["PATH"], "HOME": short, **served.environment(None)}
        login = ["gh", "auth", "login", "--with-token", "--hostname", "github.com"]
        subprocess.run(login, input=f"{WRITER}\n", encoding="utf-8", env=env, check=True)
        served.asked.clear()
        yield served


@pytest.mark.requirement("R4-27", "F18")
@pytest.mark.parametrize("body", [{"message": SAYS}, {"errors": [SAYS]}], ids=["body", "stderr"])
def test_a_token_that_gh_keeps_is_in_nothing_that_is_printed_or_kept(
    hub: Github, tmp_path: Path, body: dict[str, Any]
) -> None:
    """gh tells the errors of a body without a message on stderr."""
    hub.broken["POST .*"] = [(403, body, {})]
    folder = bundle(tmp_path / "run")

    refused = publish(hub, folder, token=None)
    shutil.copytree(folder, tmp_path / "refused")
    told = publish(hub, folder, token=None)

    assert (refused.code, told.code) == (4, 0), refused.out + told.out
    assert f"token <secret {OWN_TOKEN}> may not write" in refused.out
    assert WRITER not in refused.out + refused.err + told.out + told.err
    assert WRITER not in "".join(hub.comments.values())
    assert sweep(tmp_path, {"token": WRITER}).hits == []
    assert "removed" in str(record(folder)["actions"])


@pytest.mark.requirement("R4-27", "F18")
def test_a_bundle_that_holds_a_token_that_gh_keeps_is_not_published(
    hub: Github, tmp_path: Path
) -> None:
    folder = bundle(tmp_path / "run")
    (folder / "log.txt").write_text(f"Authorization: token {WRITER}\n", encoding="utf-8")

    end = publish(hub, folder, token=None)

    assert (end.code, hub.asked) == (4, [])
    assert end.out == (
        f"blocked(the bundle holds a secret of this environment: {OWN_TOKEN} in log.txt (as it is))\n"
    )


def test_secrets_are_known_by_the_names_of_their_variables_and_the_token_once() -> None:
    """Provenance: ours; gh gives the token of GH_TOKEN as its own."""
    env = {"GH_TOKEN": "t", "PATH": "/bin", "DB_PASSWORD": "p", "EMPTY_TOKEN": ""}

    assert secrets_of(env, None) == {"GH_TOKEN": "t", "DB_PASSWORD": "p"}
    assert secrets_of(env, "t") == secrets_of(env, None)
    assert secrets_of(env, "u") == {**secrets_of(env, None), OWN_TOKEN: "u"}
