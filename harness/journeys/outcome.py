"""CORE: how a journey ended, how a walk ended, and both as JSON (``schemas/journey.json``, ``schemas/journeys.json``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from harness.errors import EXIT_DIVERGENCE, EXIT_INCOMPLETE, EXIT_PARITY
from harness.jsonvalue import JsonValue

Status: TypeAlias = Literal["pass", "warn", "fail", "not_applicable"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

SCHEMA: Final = 1
NO_FFMPEG: Final = "frames in place of a video: no ffmpeg"
NO_FFPROBE: Final = "the video was not measured: no ffprobe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One file of a journey: its path in the journey's folder (slashes), its length in bytes, its sha256 in hex."""

    path: str
    bytes: int
    sha256: str

    def to_json(self) -> dict[str, JsonValue]:
        """As the schema says."""
        return {"path": self.path, "bytes": self.bytes, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """The browser that walked; ``sandbox`` is False where Chromium had to run without its own, as under root."""

    name: str
    version: str
    sandbox: bool

    def to_json(self) -> dict[str, JsonValue]:
        """As the schema says."""
        return {"name": self.name, "version": self.version, "sandbox": self.sandbox}


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What ffprobe says of a video: codec, size in pixels, seconds, frames."""

    codec: str
    width: int
    height: int
    seconds: float
    frames: int

    def to_json(self) -> dict[str, JsonValue]:
        """As the schema says."""
        return {
            "codec": self.codec,
            "width": self.width,
            "height": self.height,
            "seconds": self.seconds,
            "frames": self.frames,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One journey that was walked, or could not be.

    ``reason`` says why it failed or does not apply; ``fallback`` what was done in place of what should have been; ``film``
    is None without a video or without ffprobe. ``summary`` is its own ``summary.json``, not among ``files``.
    """

    name: str
    title: str
    status: Status
    reason: str | None
    fallback: str | None
    assertions: int
    failed: int
    viewport: tuple[int, int]
    colours: str
    duration_ms: int
    film: Film | None
    files: tuple[Kept, ...]

    def to_json(self, run_id: str, browser: Browser) -> dict[str, JsonValue]:
        """As ``schemas/journey.json`` says."""
        width, height = self.viewport
        return {
            "schema": SCHEMA,
            "run_id": run_id,
            "journey": self.name,
            "title": self.title,
            "status": self.status,
            "reason": self.reason,
            "fallback": self.fallback,
            "assertions": {
                "count": self.assertions,
                "held": self.assertions - self.failed,
                "failed": self.failed,
            },
            "browser": browser.to_json(),
            "viewport": {"width": width, "height": height},
            "colours": self.colours,
            "duration_ms": self.duration_ms,
            "video": None if self.film is None else self.film.to_json(),
            "files": [one.to_json() for one in self.files],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """All journeys of one walk through the report of one run."""

    run_id: str
    browser: Browser
    journeys: tuple[Journey, ...]

    @property
    def counts(self) -> dict[Status, int]:
        """How many journeys ended how; statuses that did not occur are left out."""
        counted = Counter(one.status for one in self.journeys)
        return {status: counted[status] for status in STATUSES if counted[status]}

    @property
    def exit(self) -> int:
        """1 when an assertion failed, 4 when nothing was walked, else 0; a fallback is told and does not fail."""
        counts = self.counts
        if counts.get("fail"):
            return EXIT_DIVERGENCE
        return EXIT_PARITY if counts.get("pass") or counts.get("warn") else EXIT_INCOMPLETE

    def to_json(self, summaries: Sequence[Kept]) -> dict[str, JsonValue]:
        """As ``schemas/journeys.json`` says.

        Args:
            summaries: the ``summary.json`` of each journey, by its path from the folder of the walk, in order.
        """
        return {
            "schema": SCHEMA,
            "run_id": self.run_id,
            "exit": self.exit,
            "counts": {status: self.counts.get(status, 0) for status in STATUSES},
            "browser": self.browser.to_json(),
            "journeys": [
                {
                    "journey": one.name,
                    "title": one.title,
                    "status": one.status,
                    "reason": one.reason,
                    "fallback": one.fallback,
                    "summary": kept.to_json(),
                }
                for one, kept in zip(self.journeys, summaries, strict=True)
            ],
        }


def ended(
    failed: Sequence[str], trouble: str | None, fallbacks: Sequence[str]
) -> tuple[Status, str | None, str | None]:
    """Status, reason and fallback of a journey that was walked.

    Args:
        failed: what was asserted and did not hold.
        trouble: why the walk ended before its end, or None.
        fallbacks: what was done in place of what should have been.
    """
    fallback = "; ".join(fallbacks) or None
    if failed or trouble:
        told = [*([trouble] if trouble else []), *failed[:3]]
        more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
        return "fail", "; ".join(told) + more, fallback
    return ("warn" if fallback else "pass"), None, fallback
