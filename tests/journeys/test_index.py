"""Mirror of ``harness/journeys/index.py``."""

from __future__ import annotations

import re

import pytest

from harness.journeys.index import render
from harness.journeys.outcome import NO_FFMPEG
from tests.journeys.outcomes import journey, walked


def links(text: str) -> set[str]:
    """Every target of the index, its own anchors left out."""
    return {one for one in re.findall(r"\]\(([^)]+)\)", text) if not one.startswith("#")}


@pytest.mark.requirement("R4-18")
def test_every_file_is_linked_within_the_folder() -> None:
    """Provenance: REQUIREMENTS.md R4-18, a markdown index linking all."""
    text = render(walked(journey(), journey("fail", name="dark", reason="x", failed=1)))

    assert links(text) == {
        "summary.json",
        *(
            f"{name}/{path}"
            for name in ("open", "dark")
            for path in ("01-cell.png", "assertions.jsonl", "video.webm", "summary.json")
        ),
    }
    assert "![Open the report](open/01-cell.png)" in text


@pytest.mark.requirement("R4-4")
def test_frames_in_place_of_a_video_are_linked_and_said() -> None:
    """Provenance: issue text, without ffmpeg frames and `warn + fallback`."""
    frames = tuple(f"frames/{number:04}.jpg" for number in range(3))
    one = journey("warn", fallback=NO_FFMPEG, film=None, files=("01-cell.png", *frames))
    text = render(walked(one))

    assert {f"open/{path}" for path in frames} <= links(text)
    assert "3 frames: [0](open/frames/0000.jpg)" in text
    assert f"Fallback: {NO_FFMPEG}" in text


def test_a_reason_ends_neither_its_code_nor_its_line() -> None:
    """Provenance: ours; a reason may hold what a page under test said."""
    text = render(walked(journey("fail", reason="a `b`\n\n# c", failed=1)))

    assert "Why: `a 'b' # c`" in text
    assert "| fail | 3 of 4 hold |" in text


def test_what_does_not_apply_leaves_a_reason_and_no_pictures() -> None:
    """Provenance: issue text, not applicable with its reason, counted."""
    one = journey("not_applicable", reason="no cell differs", film=None, files=())
    text = render(walked(one))

    assert "1 not_applicable" in text
    assert "| nothing |" in text
    assert "Why: `no cell differs`" in text


def test_an_empty_walk_says_so() -> None:
    """Provenance: ours."""
    assert "nothing was walked" in render(walked())
