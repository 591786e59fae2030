"""Mirror of ``harness/publish/comment.py``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.publish.bundle import template_sources
from harness.publish.comment import (
    FILES,
    LIMIT,
    PICTURES,
    given_up,
    length,
    marker,
    opening,
    render,
)
from harness.publish.facts import CommandRow, facts_of
from harness.publish.links import lint
from harness.publish.manifest import Manifest
from tests.publish.material import ARTIFACT, COMMIT, MANIFEST, RELEASE, SHA, comment, file, stored
from tests.publish.runs import cause, summary


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
    files = tuple(file(f"f{n:03}") for n in range(50))

    text = comment(manifest=Manifest(run_id="r", files=(*files, MANIFEST.files[2])))

    assert f"{51 - FILES} of 51 files are not listed here" in text


def test_what_a_reader_wants_first_is_first_and_what_lies_in_folders_last() -> None:
    """Provenance: ours; allure-results would fill the list."""
    names = ["a/a.json", "ctrf.json", "run.jsonl", "summary.json"]

    text = comment(manifest=Manifest(run_id="r", files=tuple(map(file, names))))

    places = [text.index(f"| `{name}` |") for name in reversed(names)]
    assert places == sorted(places)


def test_the_other_texts_of_a_publication_name_the_run() -> None:
    """Provenance: REQUIREMENTS.md R4-25."""
    assert opening("r").startswith("<!-- codex-parity run r -->\n")
    assert "**not** published here: HTTP 422&#35;." in given_up("r", "HTTP 422#")


PICTURES_OF = Manifest(
    run_id="r",
    files=(*MANIFEST.files, file("journeys/open/1.png"), file("journeys/open/x[1].png"), file("logo.png")),
)  # fmt: skip


@pytest.mark.requirement("R4-16")
def test_screenshots_of_journeys_are_shown_from_where_they_last() -> None:
    """Provenance: REQUIREMENTS.md R4-16: images in a comment; a page of a commit is no picture."""
    commit = f"https://github.com/octo/sdk/blob/{COMMIT}/r/"

    text = comment(stored(commit, manifest=PICTURES_OF), manifest=PICTURES_OF)

    raw = f"https://github.com/octo/sdk/raw/{COMMIT}/r/"
    assert f"![journeys/open/1.png]({raw}journeys/open/1.png)" in text
    assert f"![journeys/open/x&#91;1&#93;.png]({raw}journeys/open/x%5B1%5D.png)" in text
    assert text.count("![") == 2, "a picture that is no journey is a file like others"
    assert lint(text, PICTURES_OF, "github.com") == ()


def test_no_screenshot_is_shown_that_no_place_keeps() -> None:
    """Provenance: REQUIREMENTS.md R4-13; an artifact has no addresses of files, and a release only of those uploaded."""
    assert "![" not in comment(stored(ARTIFACT, manifest=PICTURES_OF), manifest=PICTURES_OF)
    assert "![" not in comment(stored(RELEASE, manifest=PICTURES_OF), manifest=PICTURES_OF)
    assert "![" not in comment(manifest=PICTURES_OF)


def test_every_journey_is_shown_before_one_is_shown_twice() -> None:
    """Provenance: ours; a comment shows only so many."""
    shots = ["a/1.png", "a/2.png", "b/1.png", "b/2.png", "c/1.png"]
    manifest = Manifest(
        run_id="r", files=(*MANIFEST.files, *(file(f"journeys/{name}") for name in shots))
    )
    commit = f"https://github.com/octo/sdk/raw/{COMMIT}/r/"

    text = comment(stored(commit, manifest=manifest), manifest=manifest)

    order = ["a/1.png", "b/1.png", "c/1.png", "a/2.png", "b/2.png"]
    places = [text.index(f"![journeys/{name}]") for name in order]
    assert places == sorted(places)


def test_more_screenshots_than_a_comment_shows_are_counted() -> None:
    """Provenance: ours."""
    many = tuple(file(f"journeys/open/{n:02}.png") for n in range(PICTURES + 3))
    manifest = Manifest(run_id="r", files=(*MANIFEST.files, *many))
    commit = f"https://github.com/octo/sdk/raw/{COMMIT}/r/"

    text = comment(stored(commit, manifest=manifest), manifest=manifest)

    assert text.count("![") == PICTURES
    assert f"3 of {PICTURES + 3} screenshots are not shown here." in text


@pytest.mark.requirement("R4-30")
def test_files_that_show_paths_of_the_machine_are_named_with_how_many() -> None:
    """Provenance: REQUIREMENTS.md R4-30; a run file is evidence and names the folders of its cells."""
    many = tuple(file(f"f{n}", local_paths=1) for n in range(FILES))
    files = (*many, file("run.jsonl", local_paths=1288), MANIFEST.files[2])

    text = comment(manifest=Manifest(run_id="r", files=files))

    assert "none of them a link, are shown in: `run.jsonl` 1288, `f0` 1, " in text
    assert "`f6` 1 and 1 more files." in text
    assert "are shown in" not in comment()
    assert "`run.jsonl` 1288." in comment(manifest=Manifest(run_id="r", files=files[FILES:]))


def test_what_lies_at_a_place_is_said_with_it() -> None:
    """Provenance: ours."""
    artifact = replace(stored(ARTIFACT, "2027-01-01"), said="`parity`, 900 bytes")
    asset = replace(stored(f"{RELEASE}a.zip"), said="`a.zip`, 70 bytes")

    text = comment(artifact, asset)

    assert f"- `parity`, 900 bytes: {ARTIFACT} (**ephemeral**: kept until 2027-01-01)" in text
    assert f"- `a.zip`, 70 bytes: {RELEASE}a.zip (lasts)" in text


def test_commands_of_a_gate_that_are_too_many_are_cut_and_counted() -> None:
    """Provenance: REQUIREMENTS.md 3.4: 65,536 characters."""
    facts = replace(
        facts_of(summary()),
        commands=tuple(
            CommandRow(status="pass", command="x" * 300, exit=0, seconds="", note="")
            for _ in range(400)
        ),
        notes=("**fail** intake",),
    )

    text = render(facts, MANIFEST, (), template_sources())

    shown = text.count("| pass |")
    assert length(text) <= LIMIT
    assert f"{400 - shown} more are left out here" in text
    assert "- **fail** intake" in text
