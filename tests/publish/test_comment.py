"""Mirror of ``harness/publish/comment.py``."""

from __future__ import annotations

import pytest

from harness.publish.comment import FILES, LIMIT, given_up, length, marker, opening
from harness.publish.manifest import BundleFile, Manifest
from tests.publish.material import ARTIFACT, MANIFEST, RELEASE, SHA, comment, stored
from tests.publish.runs import cause


@pytest.mark.requirement("R4-19", "R4-21")
def test_a_comment_has_four_parts_in_their_order() -> None:
    """Provenance: REQUIREMENTS.md R4-19."""
    text = comment(stored(RELEASE), causes=[cause()], exit=1)

    parts = ["### 1. Commands", "### 2. Regressions", "### 3. Artifacts", "### 4. Decision"]
    assert [text.index(one) for one in parts] == sorted(text.index(one) for one in parts)
    assert text.startswith(marker("586105a72be0"))
    assert f"| [`index.html`]({RELEASE}index.html) | 1 | `{SHA}` |" in text
    assert text.index("index.html") < text.index("allure-results")
    assert "`allure-results/a\\|b.json`" in text
    assert "**Not ready.**" in text
    assert "(lasts)" in text


@pytest.mark.requirement("R4-13", "R4-19")
def test_what_does_not_last_is_said_to_be_ephemeral() -> None:
    """Provenance: REQUIREMENTS.md R4-19, part 3."""
    assert "**ephemeral**: kept until 2027-01-01" in comment(stored(ARTIFACT, "2027-01-01"))
    assert "GitHub did not say until when" in comment(stored(ARTIFACT))


@pytest.mark.requirement("R4-19", "R4-24")
def test_without_a_place_nothing_is_claimed_to_be_published() -> None:
    """Provenance: REQUIREMENTS.md R4-24."""
    text = comment()

    assert "**Artifact publication blocked**: no durable place was given" in text
    assert "](" not in text
    assert "Ready, as far as this run can say." in text


def test_a_comment_is_never_longer_than_github_takes_and_counts_what_it_leaves_out() -> None:
    """Provenance: REQUIREMENTS.md 3.4: 65,536 characters."""
    many = [cause(number, sentence="\U0001f600 " * 200) for number in range(1, 300)]

    text = comment(causes=[*many, cause(1, known=True)], exit=1)

    shown = text.count("- **contract** openai-codex-sdk") - 1
    assert length(text) <= LIMIT
    assert length(text) > LIMIT - 2000, "as much as fits"
    assert f"- {299 - shown} more are left out here: a comment holds 65,536 characters" in text
    assert "299 detected" in text
    assert f"sha256 `{'d' * 64}`" in text


def test_only_the_first_files_are_listed_and_the_others_counted() -> None:
    """Provenance: ours; allure-results alone has thousands."""
    files = tuple(BundleFile(path=f"f{n:03}", bytes=1, sha256=SHA) for n in range(50))

    text = comment(manifest=Manifest(run_id="r", files=(*files, MANIFEST.files[2])))

    assert f"{51 - FILES} of 51 files are not listed here" in text


def test_the_other_texts_of_a_publication_name_the_run() -> None:
    """Provenance: REQUIREMENTS.md R4-25."""
    assert opening("r").startswith("<!-- codex-parity run r -->\n")
    assert "**not** published here: HTTP 422&#35;." in given_up("r", "HTTP 422#")
