"""``codex-parity publish`` and what lies in its folder and at its places: real gh, a small GitHub.

Provenance: REQUIREMENTS.md R4-16, R4-19, R4-28, R4-30, F16.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import UsageFault
from harness.jsonvalue import JsonValue
from harness.publish.bundle import read_manifest, read_papers
from harness.root import find_root, load_schemas
from tests.commandline import ROOT
from tests.publish import gates
from tests.publish.calling import publish, record
from tests.publish.fake_github import Github, github
from tests.publish.gates import change, gate_bundle, regressions
from tests.publish.runs import bundle

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not on this machine"),
]

HUB = "https://github.com/octo/sdk"
COMMIT = "c" * 40


@pytest.fixture
def hub() -> Iterator[Github]:
    """A GitHub with the issue 12 and the pull request 14."""
    with tempfile.TemporaryDirectory(prefix="hub-") as short, github(Path(short)) as served:
        yield served


def tree_of(folder: Path, below: str) -> dict[str, JsonValue]:
    """What GitHub lists of a commit that holds a folder."""
    rows: list[JsonValue] = [
        {"path": f"{below}{one.path}", "type": "blob", "sha": one.blob, "size": one.bytes}
        for one in read_manifest(folder, "r").files
    ]
    return {"sha": COMMIT, "truncated": False, "tree": rows}


def picture(folder: Path) -> Path:
    """A screenshot of a journey in the folder."""
    path = folder / "journeys" / "open" / "1.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x89PNG\r\n\xff")
    return path


@pytest.mark.requirement("R4-16", "F17")
def test_a_pull_request_is_a_thread_like_an_issue(hub: Github, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "run")

    end = publish(hub, folder, thread="octo/sdk#14")

    assert end.out == f"published: {HUB}/pull/14#issuecomment-501\n", end.err
    assert hub.asked[:2] == ["GET issues/14", "POST issues/14/comments"]
    assert record(folder)["url"] == f"{HUB}/pull/14#issuecomment-501"


@pytest.mark.requirement("R4-16", "R4-28", "F16")
def test_files_and_screenshots_of_a_commit_are_linked_when_git_has_the_same(
    hub: Github, tmp_path: Path
) -> None:
    folder = bundle(tmp_path / "run")
    shot = picture(folder)
    url = f"{HUB}/blob/{COMMIT}/reports/"
    hub.places[f"git/trees/{COMMIT}?recursive=1"] = tree_of(folder, "reports/")

    same = publish(hub, folder, "--place", url)
    shot.write_bytes(b"another picture")
    other = publish(hub, folder, "--place", url)

    assert same.code == 0, same.out
    assert f"[`index.html`]({url}index.html)" in hub.comments[501]
    assert f"![journeys/open/1.png]({HUB}/raw/{COMMIT}/reports/journeys/open/1.png)" in hub.comments[501]  # fmt: skip
    assert (other.code, "journeys/open/1.png of the commit is another file" in other.out) == (
        4,
        True,
    )


@pytest.mark.requirement("R4-16", "R4-28", "F16")
def test_a_screenshot_that_is_an_asset_is_shown_whatever_its_name_there(
    hub: Github, tmp_path: Path
) -> None:
    folder = bundle(tmp_path / "run")
    picture(folder)
    sha = {one.path: one.sha256 for one in read_manifest(folder, "r").files}
    names = {"index.html": "index.html", "summary.json": "summary.json", "open-1.png": "journeys/open/1.png"}  # fmt: skip
    assets = [{"name": name, "digest": f"sha256:{sha[path]}"} for name, path in names.items()]
    hub.places["releases/tags/v1"] = {"assets": assets}

    end = publish(hub, folder, "--place", f"{HUB}/releases/download/v1/")

    assert end.code == 0, end.out
    assert f"![journeys/open/1.png]({HUB}/releases/download/v1/open-1.png)" in hub.comments[501]


@pytest.mark.requirement("R4-16", "R4-28")
def test_a_run_of_actions_is_linked_with_what_it_keeps(hub: Github, tmp_path: Path) -> None:
    url = f"{HUB}/actions/runs/7"
    kept = {"artifacts": [{"name": "parity", "size_in_bytes": 9, "expires_at": "2027-02-19"}]}
    path = "actions/runs/7/artifacts?per_page=100"

    hub.places[path] = {"artifacts": []}
    empty = publish(hub, bundle(tmp_path / "run"), "--place", url)
    hub.places[path] = kept
    end = publish(hub, bundle(tmp_path / "run"), "--place", url)

    assert (empty.code, empty.out) == (4, f"blocked({url}: the run keeps no artifact)\n")
    assert end.code == 0, end.out
    assert f"`parity`, 9 bytes: {url} (**ephemeral**: kept until 2027-02-19)" in hub.comments[501]


@pytest.mark.requirement("R4-13", "R4-30", "F16")
def test_a_bundle_whose_markdown_links_to_this_machine_is_not_published(
    hub: Github, tmp_path: Path
) -> None:
    folder = bundle(tmp_path / "run")
    (folder / "notes.md").write_text("[log](/srv/log.txt) ![p](gone.png)", encoding="utf-8")
    said = "notes.md links to /srv/log.txt, a path of this machine"

    end = publish(hub, folder)
    dry = publish(hub, folder, "--dry-run")

    assert (end.code, hub.asked) == (4, [])
    assert end.out == f"blocked({said}; notes.md links to gone.png, which is not in the bundle)\n"
    assert (dry.code, f"refused: {said}" in dry.err) == (4, True)


@pytest.mark.requirement("R4-30")
def test_files_that_show_paths_of_this_machine_are_named_in_the_comment(
    hub: Github, tmp_path: Path
) -> None:
    folder = bundle(tmp_path / "run")
    (folder / "run.jsonl").write_text('{"cwd": "/tmp/a", "home": "/home/you"}\n', "utf-8")
    picture(folder).write_bytes(b"/tmp/a \xff")

    end = publish(hub, folder)

    assert end.code == 0, end.out
    assert "are shown in: `run.jsonl` 2." in hub.comments[501]


@pytest.mark.requirement("R4-16", "R4-19")
def test_a_gate_is_published_with_its_commands_its_changes_and_its_decision(
    hub: Github, tmp_path: Path
) -> None:
    moved = regressions(change("new_regression"), change("fixed", 2))
    folder = gate_bundle(tmp_path / "gate", moved)

    end = publish(hub, folder, thread="octo/sdk#14")

    text = hub.comments[501]
    assert end.code == 0, end.out
    assert "| pass | `codex-parity run` | 0 | 61.2 | log logs/run.txt |" in text
    assert "1 detected, 1 fixed, 0 unresolved. Run `586105a72be0` compared with the base" in text
    assert text.index("`handoff.md`") < text.index("`gate.json`") < text.index("`summary.json`")
    assert "- risk, the real codex was not played" in text
    assert record(folder)["run_id"] == gates.RUN


def test_a_gate_without_a_base_is_published_too(hub: Github, tmp_path: Path) -> None:
    end = publish(hub, gate_bundle(tmp_path / "gate", regressions(), base=None))

    assert end.code == 0, end.out
    assert "was compared with no base" in hub.comments[501]


@pytest.mark.parametrize(
    ("moved", "changes", "said"),
    [
        (None, {}, "no regressions.json"),
        (regressions(), {"stages": 1}, r"gate.json \$.stages"),
        (regressions(), {"candidate": gates.run("other")}, "speaks of run other.*/gate.json"),
        ({**regressions(), "candidate": "other"}, {}, "speaks of run other.*/regressions.json"),
    ],
)
def test_the_files_of_a_gate_must_be_those_of_one_gate(
    tmp_path: Path,
    moved: dict[str, JsonValue] | None,
    changes: dict[str, JsonValue],
    said: str,
) -> None:
    folder = gate_bundle(tmp_path / "gate", moved, **changes)

    with pytest.raises(UsageFault, match=said):
        read_papers(folder, load_schemas(find_root(ROOT)))


def test_a_file_is_known_by_its_length_its_sha256_and_what_git_calls_it(tmp_path: Path) -> None:
    """Provenance: `git hash-object` of the 5 bytes `hello`."""
    (tmp_path / "a.txt").write_bytes(b"hello")

    (found,) = read_manifest(tmp_path, "r").files

    assert (found.path, found.bytes, found.local_paths, found.refused) == ("a.txt", 5, 0, ())
    assert found.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert found.blob == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"
