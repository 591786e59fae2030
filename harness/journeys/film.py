"""CORE: from the pictures of a screencast to a video: the list that ffmpeg reads, its command, what ffprobe answers.

Pictures come when something changes, so each is shown until the next one; the last one is held. A walk that took longer
than a video may is shown quicker, never cut: its end is what a person wants to see.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from harness.journeys.outcome import Film

FPS: Final = 12
"""Frames per second of a video: a person reads a page, nothing moves quickly."""

HOLD_S: Final = 1.2
"""How long the last picture is shown: a walk of no time at all is still a second to look at."""

LONGEST_S: Final = 58.0
"""Seconds of the longest video, a little less than it may have."""

SECONDS: Final = (1.0, 60.0)
FEWEST_FRAMES: Final = 10


def concat_list(pictures: Sequence[tuple[float, str]]) -> str:
    """The list of pictures for ffmpeg's ``concat`` demuxer.

    Args:
        pictures: milliseconds of a clock and file name of each, in any order; names without quotes. At least one.
    """
    ordered = sorted(pictures)
    quicker = min(1.0, (LONGEST_S - HOLD_S) * 1000 / max(ordered[-1][0] - ordered[0][0], 1.0))
    lines = ["ffconcat version 1.0"]
    for number, (at, name) in enumerate(ordered):
        last = number + 1 == len(ordered)
        seconds = HOLD_S if last else (ordered[number + 1][0] - at) * quicker / 1000
        lines += [f"file '{name}'", f"duration {seconds:.6f}"]
    # ffmpeg shows the last picture for its duration only when it is named once more.
    lines.append(f"file '{ordered[-1][1]}'")
    return "\n".join(lines) + "\n"


def ffmpeg_words(ffmpeg: str, pictures: str, video: str) -> list[str]:
    """The command that makes a WebM (VP9) of a list of pictures."""
    source = ["-f", "concat", "-safe", "0", "-i", pictures]
    even = "scale=trunc(iw/2)*2:trunc(ih/2)*2"
    codec = ["-c:v", "libvpx-vp9", "-crf", "30", "-b:v", "0", "-deadline", "realtime"]
    quick = ["-cpu-used", "8", "-row-mt", "1"]
    return [
        ffmpeg, "-nostdin", "-y", "-v", "error", *source,
        "-vf", f"fps={FPS},{even},format=yuv420p", *codec, *quick, video,
    ]  # fmt: skip


def ffprobe_words(ffprobe: str, video: str) -> list[str]:
    """The command that measures a video, frames counted one by one."""
    asked = "format=duration:stream=codec_name,width,height,nb_read_frames"
    return [ffprobe, "-v", "error", "-count_frames", "-show_entries", asked, "-of", "json", video]


def parse_probe(text: str) -> Film | None:
    """What ffprobe wrote as a film; None when it says nothing of a video."""
    try:
        told = json.loads(text)
        stream = told["streams"][0]
        return Film(
            codec=str(stream["codec_name"]),
            width=int(stream["width"]),
            height=int(stream["height"]),
            seconds=round(float(told["format"]["duration"]), 3),
            frames=int(stream["nb_read_frames"]),
        )
    except (ValueError, KeyError, IndexError, TypeError):
        return None
