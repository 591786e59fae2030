"""Mirror of ``harness/journeys/film.py``."""

from __future__ import annotations

import json
import re

import pytest

from harness.journeys.film import concat_list, ffmpeg_words, ffprobe_words, parse_probe
from harness.journeys.outcome import Film

PROBE = {
    "streams": [{"codec_name": "vp9", "width": 1280, "height": 800, "nb_read_frames": "103"}],
    "format": {"duration": "8.583000"},
}


def seconds(text: str) -> list[float]:
    """The durations in a list for ffmpeg."""
    return [float(found) for found in re.findall(r"^duration ([\d.]+)$", text, re.MULTILINE)]


def test_each_picture_is_shown_until_the_next_one_and_the_last_is_held() -> None:
    """Provenance: measured, frames of a screencast come when something changes, now and then out of order."""
    text = concat_list([(1000.0, "a.jpg"), (2500.0, "c.jpg"), (1400.0, "b.jpg")])

    assert re.findall(r"^file '(.*)'$", text, re.MULTILINE) == ["a.jpg", "b.jpg", "c.jpg", "c.jpg"]
    assert seconds(text) == [0.4, 1.1, 1.2]
    assert text.startswith("ffconcat version 1.0\n")


@pytest.mark.requirement("R4-18")
def test_a_single_picture_is_still_a_second_to_look_at() -> None:
    """Provenance: issue text, a video of 1 to 60 s."""
    assert seconds(concat_list([(5.0, "a.jpg")])) == [1.2]


@pytest.mark.requirement("R4-18")
def test_a_walk_of_two_minutes_is_shown_whole_in_less_than_one() -> None:
    """Provenance: issue text, a video of 1 to 60 s; its end is what a person wants to see."""
    found = seconds(concat_list([(0.0, "a.jpg"), (30_000.0, "b.jpg"), (120_000.0, "c.jpg")]))

    assert 57 < sum(found) < 60
    assert found[1] == pytest.approx(3 * found[0])


def test_the_commands_name_their_files() -> None:
    """Provenance: ffmpeg(1), ffprobe(1); nothing is read from standard input."""
    words = ffmpeg_words("/bin/ffmpeg", "list.txt", "video.webm")

    assert (words[0], words[-1]) == ("/bin/ffmpeg", "video.webm")
    assert "-nostdin" in words
    assert words[words.index("-i") + 1] == "list.txt"
    assert words[words.index("-c:v") + 1] == "libvpx-vp9"
    assert ffprobe_words("/bin/ffprobe", "video.webm")[-1] == "video.webm"
    assert "-count_frames" in ffprobe_words("/bin/ffprobe", "video.webm")


def test_what_ffprobe_says_is_a_film() -> None:
    """Provenance: ffprobe 5.1, -of json; frames are a text."""
    wanted = Film(codec="vp9", width=1280, height=800, seconds=8.583, frames=103)

    assert parse_probe(json.dumps(PROBE)) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "no JSON", "[]", "{}", '{"streams": []}', json.dumps({**PROBE, "format": {"duration": "N/A"}})],
)  # fmt: skip
def test_what_is_no_video_is_no_film(text: str) -> None:
    """Provenance: ffprobe 5.1, of a file that is cut or empty."""
    assert parse_probe(text) is None
