"""IO: a video out of the pictures of a walk, with ffmpeg; without it the pictures themselves are kept, and it is said.

ffmpeg and ffprobe are started as every process is, through ``client/process.py``.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from harness.client import process
from harness.errors import SpawnFailed
from harness.journeys.browser import Pictures
from harness.journeys.film import (
    FEWEST_FRAMES,
    SECONDS,
    concat_list,
    ffmpeg_words,
    ffprobe_words,
    parse_probe,
)
from harness.journeys.log import Log
from harness.journeys.outcome import NO_FFMPEG, NO_FFPROBE, Film

VIDEO: Final = "video.webm"
FRAMES: Final = "frames"
_ENCODE_S: Final = 120.0
_LIST: Final = "list.txt"


async def film(pictures: Pictures, folder: Path, log: Log) -> tuple[Film | None, list[str]]:
    """Make ``video.webm`` in ``folder``; where there is no ffmpeg the pictures stay in their folder, named by their time.

    Args:
        pictures: what was taken; their folder is removed once there is a video.
        folder: the folder of the journey.
        log: is told how long the video is.

    Returns:
        What ffprobe says of the video, or None; and what was done in place of what should have been.
    """
    log.step = "Video"
    taken = len(pictures.made)
    if not log.holds("pictures of the walk", "at least 1", taken, ok=taken > 0):
        pictures.folder.rmdir()
        return None, []
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        _name_frames(pictures)
        return None, [NO_FFMPEG]
    listed = pictures.folder / _LIST
    listed.write_text(concat_list(pictures.made), "utf-8")
    problem = await _problem_of(ffmpeg_words(ffmpeg, str(listed), str(folder / VIDEO)))
    listed.unlink()
    if problem is not None:
        (folder / VIDEO).unlink(missing_ok=True)
        _name_frames(pictures)
        return None, [f"frames in place of a video: {problem}"]
    shutil.rmtree(pictures.folder)
    return await _measured(folder / VIDEO, log)


async def last_picture(pictures: Pictures, target: Path) -> bool:
    """The last picture as PNG, for a page that answers no more; says whether there is one."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None or not pictures.made:
        return False
    _, name = max(pictures.made)
    words = [ffmpeg, "-nostdin", "-y", "-v", "error", "-i", str(pictures.folder / name)]
    return await _problem_of([*words, "-frames:v", "1", str(target)]) is None


async def _measured(video: Path, log: Log) -> tuple[Film | None, list[str]]:
    ffprobe = shutil.which("ffprobe")
    if ffprobe is None:
        return None, [NO_FFPROBE]
    try:
        done = await process.run(ffprobe_words(ffprobe, str(video)), timeout_s=_ENCODE_S)
    except (SpawnFailed, TimeoutError) as error:
        return None, [f"the video was not measured: {error or 'ffprobe did not end'}"]
    found = parse_probe(done.stdout.decode("utf-8", "replace"))
    if not log.holds("a video that ffprobe reads", "a video", "a video" if found else done.stderr.decode("utf-8", "replace")[:300], ok=found is not None):  # fmt: skip
        return None, []
    assert found is not None, "it was just looked at"
    least, most = SECONDS
    log.holds("seconds of the video", f"{least:g} to {most:g}", found.seconds, ok=least <= found.seconds <= most)  # fmt: skip
    log.holds("frames of the video", f"more than {FEWEST_FRAMES}", found.frames, ok=found.frames > FEWEST_FRAMES)  # fmt: skip
    return found, []


async def _problem_of(words: list[str]) -> str | None:
    """Run a command; None, or why it did not do its work."""
    try:
        done = await process.run(words, timeout_s=_ENCODE_S)
    except SpawnFailed as error:
        return str(error)
    except TimeoutError:
        return f"ffmpeg did not end within {_ENCODE_S:g} s"
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip().split("\n")
    return f"ffmpeg ended with {done.returncode}: {said[-1][:200]}"


def _name_frames(pictures: Pictures) -> None:
    """Name the pictures by their order and their milliseconds since the first."""
    ordered = sorted(pictures.made)
    for number, (at, name) in enumerate(ordered):
        since = round(at - ordered[0][0])
        (pictures.folder / name).rename(pictures.folder / f"{number:04}-{since:06}ms.jpg")
