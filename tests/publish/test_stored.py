"""Mirror of ``harness/publish/stored.py``."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from harness.jsonvalue import JsonValue
from harness.publish.manifest import Manifest
from harness.publish.places import place_of
from harness.publish.stored import Stored, assumed, stored
from tests.publish.material import ARTIFACT, COMMIT, MANIFEST, RELEASE, SHA, file

HUB = "https://github.com/octo/sdk"
FOLDER = f"{HUB}/blob/{COMMIT}/our%20r/"
RUN = f"{HUB}/actions/runs/7"
PICTURE = file("journeys/open/1.png", bytes=5, sha256="e" * 64)
BUNDLE = Manifest(run_id="r", files=(*MANIFEST.files[1:], PICTURE))


def seen(url: str, body: JsonValue, manifest: Manifest = BUNDLE) -> Stored | str:
    """What is found at a place where GitHub answers with ``body``."""
    place = place_of(url, "github.com")
    assert place is not None
    return stored(place, body, manifest)


def asset(name: str, **more: JsonValue) -> JsonValue:
    """An asset of a release."""
    return {"name": name, "state": "uploaded", **more}


def release(**changes: JsonValue) -> JsonValue:
    """A release with the bundle, and a picture under another name; ``changes`` to the asset index.html."""
    return {
        "assets": [
            {"name": "index.html", "state": "uploaded", "digest": f"sha256:{SHA}", "size": 1, **changes},
            asset("summary.json", digest=None, size=3),
            asset("open 1.png", digest=f"sha256:{'e' * 64}", size=5),
        ]
    }  # fmt: skip


def commit(paths: Iterable[str] = (), **changes: JsonValue) -> JsonValue:
    """A commit with the bundle, or of it only ``paths``; ``changes`` to index.html."""
    wanted = list(paths) or [one.path for one in BUNDLE.files]
    tree: list[JsonValue] = [{"path": "our r", "type": "tree", "sha": "0"}]
    for one in BUNDLE.files:
        if one.path in wanted:
            row: dict[str, JsonValue] = {"path": f"our r/{one.path}", "type": "blob", "sha": one.blob, "size": one.bytes}  # fmt: skip
            tree.append({**row, **changes} if one.path == "index.html" else row)
    return {"sha": COMMIT, "truncated": False, "tree": tree}


@pytest.mark.requirement("R4-28", "R4-16")
def test_what_a_release_has_is_linked_and_a_picture_is_found_by_its_digest() -> None:
    """Provenance: docs.github.com, digest of a release asset; assets have no folders."""
    found = seen(RELEASE, release())

    assert isinstance(found, Stored)
    assert found.files == {
        "index.html": f"{RELEASE}index.html",
        "summary.json": f"{RELEASE}summary.json",
        "journeys/open/1.png": f"{RELEASE}open%201.png",
    }


@pytest.mark.requirement("R4-28")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "the release has no asset index.html"),
        ([], "the release has no asset index.html"),
        ({"assets": [1, asset("summary.json")]}, "the release has no asset index.html"),
        (release(state="starter"), "the release has no asset index.html"),
        (release(digest="sha256:0"), "the asset index.html is another file, sha256:0"),
        (release(digest=None, size=9), "the asset index.html is another file, 9 bytes and not 1"),
    ],
)
def test_a_release_without_the_file_or_with_another_one_is_not_linked(
    body: JsonValue, said: str
) -> None:
    """Provenance: REQUIREMENTS.md R4-28; a link that leads to another file is worse than none."""
    assert seen(RELEASE, body) == said


def test_a_release_without_a_picture_is_a_place_all_the_same() -> None:
    """Provenance: ours; what lies in folders has no name there."""
    found = seen(RELEASE, {"assets": [asset("index.html"), asset("summary.json")]})

    assert isinstance(found, Stored)
    assert list(found.files) == ["index.html", "summary.json"]


@pytest.mark.requirement("R4-28")
def test_one_asset_is_named_with_its_size() -> None:
    """Provenance: ours; a folder is often uploaded as one archive."""
    url = f"{RELEASE}all%20of%20it.zip"

    found = seen(url, {"assets": [asset("all of it.zip", size=70)]})

    assert isinstance(found, Stored)
    assert (found.said, found.files) == ("`all of it.zip`, 70 bytes", {})
    assert seen(url, release()) == "the release has no asset all of it.zip"


@pytest.mark.requirement("R4-28", "R4-16")
def test_what_a_commit_has_is_linked_by_what_git_calls_its_content() -> None:
    """Provenance: docs.github.com, git trees; no file has to be read for it."""
    found = seen(FOLDER, commit())

    assert isinstance(found, Stored)
    assert found.files["journeys/open/1.png"] == f"{FOLDER}journeys/open/1.png"
    assert len(found.files) == 3


@pytest.mark.requirement("R4-28")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"truncated": True, "tree": []}, "GitHub lists only a part of so large a commit; commit the folder to a repository of its own"),
        (commit(["summary.json"]), "the commit has no file our r/index.html"),
        (commit(type="tree"), "the commit has no file our r/index.html"),
        (commit(sha="0", size=8), "our r/index.html of the commit is another file, 8 bytes and not these 1"),
    ],
)  # fmt: skip
def test_a_commit_without_the_file_or_with_another_one_is_not_linked(
    body: JsonValue, said: str
) -> None:
    """Provenance: REQUIREMENTS.md R4-28."""
    assert seen(FOLDER, body) == said


def test_a_folder_below_may_be_left_out_of_a_commit() -> None:
    """Provenance: ours; allure-results alone has thousands of files."""
    found = seen(FOLDER, commit(["index.html", "summary.json"]))

    assert isinstance(found, Stored)
    assert list(found.files) == ["index.html", "summary.json"]


@pytest.mark.requirement("R4-28")
def test_one_file_of_a_commit_is_named_with_its_size() -> None:
    """Provenance: ours."""
    url = f"{HUB}/blob/{COMMIT}/our%20r/index.html"

    found = seen(url, commit())

    assert isinstance(found, Stored)
    assert found.said == "`our r/index.html`, 1 bytes"
    assert seen(url, commit(["summary.json"])) == "the commit has no file our r/index.html"


@pytest.mark.requirement("R4-28")
def test_an_artifact_has_its_name_its_size_and_its_end() -> None:
    """Provenance: docs.github.com, REST API for artifacts."""
    whole: dict[str, JsonValue] = {
        "name": "parity", "size_in_bytes": 900, "expired": False, "expires_at": "2027-01-01", "workflow_run": {"id": 7},
    }  # fmt: skip
    found, bare = seen(ARTIFACT, whole), seen(ARTIFACT, {"name": "parity"})

    assert isinstance(found, Stored)
    assert isinstance(bare, Stored)
    assert (found.said, found.until) == ("`parity`, 900 bytes", "2027-01-01")
    assert (bare.said, bare.until) == ("`parity`", None)


@pytest.mark.requirement("R4-28")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"expired": True}, "the artifact has expired"),
        ({"size_in_bytes": 0}, "the artifact is empty"),
        ({"workflow_run": {"id": 6}}, "the artifact is one of run 6"),
    ],
)
def test_an_artifact_that_nobody_can_load_there_is_not_linked(body: JsonValue, said: str) -> None:
    """Provenance: REQUIREMENTS.md R4-28; the page of one run shows no artifact of another."""
    assert seen(ARTIFACT, body) == said


@pytest.mark.requirement("R4-28")
def test_a_run_names_its_artifacts_and_the_first_end() -> None:
    """Provenance: docs.github.com, artifacts of a run."""
    many: list[JsonValue] = [
        {"name": f"a{number}", "size_in_bytes": number, "expires_at": f"2027-01-0{9 - number}"}
        for number in range(7)
    ]

    found = seen(RUN, {"artifacts": [{"name": "old", "expired": True}, *many]})
    endless = seen(RUN, {"artifacts": [{"name": "x"}]})

    assert isinstance(found, Stored)
    assert isinstance(endless, Stored)
    assert found.until == "2027-01-03"
    assert found.said.startswith("`a0`, 0 bytes, `a1`, 1 bytes")
    assert found.said.endswith("`a4`, 4 bytes and 2 more")
    assert (endless.until, endless.said) == (None, "`x`")
    assert seen(RUN, {"artifacts": [{"expired": True}]}) == "the run keeps no artifact"


def test_a_thread_holds_no_files() -> None:
    """Provenance: ours."""
    assert seen(f"{HUB}/issues/12", {}) == "a thread holds no files"


def test_a_place_that_nobody_looked_at_is_taken_as_if_all_were_there() -> None:
    """Provenance: ours; the dry run asks nobody."""
    place = place_of(RELEASE, "github.com")
    assert place is not None

    assert list(assumed(place, BUNDLE).files) == ["index.html", "summary.json"]
