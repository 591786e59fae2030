"""Mirror of ``harness/publish/places.py``."""

from __future__ import annotations

import pytest

from harness.errors import UsageFault
from harness.publish.places import parse_place, place_of

HUB = "https://github.com/octo/sdk"
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.requirement("R4-16")
@pytest.mark.parametrize(
    ("url", "kind", "ask", "lasts"),
    [
        (f"{HUB}/releases/download/v1/", "release", "repos/octo/sdk/releases/tags/v1", True),
        (f"{HUB}/releases/download/v1/a.zip", "release", "repos/octo/sdk/releases/tags/v1", True),
        (f"{HUB}/blob/{SHA}/reports/", "commit", f"repos/octo/sdk/git/trees/{SHA}?recursive=1", True),
        (f"{HUB}/actions/runs/7", "run", "repos/octo/sdk/actions/runs/7/artifacts?per_page=100", False),
        (f"{HUB}/actions/runs/7/artifacts/8", "artifact", "repos/octo/sdk/actions/artifacts/8", False),
        (f"{HUB}/issues/12#issuecomment-5", "thread", "repos/octo/sdk/issues/12", True),
    ],
)  # fmt: skip
def test_a_place_that_lasts_or_says_its_end_is_known(
    url: str, kind: str, ask: str, lasts: bool
) -> None:  # fmt: skip
    """Provenance: docs.github.com on releases, permanent links and artifacts."""
    place = place_of(url, "github.com")

    assert place is not None
    assert (place.kind, place.ask, place.lasts) == (kind, ask, lasts)


@pytest.mark.requirement("R4-13", "R4-16")
@pytest.mark.parametrize(
    "url",
    [
        "http://github.com/octo/sdk/actions/runs/7", "https://github.com.evil.example/o/r/actions/runs/7",
        f"{HUB}/blob/main/a", f"{HUB}/raw/{SHA[:12]}/a", f"{HUB}/actions/runs/7?token=x", "https://gist.github.com/x",
        f"{HUB}/blob/{SHA}/../../x", "https://user-images.githubusercontent.com/1/x.png", "/tmp/x", "file:///x", "",
    ],
)  # fmt: skip
def test_any_other_address_is_not(url: str) -> None:
    """Provenance: REQUIREMENTS.md R4-13."""
    assert place_of(url, "github.com") is None
    with pytest.raises(UsageFault, match="not a place that lasts"):
        parse_place(url, "github.com")


def test_a_thread_holds_no_bundle() -> None:
    """Provenance: ours; a comment is no place of files."""
    with pytest.raises(UsageFault, match="not a place that lasts"):
        parse_place(f"{HUB}/issues/12", "github.com")


@pytest.mark.requirement("R4-28")
def test_the_files_of_a_place_have_addresses_where_they_can() -> None:
    """Provenance: REQUIREMENTS.md R4-28."""
    release = parse_place(f"{HUB}/releases/download/v1/", "github.com")
    commit = parse_place(f"{HUB}/blob/{SHA}/r/", "github.com")
    run = parse_place(f"{HUB}/actions/runs/7", "github.com")

    assert release.holds("index.html") == f"{HUB}/releases/download/v1/index.html"
    assert release.holds("allure-results/a") is None
    assert commit.holds("allure-results/a b") == f"{HUB}/blob/{SHA}/r/allure-results/a%20b"
    assert run.holds("index.html") is None


@pytest.mark.requirement("R4-16")
@pytest.mark.parametrize("form", ["blob", "raw", "tree"])
def test_a_picture_is_shown_from_where_its_bytes_are(form: str) -> None:
    """Provenance: docs.github.com on permanent links; a page of a commit is no picture."""
    release = parse_place(f"{HUB}/releases/download/v1/", "github.com")
    commit = parse_place(f"{HUB}/{form}/{SHA}/r/", "github.com")
    address = commit.holds("blob/a.png")

    assert release.shows(f"{release.url}a.png") == f"{HUB}/releases/download/v1/a.png"
    assert address is not None
    assert commit.shows(address) == f"{HUB}/raw/{SHA}/r/blob/a.png"


def test_another_host_is_as_good() -> None:
    """Provenance: ours; GitHub on a company's own machines."""
    assert place_of("https://git.example.org/o/r/actions/runs/7", "git.example.org") is not None
